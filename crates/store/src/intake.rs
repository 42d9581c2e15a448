//! Taking a picked file into the folder.
use crate::StoreError;
use palier_domain::{Invalid, MediaType};

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
