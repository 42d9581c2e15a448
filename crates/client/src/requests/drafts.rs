//! Drafts and their files.

use crate::{
    Client,
    account::Account,
    error::{ClientError, from_intake},
    installation::blocking,
    view, words,
};
use chrono::Utc;
use palier_bridge::{
    AppEvent, CommandError,
    request::{
        AttachDropped, BeginIncident, DiscardDraft, PasteImage, PickAttachments, RemoveAttachment,
        SaveDraft,
    },
    view::Draft,
};
use palier_disk::fs::Aside;
use palier_domain::IncidentId;
use std::{
    io,
    path::PathBuf,
    sync::{MutexGuard, PoisonError},
};

impl Client {
    /// Keeps the text as typed. Empty text without files removes the draft.
    ///
    /// # Errors
    /// Nobody is signed in; the disk.
    pub async fn save_draft(&self, request: SaveDraft) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            account
                .store
                .save_draft_as(
                    request.incident_id,
                    &request.message,
                    request.note,
                    Utc::now(),
                )
                .await?;
            // The list marks incidents with a draft; the thread is where it is being typed.
            self.installation().shell.emit(AppEvent::IncidentsChanged);
            Ok(())
        })
        .await
    }

    /// Opens the system's picker and copies what was picked into the draft.
    ///
    /// # Errors
    /// Nobody is signed in. Files that are refused are told with the draft.
    pub async fn pick_attachments(&self, request: PickAttachments) -> Result<Draft, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let installation = self.installation();
            let dialog = words::pick_files(&installation.words());
            let picked = installation.shell.pick_files(dialog).await;
            attach(&account, request.incident_id, picked).await
        })
        .await
    }

    /// Copies files into the draft, as [`Client::pick_attachments`] does after its picker: for
    /// files that were dropped or pasted.
    ///
    /// # Errors
    /// Nobody is signed in. Files that are refused are told with the draft.
    pub async fn attach_files(
        &self,
        incident_id: IncidentId,
        files: Vec<PathBuf>,
    ) -> Result<Draft, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            attach(&account, incident_id, files).await
        })
        .await
    }

    /// Files were dropped on the window: the screen that shows a draft will ask for them. What was dropped
    /// before and not asked for is forgotten.
    pub fn files_dropped(&self, files: Vec<PathBuf>) {
        *self.dropped() = files;
        self.installation().shell.emit(AppEvent::FilesDropped);
    }

    fn dropped(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        let dropped = &self.inner.dropped;
        dropped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Copies the files that were dropped last into the draft.
    ///
    /// # Errors
    /// Nobody is signed in. Files that are refused are told with the draft.
    pub async fn attach_dropped(&self, request: AttachDropped) -> Result<Draft, CommandError> {
        let files = std::mem::take(&mut *self.dropped());
        self.attach_files(request.incident_id, files).await
    }

    /// Copies the picture that is in the clipboard into the draft; changes nothing when there is none.
    ///
    /// # Errors
    /// Nobody is signed in; the disk. A picture that is refused is told with the draft.
    pub async fn paste_image(&self, request: PasteImage) -> Result<Draft, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let installation = self.installation();
            let mut files = Vec::new();
            let mut aside = None;
            if let Some(picture) = installation.shell.clipboard_image().await {
                let name = installation.words().text("paste-name");
                let made = blocking(move || keep_aside(&name, &picture)).await?;
                let file = made.map_err(|source| ClientError::Io {
                    doing: "keep a pasted picture",
                    source,
                })?;
                files.push(file.path().to_owned());
                aside = Some(file);
            }
            let draft = attach(&account, request.incident_id, files).await;
            drop(aside);
            draft
        })
        .await
    }

    /// Begins to describe a new incident: files can be attached to it before it is opened.
    ///
    /// # Errors
    /// Nobody is signed in; the disk.
    pub async fn begin_incident(&self, _: BeginIncident) -> Result<IncidentId, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            Ok(account.store.begin_incident(Utc::now()).await?)
        })
        .await
    }

    /// Throws a draft away with its files.
    ///
    /// # Errors
    /// Nobody is signed in; the disk.
    pub async fn discard_draft(&self, request: DiscardDraft) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            account.store.discard_draft(request.incident_id).await?;
            self.installation().shell.emit(AppEvent::IncidentsChanged);
            Ok(())
        })
        .await
    }

    /// Takes a file out of the draft.
    ///
    /// # Errors
    /// Nobody is signed in; the disk.
    pub async fn remove_attachment(
        &self,
        request: RemoveAttachment,
    ) -> Result<Draft, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            account
                .store
                .remove_draft_file(request.incident_id, request.attachment_id)
                .await?;
            self.installation().shell.emit(AppEvent::IncidentsChanged);
            draft(&account, request.incident_id).await
        })
        .await
    }
}

async fn attach(
    account: &Account,
    incident_id: IncidentId,
    files: Vec<PathBuf>,
) -> Result<Draft, ClientError> {
    let mut refused = Vec::new();
    for path in &files {
        let added = account
            .store
            .add_draft_file(incident_id, path, Utc::now())
            .await;
        if let Err(error) = added {
            let name = path.file_name().unwrap_or(path.as_os_str());
            refused.push(from_intake(error, &name.to_string_lossy()));
        }
    }
    if refused.len() < files.len() {
        let shell = &account.installation.shell;
        shell.emit(AppEvent::IncidentsChanged);
    }
    Ok(Draft {
        refused,
        ..draft(account, incident_id).await?
    })
}

/// The draft as the composer shows it.
pub(crate) async fn draft(
    account: &Account,
    incident_id: IncidentId,
) -> Result<Draft, ClientError> {
    Ok(view::draft(account.store.draft(incident_id).await?))
}

/// A pasted picture as a file, which goes with the value.
fn keep_aside(name: &str, picture: &[u8]) -> io::Result<Aside> {
    Aside::keep(&format!("{name}.png"), picture)
}
