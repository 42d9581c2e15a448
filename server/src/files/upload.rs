//! Resumable uploads, without HTTP: tus 1.0 as docs/sync.md § Attachments wants it.
//!
//! How far an upload came is the row's `received`, and only bytes that are fsynced count. The last
//! byte counts together with the attachment, in one transaction: a crash in between is an upload
//! that lacks its last chunk.

use super::{Files, claimed, finish, quota};
use crate::{
    db::{
        Conn, Db, Stamp,
        codec::{count, digest, number},
        query, query_as,
        writer::WriteTx,
    },
    error::{Error, Result},
    ops::metrics,
    routes::body::{drain, next_chunk, too_large},
};
use axum::body::BodyDataStream;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use palier_domain::{
    AttachmentId, FileName, Invalid, InvalidReason, MAX_ATTACHMENT_BYTES, Sha256, UserId, failpoint,
};
use palier_wire::{
    ProblemKind,
    upload::{CHUNK_BYTES, UploadMetadata},
};
use sha2::Digest;
use std::{io::SeekFrom, time::Duration};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use uuid::Uuid;

/// An upload as it stands.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its id.
    pub id: Uuid,
    /// Who sends it.
    pub user: UserId,
    /// What it becomes.
    pub attachment: AttachmentId,
    /// The file's name.
    pub name: FileName,
    /// Its whole size.
    pub size: u64,
    /// Its digest, as announced.
    pub sha256: Sha256,
    /// How many bytes are here.
    pub received: u64,
    /// When it goes, if nothing comes of it.
    pub expires_at: DateTime<Utc>,
}

/// A piece of an upload on its way in.
pub struct Piece {
    /// Where it starts.
    pub offset: u64,
    /// Its digest, where the client says it.
    pub checksum: Option<Sha256>,
    /// Its bytes.
    pub body: BodyDataStream,
    /// How long the bytes may stand still.
    pub stall: Duration,
}

/// Begins an upload, or finds the one that was begun for the same attachment.
///
/// # Errors
/// A file that cannot become an attachment is refused here, before its bytes travel: empty, too
/// large, of a name that is not taken. `id-taken` when the attachment's id belongs to another file.
pub async fn begin(
    files: &Files,
    db: &Db,
    user: UserId,
    size: u64,
    metadata: UploadMetadata,
) -> Result<Upload> {
    if size == 0 {
        return Err(Invalid::new("size", InvalidReason::Empty).into());
    }
    if size > MAX_ATTACHMENT_BYTES {
        return Err(too_large(MAX_ATTACHMENT_BYTES));
    }
    let name = FileName::parse(&metadata.filename)?;
    claimed(&name)?;
    let expiry = files.0.expiry;
    db.write(move |tx| {
        async move {
            let upload = Upload {
                id: Uuid::now_v7(),
                user,
                attachment: metadata.attachment_id,
                name,
                size,
                sha256: metadata.sha256,
                received: 0,
                expires_at: tx.now + expiry,
            };
            insert_or_find(tx, upload).await
        }
        .boxed()
    })
    .await
}

