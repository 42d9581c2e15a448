//! The folder of files, each named by its digest; beside an image its small picture.
//!
//! A file is written under another name, made durable, and renamed once it is whole: under its
//! digest there is always all of it. Rows that name a file are written after it, and files that no
//! row names are swept away; who adds a file and its row keeps the sweep away meanwhile.

mod room;

pub use room::Room;

use crate::{IntakeError, Store, StoreError, sniff, sqlite::Doing, thumbnail};
use palier_disk::{
    aio,
    fs::{self, File, Incoming},
};
use palier_domain::{AttachmentId, MediaType, Sha256, failpoint};
use sha2::Digest;
use std::{
    collections::HashSet,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::{OwnedRwLockReadGuard, RwLock};

/// What a file is called while it is being written.
const INCOMING: &str = "incoming-";
/// The small pictures, by type.
const THUMBNAILS: [(MediaType, &str); 2] = [
    (MediaType::Jpeg, "thumb.jpg"),
    (MediaType::Png, "thumb.png"),
];

/// The folder of files.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
    /// Held for reading from a file's rename to its row, for writing by the sweep.
    sweep: Arc<RwLock<()>>,
}

/// Keeps the sweep away until the row that names a new file is committed.
pub(crate) type Keep = OwnedRwLockReadGuard<()>;

/// A file being received: written beside the others, and one of them only once it is whole.
#[derive(Debug)]
pub struct BlobWriter {
    file: Incoming,
    digest: sha2::Sha256,
    size: u64,
}

impl Blobs {
    /// Makes the folder where it is missing; what an earlier run left unfinished goes.
    pub(crate) fn open(folder: PathBuf) -> io::Result<Self> {
        fs::make_private(&folder)?;
        for file in fs::list(&folder)? {
            if name_of(&file.path).starts_with(INCOMING) {
                fs::remove_file(file.path)?;
            }
        }
        Ok(Self {
            folder,
            sweep: Arc::default(),
        })
    }

    /// Where the file of this digest is, if it is here.
    pub fn path(&self, sha256: Sha256) -> Option<PathBuf> {
        Some(self.place(sha256)).filter(|path| fs::exists(path))
    }

    /// Where the small picture of this file is, if there is one, and its type.
    pub fn thumbnail(&self, sha256: Sha256) -> Option<(PathBuf, MediaType)> {
        THUMBNAILS
            .iter()
            .map(|(media_type, extension)| {
                (self.place(sha256).with_extension(extension), *media_type)
            })
            .find(|(path, _)| fs::exists(path))
    }

    /// Gives a small picture its place. It can be made again, so a power cut may take it.
    fn place_thumbnail(
        &self,
        sha256: Sha256,
        (bytes, media_type): (Vec<u8>, MediaType),
    ) -> Result<Option<PathBuf>, StoreError> {
        let doing = "keeping a small picture";
        let Some((_, extension)) = THUMBNAILS.iter().find(|(known, _)| *known == media_type) else {
            return Ok(None);
        };
        let mut file = self.incoming().doing(doing)?;
        file.write_all(&bytes).doing(doing)?;
        let path = self.place(sha256).with_extension(extension);
        file.persist(&path).doing(doing)?;
        Ok(Some(path))
    }

    /// Begins to receive a file.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub async fn receive(&self) -> Result<BlobWriter, StoreError> {
        self.begin()
    }

    pub(crate) fn begin(&self) -> Result<BlobWriter, StoreError> {
        Ok(BlobWriter {
            file: self.incoming().doing("beginning to receive a file")?,
            digest: sha2::Sha256::new(),
            size: 0,
        })
    }

    pub(crate) async fn keep(&self) -> Keep {
        self.sweep.clone().read_owned().await
    }

    /// Gives a whole file its place, durably. Answers where.
    pub(crate) fn place_whole(&self, written: BlobWriter) -> io::Result<(Sha256, PathBuf)> {
        let sha256 = written.sha256();
        let path = self.place(sha256);
        written.file.sync()?;
        failpoint::pass("store: before a rename", "placing a file");
        written.file.persist(&path)?;
        failpoint::pass("store: after a rename", "placing a file");
        fs::sync_folder(&self.folder)?;
        Ok((sha256, path))
    }

    /// Makes the small picture of a file that is here; answers whether there is one.
    pub(crate) fn picture(
        &self,
        sha256: Sha256,
        media_type: MediaType,
    ) -> Result<bool, StoreError> {
        if self.thumbnail(sha256).is_some() {
            return Ok(true);
        }
        match thumbnail::make(&self.place(sha256), media_type) {
            Some(made) => Ok(self.place_thumbnail(sha256, made)?.is_some()),
            None => Ok(false),
        }
    }

    fn place(&self, sha256: Sha256) -> PathBuf {
        self.folder.join(sha256.to_string())
    }

    fn incoming(&self) -> io::Result<Incoming> {
        Incoming::begin(&self.folder, INCOMING)
    }

    /// Notes that a file was used, for [`Store::evict_downloads`].
    pub fn used(&self, path: &Path) {
        // Nothing is lost if it cannot be noted but a later fetch.
        let _ = fs::touch(path);
    }

    /// Deletes what is not among `wanted`; answers how many files that were.
    async fn sweep(
        &self,
        wanted: impl AsyncFnOnce() -> Result<HashSet<String>, StoreError>,
    ) -> Result<usize, StoreError> {
        let doing = "sweeping the folder of files";
        let _alone = self.sweep.write().await;
        let wanted = wanted().await?;
        let mut removed = 0;
        for file in fs::list(&self.folder).doing(doing)? {
            let name = name_of(&file.path);
            let digest = name.split('.').next().unwrap_or_default();
            if wanted.contains(digest) || name.starts_with(INCOMING) {
                continue;
            }
            fs::remove_file(file.path).doing(doing)?;
            removed += usize::from(digest == name);
        }
        Ok(removed)
    }
}

