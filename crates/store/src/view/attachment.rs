//! Files as threads and drafts show them.

use crate::db::SqliteConnection;
use crate::{Store, StoreError, journal::files, sqlite::*};
use palier_domain::{AttachmentId, IncidentId, MediaType, Sha256, TicketId, UserId};
use std::collections::HashMap;
use uuid::Uuid;

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

#[derive(sqlx::FromRow)]
struct CachedFile {
    id: Uuid,
    incident_id: Uuid,
    ticket_id: Uuid,
    name: String,
    media_type: String,
    size: i64,
    sha256: Vec<u8>,
    shared_size: i64,
    shared_sha256: Vec<u8>,
    has_thumbnail: bool,
    mine: bool,
}

impl CachedFile {
    fn file(&self) -> Result<FileRow, StoreError> {
        Ok(FileRow {
            id: self.id.into(),
            name: self.name.clone(),
            media_type: files::media_type(&self.media_type)?,
            size: to_u64(self.size),
            sha256: files::digest(&self.sha256)?,
            has_thumbnail: self.has_thumbnail,
        })
    }

    fn attachment(&self) -> Result<AttachmentRow, StoreError> {
        let file = self.file()?;
        let (served_size, served_sha256) = match self.mine {
            true => (file.size, file.sha256),
            false => (
                to_u64(self.shared_size),
                files::digest(&self.shared_sha256)?,
            ),
        };
        Ok(AttachmentRow {
            file,
            on: Some((self.incident_id.into(), self.ticket_id.into())),
            served_size,
            served_sha256,
            own: false,
            on_server: true,
        })
    }
}

macro_rules! cached_select {
    ($tail:literal) => {
        concat!(
            "select a.id, a.incident_id, a.ticket_id, a.name, a.media_type, a.size, a.sha256, \
                a.shared_size, a.shared_sha256, a.has_thumbnail, \
                coalesce(t.author_id = ?1, 0) as mine \
             from cache.attachment a left join cache.ticket t on t.id = a.ticket_id ",
            $tail
        )
    };
}

impl Store {
    /// A file of a ticket, an outbox entry or a draft.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn attachment(&self, id: AttachmentId) -> Result<Option<AttachmentRow>, StoreError> {
        let mut read = self.read().await?;
        let own = files::by_id(&mut read, id).await?;
        let cached: Option<CachedFile> = sqlx::query_as(cached_select!("where a.id = ?2"))
            .bind(self.user_id().0)
            .bind(id.0)
            .fetch_optional(&mut *read)
            .await
            .doing("looking up an attachment")?;
        let cached = cached.map(|row| row.attachment()).transpose()?;
        let Some(own) = own else { return Ok(cached) };
        let on_server = own.on_server || cached.is_some();
        let file = own.into_row()?;
        Ok(Some(AttachmentRow {
            on: cached.and_then(|row| row.on),
            served_size: file.size,
            served_sha256: file.sha256,
            own: true,
            on_server,
            file,
        }))
    }
}

/// These files of the cache, by id.
pub(super) async fn cached(
    conn: &mut SqliteConnection,
    user: UserId,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, FileRow>, StoreError> {
    let rows: Vec<CachedFile> = sqlx::query_as(cached_select!(
        "where a.id in (select unhex(value) from json_each(?2))"
    ))
    .bind(user.0)
    .bind(id_list(ids.iter().copied()))
    .fetch_all(conn)
    .await
    .doing("reading the files of a thread")?;
    rows.into_iter()
        .map(|row| Ok((row.id, row.file()?)))
        .collect()
}
