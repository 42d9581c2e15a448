//! What can be done with an entry that was sent and has not arrived: undo, send now, edit, retry,
//! discard.
use crate::{ActError, LaneChange, Store};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, MutationId, TicketId};

/// An entry that became a draft again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackInDraft {
    /// On which incident.
    pub incident_id: IncidentId,
    /// For the engine.
    pub lane: LaneChange,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// The outbox entry of a ticket (or of a status move, by its system ticket).
    ///
    /// # Errors
    /// There is none.
    pub async fn entry_of(&self, ticket_id: TicketId) -> Result<MutationId, ActError> {
        todo!()
    }
    /// Takes a ticket back that no attempt was made for: its text and files are the draft again.
    ///
    /// # Errors
    /// `MayHaveLeft` once an attempt was begun.
    pub async fn undo(
        &self,
        ticket_id: TicketId,
        now: DateTime<Utc>,
    ) -> Result<BackInDraft, ActError> {
        todo!()
    }
    /// Ends a ticket's undo time.
    ///
    /// # Errors
    /// It is not there any more.
    pub async fn send_now(&self, ticket_id: TicketId) -> Result<LaneChange, ActError> {
        todo!()
    }
    /// Takes a ticket back into the draft, to be changed.
    ///
    /// # Errors
    /// It is not there any more, or delivered.
    pub async fn edit(
        &self,
        ticket_id: TicketId,
        now: DateTime<Utc>,
    ) -> Result<BackInDraft, ActError> {
        todo!()
    }
    /// Tries a failed or waiting entry again now.
    ///
    /// # Errors
    /// It is not there any more.
    pub async fn retry(&self, mutation_id: MutationId) -> Result<LaneChange, ActError> {
        todo!()
    }
    /// Throws an entry away, with what depends on it.
    ///
    /// # Errors
    /// It is not there any more, or delivered.
    pub async fn discard(
        &self,
        mutation_id: MutationId,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, ActError> {
        todo!()
    }
}
