//! The open store.
use crate::{Blobs, StoreError};
use palier_domain::{DeviceId, UserId};
use palier_engine::Loaded;
use palier_wire::{Cursor, Epoch};
use std::path::Path;

/// Journal, cache and files of one account. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {}

/// A store that was just opened.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// The cache was damaged, of another version or of another epoch, and is new and empty now.
    pub cache_rebuilt: bool,
}

/// How an epoch stands to the journal's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochStanding {
    /// It is ours.
    Ours,
    /// We left it behind: a late reply, to be dropped.
    LeftBehind,
    /// Never seen: the server's data began a new life (or we have none yet).
    New,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// Opens (or creates) the folder of `user`.
    ///
    /// # Errors
    /// The folder is in use, not writable or another user's; the journal is damaged or too new.
    pub async fn open(folder: &Path, user: UserId) -> Result<Opened, StoreError> {
        todo!()
    }
    /// Closes every file. Without it they are closed as well, a moment later.
    pub async fn close(self) {
        todo!()
    }
    /// The signed-in user.
    pub fn user_id(&self) -> UserId {
        todo!()
    }
    /// This installation, as the server knows it.
    pub fn device_id(&self) -> DeviceId {
        todo!()
    }
    /// The folder.
    pub fn folder(&self) -> &Path {
        todo!()
    }
    /// The files.
    pub fn blobs(&self) -> &Blobs {
        todo!()
    }
    /// What the engine starts from.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn load(&self, signed_out: bool) -> Result<Loaded, StoreError> {
        todo!()
    }
    /// Where the cache stands; none before the first reply of a server.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn cursor(&self) -> Result<Option<Cursor>, StoreError> {
        todo!()
    }
    /// How `epoch` stands to ours.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn judge_epoch(&self, epoch: Epoch) -> Result<EpochStanding, StoreError> {
        todo!()
    }
    /// A small value kept with the journal (a setting, a note to the next start).
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        todo!()
    }
    /// Keeps a small value with the journal; none removes it.
    ///
    /// # Errors
    /// The files cannot be written.
    pub async fn set_setting(&self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        todo!()
    }
    /// Lets the journal grow to so many pages only, so that a test meets a full disk.
    pub async fn limit_journal_pages(&self, pages: Option<u32>) {
        todo!()
    }
}
