//! Where files are, each named by its digest: a folder, or a bucket that several nodes share.
//!
//! Both are reached through the crate `object_store`. In a folder every write is fsynced, the entry of
//! its folder too, before it counts. In a bucket there are also the pieces of uploads under way, so that
//! the next piece may come to another node.

use crate::{
    config::Config,
    error::{Error, Result},
};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt, RetryConfig,
    aws::AmazonS3Builder, local::LocalFileSystem, path::Path as Place, prefix::PrefixStore,
};
use palier_domain::{Sha256, failpoint};
use std::{
    fs::{self, File},
    io::{ErrorKind, Read, Seek},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};
use url::Url;
use uuid::Uuid;

/// How long a bucket that does not answer is tried for.
const PATIENCE: Duration = Duration::from_secs(20);
/// What a crash left of a write in the folder is deleted when it is so old.
const STALE: Duration = Duration::from_secs(3600);
/// Pieces of uploads under way, in a bucket.
const PIECES: &str = "uploads";
/// Files, in a bucket. A folder is nothing but files.
const FILES: &str = "blobs";

/// The store. Clones are the same.
#[derive(Debug, Clone)]
pub struct Store {
    files: Arc<dyn ObjectStore>,
    /// Pieces, where nodes share them.
    pieces: Option<Arc<dyn ObjectStore>>,
    folder: Option<PathBuf>,
}

/// A file in the store.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its digest.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub size: u64,
    /// When it was written last.
    pub written_at: DateTime<Utc>,
}

/// Bytes of a file on their way out.
pub type Content = BoxStream<'static, std::result::Result<Bytes, object_store::Error>>;

