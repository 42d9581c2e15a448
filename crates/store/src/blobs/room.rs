//! The room that an account takes on the disk, and making some among what can be fetched again.

use super::{Blobs, INCOMING};
use crate::{Store, StoreError, sqlite::Doing};
use std::{collections::HashSet, io, path::PathBuf, time::SystemTime};
use walkdir::WalkDir;

/// Bytes on the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Room {
    /// Everything of the account.
    pub total: u64,
    /// Files and small pictures, of the total.
    pub files: u64,
    /// Of the files, those that can be deleted and fetched again when they are asked for.
    pub downloads: u64,
}

/// A file that can be fetched again.
struct Download {
    used: SystemTime,
    size: u64,
    path: PathBuf,
}

/// What is in the folder beside the person's own files.
struct Held {
    /// Bytes, small pictures included.
    bytes: u64,
    files: Vec<Download>,
}

impl Blobs {
    /// Everything that others sent; `own` are the digests that the journal names.
    fn downloads(&self, own: &HashSet<String>) -> io::Result<Held> {
        let mut held = Held {
            bytes: 0,
            files: Vec::new(),
        };
        for entry in self.folder.read_dir()? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let digest = name.split('.').next().unwrap_or_default();
            if own.contains(digest) || name.starts_with(INCOMING) {
                continue;
            }
            let about = entry.metadata()?;
            held.bytes += about.len();
            // Small pictures stay: threads are drawn with them, and they are small.
            if digest == name {
                held.files.push(Download {
                    used: about.modified()?,
                    size: about.len(),
                    path: entry.path(),
                });
            }
        }
        Ok(held)
    }

    fn evict(&self, limit: u64, own: &HashSet<String>) -> io::Result<usize> {
        let Held {
            mut bytes,
            mut files,
        } = self.downloads(own)?;
        files.sort_by_key(|file| file.used);
        let mut evicted = 0;
        for file in files {
            if bytes <= limit {
                break;
            }
            std::fs::remove_file(file.path)?;
            bytes -= file.size;
            evicted += 1;
        }
        Ok(evicted)
    }
}

impl Store {
    /// Deletes downloaded files, those first that were not used for the longest time, until they take
    /// at most `limit` bytes. What drafts, outbox and sent log name is never among them. Answers how
    /// many.
    ///
    /// # Errors
    /// The files cannot be read or deleted.
    pub async fn evict_downloads(&self, limit: u64) -> Result<usize, StoreError> {
        let _alone = self.blobs().sweep.write().await;
        let own = self.own_files().await?;
        self.blobs()
            .evict(limit, &own)
            .doing("making room among downloaded files")
    }

    /// How much of the disk the account takes.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn room(&self) -> Result<Room, StoreError> {
        let doing = "measuring the data folder";
        let own = self.own_files().await?;
        let (folder, blobs) = (self.folder().to_owned(), self.blobs().clone());
        let measured = tokio::task::spawn_blocking(move || -> io::Result<Room> {
            let mut room = Room::default();
            for entry in WalkDir::new(&folder) {
                // What goes away meanwhile takes no room.
                let Ok(Ok(about)) = entry.map(|entry| entry.metadata()) else {
                    continue;
                };
                room.total += if about.is_file() { about.len() } else { 0 };
            }
            for entry in blobs.folder.read_dir()? {
                room.files += entry?.metadata().map_or(0, |about| about.len());
            }
            let downloads = blobs.downloads(&own)?.files;
            room.downloads = downloads.iter().map(|file| file.size).sum();
            Ok(room)
        });
        measured
            .await
            .map_err(io::Error::other)
            .and_then(|it| it)
            .doing(doing)
    }

    /// Digests of the files that drafts, outbox and sent log name.
    async fn own_files(&self) -> Result<HashSet<String>, StoreError> {
        let digests: Vec<String> = sqlx::query_scalar("select lower(hex(sha256)) from main.files")
            .fetch_all(&mut *self.read().await?)
            .await
            .doing("listing the files of the journal")?;
        Ok(digests.into_iter().collect())
    }
}
