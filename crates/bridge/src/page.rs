//! What travels between the pages of a browser and the worker in which the application runs there.
//!
//! All pages of an origin, their workers and the service worker hear one broadcast channel,
//! [`CHANNEL`]. Each message is an object of two fields: `text`, one of these as JSON, and `files`,
//! what belongs to it. One worker leads ([`ToPages::Leading`] says which) and answers; who does not know
//! a message passes over it.

use crate::{AppEvent, CommandError, view::NotificationTest};
use palier_domain::{AttachmentId, IncidentId, TicketId};
use serde::{Deserialize, Serialize};

/// The broadcast channel's name.
pub const CHANNEL: &str = "palier";

/// The lock that the leading worker holds.
pub const LEAD: &str = "palier-lead";

/// What pages say. `page` is a page's own name, made up by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to_worker", rename_all = "snake_case")]
pub enum ToWorker {
    /// A page is there and asks who leads.
    Hello,
    /// A request. Its files are what the person picked, dropped or pasted for it.
    Call {
        /// Who asks.
        page: String,
        /// The page's number for it.
        call: u32,
        /// [`Request::COMMAND`](crate::Request::COMMAND).
        command: String,
        /// The request as JSON.
        request: String,
    },
    /// The answer to [`ToPages::TryNotification`].
    Tried {
        /// The number there.
        ask: u32,
        /// What became of it.
        outcome: NotificationTest,
    },
    /// A notification's button was pressed.
    MarkAnnouncedRead {
        /// On which incident.
        incident_id: IncidentId,
        /// Up to which ticket.
        ticket_id: TicketId,
    },
    /// A page of another version was loaded: whoever leads closes everything and ends.
    StepDown,
    /// The last account of this browser was signed out: whoever leads closes everything, so that the browser can
    /// forget it.
    Clear {
        /// The page on which it was signed out.
        page: String,
    },
    /// The network came back, or a page to the front.
    Nudge,
    /// The service worker wants a file of a ticket.
    File {
        /// Its name for this question.
        ask: String,
        /// Which.
        id: AttachmentId,
        /// The small picture of it.
        thumbnail: bool,
    },
}

/// What the worker says to all pages, or to one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "to_pages", rename_all = "snake_case")]
pub enum ToPages {
    /// This worker leads from now on; what was asked of another one and not answered never will be.
    Leading {
        /// Its name, made up by itself.
        term: String,
        /// Which pages it belongs to: the name of its file.
        build: String,
    },
    /// Everything is closed: each page ends its worker, and that page lets the browser forget.
    Clear {
        /// The page on which the last account was signed out.
        page: String,
    },
    /// The answer to a [`ToWorker::Call`]; with a file where the request was for one.
    Reply {
        /// Who asked.
        page: String,
        /// The page's number for it.
        call: u32,
        /// The reply as JSON, or why not.
        result: Result<String, CommandError>,
        /// What to do with the file.
        given: Option<Given>,
    },
    /// Something changed.
    Event {
        /// What.
        event: AppEvent,
    },
    /// A page shall tell the person.
    Notify {
        /// The page.
        page: String,
        /// What to show.
        notification: PageNotification,
    },
    /// A page shall try whether it can.
    TryNotification {
        /// The page.
        page: String,
        /// The worker's number for it.
        ask: u32,
        /// What to show.
        notification: PageNotification,
    },
    /// A page shall take a notification away.
    Withdraw {
        /// The page.
        page: String,
        /// Of which incident.
        incident_id: IncidentId,
    },
    /// The unread messages of all accounts together.
    Badge {
        /// How many.
        unread: u64,
    },
    /// The answer to [`ToWorker::File`]; without a file it is not here.
    File {
        /// The name there.
        ask: String,
    },
}

/// What a page does with a file that it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// Puts it among the downloads.
    Save,
    /// Shows it in a tab of its own, if a browser can; saves it otherwise.
    Open,
}

/// A notification, in the person's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageNotification {
    /// On which incident; none for a summary.
    pub incident_id: Option<IncidentId>,
    /// The ticket that a click opens.
    pub ticket_id: Option<TicketId>,
    /// Author and unit.
    pub title: String,
    /// First words.
    pub body: String,
    /// It stays until it is answered.
    pub urgent: bool,
    /// The browser may make its sound.
    pub sound: bool,
}
