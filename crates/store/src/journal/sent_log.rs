//! The sent log: what the server has applied, kept for 30 days of its time, to be queued again
//! when the server was restored from an older copy.

use crate::{StoreError, journal::files, sqlite::*};
use chrono::{DateTime, TimeDelta, Utc};
use palier_domain::MutationId;
use sqlx::SqliteConnection;

/// How long what was sent is kept, by the server's clock.
const KEEP_DAYS: i64 = 30;

/// Moves an entry from the outbox to the sent log.
pub(crate) async fn take(
    conn: &mut SqliteConnection,
    id: MutationId,
    sent_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let doing = "moving an entry to the sent log";
    sqlx::query(
        "insert into main.sent_log (mutation_id, position, incident_id, ticket_id, kind, schema,
            payload, depends_on, written_ms, sent_ms)
         select mutation_id, position, incident_id, ticket_id, kind, schema,
            payload, depends_on, written_ms, ?2
         from main.outbox where mutation_id = ?1
         on conflict do nothing",
    )
    .bind(id.0)
    .bind(to_ms(sent_at))
    .execute(&mut *conn)
    .await
    .doing(doing)?;
    sqlx::query(
        "insert into main.sent_files (mutation_id, position, file_id)
         select mutation_id, position, file_id from main.outbox_files where mutation_id = ?1
         on conflict do nothing",
    )
    .bind(id.0)
    .execute(&mut *conn)
    .await
    .doing(doing)?;
    super::outbox::remove(conn, id).await
}

/// Forgets what is older than the 30 days.
pub(crate) async fn forget_old(
    conn: &mut SqliteConnection,
    server_time: DateTime<Utc>,
) -> Result<(), StoreError> {
    let gone = sqlx::query("delete from main.sent_log where sent_ms < ?1")
        .bind(to_ms(server_time - TimeDelta::days(KEEP_DAYS)))
        .execute(&mut *conn)
        .await
        .doing("forgetting what was sent long ago")?;
    if gone.rows_affected() > 0 {
        files::forget_unused(conn).await?;
    }
    Ok(())
}
