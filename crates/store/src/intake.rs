//! Taking a picked file into the folder: the original may vanish afterwards.
//!
//! The bytes are copied and hashed in one go, judged by their content, made durable and named by
//! their digest; the small picture follows; the draft's row, which promises all that, comes last.

use crate::{
    StoreError,
    blobs::{BlobWriter, Blobs, Keep, blocking, name_of},
    sniff,
    sqlite::Doing,
};
use palier_disk::fs::{self, File};
use palier_domain::{FileName, Invalid, MAX_ATTACHMENT_BYTES, MediaType, Sha256};
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Why a file was not taken. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// Nothing is in it.
    #[error("the file is empty")]
    Empty,
    /// It is larger than [`palier_domain::MAX_ATTACHMENT_BYTES`].
    #[error("the file is larger than the limit")]
    TooLarge,
    /// Its content is of no accepted type, or its name says something else.
    #[error("the file's type is not accepted")]
    TypeRefused {
        /// What its content is, where that is an accepted type that the name contradicts.
        found: Option<MediaType>,
    },
    /// It cannot be read: it is gone, forbidden, or no plain file.
    #[error("the file cannot be read")]
    Unreadable(#[source] std::io::Error),
    /// Its name is refused.
    #[error(transparent)]
    Name(#[from] Invalid),
    /// The draft has as many files as a ticket may carry.
    #[error("the draft has as many files as a ticket may carry")]
    TooMany,
    /// A downloaded file is not the one that was announced.
    #[error("the bytes are not those that were announced")]
    OtherBytes,
    /// The attachment it belongs to is no longer here.
    #[error("the attachment is no longer here")]
    NoSuchAttachment,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The folder or the journal refused.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for IntakeError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::DiskFull { .. } => Self::DiskFull,
            other => Self::Store(other),
        }
    }
}

/// A file that is in the folder now.
#[derive(Debug)]
pub(crate) struct Taken {
    pub name: String,
    pub media_type: MediaType,
    pub size: u64,
    pub sha256: Sha256,
    pub has_thumbnail: bool,
}

impl Blobs {
    /// Copies a picked file into the folder. The guard keeps it there until its row is written.
    pub(crate) async fn take_picked(&self, path: &Path) -> Result<(Taken, Keep), IntakeError> {
        let keep = self.keep().await;
        let (blobs, path) = (self.clone(), path.to_owned());
        let taken = blocking(move || take(&blobs, path)).await?;
        Ok((taken, keep))
    }
}

fn take(blobs: &Blobs, path: PathBuf) -> Result<Taken, IntakeError> {
    let name = FileName::parse(&name_of(&path))?;
    let mut source = open_plain(&path)?;
    let mut written = blobs.begin()?;
    copy(&mut source, &mut written)?;
    let media_type = sniff::recognise(written.file().map_err(IntakeError::Unreadable)?, &name)?;
    let size = written.size();
    let (sha256, _) = blobs.place_whole(written).doing("keeping a picked file")?;
    Ok(Taken {
        has_thumbnail: blobs.picture(sha256, media_type)?,
        name: name.as_str().to_owned(),
        media_type,
        size,
        sha256,
    })
}

// Asked before opening: opening a pipe would wait for somebody to write into it.
fn open_plain(path: &Path) -> Result<File, IntakeError> {
    let found = fs::about(path).map_err(IntakeError::Unreadable)?;
    if !found.is_file {
        let error = io::Error::new(io::ErrorKind::InvalidInput, "not a plain file");
        return Err(IntakeError::Unreadable(error));
    }
    if found.len > MAX_ATTACHMENT_BYTES {
        return Err(IntakeError::TooLarge);
    }
    File::open(path).map_err(IntakeError::Unreadable)
}

/// Copies everything, unless that is nothing or too much: a file may grow while it is read.
fn copy(source: &mut impl Read, written: &mut BlobWriter) -> Result<(), IntakeError> {
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(IntakeError::Unreadable(error)),
        };
        if written.size() + read as u64 > MAX_ATTACHMENT_BYTES {
            return Err(IntakeError::TooLarge);
        }
        written
            .append(&buffer[..read])
            .doing("copying a picked file")?;
    }
    match written.size() {
        0 => Err(IntakeError::Empty),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file to which somebody adds while it is read: so many times the same bytes come, then an end or an error.
    struct Growing {
        piece: Vec<u8>,
        times: usize,
        then: Option<io::ErrorKind>,
        read: u64,
    }

    impl Growing {
        fn by(piece: &[u8], times: usize) -> Self {
            Self {
                piece: piece.to_vec(),
                times,
                then: None,
                read: 0,
            }
        }
    }

    impl Read for Growing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.times == 0 {
                return self.then.map_or(Ok(0), |kind| Err(kind.into()));
            }
            self.times -= 1;
            let read = self.piece.as_slice().read(buffer)?;
            self.read += read as u64;
            Ok(read)
        }
    }

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path().join("blobs")).unwrap();
        (folder, blobs)
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let entries = folder.path().join("blobs").read_dir().unwrap();
        let name = |entry: io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
        entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn what_a_file_grows_by_while_it_is_read_is_taken_with_it_and_is_in_its_digest() {
        let (folder, blobs) = blobs();
        let mut written = blobs.begin().unwrap();
        copy(&mut Growing::by(b"une ligne\n", 3), &mut written).unwrap();
        assert_eq!(written.size(), 30);
        let (sha256, path) = blobs.place_whole(written).unwrap();
        let all = b"une ligne\n".repeat(3);
        assert_eq!(sha256, Sha256::of(&all));
        assert_eq!(std::fs::read(path).unwrap(), all);
        assert_eq!(names(&folder), [sha256.to_string()]);
    }

    #[test]
    fn a_file_that_grows_beyond_the_limit_is_refused_there_and_leaves_nothing() {
        let (folder, blobs) = blobs();
        let mut written = blobs.begin().unwrap();
        let mut endless = Growing::by(&[b'x'; 256 * 1024], usize::MAX);
        let refused = copy(&mut endless, &mut written);
        assert!(matches!(refused, Err(IntakeError::TooLarge)), "{refused:?}");
        assert!(written.size() <= MAX_ATTACHMENT_BYTES);
        assert!(endless.read <= MAX_ATTACHMENT_BYTES + 256 * 1024);
        drop(written);
        assert!(names(&folder).is_empty());
    }

    #[test]
    fn a_file_that_is_emptied_or_lost_while_it_is_read_is_refused() {
        let (_folder, blobs) = blobs();
        let mut written = blobs.begin().unwrap();
        let emptied = copy(&mut Growing::by(b"", 0), &mut written);
        assert!(matches!(emptied, Err(IntakeError::Empty)), "{emptied:?}");
        let mut lost = Growing::by(b"le debut", 2);
        // The stick was pulled out.
        lost.then = Some(io::ErrorKind::NotConnected);
        let refused = copy(&mut lost, &mut written);
        let Err(IntakeError::Unreadable(error)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(error.kind(), io::ErrorKind::NotConnected);
    }
}
