//! Feed rows by the thousand: what `feed::number` does row by row, for rows that are new.

use crate::{
    db::{Conn, query, query_as},
    error::Result,
};
use palier_wire::{EntityKind, Scope, digest::of_row};
use serde_json::{Value, json};
use std::collections::{HashMap, hash_map::Entry};
use uuid::Uuid;

/// Rows that wait to be written, and the heads that they move.
#[derive(Default)]
pub(super) struct Bulk {
    heads: HashMap<Scope, Head>,
    rows: Vec<Value>,
}

struct Head {
    id: i64,
    seq: i64,
    digest: u64,
    live: i64,
}

impl Bulk {
    /// Puts the first version of a row into a scope.
    pub(super) async fn put(
        &mut self,
        conn: &mut Conn,
        scope: Scope,
        kind: EntityKind,
        id: Uuid,
        incident: Option<Uuid>,
    ) -> Result<()> {
        let head = match self.heads.entry(scope) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(room) => room.insert(head(conn, scope).await?),
        };
        head.seq += 1;
        head.live += 1;
        head.digest ^= of_row(kind, id, 1);
        self.rows.push(json!({
            "head": head.id,
            "kind": kind.as_str(),
            "id": id.simple().to_string(),
            "incident": incident.map(|id| id.simple().to_string()),
            "seq": head.seq,
        }));
        Ok(())
    }

    /// Writes what waits, once it is worth a statement.
    pub(super) async fn write(&mut self, conn: &mut Conn, at_least: usize) -> Result<()> {
        if self.rows.len() < at_least.max(1) {
            return Ok(());
        }
        let rows = serde_json::to_string(&std::mem::take(&mut self.rows))?;
        query(sql!(
            "insert into feed (head_id, kind, entity_id, incident_id, seq, rev, op) "
            {sqlite "select value ->> 'head', value ->> 'kind', unhex(value ->> 'id'),
                            unhex(value ->> 'incident'), value ->> 'seq', 1, 'put'
                     from json_each($1)"}
            {postgres "select (value ->> 'head')::bigint, value ->> 'kind', (value ->> 'id')::uuid,
                            (value ->> 'incident')::uuid, (value ->> 'seq')::bigint, 1, 'put'
                     from jsonb_array_elements($1::jsonb)"}))
        .bind(rows)
        .execute(conn)
        .await?;
        Ok(())
    }

    /// Writes what is left, and the heads.
    pub(super) async fn finish(mut self, conn: &mut Conn) -> Result<()> {
        self.write(conn, 1).await?;
        for head in self.heads.into_values() {
            query("update feed_head set seq = $2, digest = $3, live = $4 where id = $1")
                .bind(head.id)
                .bind(head.seq)
                .bind(head.digest.cast_signed())
                .bind(head.live)
                .execute(conn)
                .await?;
        }
        Ok(())
    }
}

async fn head(conn: &mut Conn, scope: Scope) -> Result<Head> {
    let scope = scope.to_string();
    query("insert into feed_head (scope) values ($1) on conflict do nothing")
        .bind(&scope)
        .execute(conn)
        .await?;
    let (id, seq, digest, live): (i64, i64, i64, i64) =
        query_as("select id, seq, digest, live from feed_head where scope = $1")
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
