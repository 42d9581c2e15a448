//! Rows of a later version, once that version is there.
//!
//! What a version cannot read is kept as it came ([`super::rows`]). The next one may be able to: then the
//! scopes that hold such a row are fetched again, over what is here. The row alone would not do: what came
//! with it, such as the person's own numbers, was not kept.

use super::row::is_readable;
use crate::{db::SqliteConnection, sqlite::hex_id};
use serde_json::json;
use uuid::Uuid;

/// Lets the scopes of rows that can be read by now be fetched again. The connection is to the cache alone.
pub(super) async fn fetch_again(conn: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let kept: Vec<(String, Uuid, String)> = sqlx::query_as("select kind, id, data from unknown")
        .fetch_all(&mut *conn)
        .await?;
    let readable: Vec<_> = kept
        .into_iter()
        .filter(|(kind, _, data)| is_readable(kind, data))
        .map(|(kind, id, _)| json!({ "kind": kind, "id": hex_id(id) }))
        .collect();
    if readable.is_empty() {
        return Ok(());
    }
    tracing::info!(
        rows = readable.len(),
        "rows that an earlier version could not read are fetched again"
    );
    // A scope without a number is one that is not known to the server yet.
    sqlx::query(
        "update scope set number = null, begun = null, after = null where id in (
            select h.scope from json_each(?1) r
            join held h on h.kind = r.value ->> 'kind' and h.id = unhex(r.value ->> 'id'))",
    )
    .bind(json!(readable).to_string())
    .execute(conn)
    .await?;
    Ok(())
}
