//! What the driver reports.

use crate::entry::Entry;
use palier_domain::{AttachmentId, DeviceId, MutationId, UserId};
use palier_wire::{ChangesPage, Cursor, Epoch, Problem, PushReply, Scope, SnapshotPage};

/// Something happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The journal was read at the start, or a session began. Comes first, and again after a
    /// change of account.
    Loaded(Box<Loaded>),
    /// A time that [`crate::Engine::next_wake`] named has come.
    Tick,
    /// The person sent something; it is in the journal.
    Enqueued(Entry),
    /// The person changed an entry (send now, retry, edit): this is how the journal has it.
    Changed(Entry),
    /// The person took an entry away, or a pulled row settled it: it is no longer in the journal.
    Removed(MutationId),
    /// One act of the person changed several entries: all of that happens before anything is decided.
    Acted(Vec<Event>),
    /// The person wants another order: the new places of entries of one lane, all at once.
    Moved(Vec<(MutationId, i64)>),
    /// The network came back, the window came to the front, or the person asked: try now.
    Nudge,
    /// The same user signed in again.
    SignedIn,

    /// [`crate::Command::MarkSending`] is committed for these entries; the others had changed
    /// under it and stay.
    SendingMarked(Vec<MutationId>),
    /// [`crate::Command::Push`] ended.
    PushEnded(Outcome<PushReply>),
    /// [`crate::Command::Upload`] ended: the file is on the server.
    UploadEnded {
        /// The file.
        attachment_id: AttachmentId,
        /// How it ended.
        outcome: Outcome<()>,
    },
    /// [`crate::Command::Pull`] ended.
    PullEnded(Outcome<Box<ChangesPage>>),
    /// [`crate::Command::Apply`] is committed: the cache stands at this cursor. Entries that the
    /// page's rows settled are reported by [`Event::Removed`] before.
    Applied(Cursor),
    /// [`crate::Command::FetchSnapshot`] ended.
    SnapshotEnded(Outcome<Box<SnapshotPage>>),
    /// [`crate::Command::ApplySnapshot`] is committed. On the last page the cache's cursor holds
    /// the scope from now on.
    SnapshotApplied {
        /// The scope.
        scope: Scope,
        /// `after` of the page to fetch next; none after the last.
        next: Option<String>,
        /// The cache's cursor now.
        cursor: Cursor,
    },
    /// [`crate::Command::DropScopes`] is committed: the cache stands at this cursor.
    ScopesDropped(Cursor),
    /// [`crate::Command::CompareDigests`]: these scopes hold other rows here than on the server.
    DigestsDiffer(Vec<Scope>),
    /// [`crate::Command::OpenStream`]: the server answered with a stream.
    StreamOpened,
    /// The stream brought a page.
    StreamPage(Box<ChangesPage>),
    /// The stream says that it is behind: pull.
    StreamBehind,
    /// The stream could not be opened, or ended.
    StreamClosed(Outcome<()>),
    /// A reply carried another epoch than the journal's; the reply itself was discarded and its
    /// command reported as [`NoVerdict::OtherEpoch`].
    EpochSeen(Epoch),
    /// [`crate::Command::AdoptEpoch`] is committed: this is how the journal has the outbox now.
    EpochAdopted(Box<Loaded>),
}

/// What the journal and the cache hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// Who is signed in.
    pub user_id: UserId,
    /// This installation.
    pub device_id: DeviceId,
    /// Where the cache stands; none before the first reply of a server.
    pub cursor: Option<Cursor>,
    /// Scopes that were fetched in part: they go on where they stood.
    pub begun: Vec<Bootstrap>,
    /// A new cache is being filled, which is not shown yet.
    pub rebuilding: bool,
    /// Everything in the outbox, by position. None of them is `sending`: the driver has made those
    /// `queued` when it opened the journal.
    pub entries: Vec<Entry>,
    /// The session is known to have ended: nothing is sent before [`Event::SignedIn`].
    pub signed_out: bool,
}

/// How far a scope was fetched for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bootstrap {
    /// Which.
    pub scope: Scope,
    /// Its number before any of its rows was read; none before the first page.
    pub number: Option<u64>,
    /// Where to go on; none for the first page.
    pub after: Option<String>,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T> {
    /// A reply of ours, in our epoch, that could be read.
    Reply(T),
    /// A problem of ours, in our epoch.
    Refused {
        /// What it says.
        problem: Box<Problem>,
        /// `Retry-After`, in milliseconds.
        retry_after: Option<u64>,
    },
    /// Nothing that judges anything.
    NoVerdict(NoVerdict),
}

impl<T> Outcome<T> {
    /// The same end with something else in the reply.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Reply(it) => Outcome::Reply(change(it)),
            Self::Refused {
                problem,
                retry_after,
            } => Outcome::Refused {
                problem,
                retry_after,
            },
            Self::NoVerdict(why) => Outcome::NoVerdict(why),
        }
    }
}

/// Why a request judged nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoVerdict {
    /// No connection, or it broke.
    Connection,
    /// No byte for the time allowed.
    Timeout,
    /// 5xx that is no problem of ours, or a problem of ours that says 5xx.
    ServerError {
        /// `Retry-After`, in milliseconds.
        retry_after: Option<u64>,
    },
    /// Somebody else answered: a hotel's portal, a proxy, another site.
    Foreign,
    /// The reply belongs to another life of the server's data.
    OtherEpoch,
    /// A local reason: the disk, the journal.
    Local,
}
