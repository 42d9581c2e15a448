//! Drafts.
use crate::{IntakeError, Store, StoreError, view::FileRow};
use chrono::{DateTime, Utc};
use palier_domain::{AttachmentId, IncidentId};
use std::path::Path;

/// What is being written on an incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftRow {
    /// The text as typed.
    pub message: String,
    /// Its files, in order.
    pub files: Vec<FileRow>,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// The draft of an incident; empty when there is none.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn draft(&self, incident_id: IncidentId) -> Result<DraftRow, StoreError> {
        todo!()
    }
    /// Keeps the text as typed. Empty text without files removes the draft.
    ///
    /// # Errors
    /// The journal cannot be written; the draft is as before.
    pub async fn save_draft(
        &self,
        incident_id: IncidentId,
        message: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        todo!()
    }
    /// Copies a picked file into the folder and puts it into the draft.
    ///
    /// # Errors
    /// The file is refused; the draft is as before.
    pub async fn add_draft_file(
        &self,
        incident_id: IncidentId,
        path: &Path,
        now: DateTime<Utc>,
    ) -> Result<FileRow, IntakeError> {
        todo!()
    }
    /// Takes a file out of the draft; fine when it is not there.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn remove_draft_file(
        &self,
        incident_id: IncidentId,
        attachment_id: AttachmentId,
    ) -> Result<(), StoreError> {
        todo!()
    }
}
