//! The folder of files, each named by its digest. Calls block: use them on a blocking thread.

use crate::error::{Error, Result};
use palier_domain::Sha256;
use std::{
    fs::{self, File},
    io::{ErrorKind, Seek},
    path::{Path, PathBuf},
};

/// The folder.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// Opens `folder`, making it when absent.
    pub fn open(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).map_err(Error::io("make the folder for files"))?;
        Ok(Self { folder })
    }

    /// Where the file with this digest is.
    // Two levels: a folder with a million entries is slow to list and to back up.
    pub fn path(&self, digest: Sha256) -> PathBuf {
        let name = digest.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    /// Keeps what is in `from` as the file with this digest.
    pub fn put(&self, mut from: File, digest: Sha256) -> Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)
            .map_err(Error::io("make a temporary file"))?;
        from.rewind().map_err(Error::io("rewind a file"))?;
        std::io::copy(&mut from, &mut file).map_err(Error::io("write a file"))?;
        file.as_file()
            .sync_all()
            .map_err(Error::io("sync a file"))?;
        let target = self.make_room(digest)?;
        file.persist(&target)
            .map_err(|error| Error::io("name a file")(error.error))?;
        sync_folder(&target)
    }

    /// Keeps the file at `path` as the one with this digest. `path` stays, until the row that names
    /// the file is committed.
    pub fn adopt(&self, path: &Path, digest: Sha256) -> Result<()> {
        let file = File::open(path).map_err(Error::io("open an uploaded file"))?;
        file.sync_all()
            .map_err(Error::io("sync an uploaded file"))?;
        let target = self.make_room(digest)?;
        if target.exists() {
            return Ok(());
        }
        // A second name costs nothing; where the file system has none, a copy does the same.
        if fs::hard_link(path, &target).is_err() {
            self.put(file, digest)?;
        }
        sync_folder(&target)
    }

    /// Deletes the file with this digest, if it is there.
    pub fn remove(&self, digest: Sha256) -> Result<()> {
        remove_if_there(&self.path(digest))
    }

    /// Deletes what a crash left of files that never got their name.
    pub fn remove_nameless(&self) -> Result<()> {
        let entries = fs::read_dir(&self.folder).map_err(Error::io("list files"))?;
        for entry in entries {
            let path = entry.map_err(Error::io("list files"))?.path();
            if path.is_file() {
                remove_if_there(&path)?;
            }
        }
        Ok(())
    }

    fn make_room(&self, digest: Sha256) -> Result<PathBuf> {
        let target = self.path(digest);
        if let Some(folder) = target.parent()
            && !folder.exists()
        {
            fs::create_dir_all(folder).map_err(Error::io("make a folder for files"))?;
            sync_folder(folder)?;
        }
        Ok(target)
    }
}

/// Deletes a file that may be gone already.
pub fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("delete a file")(error)),
        _ => Ok(()),
    }
}

/// Makes the entry of `path` in its folder durable: a rename alone is not.
fn sync_folder(path: &Path) -> Result<()> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::io("sync a folder"))
}
