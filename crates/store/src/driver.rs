//! What the engine asks of the journal: its commands, one method each.
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use palier_domain::{AttachmentId, IncidentId, MutationId};
use palier_engine::Settle;
use palier_wire::{Epoch, Mutation};
use std::collections::BTreeSet;

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// Commits `sending` and one more attempt for those of `ids` that still may leave; answers
    /// which those are, in order.
    ///
    /// # Errors
    /// The journal cannot be written; then no byte may leave.
    pub async fn mark_sending(&self, ids: &[MutationId]) -> Result<Vec<MutationId>, StoreError> {
        todo!()
    }
    /// The mutations to push, in this order, payload bytes as stored. Entries that are not
    /// `sending` any more (the person took them back meanwhile) are left out.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn payloads(&self, ids: &[MutationId]) -> Result<Vec<Mutation>, StoreError> {
        todo!()
    }
    /// Commits what became of entries; answers the incidents whose threads look different now.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn settle(
        &self,
        settled: &[(MutationId, Settle)],
    ) -> Result<BTreeSet<IncidentId>, StoreError> {
        todo!()
    }
    /// Moves done entries to the sent log; markers and cancels are deleted.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn retire(
        &self,
        ids: &[MutationId],
        now: DateTime<Utc>,
    ) -> Result<BTreeSet<IncidentId>, StoreError> {
        todo!()
    }
    /// The file is on the server now. To be called before the upload's end is reported.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn file_uploaded(&self, attachment_id: AttachmentId) -> Result<(), StoreError> {
        todo!()
    }
    /// Takes a new epoch (or the same again, for a rebuild): `sending` becomes `queued`, marks "on
    /// the server" go, the cache is emptied.
    ///
    /// # Errors
    /// The files cannot be written.
    pub async fn adopt_epoch(&self, epoch: Epoch, now: DateTime<Utc>) -> Result<(), StoreError> {
        todo!()
    }
}
