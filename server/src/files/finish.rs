//! From the last byte to an attachment: verify, judge, copy for the others, keep.

use super::{
    Files,
    child::{Copy, Judged},
    claimed, claims,
    store::Store,
    upload::{Upload, forget},
};
use crate::{
    db::{Db, Stamp, codec::number, query, writer::WriteTx},
    error::{Error, Result},
};
use chrono::TimeDelta;
use futures_util::FutureExt;
use palier_domain::{MediaType, Sha256};
use palier_wire::ProblemKind;
use sha2::Digest;
use std::{fs::File, path::Path};

/// A file that was judged and kept.
#[derive(Clone)]
struct Kept {
    media_type: MediaType,
    shared: (Sha256, u64),
    thumbnail: Option<(Sha256, u64)>,
}

/// Makes the attachment of a whole upload. A refused file takes its upload with it.
///
/// # Errors
/// `checksum-mismatch`, `unsupported-file`.
pub async fn finish(files: &Files, db: &Db, upload: &Upload) -> Result<()> {
    let turn = files
        .0
        .judging
        .acquire()
        .await
        .map_err(|_| Error::unavailable())?;
    let kept = judge(files, db, upload).await;
    drop(turn);
    match kept {
        Ok(kept) => {
            let (whole, expiry) = (upload.clone(), files.0.expiry);
            db.write(move |tx| async move { record(tx, &whole, kept, expiry).await }.boxed())
                .await?;
            files.remove_part(upload.id).await
        }
        Err(refused @ Error::Refused(_)) => {
            forget(files, db, upload.id).await?;
            Err(refused)
        }
        Err(error) => Err(error),
    }
}

async fn judge(files: &Files, db: &Db, upload: &Upload) -> Result<Kept> {
    let media_type = claimed(&upload.name)?;
    let (path, announced) = (files.part(upload.id), (upload.sha256, upload.size));
    let part = path.clone();
    let file = tokio::task::spawn_blocking(move || verified(&part, announced)).await??;
    let judged = files.0.judges.judge(file, media_type).await?;
    let Judged { shared, thumbnail } = judged;
    let copies = [shared.as_ref(), thumbnail.as_ref()];
    let copies = copies.into_iter().flatten().map(|copy| copy.sha256);
    let digests = copies.chain([upload.sha256]).collect();
    claims::take(db, upload.id, digests).await?;
    let store = &files.0.store;
    store.put_from(&path, upload.sha256).await?;
    Ok(Kept {
        media_type,
        shared: match shared {
            Some(copy) => keep(store, copy).await?,
            None => (upload.sha256, upload.size),
        },
        thumbnail: match thumbnail {
            Some(copy) => Some(keep(store, copy).await?),
            None => None,
        },
    })
}

async fn keep(store: &Store, copy: Copy) -> Result<(Sha256, u64)> {
    store.put(copy.file, copy.sha256).await?;
    Ok((copy.sha256, copy.size))
}

/// The collected bytes, when they are those that were announced.
fn verified(path: &Path, announced: (Sha256, u64)) -> Result<File> {
    let mut file = File::open(path).map_err(Error::io("open an upload"))?;
    let mut hash = sha2::Sha256::new();
    let size = std::io::copy(&mut file, &mut hash).map_err(Error::io("read an upload"))?;
    match (Sha256(hash.finalize().into()), size) == announced {
        true => Ok(file),
        false => Err(Error::refused(
            ProblemKind::ChecksumMismatch,
            "the file's bytes are not those that were announced",
        )),
    }
}

async fn record(tx: &mut WriteTx, upload: &Upload, kept: Kept, expiry: TimeDelta) -> Result<()> {
    let now = tx.now;
    let original = (upload.sha256, upload.size);
    for (sha256, size) in [original, kept.shared].into_iter().chain(kept.thumbnail) {
        query(
            "insert into blobs (sha256, size, created_at) values ($1, $2, $3)
             on conflict (sha256) do nothing",
        )
        .bind(sha256.0.to_vec())
        .bind(number(size))
        .bind(Stamp(now))
        .execute(tx.conn())
        .await?;
    }
    query(
        "insert into attachments
            (id, uploaded_by, name, media_type, size, sha256, shared_size, shared_sha256,
             thumbnail_sha256, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (id) do nothing",
    )
    .bind(upload.attachment.0)
    .bind(upload.user.0)
    .bind(upload.name.as_str())
    .bind(kept.media_type.as_str())
    .bind(number(upload.size))
    .bind(upload.sha256.0.to_vec())
    .bind(number(kept.shared.1))
    .bind(kept.shared.0.0.to_vec())
    .bind(kept.thumbnail.map(|(sha256, _)| sha256.0.to_vec()))
    .bind(Stamp(now))
    .bind(Stamp(now + expiry))
    .execute(tx.conn())
    .await?;
    claims::give_back(tx, upload.id).await?;
    query("update uploads set received = size where id = $1")
        .bind(upload.id)
        .execute(tx.conn())
        .await?;
    Ok(())
}
