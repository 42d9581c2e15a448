//! A browser's files: databases in the private file system of the page's origin, everything else in one of
//! those databases.
//!
//! A database's file can only be read and written at once by a worker that alone holds it, so one worker of
//! an origin has all of this: [`open`] fails in a second one.

use crate::{
    About,
    rows::{Rows, failed, missing},
};
use chrono::Utc;
use sqlite_wasm_rs::WasmOsCallback;
use sqlite_wasm_vfs::sahpool::{OpfsSAHError, OpfsSAHPoolCfgBuilder, OpfsSAHPoolUtil, install};
use std::{
    cell::RefCell,
    io,
    path::{Path, PathBuf},
    rc::Rc,
};

/// Files that databases may take: of each account a journal and two caches, with what is not committed of
/// each; more are made when they are wanted.
const ROOM: u32 = 24;

/// The one database of files.
const FILES: &str = "/files.sqlite";

struct Disk {
    pool: Rc<OpfsSAHPoolUtil>,
    rows: Rows,
}

thread_local! {
    static DISK: RefCell<Option<Disk>> = const { RefCell::new(None) };
}

/// Takes hold of the folder `directory` of the origin's private file system, and makes it where databases
/// are opened.
///
/// # Errors
/// Another worker has it ([`io::ErrorKind::ResourceBusy`]; it may be on its way out), the browser has no such file
/// system (or denies it), or no room. After an error only another worker can try again.
pub async fn open(directory: &str) -> io::Result<()> {
    let wanted = OpfsSAHPoolCfgBuilder::new()
        .directory(directory)
        .initial_capacity(ROOM)
        .build();
    let pool = install::<WasmOsCallback>(&wanted, true).await;
    let pool = pool.map_err(|error| match is_held(&error) {
        true => io::Error::new(io::ErrorKind::ResourceBusy, error),
        false => io::Error::other(error),
    })?;
    let conn = rusqlite::Connection::open(FILES).map_err(failed)?;
    let rows = Rows::new(conn).map_err(failed)?;
    let pool = Rc::new(pool);
    DISK.with(|disk| disk.replace(Some(Disk { pool, rows })));
    Ok(())
}

/// Whether somebody else has one of the files open.
fn is_held(error: &OpfsSAHError) -> bool {
    let OpfsSAHError::CreateSyncAccessHandle(why) = error else {
        return false;
    };
    let name = js_sys::Reflect::get(why, &"name".into()).ok();
    let name = name.and_then(|name| name.as_string());
    // As the standard says, and as Safari does.
    matches!(
        name.as_deref(),
        Some("NoModificationAllowedError" | "InvalidStateError")
    )
}

/// Makes sure that so many more databases find room.
///
/// # Errors
/// The browser gives none.
pub async fn make_room(databases: u32) -> io::Result<()> {
    let pool = with(|disk| Ok(disk.pool.clone()))?;
    // Each with its rollback journal, which is there while something is written.
    let wanted = 2 * (pool.count() + databases);
    pool.reserve_minimum_capacity(wanted)
        .await
        .map_err(io::Error::other)
}

fn with<T>(asked: impl FnOnce(&Disk) -> io::Result<T>) -> io::Result<T> {
    DISK.with_borrow(|disk| match disk {
        Some(disk) => asked(disk),
        None => Err(io::ErrorKind::NotConnected.into()),
    })
}

fn now_ms() -> i64 {
    Utc::now().timestamp_millis()
}

/// The name of a database; none of what is not one.
fn database<'a>(disk: &Disk, path: &'a Path) -> Option<&'a str> {
    let name = path.to_str()?;
    disk.pool.exists(name).is_ok_and(|is| is).then_some(name)
}

/// What blocks, for as long as a database takes.
pub mod fs {
    use super::{About, Path, PathBuf, database, io, missing, now_ms, with};
    use std::io::{Cursor, Read, Seek, SeekFrom, Write};

    /// Whether something has this name.
    pub fn exists(path: &Path) -> bool {
        with(|disk| Ok(database(disk, path).is_some() || disk.rows.about(path).is_ok()))
            .unwrap_or(false)
    }

    /// What is known of a file.
    ///
    /// # Errors
    /// There is none.
    pub fn about(path: &Path) -> io::Result<About> {
        with(|disk| match database(disk, path) {
            Some(name) => Ok(About {
                path: path.to_owned(),
                len: disk.pool.export_db(name).map_err(io::Error::other)?.len() as u64,
                is_file: true,
                used_ms: 0,
            }),
            None => disk.rows.about(path),
        })
    }

