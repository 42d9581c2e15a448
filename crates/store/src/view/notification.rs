//! Which tickets a person may be told about, and what was told.
use crate::{Store, StoreError};
use palier_domain::{IncidentId, TicketId};
use palier_engine::notify::Candidate;
use palier_wire::StatusChange;

/// A candidate with the words to announce it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateRow {
    /// For the engine's decision.
    pub candidate: Candidate,
    /// What the incident is called.
    pub incident_title: String,
    /// The unit's label.
    pub unit: Option<String>,
    /// The property's name.
    pub property: Option<String>,
    /// The author's name, where it is known.
    pub author: Option<String>,
    /// The first words, at most 200 characters; empty for a file alone or a status move.
    pub words: String,
    /// How many files it carries.
    pub files: u32,
    /// The status move of a system ticket.
    pub status_change: Option<StatusChange>,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// Whether [`Store::start_notifying`] was ever called in this epoch: before, everything is history.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn notifies(&self) -> Result<bool, StoreError> {
        todo!()
    }
    /// Everything in the cache is history: only what comes later is announced. Kept over rebuilds
    /// of the cache, reset by a new epoch.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn start_notifying(&self) -> Result<(), StoreError> {
        todo!()
    }
    /// Foreign tickets above `notify_after_n` and above what the person has read, never decided on.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn candidates(&self) -> Result<Vec<CandidateRow>, StoreError> {
        todo!()
    }
    /// Records what was decided, before the desktop is called: shown (`true`) or suppressed.
    ///
    /// # Errors
    /// The journal cannot be written; then nothing may be shown.
    pub async fn record_decided(&self, decided: &[(TicketId, bool)]) -> Result<(), StoreError> {
        todo!()
    }
    /// Incidents whose shown notifications have all been read meanwhile, here or elsewhere;
    /// recorded as withdrawn.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn take_withdrawals(&self) -> Result<Vec<IncidentId>, StoreError> {
        todo!()
    }
}
