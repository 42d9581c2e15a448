//! What waits to be sent, and why.

use super::Delivery;
use chrono::{DateTime, Utc};
use palier_domain::{Category, IncidentId, MutationId, Priority, Status, TicketId};
use serde::{Deserialize, Serialize};

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
