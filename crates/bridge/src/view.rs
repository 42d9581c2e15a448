//! What screens show, ready to be rendered: journal and cache already put together.

use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{
    AttachmentId, Category, IncidentId, InvitationId, LeaseId, MediaType, MutationId, Piece,
    PortfolioId, Priority, PropertyId, Role, Status, TicketId, TicketKind, UnitId, UserId,
};
use serde::{Deserialize, Serialize};

/// What a screen needs first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AppState {
    /// Who is signed in and shown.
    pub account: Option<Account>,
    /// Who else is signed in on this device; their work goes on.
    pub others: Vec<OtherAccount>,
    /// Server address to offer in the sign-in form.
    pub default_server: String,
    /// Settings of this device.
    pub settings: Settings,
    /// Language of the screens: the one chosen, else the system's. Notifications and tray use the
    /// same, so that a person is not spoken to in two.
    pub language: Language,
    /// Unread tickets over all incidents.
    pub unread_total: u64,
    /// The sync pill.
    pub sync: SyncView,
    /// Version of the application.
    pub version: String,
    /// The journal was damaged, and the person does not know yet.
    pub rescued: Option<RescuedView>,
}

/// An account behind the one that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherAccount {
    /// Names it to `switch_account`.
    pub key: String,
    /// Name on screen.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// The server.
    pub server: String,
    /// Its session has ended: nothing leaves before its person signs in again.
    pub needs_sign_in: bool,
    /// Its folder could not be opened: switching to it tries again, and says why not.
    pub shut: bool,
    /// Unread tickets.
    pub unread: u64,
    /// Tickets and changes that wait to be sent or were refused.
    pub unsent: u32,
}

/// A portfolio that the person runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortfolioView {
    /// Which.
    pub id: PortfolioId,
    /// Its name.
    pub name: String,
    /// By name.
    pub properties: Vec<PropertyView>,
}

/// A property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyView {
    /// Which.
    pub id: PropertyId,
    /// Its name.
    pub name: String,
    /// By label.
    pub units: Vec<HomeView>,
}

/// A unit, and who lives there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    /// Which.
    pub id: UnitId,
    /// Its label.
    pub label: String,
    /// Incidents of it that are neither resolved nor closed.
    pub active_incidents: u32,
    /// The newest first.
    pub leases: Vec<LeaseView>,
}

/// A lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseView {
    /// Which.
    pub id: LeaseId,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day; none while it runs on.
    pub ends_on: Option<NaiveDate>,
    /// Where it stands today.
    pub standing: LeaseStanding,
    /// Those who live there.
    pub tenants: Vec<TenantView>,
}

/// Where a lease stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaseStanding {
    /// It has not begun.
    ToCome,
    /// It runs.
    Running,
    /// It has ended.
    Ended,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantView {
    /// Who.
    pub user_id: UserId,
    /// Name on screen.
    pub name: String,
    /// He left before the lease ended.
    pub has_left: bool,
}

/// An invitation that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationView {
    /// Which.
    pub id: InvitationId,
    /// Into which portfolio.
    pub portfolio_id: PortfolioId,
    /// Into which lease of it; none for a co-owner.
    pub lease_id: Option<LeaseId>,
    /// Whom.
    pub email: String,
    /// Until when it stands.
    pub expires_at: DateTime<Utc>,
}

/// An invitation that was made just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationLink {
    /// Whom.
    pub email: String,
    /// To be passed on; none when the server has mailed it.
    pub link: Option<String>,
    /// Until when it can be used.
    pub expires_at: DateTime<Utc>,
}

/// What was saved of a damaged journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RescuedView {
    /// Messages and changes that waited to be sent.
    pub unsent: u32,
    /// Drafts.
    pub drafts: u32,
    /// Something could not be read: it may have held more.
    pub incomplete: bool,
    /// The damaged file, kept as it was.
    pub kept: String,
}

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Who.
    pub user_id: UserId,
    /// Name on screen.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// The server.
    pub server: String,
    /// The session has ended: everything is readable and writable, nothing leaves until the same
    /// person signs in again.
    pub needs_sign_in: bool,
    /// The session is kept in memory only, because the desktop has no keyring.
    pub session_in_memory: bool,
}

/// Settings of this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Language of the screens; none follows the system.
    pub language: Option<Language>,
    /// Light, dark or as the system has it.
    pub theme: Theme,
    /// Seconds in which a ticket can be taken back, 0–30.
    pub undo_seconds: u32,
    /// Enter sends, Shift+Enter makes a line; otherwise Ctrl+Enter sends.
    pub enter_sends: bool,
    /// Native notifications are raised.
    pub notifications: bool,
    /// What closing the window does; none: ask.
    pub close_to_tray: Option<bool>,
}

impl Settings {
    /// Most seconds in which a ticket can be taken back.
    pub const MAX_UNDO_SECONDS: u32 = 30;
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::System,
            undo_seconds: 5,
            enter_sends: false,
            notifications: true,
            close_to_tray: None,
        }
    }
}

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The sync pill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SyncView {
    /// How the connection stands.
    pub link: Link,
    /// Tickets and changes that wait to be sent (held ones included).
    pub waiting: u32,
    /// Tickets and changes that the server refused.
    pub failed: u32,
    /// Tickets and changes that the server had once, and that could not be put back (yet) after its data
    /// came from an older copy.
    pub not_put_back: u32,
    /// The first sync is running: how many rows have come.
    pub first_sync_rows: Option<u64>,
    /// When everything was last known to be up to date.
    pub up_to_date_at: Option<DateTime<Utc>>,
}

