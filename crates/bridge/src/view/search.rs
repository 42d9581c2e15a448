//! What a search has found.

use chrono::{DateTime, Utc};
use palier_domain::{
    AttachmentId, Category, IncidentId, MediaType, Piece, Status, TicketId, UserId,
};
use serde::{Deserialize, Serialize};

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
