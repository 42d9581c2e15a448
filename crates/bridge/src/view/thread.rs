//! A thread: its head, its tickets and notes, how far each has come, and the draft.

use chrono::{DateTime, Utc};
use palier_domain::{
    AttachmentId, Category, IncidentId, MediaType, MutationId, Priority, Role, Status, TicketId,
    TicketKind, UserId,
};
use serde::{Deserialize, Serialize};

/// An incident and a page of its tickets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// The incident.
    pub incident: IncidentHead,
    /// Oldest first; own unsent tickets last.
    pub entries: Vec<ThreadEntry>,
    /// There are older ones.
    pub has_older: bool,
    /// Where the unread divider stands: tickets above this number were unread when asked.
    pub read_n: u64,
    /// The largest number there is.
    pub last_n: u64,
    /// What is being written.
    pub draft: Draft,
}

/// An incident as the head of its thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentHead {
    /// Which.
    pub id: IncidentId,
    /// What it is called.
    pub title: String,
    /// What the person who opened it said.
    pub description: String,
    /// Where.
    pub place: String,
    /// Where it stands, own unsent moves included.
    pub status: Status,
    /// The statuses that the person may choose now.
    pub status_choices: Vec<Status>,
    /// How much it presses.
    pub priority: Priority,
    /// The person may change priority and category.
    pub may_prioritise: bool,
    /// The person may write here.
    pub may_write: bool,
    /// The person may write notes among owners.
    #[serde(default)]
    pub may_note: bool,
    /// The person is told of it no more.
    #[serde(default)]
    pub muted: bool,
    /// What it is about.
    pub category: Category,
    /// Who is on it besides the person himself.
    pub participants: Vec<Person>,
    /// Who opened it.
    pub opened_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// It is not on the server yet.
    pub unsent: bool,
    /// Marked unread by hand.
    pub flagged: bool,
    /// Somebody else closed it while the person wrote without knowing: his words stand behind that, and
    /// nobody has said anything since.
    #[serde(default)]
    pub closed_meanwhile: bool,
}

/// Somebody on an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Name.
    pub name: String,
    /// As what.
    pub role: Role,
}

/// One ticket or note as the thread shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThreadEntry {
    /// Which; of a note, its own id.
    pub id: TicketId,
    /// Its place; none before the server took it, and of a note.
    pub n: Option<u64>,
    /// A note's number among the notes; none of a ticket, and before the server took it.
    #[serde(default)]
    pub m: Option<u64>,
    /// The ticket it stands at or after; none before the server took it.
    #[serde(default)]
    pub place: Option<u64>,
    /// It is a note, which only owners see.
    #[serde(default)]
    pub note: bool,
    /// Message or system.
    pub kind: TicketKind,
    /// Who.
    pub author_id: UserId,
    /// Name on screen.
    pub author_name: String,
    /// As what.
    pub author_type: Role,
    /// The person wrote it himself.
    pub is_mine: bool,
    /// The text.
    pub message: String,
    /// The status move of a system ticket: from, to.
    pub status_change: Option<(Status, Status)>,
    /// Its files.
    pub attachments: Vec<AttachmentView>,
    /// When the server took it; for unsent ones, when it was written.
    pub at: DateTime<Utc>,
    /// When it was written, where that differs by more than five minutes.
    pub written_at: Option<DateTime<Utc>>,
    /// How far an own ticket has come.
    pub delivery: Delivery,
    /// What will bring it, while it is not on the server.
    #[serde(default)]
    pub mutation_id: Option<MutationId>,
}

/// How far a ticket has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Delivery {
    /// Somebody else's, or a system ticket on the server.
    Foreign,
    /// About to leave; can be undone.
    Held {
        /// Milliseconds until it leaves.
        remaining_ms: u64,
    },
    /// On this device, waiting for network, files or its turn.
    Waiting {
        /// Its files are being uploaded: 0–100.
        upload_percent: Option<u8>,
        /// An attempt was made whose fate is unknown: discarding asks the server to cancel.
        attempted: bool,
        /// It waits for the files of a message before it, and can be sent before that.
        #[serde(default)]
        behind_upload: bool,
        /// The server fails at it, again and again, while it takes others: it is tried rarely and holds
        /// nothing back.
        #[serde(default)]
        troubled: bool,
    },
    /// Being taken back.
    Cancelling,
    /// On the server.
    Sent,
    /// Read by somebody of the other role.
    Read {
        /// Who.
        by: String,
        /// When.
        at: Option<DateTime<Utc>>,
    },
    /// The server said no.
    Failed {
        /// Why, as a code that the screens say in the person's language.
        reason: FailureReason,
    },
}

/// Why the server refused something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum FailureReason {
    /// A rule refused.
    Denied {
        /// The rule.
        rule: palier_domain::Denied,
    },
    /// A value was refused.
    Invalid {
        /// Which and why.
        invalid: palier_domain::Invalid,
    },
    /// The incident is gone or no longer the person's to see.
    Gone,
    /// Somebody else changed it meanwhile; it can be applied all the same.
    ChangedMeanwhile {
        /// To what, where that is known.
        now: Option<ChangedTo>,
    },
    /// A file was refused.
    FileRefused {
        /// Its name.
        name: String,
    },
    /// The files of the portfolio have no more room.
    NoRoom,
    /// What it depends on failed.
    ParentFailed,
    /// The server had it once; its data were put back from an older copy, in which the incident is
    /// missing. It is tried every day.
    NotBackYet,
    /// It was already delivered before it was taken back or changed.
    AlreadyDelivered,
    /// Another refusal; the sentence shows the server's words.
    Other {
        /// The server's English words.
        detail: String,
    },
}

/// What somebody else changed meanwhile, as it was when the server refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangedTo {
    /// The status.
    Status(Status),
    /// The priority.
    Priority(Priority),
    /// The category.
    Category(Category),
}

/// A file as a thread or composer shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentView {
    /// Which.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// Its type.
    pub media_type: MediaType,
    /// Its size in bytes.
    pub size: u64,
    /// There is (or can be fetched) a small picture of it.
    pub has_thumbnail: bool,
}

/// What is being written on an incident.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text as typed.
    pub message: String,
    /// It is a note among owners.
    #[serde(default)]
    pub note: bool,
    /// Its files.
    pub attachments: Vec<AttachmentView>,
    /// Files just refused, each with its reason; the accepted ones are in `attachments`.
    #[serde(default)]
    pub refused: Vec<crate::CommandError>,
}
