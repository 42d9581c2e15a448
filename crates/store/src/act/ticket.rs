//! Sending a ticket.
use crate::{ActError, LaneChange, Store};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, MutationId, TicketId};

/// A ticket that was just put into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedTicket {
    /// Its id, for ever.
    pub ticket_id: TicketId,
    /// The mutation that will bring it.
    pub mutation_id: MutationId,
    /// For the engine.
    pub lane: LaneChange,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// Queues `message` and the draft's files as one ticket and clears the draft. It is held for
    /// `undo_ms`.
    ///
    /// # Errors
    /// The text is empty (without files) or too long; the incident is unknown; the disk. The draft
    /// is as before.
    pub async fn send_ticket(
        &self,
        incident_id: IncidentId,
        message: &str,
        undo_ms: u64,
        now: DateTime<Utc>,
    ) -> Result<QueuedTicket, ActError> {
        todo!()
    }
}
