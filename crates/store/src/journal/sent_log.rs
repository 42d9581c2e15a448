//! The sent log: what the server has applied, kept for 30 days of its time, to be queued again
//! when the server was restored from an older copy.

use crate::db::SqliteConnection;
use crate::{StoreError, journal::files, sqlite::*};
use chrono::{DateTime, TimeDelta, Utc};
use palier_domain::MutationId;

/// How long what was sent is kept, by the server's clock; and how long what is queued again waits for
/// what it belongs to.
pub(crate) const KEEP: TimeDelta = TimeDelta::days(30);

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
        .bind(to_ms(server_time - KEEP))
        .execute(&mut *conn)
        .await
        .doing("forgetting what was sent long ago")?;
    if gone.rows_affected() > 0 {
        files::forget_unused(conn).await?;
    }
    Ok(())
}

/// What is queued again.
pub(crate) enum Again<'a> {
    /// Everything.
    All,
    /// These, as [`id_list`] has them.
    These(&'a str),
}

/// Queues what was sent again, before what waits already, in the order in which it was acknowledged.
// As attempted: the server may have it, so that taking it back needs a cancel.
pub(crate) async fn queue_again(
    conn: &mut SqliteConnection,
    what: Again<'_>,
) -> Result<(), StoreError> {
    let doing = "queueing again what was sent";
    let only = match what {
        Again::All => None,
        Again::These(ids) => Some(ids.to_owned()),
    };
    let first: i64 = sqlx::query_scalar("select coalesce(min(position), 1) from main.outbox")
        .fetch_one(&mut *conn)
        .await
        .doing(doing)?;
    for statement in [
        "insert into main.outbox (mutation_id, position, incident_id, ticket_id, kind, schema,
            payload, state, attempts, depends_on, written_ms, replayed_ms)
         select mutation_id, ?1 - row_number() over (order by rowid desc), incident_id, ticket_id,
            kind, schema, payload, 'queued', 1, depends_on, written_ms,
            coalesce((select server_ms from cache.meta), 0)
         from main.sent_log
         where ?2 is null or mutation_id in (select unhex(value) from json_each(?2))
         on conflict do nothing",
        "insert into main.outbox_files (mutation_id, position, file_id)
         select mutation_id, position, file_id from main.sent_files
         where ?2 is null or mutation_id in (select unhex(value) from json_each(?2))
         on conflict do nothing",
        "delete from main.sent_log
         where ?2 is null or mutation_id in (select unhex(value) from json_each(?2))",
    ] {
        sqlx::query(statement)
            .bind(first)
            .bind(only.clone())
            .execute(&mut *conn)
            .await
            .doing(doing)?;
    }
    Ok(())
}
