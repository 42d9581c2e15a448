//! The folder of an account: private to the person, used by one program at a time.

use crate::StoreError;
use std::path::{Path, PathBuf};

/// The folder, locked for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    // Dropping the file ends the lock, and so does the end of the process, however it ends.
    #[cfg(not(target_family = "wasm"))]
    _lock: std::fs::File,
}

impl Folder {
    /// Makes the folder where it is missing and locks it.
    #[cfg(not(target_family = "wasm"))]
    pub fn take(path: &Path) -> Result<Self, StoreError> {
        use crate::sqlite::Doing;
        use std::fs::{File, TryLockError};

        palier_disk::fs::make_private(path).doing("making the data folder")?;
        // SQLite resolves relative paths at every open; the program may change its folder between.
        let path = path.canonicalize().doing("finding the data folder")?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"))
            .doing("locking the data folder")?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::FolderInUse(path)),
            Err(TryLockError::Error(error)) => Err(error).doing("locking the data folder"),
        }
    }

    /// Takes the folder. One worker of an origin has all of its folders, so there is nothing to lock.
    #[cfg(target_family = "wasm")]
    pub fn take(path: &Path) -> Result<Self, StoreError> {
        Ok(Self {
            path: path.to_owned(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn journal(&self) -> PathBuf {
        self.path.join("journal.sqlite")
    }

    /// The two places of caches: one is shown, and while it is rebuilt, the other is filled.
    pub fn caches(&self) -> [PathBuf; 2] {
        ["cache.sqlite", "cache-2.sqlite"].map(|name| self.path.join(name))
    }

    pub fn blobs(&self) -> PathBuf {
        self.path.join("blobs")
    }
}