impl BlobWriter {
    /// Appends bytes.
    ///
    /// # Errors
    /// The file cannot be written.
    // A chunk of a download is small, and goes to memory: leaving the thread would cost more.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.append(bytes).doing("receiving a file")
    }

    /// How many bytes have come.
    pub fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.digest.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }

    pub(crate) fn sha256(&self) -> Sha256 {
        Sha256(self.digest.clone().finalize().into())
    }

    pub(crate) fn file(&mut self) -> io::Result<&mut File> {
        self.file.reader()
    }
}

impl Store {
    /// Keeps a downloaded file if its digest is that of the attachment (the original's or the
    /// shared one's) and its incident is still held; makes its small picture.
    ///
    /// # Errors
    /// The bytes are others than announced, or the attachment is no longer here.
    pub async fn keep_download(
        &self,
        attachment_id: AttachmentId,
        received: BlobWriter,
    ) -> Result<PathBuf, IntakeError> {
        let _keep = self.blobs().keep().await;
        let wanted = self
            .attachment(attachment_id)
            .await?
            .ok_or(IntakeError::NoSuchAttachment)?;
        let sha256 = received.sha256();
        if sha256 != wanted.file.sha256 && sha256 != wanted.served_sha256 {
            return Err(IntakeError::OtherBytes);
        }
        let blobs = self.blobs().clone();
        blocking(move || {
            let (sha256, path) = blobs
                .place_whole(received)
                .doing("keeping a downloaded file")?;
            blobs.picture(sha256, wanted.file.media_type)?;
            Ok(path)
        })
        .await
    }

    /// Keeps the small picture that the server made of a file that is not here, if it is a picture
    /// and the attachment's incident is still held. Answers where.
    ///
    /// # Errors
    /// The bytes are no small picture, or the attachment is no longer here.
    pub async fn keep_thumbnail(
        &self,
        attachment_id: AttachmentId,
        bytes: Vec<u8>,
    ) -> Result<PathBuf, IntakeError> {
        let _keep = self.blobs().keep().await;
        let wanted = self
            .attachment(attachment_id)
            .await?
            .ok_or(IntakeError::NoSuchAttachment)?;
        let media_type = sniff::found(&bytes).ok_or(IntakeError::OtherBytes)?;
        let blobs = self.blobs().clone();
        blocking(move || {
            blobs
                .place_thumbnail(wanted.served_sha256, (bytes, media_type))?
                .ok_or(IntakeError::OtherBytes)
        })
        .await
    }

    /// Deletes files that nothing refers to any more; answers how many.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn sweep_blobs(&self) -> Result<usize, StoreError> {
        self.blobs().sweep(async || self.wanted_blobs().await).await
    }

    async fn wanted_blobs(&self) -> Result<HashSet<String>, StoreError> {
        let digests: Vec<String> = sqlx::query_scalar(
            "select lower(hex(sha256)) from main.files
             union select lower(hex(sha256)) from cache.attachment
             union select lower(hex(shared_sha256)) from cache.attachment",
        )
        .fetch_all(&mut *self.read().await?)
        .await
        .doing("listing the files in use")?;
        Ok(digests.into_iter().collect())
    }
}

/// Runs what reads, hashes and decodes off the threads that answer.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IntakeError> + Send + 'static,
) -> Result<T, IntakeError> {
    aio::blocking(work).await.doing("working on a file")?
}

/// The last component of a path, as text.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