impl Store {
    /// The store that `config` names: a bucket, or the folder `blobs` of the data folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn of(config: &Config) -> Result<Self> {
        match &config.blobs {
            Some(url) => Self::in_bucket(url),
            None => Self::in_folder(config.data_dir.join("blobs")),
        }
    }

    /// Files in `folder`, made when absent.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn in_folder(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder).map_err(Error::io("make the folder for files"))?;
        let files = LocalFileSystem::new_with_prefix(&folder).map_err(trouble)?;
        Ok(Self {
            files: Arc::new(files.with_fsync(true)),
            pieces: None,
            folder: Some(folder),
        })
    }

    /// Files in a bucket, `s3://bucket/prefix`. Where it is and who we are say the variables that every
    /// S3 client reads: `AWS_ENDPOINT_URL`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`.
    ///
    /// # Errors
    /// When those make no sense.
    pub fn in_bucket(url: &Url) -> Result<Self> {
        let retry = RetryConfig {
            retry_timeout: PATIENCE,
            ..RetryConfig::default()
        };
        let plain = std::env::var("AWS_ENDPOINT_URL").is_ok_and(|it| it.starts_with("http://"));
        let bucket = AmazonS3Builder::from_env()
            .with_url(url.as_str())
            .with_retry(retry)
            .with_client_options(ClientOptions::new().with_allow_http(plain))
            .build()
            .map_err(trouble)?;
        let bucket: Arc<dyn ObjectStore> = Arc::new(bucket);
        let below = |name: &str| -> Arc<dyn ObjectStore> {
            let prefix = Place::from(format!("{}/{name}", url.path()));
            Arc::new(PrefixStore::new(bucket.clone(), prefix))
        };
        Ok(Self {
            files: below(FILES),
            pieces: Some(below(PIECES)),
            folder: None,
        })
    }

    /// Whether it can be written, read and deleted in: asked once, at the start.
    ///
    /// # Errors
    /// Why not.
    pub async fn probe(&self) -> Result<()> {
        if self.folder.is_some() {
            return Ok(());
        }
        let place = Place::from(format!("probe-{}", Uuid::new_v4().simple()));
        self.files
            .put(&place, Bytes::from_static(b"palier").into())
            .await
            .map_err(trouble)?;
        let read = self.files.get(&place).await.map_err(trouble)?;
        read.bytes().await.map_err(trouble)?;
        self.files.delete(&place).await.map_err(trouble)
    }

    /// Whether nodes share it.
    pub fn is_shared(&self) -> bool {
        self.folder.is_none()
    }

    // Two levels: a folder with a million entries is slow to list and to back up.
    fn place(sha256: Sha256) -> Place {
        let name = sha256.to_string();
        Place::from(format!("{}/{name}", &name[..2]))
    }

    /// Keeps what is in `from` as the file with this digest.
    pub async fn put(&self, mut from: File, sha256: Sha256) -> Result<()> {
        let place = Self::place(sha256);
        let size = from.metadata().map_err(Error::io("measure a file"))?.len();
        // Its name is its content: what is there whole is the same.
        if self
            .files
            .head(&place)
            .await
            .is_ok_and(|there| there.size == size)
        {
            return Ok(());
        }
        let bytes = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            from.rewind().map_err(Error::io("rewind a file"))?;
            from.read_to_end(&mut bytes)
                .map_err(Error::io("read a file"))?;
            Ok::<_, Error>(Bytes::from(bytes))
        })
        .await??;
        failpoint::pass("server: before a rename", "placing a file");
        self.files
            .put(&place, bytes.into())
            .await
            .map_err(trouble)?;
        failpoint::pass("server: after a rename", "placing a file");
        Ok(())
    }

    /// Keeps the file at `path` as the one with this digest.
    pub async fn put_from(&self, path: &Path, sha256: Sha256) -> Result<()> {
        let file = File::open(path).map_err(Error::io("open a file"))?;
        self.put(file, sha256).await
    }

    /// Bytes of a file: all of it, or a part that lies inside it.
    ///
    /// # Errors
    /// When it is not there, or the store does not answer.
    pub async fn open(&self, sha256: Sha256, part: Option<Range<u64>>) -> Result<Content> {
        let options = GetOptions {
            range: part.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        let found = self.files.get_opts(&Self::place(sha256), options).await;
        Ok(found.map_err(trouble)?.into_stream())
    }

    /// Writes a file to `target`, which must not be there. False when the store has no such file.
    ///
    /// # Errors
    /// The store's, or the file system's.
    pub async fn fetch(&self, sha256: Sha256, target: &Path) -> Result<bool> {
        let found = match self.files.get(&Self::place(sha256)).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(false),
            found => found.map_err(trouble)?,
        };
        let bytes = found.bytes().await.map_err(trouble)?;
        tokio::fs::write(target, bytes)
            .await
            .map_err(Error::io("write a file"))?;
        Ok(true)
    }

    /// Deletes the file with this digest, if it is there.
    pub async fn remove(&self, sha256: Sha256) -> Result<()> {
        delete(&*self.files, &Self::place(sha256)).await
    }

    /// Every file that has the name of one.
    pub fn list(&self) -> BoxStream<'static, Result<Stored>> {
        let stored = |found: object_store::ObjectMeta| {
            let sha256: Sha256 = found.location.filename()?.parse().ok()?;
            Some(Stored {
                sha256,
                size: found.size,
                written_at: found.last_modified,
            })
        };
        self.files
            .list(None)
            .map_err(trouble)
            .try_filter_map(move |found| std::future::ready(Ok(stored(found))))
            .boxed()
    }

    /// Deletes what a crash left of files that never got their name.
    pub async fn remove_nameless(&self) -> Result<()> {
        match self.folder.clone() {
            Some(folder) => tokio::task::spawn_blocking(move || remove_stale(&folder)).await?,
            // A bucket shows nothing before it is whole.
            None => Ok(()),
        }
    }

    /// Keeps a piece of an upload for whichever node gets the next.
    pub async fn put_piece(&self, upload: Uuid, offset: u64, bytes: Bytes) -> Result<()> {
        if let Some(pieces) = &self.pieces {
            let place = Place::from(format!("{}/{offset:012}", upload.simple()));
            pieces.put(&place, bytes.into()).await.map_err(trouble)?;
        }
        Ok(())
    }

    /// The first `received` bytes of an upload, from its pieces. None when they are not all there.
    pub async fn pieces(&self, upload: Uuid, received: u64) -> Result<Option<Vec<u8>>> {
        let Some(pieces) = &self.pieces else {
            return Ok(None);
        };
        let folder = Place::from(upload.simple().to_string());
        let mut found: Vec<_> = pieces
            .list(Some(&folder))
            .map_ok(|piece| piece.location)
            .try_collect()
            .await
            .map_err(trouble)?;
        found.sort();
        let mut all = Vec::new();
        for place in found {
            let offset = place.filename().and_then(|name| name.parse::<u64>().ok());
            let Some(offset) = offset.filter(|offset| *offset <= all.len() as u64) else {
                return Ok(None);
            };
            let piece = pieces.get(&place).await.map_err(trouble)?;
            let bytes = piece.bytes().await.map_err(trouble)?;
            // A piece that was sent again begins where the one that did not count began.
            all.truncate(usize::try_from(offset).unwrap_or(usize::MAX));
            all.extend_from_slice(&bytes);
        }
        let enough = usize::try_from(received).is_ok_and(|received| {
            let enough = all.len() >= received;
            all.truncate(received);
            enough
        });
        Ok(enough.then_some(all))
    }

    /// Deletes an upload's pieces.
    pub async fn remove_pieces(&self, upload: Uuid) -> Result<()> {
        let Some(pieces) = &self.pieces else {
            return Ok(());
        };
        let folder = Place::from(upload.simple().to_string());
        let mut found = pieces.list(Some(&folder));
        while let Some(piece) = found.try_next().await.map_err(trouble)? {
            delete(&**pieces, &piece.location).await?;
        }
        Ok(())
    }

    /// The uploads that have pieces, each with the time of its latest.
    pub async fn uploads_with_pieces(&self) -> Result<Vec<(Uuid, DateTime<Utc>)>> {
        let Some(pieces) = &self.pieces else {
            return Ok(Vec::new());
        };
        let mut latest = std::collections::BTreeMap::new();
        let mut found = pieces.list(None);
        while let Some(piece) = found.try_next().await.map_err(trouble)? {
            let upload = piece.location.parts().next();
            if let Some(upload) = upload.and_then(|part| part.as_ref().parse::<Uuid>().ok()) {
                let at = latest.entry(upload).or_insert(piece.last_modified);
                *at = piece.last_modified.max(*at);
            }
        }
        Ok(latest.into_iter().collect())
    }
}

