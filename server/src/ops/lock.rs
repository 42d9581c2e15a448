//! One server at a time on a data folder.
//!
//! Two would each believe to be the only writer of the SQLite file, and neither would ring the
//! other's doorbell. Commands that replace or rewrite the data under a server take the same lock.
//! The operating system gives it back when the process ends, however it ends.

use crate::error::{Error, Result};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
};

/// The right to work on a data folder, as long as the value lives.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "held, not used")] File);

impl Lock {
    /// Takes the lock of `data_dir`, which has to be there.
    ///
    /// # Errors
    /// When another process has it, or the file cannot be made.
    pub fn take(data_dir: &Path) -> Result<Self> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(data_dir.join("serving.lock"))
            .map_err(Error::io("open the lock of the data folder"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                let taken = io::Error::new(
                    io::ErrorKind::ResourceBusy,
                    "another server is working on it",
                );
                Err(Error::io("lock the data folder")(taken))
            }
            Err(TryLockError::Error(error)) => Err(Error::io("lock the data folder")(error)),
        }
    }
}
