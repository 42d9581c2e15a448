//! Files of tickets, for viewer, other applications and "save as".

use crate::{
    Client,
    error::{ClientError, at_the_place, not_opened},
    files,
};
use palier_bridge::{
    CommandError,
    request::{OpenAttachment, SaveAttachment},
};
use palier_domain::AttachmentId;
use std::path::PathBuf;

impl Client {
    /// Opens a file in the system's application (fetching it first).
    ///
    /// # Errors
    /// `file_not_here` when it must be fetched and the server cannot be asked; the desktop.
    pub async fn open_attachment(&self, request: OpenAttachment) -> Result<(), CommandError> {
        self.tell(self.open(request.attachment_id)).await
    }

    async fn open(&self, id: AttachmentId) -> Result<(), ClientError> {
        let account = self.account().await?;
        let row = files::find(&account, id).await?;
        let path = files::local(&account, &self.inner.fetches, &row).await?;
        let copy = files::copy_to_open(&account.store, &row, &path).await?;
        let opened = self.installation().shell.open_file(&copy).await;
        opened.map_err(|error| not_opened(&error, &copy))
    }

    /// Saves a copy of a file where the person says.
    ///
    /// # Errors
    /// `file_not_here` when it must be fetched and the server cannot be asked; the disk.
    pub async fn save_attachment(&self, request: SaveAttachment) -> Result<(), CommandError> {
        self.tell(self.save(request.attachment_id)).await
    }

    async fn save(&self, id: AttachmentId) -> Result<(), ClientError> {
        let account = self.account().await?;
        let row = files::find(&account, id).await?;
        let installation = self.installation();
        let title = installation.words().text("save-file-title");
        let target = installation
            .shell
            .pick_save_path(title, row.file.name.clone())
            .await;
        let Some(target) = target else {
            return Ok(());
        };
        let path = files::local(&account, &self.inner.fetches, &row).await?;
        files::copy_file(&path, &target).await.map_err(|source| {
            let doing = "save a copy of the file";
            at_the_place(ClientError::Io { doing, source }, &target)
        })
    }

    /// Where the file is on this device, after fetching it if need be. For showing only: another
    /// application gets a copy ([`Client::open_attachment`]).
    ///
    /// # Errors
    /// `file_not_here` when it must be fetched and the server cannot be asked.
    pub async fn attachment_file(&self, id: AttachmentId) -> Result<PathBuf, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let row = files::find(&account, id).await?;
            files::local(&account, &self.inner.fetches, &row).await
        })
        .await
    }

    /// Where the file's small picture is, after fetching that picture if need be (the file itself
    /// only where there is no small picture of it).
    ///
    /// # Errors
    /// `file_not_here` when there is none, or it must be fetched and the server cannot be asked.
    pub async fn thumbnail_file(&self, id: AttachmentId) -> Result<PathBuf, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let row = files::find(&account, id).await?;
            files::thumbnail(&account, &self.inner.fetches, &row).await
        })
        .await
    }
}
