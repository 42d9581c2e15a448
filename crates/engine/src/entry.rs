//! What the engine knows of an outbox entry: everything but its bytes.

use crate::Millis;
use palier_domain::{AttachmentId, IncidentId, MutationId, OutboxState};

/// An outbox entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The mutation.
    pub mutation_id: MutationId,
    /// The incident whose lane it stands in.
    pub incident_id: IncidentId,
    /// Its place: entries of one lane leave in this order.
    pub position: i64,
    /// How it takes part in its lane.
    pub weight: Weight,
    /// Where it stands.
    pub state: OutboxState,
    /// How many attempts were begun.
    pub attempts: u32,
    /// Milliseconds from now until it is due, when it was just loaded, enqueued or changed: the
    /// undo time of a held one, 0 for others.
    pub due_in: Millis,
    /// What has to be applied before it.
    pub depends_on: Option<MutationId>,
    /// Its files that are not known to be on the server, in order.
    pub missing_files: Vec<AttachmentId>,
    /// Size of its payload, in bytes.
    pub payload_bytes: u32,
    /// The server had it once, and it goes again because its data began a new life: how long from now
    /// the want of what it belongs to is no verdict, in milliseconds. None for what the server never had.
    pub replayed: Option<Millis>,
    /// It made the server fail too often ([`crate::Settle::Troubled`]): tried rarely, holds nothing back.
    pub troubled: bool,
}

/// How an entry takes part in its lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It leaves in its turn, and its failure is shown.
    Ordinary,
    /// It stands in no lane and is forgotten when refused; one per incident is in flight.
    Marker,
    /// It takes another entry back; leaves in that one's turn.
    Cancel,
}
