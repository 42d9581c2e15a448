//! Numbering: the last step of a write transaction.

use super::{Touch, digest};
use crate::{
    db::{
        Conn,
        codec::{count, number as column},
        query, query_as,
    },
    error::Result,
};
use palier_wire::{Op, Scope};
use std::collections::{BTreeMap, HashSet};

struct Head {
    id: i64,
    seq: i64,
    digest: u64,
    live: i64,
}

/// Gives every touched row the next number of its scope and keeps the scope's digest.
/// Returns the scopes that moved.
// Heads in the order of their scopes: the order in which a database with many writers locks them.
pub async fn number(conn: &mut Conn, touches: Vec<Touch>) -> Result<Vec<Scope>> {
    let mut by_scope: BTreeMap<Scope, Vec<Touch>> = BTreeMap::new();
    for touch in touches {
        by_scope.entry(touch.scope).or_default().push(touch);
    }
    for (scope, touches) in &by_scope {
        let mut head = head(conn, *scope).await?;
        for touch in last_of_each(touches) {
            step(conn, &mut head, touch).await?;
        }
        query("update feed_head set seq = $2, digest = $3, live = $4 where id = $1")
            .bind(head.id)
            .bind(head.seq)
            .bind(head.digest.cast_signed())
            .bind(head.live)
            .execute(&mut *conn)
            .await?;
    }
    Ok(by_scope.into_keys().collect())
}

/// The last touch of each entity, in the order in which they came.
fn last_of_each(touches: &[Touch]) -> Vec<&Touch> {
    let mut seen = HashSet::new();
    let mut last: Vec<&Touch> = touches
        .iter()
        .rev()
        .filter(|touch| seen.insert((touch.kind, touch.id)))
        .collect();
    last.reverse();
    last
}

async fn head(conn: &mut Conn, scope: Scope) -> Result<Head> {
    let scope = scope.to_string();
    query("insert into feed_head (scope) values ($1) on conflict do nothing")
        .bind(&scope)
        .execute(&mut *conn)
        .await?;
    // Locked to the end of the transaction: whoever sees a number has seen all smaller ones.
    let (id, seq, digest, live): (i64, i64, i64, i64) = query_as(sql!(
        "select id, seq, digest, live from feed_head where scope = $1"
        {postgres " for no key update"}
    ))
    .bind(&scope)
    .fetch_one(conn)
    .await?;
    Ok(Head {
        id,
        seq,
        digest: digest.cast_unsigned(),
        live,
    })
}

/// Moves one row to the next number: its old hash goes out of the digest, the new one in.
async fn step(conn: &mut Conn, head: &mut Head, touch: &Touch) -> Result<()> {
    let old: Option<(i64, String)> =
        query_as("select rev, op from feed where head_id = $1 and kind = $2 and entity_id = $3")
            .bind(head.id)
            .bind(touch.kind.as_str())
            .bind(touch.id)
            .fetch_optional(&mut *conn)
            .await?;
    if let Some((rev, op)) = old
        && op == "put"
    {
        head.digest ^= digest::of_row(touch.kind, touch.id, count(rev));
        head.live -= 1;
    }
    let put = touch.op == Op::Put;
    if put {
        head.digest ^= digest::of_row(touch.kind, touch.id, touch.rev);
        head.live += 1;
    }
    head.seq += 1;
    query(
        "insert into feed (head_id, kind, entity_id, incident_id, seq, rev, op)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (head_id, kind, entity_id) do update
         set incident_id = excluded.incident_id, seq = excluded.seq, rev = excluded.rev,
             op = excluded.op",
    )
    .bind(head.id)
    .bind(touch.kind.as_str())
    .bind(touch.id)
    .bind(touch.incident_id.map(|id| id.0))
    .bind(head.seq)
    .bind(column(touch.rev))
    .bind(if put { "put" } else { "drop" })
    .execute(conn)
    .await?;
    Ok(())
}
