//! Backups: taken while the server works, looked at, and put back.
//!
//! A backup is a folder: `server.sqlite`, one consistent snapshot of the database, `blobs/` with
//! every file that the snapshot names, and [`manifest`], written last, with the digest of
//! everything. A folder without a manifest is no backup.
//!
//! [`take`] makes one, [`verify`] looks whether it is whole, [`restore`] puts it in place.

pub mod manifest;
pub mod restore;

use crate::{
    Config,
    db::{Conn, query_as, query_scalar, snapshot},
    error::Error as ServerError,
    files::store::Store,
};
use chrono::Utc;
use manifest::{Digested, Manifest};
use palier_domain::Sha256;
use sha2::Digest;
use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// The database's name, in a data folder and in a backup.
pub const DATABASE: &str = "server.sqlite";
/// The files' folder, in a data folder and in a backup.
pub const BLOBS: &str = "blobs";

/// Why a backup could not be taken, read or put back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something is there already.
    #[error("{0} is not empty")]
    NotEmpty(PathBuf),
    /// There is no database to copy.
    #[error("there is no database in {0}")]
    NoDatabase(PathBuf),
    /// It has no manifest: it is no backup, or one that was never finished.
    #[error("{0} has no manifest: it is no backup, or one that was not finished")]
    NoManifest(PathBuf),
    /// Its manifest cannot be read.
    #[error("the manifest cannot be read")]
    Manifest(#[source] serde_json::Error),
    /// A later version of this program made it.
    #[error("it was made by version {program} of this program, which is later than this one")]
    TooNew {
        /// That version.
        program: String,
    },
    /// A file is not there, or is not what the manifest says.
    #[error("{path} {wrong}")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        wrong: &'static str,
    },
    /// The database in it is damaged.
    #[error("the database in it is damaged: {0}")]
    DamagedDatabase(String),
    /// A server works on the folder.
    #[error("a server is working on {0}: stop it first")]
    InUse(PathBuf),
    /// A file could not be read or written.
    #[error("could not {doing} {path}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// With which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The database failed.
    #[error(transparent)]
    Server(#[from] ServerError),
}

type Result<T, E = Error> = std::result::Result<T, E>;

/// How often a snapshot is taken anew because files went while they were copied.
const TRIES: usize = 3;

/// Copies database and files of `data_dir` to the new folder `to`, while a server may be working.
///
/// Files are given a second name where `to` is on the same file system, else copied; either way
/// their bytes are read and compared with their digest. What is missing or damaged in the data
/// folder itself does not keep the rest from being saved: the manifest names it.
///
/// # Errors
/// When `to` holds something, there is no database, or something cannot be read or written.
pub async fn take(config: &Config, to: &Path) -> Result<Manifest> {
    let data_dir = config.data_dir.as_path();
    make_empty(to)?;
    if !data_dir.join(DATABASE).is_file() {
        return Err(Error::NoDatabase(data_dir.to_owned()));
    }
    let database = to.join(DATABASE);
    let mut tries = 0;
    let (facts, files) = loop {
        tries += 1;
        let _ = fs::remove_file(&database);
        snapshot::copy(data_dir, &database).await?;
        let mut conn = snapshot::open(&database).await?;
        let facts = facts(&mut conn).await?;
        conn.close().await.map_err(ServerError::from)?;
        let (from, into) = (data_dir.join(BLOBS), to.join(BLOBS));
        let named = facts.blobs.clone();
        if config.blobs.is_some() {
            fetch_blobs(&Store::of(config)?, &into, &named).await?;
        }
        let files = blocking(move || copy_blobs(&from, &into, named)).await?;
        // A file that went meanwhile is one whose row went before it: another snapshot knows that.
        if files.missing.is_empty() || tries == TRIES {
            break (facts, files);
        }
    };
    let whole = to.to_owned();
    blocking(move || {
        let mut digests = vec![digest_file(&whole, Path::new(DATABASE))?];
        sync(&whole.join(DATABASE))?;
        digests.extend(files.whole);
        let manifest = Manifest {
            format: manifest::FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            schema: facts.schema,
            epoch: facts.epoch,
            taken_at: Utc::now(),
            counts: facts.counts,
            missing: files.missing,
            damaged: files.damaged,
            files: digests,
        };
        manifest.write(&whole)?;
        Ok(manifest)
    })
    .await
}

/// Whether the backup in `folder` is whole: every file with its digest, the database sound and with
/// as many rows as the manifest says.
///
/// # Errors
/// The first thing that is wrong.
pub async fn verify(folder: &Path) -> Result<Manifest> {
    let at = folder.to_owned();
    let manifest = blocking(move || {
        let manifest = Manifest::read(&at)?;
        for file in &manifest.files {
            let wrong = |wrong| Error::Damaged {
                path: at.join(&file.path),
                wrong,
            };
            let found = match digest_file(&at, &file.path) {
                Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                    return Err(wrong("is missing"));
                }
                found => found?,
            };
            if found.size != file.size {
                return Err(wrong("has another size than the manifest says"));
            }
            if found.sha256 != file.sha256 {
                return Err(wrong("has other bytes than the manifest says"));
            }
        }
        Ok(manifest)
    })
    .await?;
    let mut conn = snapshot::open(&folder.join(DATABASE)).await?;
    let complaints = snapshot::integrity(&mut conn).await?;
    if let Some(complaint) = complaints.into_iter().next() {
        return Err(Error::DamagedDatabase(complaint));
    }
    let facts = facts(&mut conn).await?;
    conn.close().await.map_err(ServerError::from)?;
    if facts.counts != manifest.counts || facts.epoch != manifest.epoch {
        return Err(Error::DamagedDatabase(
            "it is not the one that the manifest describes".into(),
        ));
    }
    Ok(manifest)
}

