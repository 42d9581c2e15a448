//! From the last byte to an attachment: verify, recognise, copy for the others, keep.
// Pictures are decoded on a blocking thread, pixels counted first. A child process with limits of
// its own takes its place later; nothing outside `judge` has to change for it.

use super::{
    Files, picture, sniff,
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
use std::path::Path;

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
        .pictures
        .acquire()
        .await
        .map_err(|_| Error::unavailable())?;
    let _keep = files.0.keep.read().await;
    let (store, path) = (files.0.store.clone(), files.part(upload.id));
    let whole = upload.clone();
    let judged = tokio::task::spawn_blocking(move || judge(&store, &path, &whole)).await?;
    drop(turn);
    match judged {
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

fn judge(store: &Store, path: &Path, upload: &Upload) -> Result<Kept> {
    let bytes = std::fs::read(path).map_err(Error::io("read an upload"))?;
    if bytes.len() as u64 != upload.size || Sha256::of(&bytes) != upload.sha256 {
        return Err(Error::refused(
            ProblemKind::ChecksumMismatch,
            "the file's bytes are not those that were announced",
        ));
    }
    let media_type = sniff::recognise(&bytes, &upload.name)?;
    let mut kept = Kept {
        media_type,
        shared: (upload.sha256, upload.size),
        thumbnail: None,
    };
    if media_type.is_image() {
        let copies = picture::copies(&bytes, media_type)?;
        let keep = |copy: &[u8]| Ok::<_, Error>((store.put(copy)?, copy.len() as u64));
        kept.shared = keep(&copies.shared)?;
        kept.thumbnail = Some(keep(&copies.thumbnail)?);
    }
    store.adopt(path, upload.sha256)?;
    Ok(kept)
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
    query("update uploads set received = size where id = $1")
        .bind(upload.id)
        .execute(tx.conn())
        .await?;
    Ok(())
}
