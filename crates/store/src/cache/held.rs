//! Which scopes a row is here for. A row goes when its last scope goes.

use crate::db::SqliteConnection;
use crate::{StoreError, cache::kinds, sqlite::*};
use palier_domain::MutationId;
use palier_engine::Bootstrap;
use palier_wire::{EntityKind, Scope};
use serde::Serialize;
use uuid::Uuid;

/// A scope as the cache knows it.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub(crate) struct HeldScope {
    pub id: i64,
    pub round: i64,
}

/// One row in one scope.
#[derive(Serialize)]
pub(crate) struct Hold {
    pub kind: &'static str,
    pub id: String,
    pub scope: i64,
    pub round: i64,
}

pub(crate) async fn scope(
    conn: &mut SqliteConnection,
    scope: Scope,
) -> Result<Option<HeldScope>, StoreError> {
    sqlx::query_as("select id, round from cache.scope where name = ?1")
        .bind(scope.to_string())
        .fetch_optional(conn)
        .await
        .doing("looking up a scope")
}

/// Begins to fetch a scope as a whole. Its rows stay until [`end_round`] has seen the new ones.
pub(crate) async fn begin_round(
    conn: &mut SqliteConnection,
    scope: Scope,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into cache.scope (name, round) values (?1, 1)
         on conflict (name) do update set round = round + 1",
    )
    .bind(scope.to_string())
    .execute(conn)
    .await
    .doing("beginning to fetch a scope")?;
    Ok(())
}

/// A page of a scope was fetched: the next one begins after it, also after a restart.
pub(crate) async fn note_page(
    conn: &mut SqliteConnection,
    scope: HeldScope,
    begun: u64,
    after: &str,
) -> Result<(), StoreError> {
    sqlx::query("update cache.scope set begun = ?2, after = ?3 where id = ?1")
        .bind(scope.id)
        .bind(to_i64(begun))
        .bind(after.to_owned())
        .execute(conn)
        .await
        .doing("noting how far a scope was fetched")?;
    Ok(())
}

/// The scopes that were fetched in part.
pub(crate) async fn begun(conn: &mut SqliteConnection) -> Result<Vec<Bootstrap>, StoreError> {
    let rows: Vec<(String, i64, String)> = sqlx::query_as(
        "select name, begun, after from cache.scope where begun is not null order by id",
    )
    .fetch_all(conn)
    .await
    .doing("looking up how far scopes were fetched")?;
    rows.into_iter()
        .map(|(name, begun, after)| {
            Ok(Bootstrap {
                scope: word(&name)?,
                number: Some(to_u64(begun)),
                after: Some(after),
            })
        })
        .collect()
}

/// A scope was fetched as a whole: it enters the cursor, and what this round did not bring goes.
pub(crate) async fn end_round(
    conn: &mut SqliteConnection,
    scope: HeldScope,
    number: u64,
) -> Result<(), StoreError> {
    let doing = "ending to fetch a scope";
    sqlx::query("update cache.scope set number = ?2, begun = null, after = null where id = ?1")
        .bind(scope.id)
        .bind(to_i64(number))
        .execute(&mut *conn)
        .await
        .doing(doing)?;
    let gone = sqlx::query("delete from cache.held where scope = ?1 and round < ?2")
        .bind(scope.id)
        .bind(scope.round)
        .execute(&mut *conn)
        .await
        .doing(doing)?;
    if gone.rows_affected() > 0 {
        kinds::remove_unheld(conn).await?;
    }
    Ok(())
}

/// What the server acknowledged, of the rows that go when this round of the scope ends; `kept` are ids of
/// rows that the last page brings.
pub(crate) async fn sent_that_goes(
    conn: &mut SqliteConnection,
    scope: i64,
    round: i64,
    kept: &str,
) -> Result<Vec<MutationId>, StoreError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "with going (id) as (
            select id from cache.held
            where kind in ('incident', 'ticket', 'note') and scope = ?1 and round < ?2
              and id not in (select unhex(value) from json_each(?3)))
         select mutation_id from main.sent_log
         where ticket_id in (select id from going)
            or (kind = 'open_incident' and incident_id in (select id from going))
         order by position",
    )
    .bind(scope)
    .bind(round)
    .bind(kept.to_owned())
    .fetch_all(conn)
    .await
    .doing("looking for what the server lacks")?;
    Ok(ids.into_iter().map(MutationId).collect())
}

pub(crate) async fn set_number(
    conn: &mut SqliteConnection,
    scope: i64,
    number: u64,
) -> Result<(), StoreError> {
    sqlx::query("update cache.scope set number = ?2 where id = ?1")
        .bind(scope)
        .bind(to_i64(number))
        .execute(conn)
        .await
        .doing("moving the cursor")?;
    Ok(())
}

/// Drops a scope with what only it held.
pub(crate) async fn drop_scope(
    conn: &mut SqliteConnection,
    scope: Scope,
) -> Result<(), StoreError> {
    let doing = "dropping a scope";
    let Some(held) = self::scope(conn, scope).await? else {
        return Ok(());
    };
    sqlx::query("delete from cache.held where scope = ?1")
        .bind(held.id)
        .execute(&mut *conn)
        .await
        .doing(doing)?;
    sqlx::query("delete from cache.scope where id = ?1")
        .bind(held.id)
        .execute(&mut *conn)
        .await
        .doing(doing)?;
    kinds::remove_unheld(conn).await?;
    // The index only notes what is deleted; its words leave the file when it is written anew.
    for forget in [
        "insert into cache.search_words (search_words) values ('optimize')",
        "insert into cache.search_names (search_names) values ('optimize')",
    ] {
        sqlx::query(forget).execute(&mut *conn).await.doing(doing)?;
    }
    Ok(())
}

/// These rows are in these scopes.
pub(crate) async fn hold(conn: &mut SqliteConnection, holds: &[Hold]) -> Result<(), StoreError> {
    let doing = "holding rows";
    sqlx::query(
        "insert into cache.held (kind, id, scope, round)
         select value ->> 'kind', unhex(value ->> 'id'), value ->> 'scope', value ->> 'round'
         from json_each(?1) where true
         on conflict do update set round = excluded.round where round <> excluded.round",
    )
    .bind(serde_json::to_string(holds).doing(doing)?)
    .execute(conn)
    .await
    .doing(doing)?;
    Ok(())
}

/// These rows of one kind left these scopes; a row that no scope holds any more goes.
pub(crate) async fn release(
    conn: &mut SqliteConnection,
    kind: EntityKind,
    rows: &[(Uuid, i64)],
) -> Result<(), StoreError> {
    let list: Vec<(String, i64)> = rows
        .iter()
        .map(|(id, scope)| (hex_id(*id), *scope))
        .collect();
    let doing = "releasing rows";
    sqlx::query(
        "delete from cache.held where kind = ?1
         and (id, scope) in (select unhex(value ->> 0), value ->> 1 from json_each(?2))",
    )
    .bind(kind.as_str())
    .bind(serde_json::to_string(&list).doing(doing)?)
    .execute(&mut *conn)
    .await
    .doing(doing)?;
    kinds::remove_unheld_of(conn, kind, &id_list(rows.iter().map(|(id, _)| *id))).await
}
