//! Deletes what nobody came for: expired uploads, attachments without a ticket, files without a row.

use super::{Files, store::remove_if_there};
use crate::{
    db::{Db, Stamp, codec::digest, query, query_scalar, writer::WriteTx},
    error::{Error, Result},
};
use futures_util::FutureExt;
use palier_domain::Sha256;
use std::{collections::HashSet, path::PathBuf};
use uuid::Uuid;

pub async fn run(files: &Files, db: &Db) -> Result<()> {
    // Nobody is between a blob's file and its row while we look for files without one.
    let _keep = files.0.keep.write().await;
    let gone = db.write(|tx| forget_expired(tx).boxed()).await?;
    // Listed before the rows are read: an upload that begins meanwhile has its row before its bytes.
    let parts = parts(files)?;
    let mut read = db.read().await?;
    let live: HashSet<Uuid> = query_scalar("select id from uploads where received < size")
        .fetch_all(&mut read)
        .await?
        .into_iter()
        .collect();
    drop(read);
    let files = files.clone();
    tokio::task::spawn_blocking(move || {
        for sha256 in gone {
            files.0.store.remove(sha256)?;
        }
        for (path, id) in parts {
            if id.is_none_or(|id| !live.contains(&id)) {
                remove_if_there(&path)?;
            }
        }
        files.0.store.remove_nameless()
    })
    .await?
}

/// Deletes rows; returns the files that have none left. They go after the commit.
async fn forget_expired(tx: &mut WriteTx) -> Result<Vec<Sha256>> {
    let now = Stamp(tx.now);
    query("delete from uploads where expires_at <= $1")
        .bind(now)
        .execute(tx.conn())
        .await?;
    query("delete from attachments where ticket_id is null and expires_at <= $1")
        .bind(now)
        .execute(tx.conn())
        .await?;
    let rows: Vec<Vec<u8>> = query_scalar(
        "delete from blobs
         where not exists (select 1 from attachments a where a.sha256 = blobs.sha256)
           and not exists (select 1 from attachments a where a.shared_sha256 = blobs.sha256)
           and not exists (select 1 from attachments a where a.thumbnail_sha256 = blobs.sha256)
         returning sha256",
    )
    .fetch_all(tx.conn())
    .await?;
    rows.iter().map(|sha256| digest(sha256)).collect()
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
