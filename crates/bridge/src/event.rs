//! What the application tells the screens, unasked.

use palier_domain::{AttachmentId, IncidentId, TicketId};
use serde::{Deserialize, Serialize};

/// Something changed. Events name it; the screen reads again what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AppEvent {
    /// Somebody signed in or out, or the session ended.
    SessionChanged,
    /// The list: an incident came, went, moved, or its counters changed.
    IncidentsChanged,
    /// The tickets, drafts or marks of one incident.
    ThreadChanged {
        /// Which.
        incident_id: IncidentId,
    },
    /// What is let was changed from here: something was made, invited, taken back.
    LettingChanged,
    /// The sync pill: online, offline, what waits.
    SyncChanged,
    /// A file is being fetched.
    FileProgress {
        /// Which.
        attachment_id: AttachmentId,
        /// How much of it is here, 0–100; none at the end, however it ended.
        percent: Option<u8>,
    },
    /// A copy of the person's data is being fetched.
    ExportProgress {
        /// How much of it is here; none at the end, however it ended. How much it will be is not known.
        bytes: Option<u64>,
    },
    /// Files are held over the window, or no longer.
    FilesOver {
        /// They are.
        over: bool,
    },
    /// Files were dropped on the window: whoever shows a draft asks for them
    /// ([`AttachDropped`](crate::request::AttachDropped)). The page never learns their paths.
    FilesDropped,
    /// Language, theme or another setting.
    SettingsChanged,
    /// Show an incident: a notification or link was clicked.
    OpenIncident {
        /// Which.
        incident_id: IncidentId,
        /// At which ticket.
        ticket_id: Option<TicketId>,
        /// With the keyboard where the answer is written.
        reply: bool,
    },
    /// A foreign message came while the window was focused on something else: show a toast.
    MessageArrived {
        /// On which incident.
        incident_id: IncidentId,
        /// Author and unit.
        title: String,
        /// First words.
        body: String,
    },
    /// The application is about to end: what was typed and is not saved yet is saved now, and
    /// [`ReadyToLeave`](crate::request::ReadyToLeave) says when that is done.
    Leaving,
}

impl AppEvent {
    /// The name under which the desktop emits every event.
    pub const CHANNEL: &str = "palier";
}