    /// What is in a folder, not in those within it, without databases.
    ///
    /// # Errors
    /// The database of files.
    pub fn list(folder: &Path) -> io::Result<Vec<About>> {
        with(|disk| disk.rows.list(folder))
    }

    /// All of a file.
    ///
    /// # Errors
    /// There is none.
    pub fn read(path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
        let path = path.as_ref();
        with(|disk| match database(disk, path) {
            Some(name) => disk.pool.export_db(name).map_err(io::Error::other),
            None => disk.rows.read(path),
        })
    }

    /// Writes a file whole.
    ///
    /// # Errors
    /// There is no room.
    pub fn write(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        with(|disk| disk.rows.write(path.as_ref(), bytes.as_ref(), now_ms()))
    }

    /// Removes a file.
    ///
    /// # Errors
    /// There is none.
    pub fn remove_file(path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref();
        with(|disk| match database(disk, path) {
            Some(name) => disk
                .pool
                .delete_db(name)
                .map(drop)
                .map_err(io::Error::other),
            None => disk.rows.remove(path),
        })
    }

    /// Removes all that is in a folder.
    ///
    /// # Errors
    /// There is nothing in it.
    pub fn remove_dir_all(folder: impl AsRef<Path>) -> io::Result<()> {
        let folder = folder.as_ref();
        with(|disk| {
            let mut gone = disk.rows.remove_below(folder)?;
            for name in disk.pool.list() {
                if Path::new(&name).starts_with(folder) {
                    gone |= disk.pool.delete_db(&name).map_err(io::Error::other)?;
                }
            }
            if gone { Ok(()) } else { Err(missing()) }
        })
    }

    /// Copies a file, over what was there.
    ///
    /// # Errors
    /// There is none; no room.
    pub fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<u64> {
        let (from, to) = (from.as_ref(), to.as_ref());
        let bytes = read(from)?;
        let is_database = with(|disk| Ok(database(disk, from).is_some()))?;
        match is_database {
            true => put_database(to, &bytes)?,
            false => write(to, &bytes)?,
        }
        Ok(bytes.len() as u64)
    }

    /// Gives a file another name, over what had it.
    ///
    /// # Errors
    /// There is none; no room.
    pub fn rename(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
        let (from, to) = (from.as_ref(), to.as_ref());
        let is_database = with(|disk| Ok(database(disk, from).is_some()))?;
        if !is_database {
            return with(|disk| disk.rows.rename(from, to));
        }
        // The old one stays until the new one is whole.
        copy(from, to)?;
        remove_file(from)
    }

    fn put_database(to: &Path, bytes: &[u8]) -> io::Result<()> {
        let name = to.to_str().ok_or(io::ErrorKind::InvalidFilename)?;
        with(|disk| {
            disk.pool.delete_db(name).map_err(io::Error::other)?;
            // A damaged one as well: it is kept to be looked at.
            disk.pool
                .import_db_unchecked(name, bytes)
                .map_err(io::Error::other)
        })
    }

    /// Folders need no making.
    ///
    /// # Errors
    /// Never.
    pub fn create_dir_all(_: impl AsRef<Path>) -> io::Result<()> {
        Ok(())
    }

    /// Folders need no making, and nobody else has a way in.
    ///
    /// # Errors
    /// Never.
    pub fn make_private(_: &Path) -> io::Result<()> {
        Ok(())
    }

    /// What was written is there.
    ///
    /// # Errors
    /// Never.
    pub fn sync_file(_: &Path) -> io::Result<()> {
        Ok(())
    }

    /// What was written is there.
    ///
    /// # Errors
    /// Never.
    pub fn sync_folder(_: &Path) -> io::Result<()> {
        Ok(())
    }

    /// Bytes of all files in a folder and those within it, databases included.
    ///
    /// # Errors
    /// The database of files.
    pub fn room(folder: &Path) -> io::Result<u64> {
        let databases = with(|disk| Ok(disk.pool.list()))?;
        let mut room = with(|disk| disk.rows.room(folder))?;
        for name in databases {
            if Path::new(&name).starts_with(folder) {
                room += about(Path::new(&name))?.len;
            }
        }
        Ok(room)
    }