/// How the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Link {
    /// Nobody is signed in.
    SignedOut,
    /// Trying for the first time since the start.
    Connecting,
    /// The server answers.
    Online,
    /// The server does not answer; everything is kept and tried again.
    Offline,
    /// The session has ended.
    NeedsSignIn,
    /// The server wants a newer version of the application.
    UpdateRequired,
}

/// Which incidents a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IncidentFilter {
    /// With one of these statuses; empty: any.
    pub statuses: Vec<Status>,
    /// With unread tickets only.
    pub unread_only: bool,
}

/// A row of the incident list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentRow {
    /// Which.
    pub id: IncidentId,
    /// What it is called.
    pub title: String,
    /// Where: unit and property, for instance `3B, 12 rue des Lilas`.
    pub place: String,
    /// Where it stands, own unsent moves included.
    pub status: Status,
    /// How much it presses.
    pub priority: Priority,
    /// What it is about.
    pub category: Category,
    /// Unread tickets.
    pub unread: u64,
    /// Notes of other owners that the person has not seen; in no count of unread tickets.
    pub new_notes: u32,
    /// There is a draft.
    pub has_draft: bool,
    /// Something of this incident failed to be sent.
    pub has_failed: bool,
    /// Something of this incident waits to be sent.
    pub has_waiting: bool,
    /// The person is told of it no more.
    #[serde(default)]
    pub muted: bool,
    /// Who said the last words; none when nothing was said, or for the person himself see `last_is_mine`.
    pub last_author: Option<String>,
    /// The person said them himself.
    pub last_is_mine: bool,
    /// The last words, at most 200 characters.
    pub last_words: String,
    /// When the last activity was.
    pub activity_at: DateTime<Utc>,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchResults {
    /// What is not on the server yet, then everything else newest first, then people.
    pub hits: Vec<SearchHit>,
    /// `after` of the next page; none on the last.
    pub next: Option<String>,
}

/// Something that has the words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchHit {
    /// What it is.
    pub what: SearchWhat,
    /// The incident to open; none for somebody who is on none.
    pub incident_id: Option<IncidentId>,
    /// What the incident is called; empty without one.
    pub title: String,
    /// Where: unit and property.
    pub place: String,
    /// The text around the words, in pieces. Plain text, whatever it looks like.
    pub excerpt: Vec<Piece>,
    /// When it was made; none of people.
    pub at: Option<DateTime<Utc>>,
    /// It is not on the server yet.
    pub unsent: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum SearchWhat {
    /// An incident, by title or description.
    Incident {
        /// Where it stands.
        status: Status,
        /// What it is about.
        category: Category,
    },
    /// A message.
    Ticket {
        /// Which.
        ticket_id: TicketId,
        /// Its place; none while it is unsent.
        n: Option<u64>,
        /// Who wrote it.
        author: String,
        /// The person himself did.
        is_mine: bool,
    },
    /// A note among owners.
    Note {
        /// Which, as the thread names it.
        ticket_id: TicketId,
        /// The ticket it stands after, where that is known.
        n: Option<u64>,
        /// Who wrote it.
        author: String,
        /// The person himself did.
        is_mine: bool,
    },
    /// A file, by its name.
    File {
        /// Which.
        attachment_id: AttachmentId,
        /// What it is.
        media_type: MediaType,
        /// The message that carries it.
        ticket_id: TicketId,
        /// The message's place, where it is known.
        n: Option<u64>,
    },
    /// Somebody, by name. The incident is the latest one of his home.
    Person {
        /// Who.
        user_id: UserId,
    },
}

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

/// One line of "what waits and why".
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// The mutation that waits or failed.
    pub mutation_id: MutationId,
    /// The ticket, when it is one.
    pub ticket_id: Option<TicketId>,
    /// On which incident.
    pub incident_id: IncidentId,
    /// What the incident is called.
    pub incident_title: String,
    /// What waits.
    pub what: OutboxWhat,
    /// How far it has come.
    pub delivery: Delivery,
    /// The server had it once, and it could not be put back (yet). Then its words are all there.
    pub not_put_back: bool,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// What waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum OutboxWhat {
    /// A ticket: its first words.
    Ticket {
        /// At most 200 characters, unless it could not be put back.
        words: String,
    },
    /// A note among owners: its first words.
    Note {
        /// At most 200 characters, unless it could not be put back.
        words: String,
    },
    /// Hearing no more of the incident, or again.
    Mute {
        /// No more.
        muted: bool,
    },
    /// A new incident.
    Incident,
    /// A status move.
    Status {
        /// To which status.
        to: Status,
    },
    /// A priority.
    Priority {
        /// To which priority.
        to: Priority,
    },
    /// A category.
    Category {
        /// To which category.
        to: Category,
    },
    /// Taking something back.
    Cancel,
}

/// A unit in which an incident can be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitChoice {
    /// Which.
    pub id: UnitId,
    /// Unit and property.
    pub place: String,
    /// Its tenants' names.
    pub tenants: Vec<String>,
}

/// Counters from what is on this device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// Incidents that are neither resolved nor closed.
    pub open: u64,
    /// Unread tickets.
    pub unread: u64,
    /// Incidents whose last message is the other role's.
    pub waiting_for_me: u64,
    /// Incidents whose last message is of the person's own role.
    pub waiting_for_them: u64,
    /// How often incidents were reopened.
    pub reopened: u64,
}
