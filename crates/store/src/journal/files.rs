//! Files that the person added: the rows; their bytes are in [`crate::Blobs`].

use crate::db::SqliteConnection;
use crate::{StoreError, sqlite::*, view::FileRow};
use palier_domain::{AttachmentId, MediaType, Sha256};
use uuid::Uuid;

/// A row of `files`, as queries select it.
#[derive(sqlx::FromRow)]
pub(crate) struct StoredFile {
    pub id: Uuid,
    pub name: String,
    pub media_type: String,
    pub size: i64,
    pub sha256: Vec<u8>,
    pub has_thumbnail: bool,
    pub on_server: bool,
}

impl StoredFile {
    pub fn into_row(self) -> Result<FileRow, StoreError> {
        Ok(FileRow {
            id: self.id.into(),
            media_type: media_type(&self.media_type)?,
            name: self.name,
            size: to_u64(self.size),
            sha256: digest(&self.sha256)?,
            has_thumbnail: self.has_thumbnail,
        })
    }
}

pub(crate) fn media_type(text: &str) -> Result<MediaType, StoreError> {
    MediaType::from_media_type(text).ok_or_else(|| StoreError::Unreadable {
        doing: "reading the type of a file",
        value: text.to_owned(),
    })
}

pub(crate) fn digest(bytes: &[u8]) -> Result<Sha256, StoreError> {
    bytes
        .try_into()
        .map(Sha256)
        .map_err(|_| StoreError::Unreadable {
            doing: "reading the digest of a file",
            value: format!("{} bytes", bytes.len()),
        })
}

pub(crate) async fn insert(conn: &mut SqliteConnection, file: &FileRow) -> Result<(), StoreError> {
    sqlx::query(
        "insert into main.files (id, name, media_type, size, sha256, has_thumbnail)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
    )
    .bind(file.id.0)
    .bind(&file.name)
    .bind(file.media_type.as_str())
    .bind(to_i64(file.size))
    .bind(file.sha256.0.as_slice())
    .bind(file.has_thumbnail)
    .execute(conn)
    .await
    .doing("keeping a file")?;
    Ok(())
}

pub(crate) async fn by_id(
    conn: &mut SqliteConnection,
    id: AttachmentId,
) -> Result<Option<StoredFile>, StoreError> {
    sqlx::query_as(
        "select id, name, media_type, size, sha256, has_thumbnail, on_server
         from main.files where id = ?1",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await
    .doing("looking up a file")
}

/// The files of an outbox entry, in order.
pub(crate) async fn of_entry(
    conn: &mut SqliteConnection,
    mutation_id: Uuid,
) -> Result<Vec<StoredFile>, StoreError> {
    sqlx::query_as(
        "select f.id, f.name, f.media_type, f.size, f.sha256, f.has_thumbnail, f.on_server
         from main.outbox_files o join main.files f on f.id = o.file_id
         where o.mutation_id = ?1 order by o.position",
    )
    .bind(mutation_id)
    .fetch_all(conn)
    .await
    .doing("reading the files of an outbox entry")
}

/// The same file under a new id, not on the server.
// An attachment's id belongs to one ticket for ever. When that one may have arrived, the next
// ticket needs files of its own.
pub(crate) async fn copy(
    conn: &mut SqliteConnection,
    id: Uuid,
) -> Result<AttachmentId, StoreError> {
    let new = Uuid::now_v7();
    sqlx::query(
        "insert into main.files (id, name, media_type, size, sha256, has_thumbnail)
         select ?2, name, media_type, size, sha256, has_thumbnail from main.files where id = ?1",
    )
    .bind(id)
    .bind(new)
    .execute(conn)
    .await
    .doing("keeping a file for another ticket")?;
    Ok(new.into())
}

/// Says whether files are on the server.
pub(crate) async fn set_on_server(
    conn: &mut SqliteConnection,
    ids: &[AttachmentId],
    on_server: bool,
) -> Result<(), StoreError> {
    sqlx::query(
        "update main.files set on_server = ?2
         where id in (select unhex(value) from json_each(?1))",
    )
    .bind(id_list(ids.iter().map(|id| id.0)))
    .bind(on_server)
    .execute(conn)
    .await
    .doing("marking files as being on the server")?;
    Ok(())
}

/// Forgets the files that neither draft, outbox nor sent log refers to.
pub(crate) async fn forget_unused(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query(
        "delete from main.files where id not in (
            select file_id from main.draft_files
            union all select file_id from main.outbox_files
            union all select file_id from main.sent_files)",
    )
    .execute(conn)
    .await
    .doing("forgetting files that are not used")?;
    Ok(())
}
