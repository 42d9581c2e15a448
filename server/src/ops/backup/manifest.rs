//! What a backup says about itself.

use super::{Error, Result, sync, wrong};
use chrono::{DateTime, Utc};
use palier_domain::Sha256;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The manifest's name.
pub const NAME: &str = "manifest.json";
/// The version of this format.
pub const FORMAT: u32 = 1;

/// What a backup says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this format.
    pub format: u32,
    /// The version of the program that took it.
    pub program: String,
    /// The last migration of its database.
    pub schema: i64,
    /// The epoch of its data.
    pub epoch: String,
    /// When it was finished.
    pub taken_at: DateTime<Utc>,
    /// How much is in it.
    pub counts: Counts,
    /// Files that the database names and the data folder did not have.
    pub missing: Vec<Sha256>,
    /// Files of the data folder whose bytes are not those of their name; they were left out.
    pub damaged: Vec<Sha256>,
    /// Every file of the backup but this one.
    pub files: Vec<Digested>,
}

/// How many rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// People.
    pub users: u64,
    /// Incidents.
    pub incidents: u64,
    /// Tickets.
    pub tickets: u64,
    /// Attachments.
    pub attachments: u64,
    /// Files; several attachments may share one.
    pub files: u64,
}

/// A file as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digested {
    /// Where, below the backup's folder.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
    /// Their digest.
    pub sha256: Sha256,
}

impl Manifest {
    /// Reads the manifest of the backup in `folder`.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(Error::NoManifest(folder.to_owned()));
            }
            bytes => bytes.map_err(wrong("read", &path))?,
        };
        let manifest: Self = serde_json::from_slice(&bytes).map_err(Error::Manifest)?;
        if manifest.format > FORMAT {
            return Err(Error::TooNew {
                program: manifest.program,
            });
        }
        Ok(manifest)
    }

    /// Writes it into `folder`, whole or not at all.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let (path, part) = (folder.join(NAME), folder.join("manifest.part"));
        let bytes = serde_json::to_vec_pretty(self).map_err(Error::Manifest)?;
        fs::write(&part, bytes).map_err(wrong("write", &part))?;
        sync(&part)?;
        fs::rename(&part, &path).map_err(wrong("name", &path))?;
        sync(folder)
    }
}