/// What a snapshot says about itself.
struct Facts {
    schema: i64,
    epoch: String,
    counts: manifest::Counts,
    blobs: Vec<Digested>,
}

async fn facts(conn: &mut Conn) -> Result<Facts> {
    let schema = query_scalar("select max(version) from _sqlx_migrations").fetch_one(conn);
    let schema = schema.await.map_err(ServerError::from)?;
    let epoch = query_scalar("select value from server_meta where key = 'epoch'").fetch_one(conn);
    let epoch = epoch.await.map_err(ServerError::from)?;
    let (users, incidents, tickets, attachments): (i64, i64, i64, i64) = query_as(
        "select (select count(*) from users), (select count(*) from incidents),
                (select count(*) from incident_responses), (select count(*) from attachments)",
    )
    .fetch_one(conn)
    .await
    .map_err(ServerError::from)?;
    let rows: Vec<(Vec<u8>, i64)> = query_as("select sha256, size from blobs order by sha256")
        .fetch_all(conn)
        .await
        .map_err(ServerError::from)?;
    let mut blobs = Vec::with_capacity(rows.len());
    for (sha256, size) in rows {
        let sha256 = crate::db::codec::digest(&sha256)?;
        blobs.push(Digested {
            path: place(sha256),
            size: size.unsigned_abs(),
            sha256,
        });
    }
    Ok(Facts {
        schema,
        epoch,
        counts: manifest::Counts {
            users: users.unsigned_abs(),
            incidents: incidents.unsigned_abs(),
            tickets: tickets.unsigned_abs(),
            attachments: attachments.unsigned_abs(),
            files: blobs.len() as u64,
        },
        blobs,
    })
}

/// Where a file is below a data folder or a backup.
fn place(sha256: Sha256) -> PathBuf {
    let name = sha256.to_string();
    Path::new(BLOBS).join(&name[..2]).join(&name)
}

/// What became of the files.
#[derive(Default)]
struct Copied {
    whole: Vec<Digested>,
    missing: Vec<Sha256>,
    damaged: Vec<Sha256>,
}

/// Brings files from a bucket; what it does not have stays missing.
async fn fetch_blobs(store: &Store, into: &Path, named: &[Digested]) -> Result<()> {
    for blob in named {
        let name = blob.path.strip_prefix(BLOBS).unwrap_or(&blob.path);
        let target = into.join(name);
        if !target.exists() {
            make_folder_of(&target)?;
            if store.fetch(blob.sha256, &target).await? {
                sync(&target)?;
            }
        }
    }
    Ok(())
}

fn copy_blobs(from: &Path, into: &Path, named: Vec<Digested>) -> Result<Copied> {
    let mut copied = Copied::default();
    for blob in named {
        let name = blob.path.strip_prefix(BLOBS).unwrap_or(&blob.path);
        let (source, target) = (from.join(name), into.join(name));
        if !target.exists() {
            make_folder_of(&target)?;
            if fs::hard_link(&source, &target).is_err() {
                match fs::copy(&source, &target) {
                    Ok(_) => sync(&target)?,
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {
                        copied.missing.push(blob.sha256);
                        continue;
                    }
                    Err(error) => return Err(wrong("copy", &source)(error)),
                }
            }
        }
        let (size, sha256) = digest(&target)?;
        if sha256 == blob.sha256 && size == blob.size {
            copied.whole.push(blob);
        } else {
            fs::remove_file(&target).map_err(wrong("delete", &target))?;
            copied.damaged.push(blob.sha256);
        }
    }
    Ok(copied)
}

fn digest_file(folder: &Path, path: &Path) -> Result<Digested> {
    let (size, sha256) = digest(&folder.join(path))?;
    Ok(Digested {
        path: path.to_owned(),
        size,
        sha256,
    })
}

/// Size and digest of a file, read to its end.
fn digest(path: &Path) -> Result<(u64, Sha256)> {
    let mut file = File::open(path).map_err(wrong("open", path))?;
    let mut hash = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        let count = file.read(&mut buffer).map_err(wrong("read", path))?;
        if count == 0 {
            return Ok((size, Sha256(hash.finalize().into())));
        }
        hash.update(&buffer[..count]);
        size += count as u64;
    }
}

/// Makes `folder`, readable by nobody else; it may be there when it is empty.
fn make_empty(folder: &Path) -> Result<()> {
    if is_empty(folder)? {
        make_private(folder)
    } else {
        Err(Error::NotEmpty(folder.to_owned()))
    }
}

fn is_empty(folder: &Path) -> Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(wrong("list", folder)(error)),
    }
}

fn make_private(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(wrong("make", folder))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
            .map_err(wrong("protect", folder))?;
    }
    Ok(())
}

fn make_folder_of(path: &Path) -> Result<()> {
    match path.parent() {
        Some(folder) => fs::create_dir_all(folder).map_err(wrong("make", folder)),
        None => Ok(()),
    }
}

/// Makes a file or folder durable.
fn sync(path: &Path) -> Result<()> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(wrong("sync", path))
}

fn wrong(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io {
        doing,
        path,
        source,
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(ServerError::from)?
}
