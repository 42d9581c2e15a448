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
    /// A link into the application was opened: [`TakeLink`](crate::request::TakeLink) says where it leads.
    LinkFollowed,
    /// Show the form of a new incident: the tray was asked for one.
    BeginIncident,
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
    /// What happened, without what it is about: a message's words belong into no log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SessionChanged => "session_changed",
            Self::IncidentsChanged => "incidents_changed",
            Self::ThreadChanged { .. } => "thread_changed",
            Self::LettingChanged => "letting_changed",
            Self::SyncChanged => "sync_changed",
            Self::FileProgress { .. } => "file_progress",
            Self::ExportProgress { .. } => "export_progress",
            Self::FilesOver { .. } => "files_over",
            Self::FilesDropped => "files_dropped",
            Self::SettingsChanged => "settings_changed",
            Self::OpenIncident { .. } => "open_incident",
            Self::LinkFollowed => "link_followed",
            Self::BeginIncident => "begin_incident",
            Self::MessageArrived { .. } => "message_arrived",
            Self::Leaving => "leaving",
        }
    }

    /// The name under which the desktop emits every event.
    pub const CHANNEL: &str = "palier";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_called_as_it_travels_and_says_no_words() {
        let id: IncidentId = "01936b3e-7d1a-7000-8000-000000000001".parse().unwrap();
        let events = [
            AppEvent::SessionChanged,
            AppEvent::ThreadChanged { incident_id: id },
            AppEvent::MessageArrived {
                incident_id: id,
                title: "Awa".into(),
                body: "Merci".into(),
            },
            AppEvent::FilesDropped,
            AppEvent::Leaving,
        ];
        for event in events {
            let travels = serde_json::to_value(&event).unwrap();
            assert_eq!(travels["event"], event.name());
        }
    }
}
