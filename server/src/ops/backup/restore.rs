//! Putting a backup back.
//!
//! The database gets its name last, after its new epoch: a restore that breaks off leaves no data
//! folder that a server would take for whole.

use super::{
    BLOBS, DATABASE, Error, Manifest, Result, blocking, is_empty, make_folder_of, make_private,
    sync, verify, wrong,
};
use crate::{
    Config, db::snapshot, error::Error as ServerError, files::store::Store, ops::epoch,
    ops::lock::Lock,
};
use chrono::Utc;
use palier_wire::Epoch;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What is put back how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Put it in place of what is there, which is moved aside and not deleted.
    pub replace: bool,
    /// Leave people signed in: right when the data only moves to another machine and nobody's
    /// session was ended since.
    pub keep_sessions: bool,
}

/// What a restore came to.
#[derive(Debug)]
pub struct Restored {
    /// What the backup said.
    pub manifest: Manifest,
    /// The new life of the data.
    pub epoch: Epoch,
    /// Sessions that were ended.
    pub sessions_ended: u64,
    /// Where what was there is now.
    pub aside: Option<PathBuf>,
}

/// What of a data folder belongs to its state.
const STATE: &[&str] = &[
    DATABASE,
    "server.sqlite-wal",
    "server.sqlite-shm",
    BLOBS,
    "uploads",
    crate::db::witness::FILE,
];

/// Puts the backup in `from` into `data_dir`, with a new epoch.
///
/// # Errors
/// When the backup is not whole, the folder holds something and `replace` was not said, or a server
/// is working there.
pub async fn run(from: &Path, config: &Config, wanted: Wanted) -> Result<Restored> {
    let data_dir = config.data_dir.as_path();
    let manifest = verify(from).await?;
    if manifest.schema > snapshot::newest_schema() {
        return Err(Error::TooNew {
            program: manifest.program,
        });
    }
    make_private_if_absent(data_dir)?;
    let _lock = Lock::take(data_dir).map_err(|_| Error::InUse(data_dir.to_owned()))?;
    let there = present(data_dir);
    let aside = match (there.is_empty(), wanted.replace) {
        (true, _) => None,
        (false, true) => Some(move_aside(data_dir, &there)?),
        (false, false) => return Err(Error::NotEmpty(data_dir.to_owned())),
    };
    let part = data_dir.join("restoring.sqlite");
    copy_all(from, data_dir, &manifest, &part).await?;
    if config.blobs.is_some() {
        give_blobs(&Store::of(config)?, data_dir, &manifest).await?;
    }

    let mut conn = snapshot::open_to_change(&part).await?;
    let epoch = epoch::begin(&mut conn).await?;
    let sessions_ended = match wanted.keep_sessions {
        true => 0,
        false => epoch::end_sessions(&mut conn, Utc::now()).await?,
    };
    conn.close().await.map_err(ServerError::from)?;
    sync(&part)?;
    let database = data_dir.join(DATABASE);
    fs::rename(&part, &database).map_err(wrong("name", &database))?;
    sync(data_dir)?;
    Ok(Restored {
        manifest,
        epoch,
        sessions_ended,
        aside,
    })
}

fn make_private_if_absent(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    make_private(folder)
}

/// What of a server's state is in `data_dir`.
fn present(data_dir: &Path) -> Vec<&'static str> {
    let there = |name: &&&str| {
        let path = data_dir.join(name);
        path.exists() && !(path.is_dir() && is_empty(&path).unwrap_or(false))
    };
    STATE.iter().filter(there).copied().collect()
}

fn move_aside(data_dir: &Path, there: &[&str]) -> Result<PathBuf> {
    let name = format!("replaced-{}", Utc::now().format("%Y%m%dT%H%M%S%3fZ"));
    let aside = data_dir.join(name);
    make_private(&aside)?;
    for name in there {
        let from = data_dir.join(name);
        match fs::rename(&from, aside.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(wrong("move", &from)(error));
            }
            _ => {}
        }
    }
    Ok(aside)
}

/// Puts the files into the bucket instead of the data folder.
async fn give_blobs(store: &Store, data_dir: &Path, manifest: &Manifest) -> Result<()> {
    for file in &manifest.files {
        if file.path.starts_with(BLOBS) {
            store
                .put_from(&data_dir.join(&file.path), file.sha256)
                .await?;
        }
    }
    let folder = data_dir.join(BLOBS);
    if folder.is_dir() {
        fs::remove_dir_all(&folder).map_err(wrong("delete", &folder))?;
    }
    Ok(())
}

/// Copies every file of the backup; the database as `part`.
// Copies, not second names: what a server writes must not reach into the backup.
async fn copy_all(from: &Path, data_dir: &Path, manifest: &Manifest, part: &Path) -> Result<()> {
    let files: Vec<PathBuf> = manifest
        .files
        .iter()
        .map(|file| file.path.clone())
        .collect();
    let (from, data_dir, part) = (from.to_owned(), data_dir.to_owned(), part.to_owned());
    blocking(move || {
        for path in files {
            let source = from.join(&path);
            let target = match path == Path::new(DATABASE) {
                true => part.clone(),
                false => data_dir.join(&path),
            };
            make_folder_of(&target)?;
            fs::copy(&source, &target).map_err(wrong("copy", &source))?;
            sync(&target)?;
        }
        Ok(())
    })
    .await
}
