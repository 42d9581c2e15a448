//! The rows of a page, as the cache takes them.
//!
//! Each change is read as this version knows its kind. One that it cannot read (a kind, a status, a
//! category of a later version) is kept as it came and skipped, and does no harm to the others.

use crate::db::SqliteConnection;
use crate::{
    StoreError,
    cache::{
        kinds,
        row::{Unreadable, row_of},
    },
    sqlite::*,
};
use palier_domain::{IncidentId, TicketId};
use palier_wire::{Change, EntityKind, Mine};
use serde_json::{Value, json, value::RawValue};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Rows of a page, by kind, ready to be written.
#[derive(Default)]
pub(crate) struct Rows {
    by_kind: BTreeMap<EntityKind, OfKind>,
    mine: Vec<Value>,
    kept: Vec<Value>,
    /// Incidents that something is about.
    pub incidents: BTreeSet<IncidentId>,
    /// Tickets and notes among the rows: they may answer outbox entries.
    pub tickets: Vec<TicketId>,
    /// Something of another kind changed.
    pub others: bool,
}

/// Rows of one kind.
#[derive(Default)]
struct OfKind {
    ids: Vec<Uuid>,
    /// Each as its statement in [`kinds`] reads it.
    rows: Vec<Box<RawValue>>,
}

impl Rows {
    /// Takes a put; it is counted by what it is about.
    pub fn take(&mut self, change: &Change) {
        let data = change.data.as_ref().unwrap_or(&Value::Null);
        match row_of(change.kind, change.id, change.rev, data) {
            Ok((row, incident)) => {
                let of_kind = self.by_kind.entry(change.kind).or_default();
                of_kind.ids.push(change.id);
                of_kind.rows.push(row);
                self.note(change, incident);
            }
            Err(Unreadable) => self.kept.push(json!({
                "kind": change.kind.as_str(), "id": hex_id(change.id), "rev": change.rev,
                "data": data,
            })),
        }
    }

    fn note(&mut self, change: &Change, incident: Option<IncidentId>) {
        match incident {
            Some(id) => {
                self.incidents.insert(id);
                if let Some(mine) = change.mine {
                    self.mine.push(mine_row(id, mine));
                }
            }
            None => self.others = true,
        }
        if matches!(change.kind, EntityKind::Ticket | EntityKind::Note) {
            self.tickets.push(change.id.into());
        }
    }

    /// Writes everything that was taken.
    pub async fn write(self, conn: &mut SqliteConnection) -> Result<(), StoreError> {
        let doing = "writing rows to the cache";
        let some_kept = kinds::some_kept(conn).await?;
        for (kind, OfKind { ids, rows }) in self.by_kind {
            if some_kept {
                kinds::forget_kept(conn, kind, id_list(ids)).await?;
            }
            kinds::put(conn, kind, serde_json::to_string(&rows).doing(doing)?).await?;
        }
        sqlx::query(
            "insert into cache.mine (incident_id, read_n, last_n, unread, flagged, flag_rev,
                incident_rev, participant_rev)
             select unhex(value ->> 'incident_id'), value ->> 'read_n', value ->> 'last_n',
                value ->> 'unread', value ->> 'flagged', value ->> 'flag_rev',
                value ->> 'incident_rev', value ->> 'participant_rev'
             from json_each(?1) where true
             on conflict do update set read_n = excluded.read_n, last_n = excluded.last_n,
                unread = excluded.unread, flagged = excluded.flagged,
                flag_rev = excluded.flag_rev, incident_rev = excluded.incident_rev,
                participant_rev = excluded.participant_rev
             where (excluded.incident_rev, excluded.participant_rev)
                >= (incident_rev, participant_rev)",
        )
        .bind(serde_json::to_string(&self.mine).doing(doing)?)
        .execute(&mut *conn)
        .await
        .doing(doing)?;
        if self.kept.is_empty() {
            return Ok(());
        }
        tracing::warn!(
            rows = self.kept.len(),
            "rows that this version cannot read are kept and skipped"
        );
        sqlx::query(
            "insert or replace into cache.unknown (kind, id, rev, data)
             select value ->> 'kind', unhex(value ->> 'id'), value ->> 'rev', value -> 'data'
             from json_each(?1)",
        )
        .bind(serde_json::to_string(&self.kept).doing(doing)?)
        .execute(conn)
        .await
        .doing(doing)?;
        Ok(())
    }
}

fn mine_row(incident_id: IncidentId, mine: Mine) -> Value {
    json!({
        "incident_id": hex_id(incident_id.0), "read_n": mine.view.read_n,
        "last_n": mine.view.last_n, "unread": mine.view.unread,
        "flagged": i64::from(mine.view.flagged), "flag_rev": mine.flag_rev,
        "incident_rev": mine.incident_rev, "participant_rev": mine.participant_rev,
    })
}
