//! What a caller may have of a file.

use super::{
    Files,
    store::{Content, Store},
};
use crate::{
    access::sees_attachment,
    db::{
        Conn,
        codec::{count, digest},
        query_as, query_scalar,
    },
    error::{Error, Result},
};
use palier_domain::{AttachmentId, FileName, MediaType, Sha256, UserId};
use std::ops::Range;
use uuid::Uuid;

/// Which picture of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The file itself: the original for its author, the copy for the others.
    Whole,
    /// The small picture.
    Thumbnail,
}

/// A file that the caller may have.
pub struct Given {
    store: Store,
    /// Its size in bytes.
    pub size: u64,
    /// Its digest.
    pub sha256: Sha256,
    /// Its type.
    pub media_type: MediaType,
    /// Its name.
    pub name: FileName,
}

#[derive(sqlx::FromRow)]
struct Row {
    uploaded_by: Uuid,
    name: String,
    media_type: String,
    sha256: Vec<u8>,
    shared_sha256: Vec<u8>,
    thumbnail_sha256: Option<Vec<u8>>,
}

/// Finds what `caller` may have of `attachment`: only through a ticket that he sees.
///
/// # Errors
/// `not-found` when there is none, no ticket carries it, or he may not see that ticket.
pub async fn find(
    files: &Files,
    conn: &mut Conn,
    caller: UserId,
    attachment: AttachmentId,
    which: Which,
) -> Result<Given> {
    let unseen = || Error::not_found("attachment");
    if !sees_attachment(conn, caller, attachment).await? {
        return Err(unseen());
    }
    let row: Row = query_as(
        "select uploaded_by, name, media_type, sha256, shared_sha256, thumbnail_sha256
         from attachments where id = $1",
    )
    .bind(attachment.0)
    .fetch_optional(&mut *conn)
    .await?
    .ok_or_else(unseen)?;
    let whole = MediaType::from_media_type(&row.media_type).ok_or(Error::Corrupt("media type"))?;
    let (sha256, media_type) = match which {
        Which::Thumbnail => (row.thumbnail_sha256.ok_or_else(unseen)?, MediaType::Jpeg),
        Which::Whole if row.uploaded_by == caller.0 => (row.sha256, whole),
        Which::Whole => (row.shared_sha256, whole),
    };
    let size: i64 = query_scalar("select size from blobs where sha256 = $1")
        .bind(sha256.clone())
        .fetch_one(conn)
        .await?;
    Ok(Given {
        store: files.0.store.clone(),
        size: count(size),
        sha256: digest(&sha256)?,
        media_type,
        name: FileName::parse(&row.name).map_err(|_| Error::Corrupt("file name"))?,
    })
}

impl Given {
    /// Its bytes, or a part of them that lies inside.
    ///
    /// # Errors
    /// When it is not in the store, or that does not answer.
    pub async fn open(&self, part: Option<Range<u64>>) -> Result<Content> {
        self.store.open(self.sha256, part).await
    }
}
