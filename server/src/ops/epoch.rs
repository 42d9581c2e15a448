//! Beginning a new life of the data: after a restore, whatever brought the older state back.
//!
//! Devices that meet another epoch rebuild their copy and send again what they had sent
//! (docs/sync.md § Epoch), so that nothing is lost that anybody still has.

use crate::{
    App,
    db::{Conn, Stamp, query},
    error::Result,
    ops::lock::Lock,
};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use palier_wire::Epoch;
use uuid::Uuid;

/// Gives the data a new epoch, and returns it. Servers that are running do not notice: stop them
/// first.
///
/// # Errors
/// The storage's.
pub(crate) async fn begin(conn: &mut Conn) -> Result<Epoch> {
    let epoch = Epoch(Uuid::new_v4());
    query("update server_meta set value = $1 where key = 'epoch'")
        .bind(epoch.to_string())
        .execute(conn)
        .await?;
    Ok(epoch)
}

/// Ends every session: people sign in again, and their unsent work waits for that. An older state
/// knows nothing of sessions that were ended since, and a stolen device must not get in again.
/// Returns how many there were.
///
/// # Errors
/// The storage's.
// Ended, not deleted: upkeep deletes them as it does all that have ended.
pub(crate) async fn end_sessions(conn: &mut Conn, now: DateTime<Utc>) -> Result<u64> {
    Ok(
        query("update sessions set expires_at = $1 where expires_at > $1")
            .bind(Stamp(now))
            .execute(conn)
            .await?,
    )
}

/// Gives the data of `app` a new epoch and ends its sessions, unless they are to be kept. Returns
/// the epoch and how many were ended. The servers on this data have to be stopped before, and
/// `app` be closed after: its own epoch stays what it was.
///
/// # Errors
/// When a server is working on the data folder, or the storage's.
pub async fn renew(app: &App, keep_sessions: bool) -> Result<(Epoch, u64)> {
    let _lock = Lock::take(&app.config().data_dir)?;
    app.db()
        .write(move |tx| {
            async move {
                let now = tx.now;
                let epoch = begin(tx.conn()).await?;
                let ended = match keep_sessions {
                    true => 0,
                    false => end_sessions(tx.conn(), now).await?,
                };
                Ok((epoch, ended))
            }
            .boxed()
        })
        .await
}
