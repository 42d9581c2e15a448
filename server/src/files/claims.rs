//! What keeps a file that is being written from being swept away.
//!
//! Between a file and the row that names it there is a moment in which it belongs to nobody, and a sweep,
//! here or on another node, may be about to delete the same digest. So whoever writes claims the digest
//! first, and whoever deletes says so first; each looks for the other in the same transaction, under one
//! lock (`lock::blobs_to_claim`).

use crate::{
    db::{Db, Stamp, query, query_scalar, writer::WriteTx},
    error::{Error, Result},
    lock,
};
use chrono::TimeDelta;
use futures_util::FutureExt;
use palier_domain::Sha256;
use uuid::Uuid;

/// How long a claim stands whose upload never came to its end.
const STANDS: TimeDelta = TimeDelta::hours(1);

/// Claims `digests` for an upload.
///
/// # Errors
/// `unavailable` while one of them is being deleted: its bytes have to come again.
pub async fn take(db: &Db, upload: Uuid, digests: Vec<Sha256>) -> Result<()> {
    db.write(move |tx| async move { claim(tx, upload, &digests).await }.boxed())
        .await
}

async fn claim(tx: &mut WriteTx, upload: Uuid, digests: &[Sha256]) -> Result<()> {
    lock::blobs_to_claim(tx).await?;
    let until = Stamp(tx.now + STANDS);
    for sha256 in digests {
        let going: bool =
            query_scalar("select exists (select 1 from blob_deletions where sha256 = $1)")
                .bind(sha256.0.to_vec())
                .fetch_one(tx.conn())
                .await?;
        if going {
            return Err(Error::unavailable());
        }
        query(
            "insert into blob_claims (sha256, upload_id, expires_at) values ($1, $2, $3)
             on conflict (sha256, upload_id) do update set expires_at = excluded.expires_at",
        )
        .bind(sha256.0.to_vec())
        .bind(upload)
        .bind(until)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Gives an upload's claims back: rows name its files now.
pub async fn give_back(tx: &mut WriteTx, upload: Uuid) -> Result<()> {
    query("delete from blob_claims where upload_id = $1")
        .bind(upload)
        .execute(tx.conn())
        .await?;
    Ok(())
}