async fn insert_or_find(tx: &mut WriteTx, mut upload: Upload) -> Result<Upload> {
    quota::may_begin(tx, upload.user, upload.attachment, upload.size).await?;
    let taken = || {
        Error::refused(
            ProblemKind::IdTaken,
            "the attachment's id belongs to another file",
        )
    };
    let done: Option<(Uuid, i64, Vec<u8>)> =
        query_as("select uploaded_by, size, sha256 from attachments where id = $1")
            .bind(upload.attachment.0)
            .fetch_optional(tx.conn())
            .await?;
    if let Some((user, size, sha256)) = done {
        if user != upload.user.0 || count(size) != upload.size || sha256 != upload.sha256.0 {
            return Err(taken());
        }
        upload.received = upload.size;
    }
    let now = Stamp(tx.now);
    query("delete from uploads where user_id = $1 and attachment_id = $2 and expires_at <= $3")
        .bind(upload.user.0)
        .bind(upload.attachment.0)
        .bind(now)
        .execute(tx.conn())
        .await?;
    query(
        "insert into uploads
            (id, user_id, attachment_id, name, size, sha256, received, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (user_id, attachment_id) do nothing",
    )
    .bind(upload.id)
    .bind(upload.user.0)
    .bind(upload.attachment.0)
    .bind(upload.name.as_str())
    .bind(number(upload.size))
    .bind(upload.sha256.0.to_vec())
    .bind(number(upload.received))
    .bind(now)
    .bind(Stamp(upload.expires_at))
    .execute(tx.conn())
    .await?;
    let row: Row = query_as(
        "select id, user_id, attachment_id, name, size, sha256, received, expires_at
         from uploads where user_id = $1 and attachment_id = $2",
    )
    .bind(upload.user.0)
    .bind(upload.attachment.0)
    .fetch_one(tx.conn())
    .await?;
    let there = row.read()?;
    if there.size != upload.size || there.sha256 != upload.sha256 {
        return Err(taken());
    }
    Ok(there)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    user_id: Uuid,
    attachment_id: Uuid,
    name: String,
    size: i64,
    sha256: Vec<u8>,
    received: i64,
    expires_at: Stamp,
}

impl Row {
    fn read(self) -> Result<Upload> {
        Ok(Upload {
            id: self.id,
            user: self.user_id.into(),
            attachment: self.attachment_id.into(),
            name: FileName::parse(&self.name).map_err(|_| Error::Corrupt("file name"))?,
            size: count(self.size),
            sha256: digest(&self.sha256)?,
            received: count(self.received),
            expires_at: self.expires_at.0,
        })
    }
}

/// How an upload of `user` stands.
///
/// # Errors
/// `upload-gone` when it is unknown, somebody else's, or has expired: the client begins again.
pub async fn status(conn: &mut Conn, user: UserId, id: Uuid, now: DateTime<Utc>) -> Result<Upload> {
    let row: Option<Row> = query_as(
        "select id, user_id, attachment_id, name, size, sha256, received, expires_at
         from uploads where id = $1 and user_id = $2 and expires_at > $3",
    )
    .bind(id)
    .bind(user.0)
    .bind(Stamp(now))
    .fetch_optional(conn)
    .await?;
    row.ok_or_else(gone)?.read()
}

fn gone() -> Error {
    Error::refused(
        ProblemKind::UploadGone,
        "the upload is unknown or has expired",
    )
}

/// Takes one piece; with the last one the file is judged and becomes an attachment.
///
/// # Errors
/// `offset-mismatch`, `checksum-mismatch` (the piece is forgotten), `too-large`, and what
/// [`finish`] refuses (then the upload is gone).
pub async fn append(
    files: &Files,
    db: &Db,
    user: UserId,
    id: Uuid,
    mut piece: Piece,
    now: DateTime<Utc>,
) -> Result<Upload> {
    let _only = files.exclusive(id).await;
    let mut read = db.read().await?;
    let mut upload = status(&mut read, user, id, now).await?;
    drop(read);
    if piece.offset != upload.received {
        // Taken in before it is refused: else a client that is still sending never hears why.
        drain(&mut piece.body, CHUNK_BYTES, piece.stall).await;
        return Err(Error::refused(
            ProblemKind::OffsetMismatch,
            format!("the upload stands at {}", upload.received),
        ));
    }
    if upload.received == upload.size {
        return Ok(upload);
    }
    let _turn = files.turn().await?;
    if !files.holds(&upload).await? {
        forget(files, db, id).await?;
        return Err(gone());
    }
    let (received, trouble) = receive(files, &upload, piece).await?;
    failpoint::pass("server: a piece came", "receiving a file");
    if received == upload.size && trouble.is_none() {
        finish::finish(files, db, &upload).await?;
    } else if received > upload.received {
        share(files, &upload, received).await?;
        db.write(move |tx| note(tx, id, received).boxed()).await?;
    }
    metrics::uploaded(received.saturating_sub(upload.received));
    upload.received = received;
    trouble.map_or(Ok(upload), Err)
}

/// Writes a piece behind what is there. Returns how far the upload came, and what cut it short:
/// bytes that arrived before a connection broke are kept, unless a checksum was to judge them all.
async fn receive(files: &Files, upload: &Upload, mut piece: Piece) -> Result<(u64, Option<Error>)> {
    let path = files.part(upload.id);
    let mut file = tokio::fs::OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(false)
        .open(path)
        .await
        .map_err(Error::io("open an upload"))?;
    // A crash may have left bytes that were never noted.
    file.set_len(upload.received)
        .await
        .map_err(Error::io("cut an upload"))?;
    file.seek(SeekFrom::Start(upload.received))
        .await
        .map_err(Error::io("seek in an upload"))?;
    let mut hash = sha2::Sha256::new();
    let mut at = upload.received;
    let trouble = loop {
        match next_chunk(&mut piece.body, piece.stall).await {
            Ok(Some(bytes)) => {
                if at + bytes.len() as u64 > upload.size {
                    at = upload.received;
                    break Some(too_large(upload.size));
                }
                file.write_all(&bytes)
                    .await
                    .map_err(Error::io("write an upload"))?;
                hash.update(&bytes);
                at += bytes.len() as u64;
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let arrived = Sha256(hash.finalize().into());
    let refuted = piece.checksum.is_some_and(|checksum| checksum != arrived);
    if refuted {
        at = upload.received;
    }
    file.sync_all().await.map_err(Error::io("sync an upload"))?;
    let trouble = trouble.or_else(|| {
        refuted.then(|| {
            Error::refused(
                ProblemKind::ChecksumMismatch,
                "these are not the bytes that were announced",
            )
        })
    });
    Ok((at, trouble))
}

/// Gives the bytes that have just come to the other nodes, where there are any.
async fn share(files: &Files, upload: &Upload, received: u64) -> Result<()> {
    if !files.0.store.is_shared() {
        return Ok(());
    }
    let wrong = || Error::io("read an upload");
    let mut part = tokio::fs::File::open(files.part(upload.id))
        .await
        .map_err(wrong())?;
    part.seek(SeekFrom::Start(upload.received))
        .await
        .map_err(wrong())?;
    let mut bytes = Vec::new();
    let mut piece = part.take(received - upload.received);
    piece.read_to_end(&mut bytes).await.map_err(wrong())?;
    let store = &files.0.store;
    store
        .put_piece(upload.id, upload.received, bytes.into())
        .await
}

async fn note(tx: &mut WriteTx, id: Uuid, received: u64) -> Result<()> {
    query("update uploads set received = $2 where id = $1")
        .bind(id)
        .bind(number(received))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Uploads a file that is here as a whole.
pub async fn whole(
    files: &Files,
    db: &Db,
    user: UserId,
    metadata: UploadMetadata,
    bytes: Vec<u8>,
) -> Result<()> {
    let upload = begin(files, db, user, bytes.len() as u64, metadata).await?;
    let _only = files.exclusive(upload.id).await;
    tokio::fs::write(files.part(upload.id), bytes)
        .await
        .map_err(Error::io("write an upload"))?;
    finish::finish(files, db, &upload).await
}

/// Ends an upload. An attachment that came of it stays.
pub async fn give_up(
    files: &Files,
    db: &Db,
    user: UserId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let _only = files.exclusive(id).await;
    let mut read = db.read().await?;
    status(&mut read, user, id, now).await?;
    drop(read);
    forget(files, db, id).await
}

/// Deletes an upload's row and bytes.
pub async fn forget(files: &Files, db: &Db, id: Uuid) -> Result<()> {
    db.write(move |tx| {
        async move {
            query("delete from uploads where id = $1")
                .bind(id)
                .execute(tx.conn())
                .await?;
            Ok(())
        }
        .boxed()
    })
    .await?;
    files.remove_part(id).await
}
