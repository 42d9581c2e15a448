//! What screens show, ready to be rendered: journal and cache already put together.

mod dashboard;
mod letting;
mod outbox;
mod search;
mod setting_change;
mod thread;
mod zoom;

pub use dashboard::{Behind, DashboardView, PropertyName};
pub use letting::{
    HomeView, InvitationLink, InvitationView, Invited, LeaseStanding, LeaseView, PortfolioView,
    PropertyView, TenantView,
};
pub use outbox::{OutboxItem, OutboxWhat};
pub use search::{SearchHit, SearchResults, SearchWhat};
pub use setting_change::SettingChange;
pub use thread::{
    AttachmentView, ChangedTo, Delivery, Draft, FailureReason, IncidentHead, Person, Thread,
    ThreadEntry,
};

use chrono::{DateTime, Utc};
use palier_domain::{
    Category, IncidentId, Pause, Priority, PropertyId, QuietHours, Role, SessionId, Status, UnitId,
    UserId,
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
    /// An earlier run crashed, and the person does not know yet.
    pub crashed: Option<CrashView>,
}

/// What this program is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Its version.
    pub version: String,
    /// The format of what is written on this device.
    pub journal_schema: u32,
    /// The format of what is exchanged with the server.
    pub wire_schema: u32,
    /// A newer version that the server knows of.
    pub update: Option<String>,
}

/// Where a link into the application leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "leads", rename_all = "snake_case")]
pub enum LinkTarget {
    /// To an incident of the account that is shown (by now).
    Incident {
        /// Which.
        incident_id: IncidentId,
    },
    /// To an incident that none of the accounts on this device has.
    NotHere,
    /// It is no link of ours.
    Nowhere,
}

/// A crash of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrashView {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The report.
    pub file: String,
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
    /// As what: an owner, who runs a portfolio, or a tenant, who has a lease and runs none. None while nothing
    /// is known of either.
    pub role: Option<Role>,
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
    /// They make the desktop's sound.
    pub sound: bool,
    /// When only emergencies may be heard; none: never.
    pub quiet_hours: Option<QuietHours>,
    /// Only emergencies may be heard for a while; set by `PauseNotifications` alone.
    pub pause: Option<Pause>,
    /// What closing the window does; none: ask.
    pub close_to_tray: Option<bool>,
    /// How large everything in the window is, one of [`Settings::ZOOMS`].
    pub zoom_percent: u32,
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
            sound: true,
            quiet_hours: None,
            pause: None,
            close_to_tray: None,
            zoom_percent: Self::USUAL_ZOOM,
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

/// A device on which the person is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Its session.
    pub id: SessionId,
    /// What it is called; may be empty.
    pub name: String,
    /// When the person signed in there.
    pub signed_in_at: DateTime<Utc>,
    /// When it last called, to the hour.
    pub used_at: DateTime<Utc>,
    /// The one that asks.
    pub this_one: bool,
}

/// How much of the disk an account takes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomView {
    /// Everything.
    pub total: u64,
    /// Of it, files of others that can be fetched again.
    pub downloads: u64,
    /// Beyond so many, those that were not used for longest are deleted.
    pub downloads_limit: u64,
}

/// What became of a notification that was raised to see whether they work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum NotificationTest {
    /// The desktop took it.
    Shown {
        /// The program that shows it, where it says its name.
        by: Option<String>,
    },
    /// The desktop took it and keeps it back: it was told not to disturb.
    Paused {
        /// The program that keeps it.
        by: Option<String>,
    },
    /// The session has no message bus, through which notifications go.
    NoBus,
    /// No program shows notifications on this desktop.
    NoService,
    /// The desktop does not allow them to this program.
    NotAllowed,
    /// Something else, in the desktop's words.
    Failed {
        /// Those words.
        reason: String,
    },
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
    /// Under way, or done and still asking for the person; and the one whose thread is open.
    pub in_sight: bool,
    /// With unread tickets only.
    pub unread_only: bool,
    /// Only those of which the person wants to hear no more.
    pub muted_only: bool,
    /// Of this property.
    pub property_id: Option<PropertyId>,
    /// About this.
    pub category: Option<Category>,
    /// That presses so much.
    pub priority: Option<Priority>,
    /// Those that a figure counts.
    pub behind: Option<Behind>,
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
