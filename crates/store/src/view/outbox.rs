//! What waits to be sent, and why.
use crate::{Store, StoreError, view::FileRow};
use chrono::{DateTime, Utc};
use palier_domain::{Category, IncidentId, MutationId, OutboxState, Priority, Status, TicketId};
use palier_wire::{Problem, StatusChange};

/// One line of "what waits and why".
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    /// The entry.
    pub entry: UnsentRow,
    /// What its incident is called, where that is known.
    pub incident_title: Option<String>,
}

/// Something of the person's that the cache does not hold yet.
#[derive(Debug, Clone, PartialEq)]
pub struct UnsentRow {
    /// The mutation; that of the cancel, while something is taken back.
    pub mutation_id: MutationId,
    /// The ticket (or system ticket), when it is one.
    pub ticket_id: Option<TicketId>,
    /// On which incident.
    pub incident_id: IncidentId,
    /// What it is.
    pub what: UnsentWhat,
    /// Where it stands; `cancelling` while it is taken back.
    pub state: OutboxState,
    /// How many attempts were begun.
    pub attempts: u32,
    /// The undo time it was sent with, in milliseconds; counted by the engine.
    pub hold_ms: u64,
    /// Why the server said no.
    pub problem: Option<Problem>,
    /// Its files, in order.
    pub files: Vec<FileRow>,
    /// How many of them are not known to be on the server.
    pub files_missing: u32,
    /// When it was written.
    pub written_at: DateTime<Utc>,
}

/// What waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnsentWhat {
    /// A ticket and its text.
    Ticket {
        /// The text.
        message: String,
    },
    /// A new incident.
    Incident {
        /// What it is called.
        title: String,
    },
    /// A status move.
    Status(StatusChange),
    /// A priority.
    Priority {
        /// Before.
        from: Priority,
        /// After.
        to: Priority,
    },
    /// A category.
    Category {
        /// Before.
        from: Category,
        /// After.
        to: Category,
    },
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// What waits to be sent or failed, oldest first; neither markers nor what is done.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn outbox(&self) -> Result<Vec<OutboxRow>, StoreError> {
        todo!()
    }
    /// How many tickets and changes signing out would lose: all in the outbox but markers and what
    /// is done, and drafts.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn unsent_count(&self) -> Result<u32, StoreError> {
        todo!()
    }
}
