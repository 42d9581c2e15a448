//! Drafts and their files.

use crate::{
    IntakeError, Store, StoreError,
    journal::{drafts, files},
    view::FileRow,
};
use chrono::{DateTime, Utc};
use palier_domain::{AttachmentId, IncidentId, MAX_ATTACHMENTS};
use std::path::Path;
use uuid::Uuid;

/// What is being written on an incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftRow {
    /// The text as typed.
    pub message: String,
    /// It is a note among owners.
    pub note: bool,
    /// Its files, in order.
    pub files: Vec<FileRow>,
}

impl Store {
    /// The draft of an incident; empty when there is none.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn draft(&self, incident_id: IncidentId) -> Result<DraftRow, StoreError> {
        drafts::read(&mut *self.read().await?, incident_id).await
    }

    /// Keeps the text of a message as typed. Empty text without files removes the draft.
    ///
    /// # Errors
    /// The journal cannot be written; the draft is as before.
    pub async fn save_draft(
        &self,
        incident_id: IncidentId,
        message: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.save_draft_as(incident_id, message, false, now).await
    }

    /// The same, for a message or a note.
    ///
    /// # Errors
    /// The journal cannot be written; the draft is as before.
    pub async fn save_draft_as(
        &self,
        incident_id: IncidentId,
        message: &str,
        note: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut write = self.write("keeping a draft").await?;
        drafts::write(&mut write, incident_id, message, now).await?;
        drafts::set_note(&mut write, incident_id, note).await?;
        if message.trim().is_empty() {
            drafts::remove_if_empty(&mut write, incident_id).await?;
        }
        write.commit().await
    }

    /// Begins to describe a new incident: files can be added to its draft before it is opened.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn begin_incident(&self, now: DateTime<Utc>) -> Result<IncidentId, StoreError> {
        let incident_id = IncidentId(Uuid::now_v7());
        let mut write = self.write("beginning to describe an incident").await?;
        drafts::begin(&mut write, incident_id, now).await?;
        write.commit().await?;
        Ok(incident_id)
    }

    /// Throws a draft away with its files; fine when there is none.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn discard_draft(&self, incident_id: IncidentId) -> Result<(), StoreError> {
        let mut write = self.write("throwing a draft away").await?;
        drafts::remove(&mut write, incident_id).await?;
        files::forget_unused(&mut write).await?;
        write.commit().await
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
        if self.draft(incident_id).await?.files.len() >= MAX_ATTACHMENTS {
            return Err(IntakeError::TooMany);
        }
        // The bytes first: a row must never promise a file that is not there.
        let (taken, _keep) = self.blobs().take_picked(path).await?;
        let file = FileRow {
            id: Uuid::now_v7().into(),
            name: taken.name,
            media_type: taken.media_type,
            size: taken.size,
            sha256: taken.sha256,
            has_thumbnail: taken.has_thumbnail,
        };
        let mut write = self.write("adding a file to a draft").await?;
        drafts::ensure(&mut write, incident_id, now).await?;
        let mut ids = file_ids(&drafts::read(&mut write, incident_id).await?);
        if ids.len() >= MAX_ATTACHMENTS {
            return Err(IntakeError::TooMany);
        }
        files::insert(&mut write, &file).await?;
        ids.push(file.id);
        drafts::set_files(&mut write, incident_id, &ids).await?;
        write.commit().await?;
        Ok(file)
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
        let mut write = self.write("taking a file out of a draft").await?;
        let mut ids = file_ids(&drafts::read(&mut write, incident_id).await?);
        ids.retain(|id| *id != attachment_id);
        drafts::set_files(&mut write, incident_id, &ids).await?;
        drafts::remove_if_empty(&mut write, incident_id).await?;
        write.commit().await
    }
}

pub(crate) fn file_ids(draft: &DraftRow) -> Vec<AttachmentId> {
    draft.files.iter().map(|file| file.id).collect()
}
