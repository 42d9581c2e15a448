//! The folder of files, each named by its digest.
use crate::{IntakeError, Store, StoreError};
use palier_domain::{AttachmentId, MediaType, Sha256};
use std::path::PathBuf;

/// The folder of files.
#[derive(Debug, Clone)]
pub struct Blobs {}

/// A file being received: written beside the others, and one of them only once it is whole.
#[derive(Debug)]
pub struct BlobWriter {}

#[allow(clippy::todo, unused_variables)]
impl Blobs {
    /// Where the file of this digest is, if it is here.
    pub fn path(&self, sha256: Sha256) -> Option<PathBuf> {
        todo!()
    }
    /// Where the small picture of this file is, if there is one, and its type.
    pub fn thumbnail(&self, sha256: Sha256) -> Option<(PathBuf, MediaType)> {
        todo!()
    }
    /// Begins to receive a file.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn receive(&self) -> Result<BlobWriter, StoreError> {
        todo!()
    }
}

#[allow(clippy::todo, unused_variables)]
impl BlobWriter {
    /// Appends bytes.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        todo!()
    }
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// Keeps a downloaded file if its digest is that of the attachment (the original's or the shared
    /// one's) and its incident is still held; makes its small picture.
    ///
    /// # Errors
    /// The bytes are others than announced, or the attachment is no longer here.
    pub async fn keep_download(
        &self,
        attachment_id: AttachmentId,
        received: BlobWriter,
    ) -> Result<PathBuf, IntakeError> {
        todo!()
    }
    /// Deletes files that nothing refers to any more; answers how many.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn sweep_blobs(&self) -> Result<usize, StoreError> {
        todo!()
    }
}
