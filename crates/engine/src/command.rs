//! What the driver is asked to do. In order; each ends in the [`crate::Event`] it names.

use crate::apply::ApplyPlan;
use palier_domain::{AttachmentId, MutationId, OutboxState};
use palier_wire::{ChangesPage, Cursor, Epoch, Problem, Scope, ScopeDigest, SnapshotPage};
use std::collections::BTreeMap;

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Commit `state = sending, attempts = attempts + 1` for those of these entries that are still
    /// `queued`, `waiting` or `cancelling`, then report [`crate::Event::SendingMarked`]. No byte leaves before.
    MarkSending(Vec<MutationId>),
    /// Push these entries in this order, payload bytes as stored; report
    /// [`crate::Event::PushEnded`]. At most one is in flight.
    Push(Vec<MutationId>),
    /// Commit what became of entries. Nothing is reported.
    Settle(Vec<(MutationId, Settle)>),
    /// The rows of these done entries are in the cache: move them to `sent_log` (markers and
    /// cancels are just deleted). Nothing is reported.
    Retire(Vec<MutationId>),
    /// Bring a file to the server; report [`crate::Event::UploadEnded`].
    Upload {
        /// The entry that needs it.
        mutation_id: MutationId,
        /// The file.
        attachment_id: AttachmentId,
    },
    /// Ask for changes after the cursor (none: the very first request); report
    /// [`crate::Event::PullEnded`]. At most one of pull and snapshot is in flight.
    Pull {
        /// Where the cache stands.
        cursor: Option<Cursor>,
        /// Most changes to ask for; halved after a time-out.
        limit: u32,
    },
    /// Apply the page by the plan, rows and cursor in one transaction of the cache; report
    /// [`crate::Event::Removed`] for settled entries, then [`crate::Event::Applied`].
    Apply {
        /// The page.
        page: Box<ChangesPage>,
        /// What to take of it.
        plan: ApplyPlan,
    },
    /// Ask for a page of a scope; report [`crate::Event::SnapshotEnded`].
    FetchSnapshot {
        /// The scope.
        scope: Scope,
        /// Where to go on; none for the first page.
        after: Option<String>,
    },
    /// Write a snapshot page to the cache. On the last page the scope enters the cache's cursor
    /// with the number of the first page; report [`crate::Event::SnapshotApplied`].
    ApplySnapshot {
        /// The page.
        page: Box<SnapshotPage>,
        /// The number that the first page carried.
        number: u64,
    },
    /// Delete these scopes with their rows and files; unsent work for them fails visibly. Report
    /// [`crate::Event::ScopesDropped`].
    DropScopes(Vec<Scope>),
    /// Open the live stream at the stored cursor, closing an open one; report
    /// [`crate::Event::StreamOpened`], then pages, then [`crate::Event::StreamClosed`].
    OpenStream(Cursor),
    /// Close the live stream. Nothing is reported.
    CloseStream,
    /// Take the epoch into the journal, make `sending` entries `queued`, clear "on the server"
    /// marks of files, begin a new cache. Requests under way are dropped and not reported. Report
    /// [`crate::Event::EpochAdopted`].
    AdoptEpoch(Epoch),
    /// The cache that was filled anew is whole: show it. Report [`crate::Event::Removed`] for entries
    /// that its rows settle.
    SwapCache,
    /// Compare what is here with what the server says of scopes that stand at these numbers; report
    /// [`crate::Event::DigestsDiffer`] where some differ. They are fetched again.
    CompareDigests(Digests),
    /// The cache is up to date: decide notifications. Nothing is reported.
    DecideNotifications,
    /// The session has ended on the server: drop requests under way without reporting them, tell
    /// the person. Nothing is reported.
    SessionEnded,
}

/// What the rows of scopes come to at a number.
pub type Digests = BTreeMap<Scope, (u64, ScopeDigest)>;

/// What became of an entry.
#[derive(Debug, Clone, PartialEq)]
pub enum Settle {
    /// It stands here now (never `failed`, which carries its reason).
    State(OutboxState),
    /// The server said no, and why.
    Failed(Box<Problem>),
    /// It goes again after a new life of the server's data, and what it belongs to is not there (yet):
    /// state `waiting`, with the reason.
    Parked(Box<Problem>),
    /// It alone makes the server fail, again and again, while other entries pass: state `waiting`, with
    /// that as the reason. Any other settlement ends it.
    Troubled(Box<Problem>),
    /// Files have to be uploaded (again): their "on the server" marks go, the state is `uploading`.
    Uploading(Vec<AttachmentId>),
    /// Applied: state `done`, until [`Command::Retire`]. `cancelled` is the answer to a cancel:
    /// whether the target was stopped (`true`) or had been delivered (`false`).
    Done {
        /// For a cancel: whether it stopped its target.
        cancelled: Option<bool>,
    },
    /// A marker that was refused: forget it.
    Forget,
}
