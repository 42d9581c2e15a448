//! The system's files.

use crate::About;
use std::{
    io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// What blocks.
pub mod fs {
    use super::{About, Path, PathBuf, SystemTime, about_of, io};
    pub use std::fs::{
        File, copy, create_dir_all, read, remove_dir_all, remove_file, rename, write,
    };
    use std::io::{Seek, Write};

    /// Whether something has this name.
    pub fn exists(path: &Path) -> bool {
        path.exists()
    }

    /// What is known of a file.
    ///
    /// # Errors
    /// There is none, or it may not be asked for.
    pub fn about(path: &Path) -> io::Result<About> {
        Ok(about_of(path, &std::fs::metadata(path)?))
    }

    /// What is in a folder, not in those within it.
    ///
    /// # Errors
    /// There is no such folder, or it may not be read.
    pub fn list(folder: &Path) -> io::Result<Vec<About>> {
        let mut found = Vec::new();
        for entry in folder.read_dir()? {
            let entry = entry?;
            // What goes away meanwhile is not there.
            if let Ok(known) = entry.metadata() {
                found.push(about_of(&entry.path(), &known));
            }
        }
        Ok(found)
    }

    /// Bytes of all files in a folder and those within it.
    ///
    /// # Errors
    /// Never: what goes away meanwhile takes no room.
    pub fn room(folder: &Path) -> io::Result<u64> {
        let files = walkdir::WalkDir::new(folder).into_iter().flatten();
        let known = files.filter_map(|file| file.metadata().ok());
        Ok(known.filter(|it| it.is_file()).map(|it| it.len()).sum())
    }

    /// Notes that a file was used.
    ///
    /// # Errors
    /// It may not be written.
    pub fn touch(path: &Path) -> io::Result<()> {
        let file = File::options().append(true).open(path)?;
        file.set_modified(SystemTime::now())
    }

    /// Makes a folder that only its owner may enter.
    ///
    /// # Errors
    /// The folder above may not be written.
    pub fn make_private(folder: &Path) -> io::Result<()> {
        create_dir_all(folder)?;
        #[cfg(unix)]
        {
            use std::{fs::Permissions, os::unix::fs::PermissionsExt};
            std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        }
        Ok(())
    }

    /// Makes a file survive a power cut.
    ///
    /// # Errors
    /// There is none; the disk.
    pub fn sync_file(path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    /// Makes a rename in `folder` survive a power cut.
    ///
    /// # Errors
    /// The folder may not be read.
    pub fn sync_folder(folder: &Path) -> io::Result<()> {
        // Windows cannot open a folder as a file, and journals its renames itself.
        #[cfg(unix)]
        File::open(folder)?.sync_all()?;
        #[cfg(not(unix))]
        let _ = folder;
        Ok(())
    }

    /// A file that is being written under another name: it gets its own once it is whole, and is gone when it
    /// does not come to that.
    #[derive(Debug)]
    pub struct Incoming(tempfile::NamedTempFile);

    impl Incoming {
        /// Begins one in `folder`, under a name that begins with `prefix`.
        ///
        /// # Errors
        /// The folder may not be written.
        pub fn begin(folder: &Path, prefix: &str) -> io::Result<Self> {
            let mut named = tempfile::Builder::new();
            named.prefix(prefix).tempfile_in(folder).map(Self)
        }

        /// What was written, from its start.
        ///
        /// # Errors
        /// It cannot be read.
        pub fn reader(&mut self) -> io::Result<&mut File> {
            self.0.rewind()?;
            Ok(self.0.as_file_mut())
        }

        /// Makes what was written survive a power cut.
        ///
        /// # Errors
        /// The disk.
        pub fn sync(&self) -> io::Result<()> {
            self.0.as_file().sync_all()
        }

        /// Gives it its name, over what had it.
        ///
        /// # Errors
        /// The disk; then it is gone.
        pub fn persist(self, path: &Path) -> io::Result<()> {
            self.0
                .persist(path)
                .map(drop)
                .map_err(|failed| failed.error)
        }
    }

    /// A file in a folder of its own, which both go with the value.
    #[derive(Debug)]
    pub struct Aside {
        path: PathBuf,
        _folder: tempfile::TempDir,
    }

    impl Aside {
        /// Writes one under this name.
        ///
        /// # Errors
        /// The disk.
        pub fn keep(name: &str, bytes: &[u8]) -> io::Result<Self> {
            let folder = tempfile::tempdir()?;
            let path = folder.path().join(name);
            write(&path, bytes)?;
            Ok(Self {
                path,
                _folder: folder,
            })
        }

        /// Where it is.
        pub fn path(&self) -> &Path {
            &self.path
        }
    }

    impl Write for Incoming {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0.flush()
        }
    }
}

/// What does not hold up.
pub mod aio {
    use std::io;
    pub use tokio::fs::{File, copy, create_dir_all, remove_dir_all, remove_file, rename, write};

    /// Runs what reads, hashes and decodes off the threads that answer.
    ///
    /// # Errors
    /// It broke down.
    pub async fn blocking<T: Send + 'static>(
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        tokio::task::spawn_blocking(work)
            .await
            .map_err(io::Error::other)
    }
}

fn about_of(path: &Path, known: &std::fs::Metadata) -> About {
    let used = known.modified().unwrap_or(UNIX_EPOCH);
    let used = used.duration_since(UNIX_EPOCH).unwrap_or_default();
    About {
        path: path.to_owned(),
        len: known.len(),
        is_file: known.is_file(),
        used_ms: i64::try_from(used.as_millis()).unwrap_or(i64::MAX),
    }
}