    /// Notes that a file was used.
    ///
    /// # Errors
    /// There is none.
    pub fn touch(path: &Path) -> io::Result<()> {
        with(|disk| disk.rows.touch(path, now_ms()))
    }

    /// A file that is read, as it was when it was opened; or written, once it is [synced](Self::sync_all).
    #[derive(Debug)]
    pub struct File {
        path: PathBuf,
        bytes: Cursor<Vec<u8>>,
    }

    impl File {
        /// Opens a file to read it.
        ///
        /// # Errors
        /// There is none.
        pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
            let path = path.as_ref();
            Ok(Self {
                path: path.to_owned(),
                bytes: Cursor::new(read(path)?),
            })
        }

        /// Begins to write a file.
        ///
        /// # Errors
        /// Never.
        pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
            Ok(Self {
                path: path.as_ref().to_owned(),
                bytes: Cursor::default(),
            })
        }

        /// Keeps what was written.
        ///
        /// # Errors
        /// There is no room.
        pub fn sync_all(&self) -> io::Result<()> {
            write(&self.path, self.bytes.get_ref())
        }
    }

    impl Read for File {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.bytes.read(buffer)
        }
    }

    impl Write for File {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.bytes.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for File {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.bytes.seek(to)
        }
    }

    /// A file that is being written: it is there once it has its name.
    #[derive(Debug)]
    pub struct Incoming(File);

    impl Incoming {
        /// Begins one.
        ///
        /// # Errors
        /// Never.
        pub fn begin(folder: &Path, prefix: &str) -> io::Result<Self> {
            File::create(folder.join(prefix)).map(Self)
        }

        /// What was written, from its start.
        ///
        /// # Errors
        /// Never.
        pub fn reader(&mut self) -> io::Result<&mut File> {
            self.0.rewind()?;
            Ok(&mut self.0)
        }

        /// Nothing is kept before it has its name.
        ///
        /// # Errors
        /// Never.
        pub fn sync(&self) -> io::Result<()> {
            Ok(())
        }

        /// Gives it its name, over what had it.
        ///
        /// # Errors
        /// There is no room.
        pub fn persist(self, path: &Path) -> io::Result<()> {
            write(path, self.0.bytes.into_inner())
        }
    }

    /// A file that goes with the value.
    #[derive(Debug)]
    pub struct Aside(PathBuf);

    impl Aside {
        /// Writes one under this name.
        ///
        /// # Errors
        /// There is no room.
        pub fn keep(name: &str, bytes: &[u8]) -> io::Result<Self> {
            let path = Path::new("/aside").join(now_ms().to_string()).join(name);
            write(&path, bytes)?;
            Ok(Self(path))
        }

        /// Where it is.
        pub fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Aside {
        fn drop(&mut self) {
            // What stays takes room until the next start, and nobody sees it.
            let _ = remove_file(&self.0);
        }
    }

    impl Write for Incoming {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}

/// The same for those who wait: here nothing is gained by it.
pub mod aio {
    use super::{Path, fs, io};

    /// Runs what works for long.
    ///
    /// # Errors
    /// Never.
    pub async fn blocking<T>(work: impl FnOnce() -> T) -> io::Result<T> {
        Ok(work())
    }

    /// See [`fs::create_dir_all`].
    ///
    /// # Errors
    /// Never.
    pub async fn create_dir_all(folder: impl AsRef<Path>) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    /// See [`fs::copy`].
    ///
    /// # Errors
    /// There is none; no room.
    pub async fn copy(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<u64> {
        fs::copy(from, to)
    }

    /// See [`fs::write`].
    ///
    /// # Errors
    /// There is no room.
    pub async fn write(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        fs::write(path, bytes)
    }

    /// See [`fs::rename`].
    ///
    /// # Errors
    /// There is none; no room.
    pub async fn rename(from: impl AsRef<Path>, to: impl AsRef<Path>) -> io::Result<()> {
        fs::rename(from, to)
    }

    /// See [`fs::remove_file`].
    ///
    /// # Errors
    /// There is none.
    pub async fn remove_file(path: impl AsRef<Path>) -> io::Result<()> {
        fs::remove_file(path)
    }

    /// See [`fs::remove_dir_all`].
    ///
    /// # Errors
    /// There is nothing in it.
    pub async fn remove_dir_all(folder: impl AsRef<Path>) -> io::Result<()> {
        fs::remove_dir_all(folder)
    }
}
