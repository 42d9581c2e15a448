//! What a person does: each act is one transaction of the journal, and nothing else.
//!
//! An act answers with what the engine has to be told ([`LaneChange`]).

mod draft;
mod incident;
mod marker;
mod note;
mod order;
mod reapply;
pub(crate) mod sent;
mod ticket;

pub use draft::DraftRow;
pub use incident::NewIncident;
pub use sent::BackInDraft;
pub use ticket::QueuedTicket;

use palier_domain::MutationId;
use palier_engine::{Entry, Event};

/// What an act changed in the outbox, for the engine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaneChange {
    /// Entries that are no longer there.
    pub removed: Vec<MutationId>,
    /// Entries of one lane that changed places.
    pub moved: Vec<(MutationId, i64)>,
    /// Entries that stand differently.
    pub changed: Vec<Entry>,
    /// New entries.
    pub enqueued: Vec<Entry>,
}

impl LaneChange {
    /// As events: one, however many entries it is about. Between two the engine might choose an entry
    /// that the next one takes away.
    // What was removed comes first: a cancel takes over the place of what it takes back.
    pub fn into_events(self) -> Vec<Event> {
        let removed = self.removed.into_iter().map(Event::Removed);
        let moved = (!self.moved.is_empty()).then_some(Event::Moved(self.moved));
        let changed = self.changed.into_iter().map(Event::Changed);
        let enqueued = self.enqueued.into_iter().map(Event::Enqueued);
        let events: Vec<Event> = removed
            .chain(moved)
            .chain(changed)
            .chain(enqueued)
            .collect();
        match events.len() {
            0 | 1 => events,
            _ => vec![Event::Acted(events)],
        }
    }
}
