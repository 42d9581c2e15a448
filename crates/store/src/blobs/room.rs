//! The room that an account takes on the disk, and making some among what can be fetched again.

use super::{Blobs, INCOMING, name_of};
use crate::{Store, StoreError, sqlite::Doing};
use palier_disk::{aio, fs};
use std::{collections::HashSet, io, path::PathBuf};

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
    used_ms: i64,
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
        for file in fs::list(&self.folder)? {
            let name = name_of(&file.path);
            let digest = name.split('.').next().unwrap_or_default();
            if own.contains(digest) || name.starts_with(INCOMING) {
                continue;
            }
            held.bytes += file.len;
            // Small pictures stay: threads are drawn with them, and they are small.
            if digest == name {
                held.files.push(Download {
                    used_ms: file.used_ms,
                    size: file.len,
                    path: file.path,
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
        files.sort_by_key(|file| file.used_ms);
        let mut evicted = 0;
        for file in files {
            if bytes <= limit {
                break;
            }
            fs::remove_file(file.path)?;
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
        let measured = aio::blocking(move || -> io::Result<Room> {
            let files = fs::list(&blobs.folder)?;
            let mut room = Room {
                total: fs::room(&folder)?,
                files: files.iter().map(|file| file.len).sum(),
                downloads: 0,
            };
            let downloads = blobs.downloads(&own)?.files;
            room.downloads = downloads.iter().map(|file| file.size).sum();
            Ok(room)
        });
        measured.await.and_then(|it| it).doing(doing)
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
