//! Files as threads and drafts show them.
use crate::{Store, StoreError};
use palier_domain::{AttachmentId, IncidentId, MediaType, Sha256, TicketId};

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Which.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// Its type.
    pub media_type: MediaType,
    /// Size of the original, in bytes.
    pub size: u64,
    /// Digest of the original.
    pub sha256: Sha256,
    /// There is a small picture of it, here or on the server.
    pub has_thumbnail: bool,
}

/// A file with all that is needed to open, fetch or upload it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRow {
    /// The file.
    pub file: FileRow,
    /// Where it is on; none while it is in a draft or unsent.
    pub on: Option<(IncidentId, TicketId)>,
    /// Size of what the server gives this user, in bytes.
    pub served_size: u64,
    /// Digest of what the server gives this user: the original to its author, else the shared one.
    pub served_sha256: Sha256,
    /// It was added on this device.
    pub own: bool,
    /// An own file that is known to be on the server.
    pub on_server: bool,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// A file of a ticket, an outbox entry or a draft.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn attachment(&self, id: AttachmentId) -> Result<Option<AttachmentRow>, StoreError> {
        todo!()
    }
}