/// Whether something is so old that nobody can be at work on it any more.
pub fn is_stale(written_at: DateTime<Utc>) -> bool {
    Utc::now() - written_at > TimeDelta::from_std(STALE).unwrap_or(TimeDelta::hours(1))
}

async fn delete(store: &dyn ObjectStore, place: &Place) -> Result<()> {
    match store.delete(place).await {
        Err(object_store::Error::NotFound { .. }) => Ok(()),
        done => done.map_err(trouble),
    }
}

fn trouble(error: object_store::Error) -> Error {
    Error::Files(Box::new(error))
}

/// Deletes old files that are in the middle of being written: `name#1`.
fn remove_stale(folder: &Path) -> Result<()> {
    let list = |folder: &Path| fs::read_dir(folder).map_err(Error::io("list files"));
    for part in list(folder)? {
        let part = part.map_err(Error::io("list files"))?.path();
        if !part.is_dir() {
            continue;
        }
        for file in list(&part)? {
            let file = file.map_err(Error::io("list files"))?;
            let half = file.file_name().to_string_lossy().contains('#');
            let written = file.metadata().and_then(|it| it.modified());
            let old = written.is_ok_and(|at| {
                SystemTime::now()
                    .duration_since(at)
                    .is_ok_and(|age| age > STALE)
            });
            if half && old {
                remove_if_there(&file.path())?;
            }
        }
    }
    Ok(())
}

/// Deletes a file that may be gone already.
pub fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io("delete a file")(error)),
        _ => Ok(()),
    }
}
