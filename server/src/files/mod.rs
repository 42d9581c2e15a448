//! Files of tickets: received in pieces, verified, kept under their digest, given to who may see
//! the ticket.
//!
//! - [`upload`] is the resumable upload (tus), without HTTP.
//! - [`finish`] takes a whole file: size, digest, and what [`judge`] says of it, which runs in a
//!   process of its own ([`child`]).
//! - [`store`] is the folder or the bucket; [`serve`] finds what a caller may have.
//! - [`claims`] keeps what is being written from being swept away; [`quota`] counts.
//!
//! **Invariant: a row names a blob only after its file is whole and durable; a blob's file goes only
//! after the commit that took its last row.**

pub mod child;
mod claims;
mod finish;
mod frames;
pub mod judge;
pub mod quota;
pub mod serve;
pub mod store;
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
    time::Instant,
};
use store::Store;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, Semaphore, SemaphorePermit};
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
    // When the whole store was looked through for the last time.
    looked: Mutex<Option<Instant>>,
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
    ///
    /// # Errors
    /// When they cannot be made, or the bucket does not take what is put there.
    pub async fn open(config: &Config) -> Result<Self> {
        let parts = config.data_dir.join("uploads");
        std::fs::create_dir_all(&parts).map_err(Error::io("make the folder for uploads"))?;
        let judges = Judges::new(config.judge.clone(), parts.clone());
        let store = Store::of(config)?;
        store.probe().await?;
        Ok(Self(Arc::new(Inner {
            store,
            parts,
            expiry: TimeDelta::from_std(config.upload_expiry).unwrap_or(TimeDelta::days(1)),
            chunks: Semaphore::new(config.chunks),
            judges,
            judging: Semaphore::new(config.judges),
            looked: Mutex::default(),
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

    /// Where files are.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Whether the bytes that count as received are here. Where nodes share a bucket, those that came to
    /// another one are fetched.
    async fn holds(&self, upload: &upload::Upload) -> Result<bool> {
        let part = self.part(upload.id);
        let here = tokio::fs::metadata(&part)
            .await
            .map_or(0, |part| part.len());
        if here >= upload.received {
            return Ok(true);
        }
        let Some(bytes) = self.0.store.pieces(upload.id, upload.received).await? else {
            return Ok(false);
        };
        tokio::fs::write(&part, bytes)
            .await
            .map_err(Error::io("write an upload"))?;
        Ok(true)
    }

    /// Deletes the collected bytes of an upload.
    async fn remove_part(&self, upload: Uuid) -> Result<()> {
        let path = self.part(upload);
        tokio::task::spawn_blocking(move || store::remove_if_there(&path)).await??;
        self.0.store.remove_pieces(upload).await
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
