//! What a caller may have of a file.

use super::Files;
use crate::{
    access::sees_attachment,
    db::{
        Conn,
        codec::{count, digest},
        query_as,
    },
    error::{Error, Result},
};
use palier_domain::{AttachmentId, FileName, MediaType, Sha256, UserId};
use std::path::PathBuf;
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
    /// Where it is.
    pub path: PathBuf,
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
    let sha256 = digest(&sha256)?;
    Ok(Given {
        path: files.0.store.path(sha256),
        sha256,
        media_type,
        name: FileName::parse(&row.name).map_err(|_| Error::Corrupt("file name"))?,
    })
}

impl Given {
    /// Opens it, with its size.
    pub async fn open(&self) -> Result<(tokio::fs::File, u64)> {
        let file = tokio::fs::File::open(&self.path)
            .await
            .map_err(Error::io("open a file"))?;
        let size = file
            .metadata()
            .await
            .map_err(Error::io("measure a file"))?
            .len();
        Ok((file, count(i64::try_from(size).unwrap_or(i64::MAX))))
    }
}
