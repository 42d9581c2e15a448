//! The folder of an account: private to the person, used by one program at a time.

use crate::{StoreError, sqlite::Doing};
use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

/// The folder, locked for as long as this value lives.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    // Dropping the file ends the lock, and so does the end of the process, however it ends.
    _lock: File,
}

impl Folder {
    /// Makes the folder where it is missing and locks it.
    pub fn take(path: &Path) -> Result<Self, StoreError> {
        make_private(path).doing("making the data folder")?;
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

/// Makes a folder that only its owner may enter.
pub(crate) fn make_private(path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// Makes a rename in `folder` survive a power cut.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    // Windows cannot open a folder as a file, and journals its renames itself.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
