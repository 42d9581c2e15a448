//! Deletes what nobody came for: expired uploads, attachments without a ticket, files without a row; and
//! says which rows have lost their file.
//!
//! A file is deleted in three steps, so that no node writes it anew meanwhile ([`claims`](super::claims)):
//! that it goes is committed, then it goes, then that is forgotten. After a crash in between, the next
//! sweep of any node goes on.

use super::{
    Files,
    store::{is_stale, remove_if_there},
};
use crate::{
    db::{Db, Stamp, codec::digest, query, query_scalar, writer::WriteTx},
    error::{Error, Result},
    lock,
    ops::metrics,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{FutureExt, TryStreamExt};
use palier_domain::Sha256;
use std::{
    collections::HashSet,
    path::PathBuf,
    sync::PoisonError,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// How often the whole store is looked through.
const LOOK: Duration = Duration::from_secs(24 * 3600);
/// A file without a row goes when it is so old.
const GRACE: TimeDelta = TimeDelta::hours(24);

pub async fn run(files: &Files, db: &Db) -> Result<()> {
    // Listed before the rows are read: an upload that begins meanwhile has its row before its bytes.
    let parts = parts(files)?;
    let pieces = files.0.store.uploads_with_pieces().await?;
    db.write(|tx| forget_expired(tx).boxed()).await?;
    let mut read = db.read().await?;
    let live: HashSet<Uuid> = query_scalar("select id from uploads where received < size")
        .fetch_all(&mut read)
        .await?
        .into_iter()
        .collect();
    drop(read);
    for (path, id) in parts {
        if id.is_none_or(|id| !live.contains(&id)) {
            tokio::task::spawn_blocking(move || remove_if_there(&path)).await??;
        }
    }
    for (upload, written_at) in pieces {
        if !live.contains(&upload) && is_stale(written_at) {
            files.0.store.remove_pieces(upload).await?;
        }
    }
    files.0.store.remove_nameless().await?;
    if is_due(files) {
        look(files, db).await?;
    }
    delete(files, db).await
}

fn is_due(files: &Files) -> bool {
    let mut looked = files
        .0
        .looked
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let due = looked.is_none_or(|at| at.elapsed() >= LOOK);
    if due {
        *looked = Some(Instant::now());
    }
    due
}

/// Deletes rows, and commits which files go.
async fn forget_expired(tx: &mut WriteTx) -> Result<()> {
    lock::blobs_to_delete(tx).await?;
    let now = Stamp(tx.now);
    for expired in [
        "delete from uploads where expires_at <= $1",
        "delete from attachments where ticket_id is null and expires_at <= $1",
        "delete from blob_claims where expires_at <= $1",
    ] {
        query(expired).bind(now).execute(tx.conn()).await?;
    }
    let rows: Vec<Vec<u8>> = query_scalar(
        "delete from blobs
         where not exists (select 1 from attachments a where a.sha256 = blobs.sha256)
           and not exists (select 1 from attachments a where a.shared_sha256 = blobs.sha256)
           and not exists (select 1 from attachments a where a.thumbnail_sha256 = blobs.sha256)
           and not exists (select 1 from blob_claims c where c.sha256 = blobs.sha256)
         returning sha256",
    )
    .fetch_all(tx.conn())
    .await?;
    for sha256 in rows {
        condemn(tx, sha256).await?;
    }
    Ok(())
}

/// Commits that a file goes.
async fn condemn(tx: &mut WriteTx, sha256: Vec<u8>) -> Result<()> {
    let now = Stamp(tx.now);
    query("insert into blob_deletions (sha256, at) values ($1, $2) on conflict do nothing")
        .bind(sha256)
        .bind(now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Deletes the files of which it is committed that they go.
async fn delete(files: &Files, db: &Db) -> Result<()> {
    let mut read = db.read().await?;
    let rows: Vec<Vec<u8>> = query_scalar("select sha256 from blob_deletions")
        .fetch_all(&mut read)
        .await?;
    drop(read);
    for sha256 in rows {
        files.0.store.remove(digest(&sha256)?).await?;
        db.write(move |tx| {
            async move {
                query("delete from blob_deletions where sha256 = $1")
                    .bind(sha256)
                    .execute(tx.conn())
                    .await?;
                Ok(())
            }
            .boxed()
        })
        .await?;
    }
    Ok(())
}

/// Compares all files with all rows, both ways.
async fn look(files: &Files, db: &Db) -> Result<()> {
    let begun = Utc::now();
    let mut there = HashSet::new();
    let mut old = Vec::new();
    let mut list = files.0.store.list();
    while let Some(file) = list.try_next().await? {
        there.insert(file.sha256);
        if begun - file.written_at > GRACE {
            old.push(file.sha256);
        }
    }
    let named = named(db, begun).await?;
    let missing = named.iter().filter(|sha256| !there.contains(sha256));
    let missing: Vec<_> = missing.take(100).map(ToString::to_string).collect();
    metrics::files_missing(missing.len());
    if !missing.is_empty() {
        tracing::error!(?missing, "rows name files that the store does not have");
    }
    old.retain(|sha256| !named.contains(sha256));
    if !old.is_empty() {
        tracing::warn!(files = old.len(), "files that no row names are deleted");
        db.write(move |tx| async move { condemn_strays(tx, old).await }.boxed())
            .await?;
    }
    Ok(())
}

/// The digests of rows that are older than the listing.
async fn named(db: &Db, before: DateTime<Utc>) -> Result<HashSet<Sha256>> {
    let mut read = db.read().await?;
    let rows: Vec<Vec<u8>> = query_scalar("select sha256 from blobs where created_at < $1")
        .bind(Stamp(before))
        .fetch_all(&mut read)
        .await?;
    rows.iter().map(|sha256| digest(sha256)).collect()
}

/// Looks again, now that nobody can claim them meanwhile.
async fn condemn_strays(tx: &mut WriteTx, strays: Vec<Sha256>) -> Result<()> {
    lock::blobs_to_delete(tx).await?;
    for sha256 in strays {
        let wanted: bool = query_scalar(
            "select exists (select 1 from blobs where sha256 = $1)
                 or exists (select 1 from blob_claims where sha256 = $1)",
        )
        .bind(sha256.0.to_vec())
        .fetch_one(tx.conn())
        .await?;
        if !wanted {
            condemn(tx, sha256.0.to_vec()).await?;
        }
    }
    Ok(())
}

/// The collected bytes of uploads, with the upload that each belongs to.
fn parts(files: &Files) -> Result<Vec<(PathBuf, Option<Uuid>)>> {
    let entries = std::fs::read_dir(&files.0.parts).map_err(Error::io("list uploads"))?;
    entries
        .map(|entry| {
            let entry = entry.map_err(Error::io("list uploads"))?;
            let name = entry.file_name();
            let id = name.to_str().and_then(|name| name.parse().ok());
            Ok((entry.path(), id))
        })
        .collect()
}
