//! Files of tickets: received in pieces, verified, kept under their digest, given to who may see
//! the ticket.
//!
//! - [`upload`] is the resumable upload (tus), without HTTP.
//! - [`finish`] takes a whole file: size, digest, and what [`judge`] says of it, which runs in a
//!   process of its own ([`child`]).
//! - [`store`] is the folder; [`serve`] finds what a caller may have.
//!
//! **Invariant: a row names a blob only after its file is whole and fsynced; a blob's file goes only
//! after the commit that took its last row.**

pub mod child;
mod finish;
mod frames;
pub mod judge;
pub mod serve;
mod store;
mod sweep;
pub mod upload;

use crate::{
    config::Config,
    db::Db,
    error::{Error, Result},
};
use child::Judges;
use chrono::TimeDelta;
use palier_domain::{FileName, MediaType};
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, Weak},
};
use store::Store;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, RwLock, Semaphore, SemaphorePermit};
use uuid::Uuid;

/// The files of a server. Clones are the same.
#[derive(Clone)]
pub struct Files(Arc<Inner>);

struct Inner {
    store: Store,
    parts: PathBuf,
    expiry: TimeDelta,
    chunks: Semaphore,
    judges: Judges,
    judging: Semaphore,
    // Held for reading from writing a blob's file to committing its row, for writing by the sweep:
    // so the sweep never takes a file that is about to be named again.
    keep: RwLock<()>,
    open: Mutex<HashMap<Uuid, Weak<AsyncMutex<()>>>>,
}

/// The type that a file's name claims, if it is one of ours.
///
/// # Errors
/// `unsupported-file`.
fn claimed(name: &FileName) -> Result<MediaType> {
    MediaType::from_name(name.as_str())
        .ok_or_else(|| child::unsupported(format!("{} is of no accepted type", name.as_str())))
}

impl Files {
    /// Opens the folders below the data folder.
    pub fn open(config: &Config) -> Result<Self> {
        let parts = config.data_dir.join("uploads");
        std::fs::create_dir_all(&parts).map_err(Error::io("make the folder for uploads"))?;
        let judges = Judges::new(config.judge.clone(), parts.clone());
        Ok(Self(Arc::new(Inner {
            store: Store::open(config.data_dir.join("blobs"))?,
            parts,
            expiry: TimeDelta::from_std(config.upload_expiry).unwrap_or(TimeDelta::days(1)),
            chunks: Semaphore::new(config.chunks),
            judges,
            judging: Semaphore::new(config.judges),
            keep: RwLock::new(()),
            open: Mutex::default(),
        })))
    }

    /// Deletes what has expired or is named by no row.
    pub async fn sweep(&self, db: &Db) -> Result<()> {
        sweep::run(self, db).await
    }

    /// Waits for its turn to receive a chunk.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        self.0
            .chunks
            .acquire()
            .await
            .map_err(|_| Error::unavailable())
    }

    /// Where the bytes of an upload are collected.
    fn part(&self, upload: Uuid) -> PathBuf {
        self.0.parts.join(upload.simple().to_string())
    }

    /// Whether the bytes that count as received are there.
    async fn holds(&self, upload: &upload::Upload) -> bool {
        match tokio::fs::metadata(self.part(upload.id)).await {
            Ok(part) => part.len() >= upload.received,
            Err(_) => upload.received == 0,
        }
    }

    /// Deletes the collected bytes of an upload.
    async fn remove_part(&self, upload: Uuid) -> Result<()> {
        let path = self.part(upload);
        tokio::task::spawn_blocking(move || store::remove_if_there(&path)).await?
    }

    /// The only one to write this upload, until the guard is dropped.
    async fn exclusive(&self, upload: Uuid) -> OwnedMutexGuard<()> {
        let lock = {
            let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.retain(|_, lock| lock.strong_count() > 0);
            match open.get(&upload).and_then(Weak::upgrade) {
                Some(lock) => lock,
                None => {
                    let lock = Arc::new(AsyncMutex::new(()));
                    open.insert(upload, Arc::downgrade(&lock));
                    lock
                }
            }
        };
        lock.lock_owned().await
    }
}
