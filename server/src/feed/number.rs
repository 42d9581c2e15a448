//! Numbering: the last step of a write transaction.
//!
//! Whatever a transaction touched is numbered by four statements: the heads of its scopes, what the
//! feeds say of the touched rows, their new places, and the heads again. A statement for each row would
//! make numbering the dearest part of a push (docs/performance.md).

use super::Touch;
use crate::{
    db::{
        Conn,
        codec::{count, number as column},
        query, query_as,
    },
    error::{Error, Result},
};
use palier_domain::{
    IncidentId,
    planted::{Bug, is_planted},
};
use palier_wire::{Op, Scope, digest};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

struct Head {
    id: i64,
    seq: i64,
    digest: u64,
    live: i64,
}

/// What a feed says of a row: its rev, where it is there and no `drop`.
type Known = HashMap<(i64, String, Uuid), u64>;

/// Gives every touched row the next number of its scope and keeps the scope's digest.
/// Returns the scopes that moved.
pub async fn number(conn: &mut Conn, touches: Vec<Touch>) -> Result<Vec<Scope>> {
    let mut by_scope: BTreeMap<Scope, Vec<Touch>> = BTreeMap::new();
    for touch in touches {
        by_scope.entry(touch.scope).or_default().push(touch);
    }
    if by_scope.is_empty() {
        return Ok(Vec::new());
    }
    let mut heads = heads(conn, by_scope.keys()).await?;
    let mut numbered = Vec::with_capacity(by_scope.len());
    for (scope, touches) in &by_scope {
        let head = heads.remove(&scope.to_string());
        numbered.push((
            head.ok_or(Error::Corrupt("feed head"))?,
            last_of_each(touches),
        ));
    }
    let known = known(conn, &numbered).await?;
    let mut places = Vec::new();
    for (head, touches) in &mut numbered {
        for touch in touches {
            let place = step(head, touch, &known);
            let row = (head.id, touch.kind.as_str().to_owned(), touch.id);
            if !(is_planted(Bug::NumberBelowReaders) && known.contains_key(&row)) {
                places.push(place);
            }
        }
    }
    write(conn, places, &numbered).await?;
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

/// The heads of some scopes, made where there is none yet.
// Locked to the end of the transaction: whoever sees a number has seen all smaller ones. In the order
// of their scopes, so that no two transactions wait for each other.
async fn heads(
    conn: &mut Conn,
    scopes: impl Iterator<Item = &Scope>,
) -> Result<HashMap<String, Head>> {
    let scopes: Vec<String> = scopes.map(ToString::to_string).collect();
    let there = locked_heads(conn, &scopes).await?;
    if there.len() == scopes.len() {
        return Ok(there);
    }
    query(sql!(
        "insert into feed_head (scope) select value from "
        {sqlite "json_each($1)"} {postgres "unnest($1) as scopes (value)"}
        " where true order by value on conflict do nothing"
    ))
    .bind_words(scopes.iter().cloned())
    .execute(&mut *conn)
    .await?;
    locked_heads(conn, &scopes).await
}

async fn locked_heads(conn: &mut Conn, scopes: &[String]) -> Result<HashMap<String, Head>> {
    let rows: Vec<(String, i64, i64, i64, i64)> = query_as(sql!(
        "select scope, id, seq, digest, live from feed_head where scope " {words "$1"}
        " order by scope" {postgres " for no key update"}
    ))
    .bind_words(scopes.iter().cloned())
    .fetch_all(conn)
    .await?;
    let heads = rows.into_iter().map(|(scope, id, seq, digest, live)| {
        let digest = digest.cast_unsigned();
        (
            scope,
            Head {
                id,
                seq,
                digest,
                live,
            },
        )
    });
    Ok(heads.collect())
}

/// What the feeds say of the rows that are to move.
async fn known(conn: &mut Conn, touched: &[(Head, Vec<&Touch>)]) -> Result<Known> {
    let rows = touched.iter().flat_map(|(head, touches)| {
        let row = |touch: &&Touch| json!([head.id, touch.kind.as_str(), touch.id.simple()]);
        touches.iter().map(row)
    });
    let rows: Vec<(i64, String, Uuid, i64)> = query_as(sql!(
        "select f.head_id, f.kind, f.entity_id, f.rev from "
        {sqlite "json_each($1) t cross join feed f on f.head_id = t.value ->> 0
                 and f.kind = t.value ->> 1 and f.entity_id = unhex(t.value ->> 2)"}
        {postgres "jsonb_array_elements($1::jsonb) as t (value) join feed f
                   on f.head_id = (t.value ->> 0)::bigint and f.kind = t.value ->> 1
                   and f.entity_id = (t.value ->> 2)::uuid"}
        " where f.op = 'put'"
    ))
    .bind(Value::from_iter(rows).to_string())
    .fetch_all(conn)
    .await?;
    let known = rows.into_iter();
    Ok(known
        .map(|(head, kind, id, rev)| ((head, kind, id), count(rev)))
        .collect())
}

/// Moves one row to the next number: its old hash goes out of the digest, the new one in.
fn step(head: &mut Head, touch: &Touch, known: &Known) -> Value {
    let kind = touch.kind.as_str();
    if let Some(rev) = known.get(&(head.id, kind.to_owned(), touch.id)) {
        head.digest ^= digest::of_row(touch.kind, touch.id, *rev);
        head.live -= 1;
    }
    let put = touch.op == Op::Put;
    if put {
        head.digest ^= digest::of_row(touch.kind, touch.id, touch.rev);
        head.live += 1;
    }
    head.seq += 1;
    let incident = touch
        .incident_id
        .map(|IncidentId(id)| id.simple().to_string());
    let op = if put { "put" } else { "drop" };
    json!([
        head.id,
        kind,
        touch.id.simple(),
        incident,
        head.seq,
        column(touch.rev),
        op
    ])
}

/// Writes the rows' new places, and the heads.
async fn write(
    conn: &mut Conn,
    places: Vec<Value>,
    numbered: &[(Head, Vec<&Touch>)],
) -> Result<()> {
    query(sql!(
        "insert into feed (head_id, kind, entity_id, incident_id, seq, rev, op) select "
        {sqlite "value ->> 0, value ->> 1, unhex(value ->> 2), unhex(value ->> 3), value ->> 4,
                 value ->> 5, value ->> 6 from json_each($1)"}
        {postgres "(value ->> 0)::bigint, value ->> 1, (value ->> 2)::uuid, (value ->> 3)::uuid,
                   (value ->> 4)::bigint, (value ->> 5)::bigint, value ->> 6
                   from jsonb_array_elements($1::jsonb) as places (value)"}
        " where true
         on conflict (head_id, kind, entity_id) do update
         set incident_id = excluded.incident_id, seq = excluded.seq, rev = excluded.rev,
             op = excluded.op"
    ))
    .bind(Value::from(places).to_string())
    .execute(&mut *conn)
    .await?;
    let heads = numbered
        .iter()
        .map(|(head, _)| json!([head.id, head.seq, head.digest.cast_signed(), head.live]));
    query(sql!(
        "update feed_head set seq = t.seq, digest = t.digest, live = t.live from "
        {sqlite "(select value ->> 0 as id, value ->> 1 as seq, value ->> 2 as digest,
                         value ->> 3 as live from json_each($1)) t"}
        {postgres "(select (value ->> 0)::bigint as id, (value ->> 1)::bigint as seq,
                           (value ->> 2)::bigint as digest, (value ->> 3)::bigint as live
                    from jsonb_array_elements($1::jsonb) as heads (value)) t"}
        " where feed_head.id = t.id"
    ))
    .bind(Value::from_iter(heads).to_string())
    .execute(conn)
    .await?;
    Ok(())
}
