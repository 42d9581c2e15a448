//! From changes as they travel to rows as the cache takes them.
//!
//! Each change is read as this version knows its kind. One that it cannot read (a kind, a status, a
//! category of a later version) is kept as it came and skipped, and does no harm to the others.

use crate::db::SqliteConnection;
use crate::{StoreError, cache::kinds, sqlite::*};
use palier_domain::{IncidentId, TicketId};
use palier_wire::{
    Attachment, Change, EntityKind, Incident, Lease, Membership, Mine, Mute, Note, NoteMarker,
    Participant, Portfolio, Property, Ticket, Unit, UserCard,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Rows of a page, by kind, ready to be written.
#[derive(Default)]
pub(crate) struct Rows {
    by_kind: BTreeMap<EntityKind, Vec<Value>>,
    mine: Vec<Value>,
    kept: Vec<Value>,
    /// Incidents that something is about.
    pub incidents: BTreeSet<IncidentId>,
    /// Tickets and notes among the rows: they may answer outbox entries.
    pub tickets: Vec<TicketId>,
    /// Something of another kind changed.
    pub others: bool,
}

/// The kind, or what the data says, is of a later version. It is kept as it came, for the version that can
/// read it.
struct Unreadable;

impl Rows {
    /// Takes a put; it is counted by what it is about.
    pub fn take(&mut self, change: &Change) {
        let data = change.data.as_ref().unwrap_or(&Value::Null);
        match row_of(change.kind, change.id, change.rev, data) {
            Ok((row, incident)) => {
                self.by_kind.entry(change.kind).or_default().push(row);
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
        for (kind, rows) in &self.by_kind {
            let rows = serde_json::to_string(rows).doing(doing)?;
            if some_kept {
                kinds::forget_kept(conn, *kind, &rows).await?;
            }
            kinds::put(conn, *kind, rows).await?;
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

/// Whether this version can read what an earlier one kept.
pub(super) fn is_readable(kind: &str, data: &str) -> bool {
    let kind = EntityKind::from_word(kind);
    serde_json::from_str(data).is_ok_and(|data| row_of(kind, Uuid::nil(), 0, &data).is_ok())
}

/// The row, and the incident it is about.
fn row_of(
    kind: EntityKind,
    id: Uuid,
    rev: u64,
    data: &Value,
) -> Result<(Value, Option<IncidentId>), Unreadable> {
    let (mut row, incident) = match kind {
        EntityKind::Portfolio => (portfolio(&read(data)?), None),
        EntityKind::Property => (property(&read(data)?), None),
        EntityKind::Unit => (unit(&read(data)?), None),
        EntityKind::Lease => (lease(&read(data)?), None),
        EntityKind::UserCard => (user_card(&read(data)?), None),
        EntityKind::Membership => (membership(&read(data)?), None),
        EntityKind::Incident => (incident(&read(data)?), Some(id.into())),
        EntityKind::Ticket => {
            let it: Ticket = read(data)?;
            (ticket(&it), Some(it.incident_id))
        }
        EntityKind::Attachment => {
            let it: Attachment = read(data)?;
            (attachment(&it), Some(it.incident_id))
        }
        EntityKind::Participant => {
            let it: Participant = read(data)?;
            (participant(&it), Some(it.incident_id))
        }
        EntityKind::Note => {
            let it: Note = read(data)?;
            (note(&it), Some(it.incident_id))
        }
        EntityKind::NoteMarker => {
            let it: NoteMarker = read(data)?;
            (note_marker(&it), Some(it.incident_id))
        }
        EntityKind::Mute => {
            let it: Mute = read(data)?;
            (mute(&it), Some(it.incident_id))
        }
        EntityKind::Unknown => return Err(Unreadable),
    };
    row["id"] = json!(hex_id(id));
    row["rev"] = json!(rev);
    Ok((row, incident))
}

fn read<T: DeserializeOwned>(data: &Value) -> Result<T, Unreadable> {
    T::deserialize(data).map_err(|_| Unreadable)
}

fn portfolio(it: &Portfolio) -> Value {
    json!({ "name": it.name })
}

fn property(it: &Property) -> Value {
    json!({ "portfolio_id": hex_id(it.portfolio_id.0), "name": it.name, "time_zone": it.time_zone })
}

fn unit(it: &Unit) -> Value {
    json!({ "property_id": hex_id(it.property_id.0), "label": it.label })
}

fn lease(it: &Lease) -> Value {
    json!({
        "unit_id": hex_id(it.unit_id.0), "starts_on": it.starts_on, "ends_on": it.ends_on,
        "tenants": it.tenants,
    })
}

fn user_card(it: &UserCard) -> Value {
    json!({ "name": it.name })
}

fn membership(it: &Membership) -> Value {
    json!({ "role": it.role })
}

fn incident(it: &Incident) -> Value {
    json!({
        "portfolio_id": hex_id(it.portfolio_id.0), "property_id": hex_id(it.property_id.0),
        "unit_id": hex_id(it.unit_id.0), "lease_id": it.lease_id.map(|id| hex_id(id.0)),
        "title": it.title, "description": it.description, "category": it.category,
        "priority": it.priority, "status": it.status, "reopened": it.reopened,
        "opened_by": hex_id(it.opened_by.0), "opened_by_type": it.opened_by_type,
        "last_n": it.last_n, "created_ms": to_ms(it.created_at), "updated_ms": to_ms(it.updated_at),
    })
}

fn ticket(it: &Ticket) -> Value {
    json!({
        "incident_id": hex_id(it.incident_id.0), "n": it.n, "kind": it.kind,
        "author_id": hex_id(it.author_id.0), "author_type": it.author_type, "message": it.message,
        "attachments": it.attachments, "status_from": it.status_change.map(|change| change.from),
        "status_to": it.status_change.map(|change| change.to), "created_ms": to_ms(it.created_at),
        "written_ms": it.written_at.map(to_ms), "after_lease_end": i64::from(it.after_lease_end),
    })
}

fn attachment(it: &Attachment) -> Value {
    json!({
        "incident_id": hex_id(it.incident_id.0), "ticket_id": hex_id(it.ticket_id.0),
        "name": it.name, "media_type": it.media_type, "size": it.size, "sha256": it.sha256,
        "shared_size": it.shared_size, "shared_sha256": it.shared_sha256,
        "has_thumbnail": i64::from(it.has_thumbnail),
    })
}

fn participant(it: &Participant) -> Value {
    json!({
        "incident_id": hex_id(it.incident_id.0), "user_id": hex_id(it.user_id.0), "role": it.role,
        "read_n": it.read_n, "read_ms": it.read_at.map(to_ms),
    })
}

fn note(it: &Note) -> Value {
    json!({
        "incident_id": hex_id(it.incident_id.0), "m": it.m, "after_n": it.after_n,
        "author_id": hex_id(it.author_id.0), "message": it.message,
        "created_ms": to_ms(it.created_at), "written_ms": to_ms(it.written_at),
    })
}

fn note_marker(it: &NoteMarker) -> Value {
    json!({
        "incident_id": hex_id(it.incident_id.0), "read_m": it.read_m, "read_ms": to_ms(it.read_at),
    })
}

fn mute(it: &Mute) -> Value {
    json!({ "incident_id": hex_id(it.incident_id.0), "muted": i64::from(it.muted) })
}

fn mine_row(incident_id: IncidentId, mine: Mine) -> Value {
    json!({
        "incident_id": hex_id(incident_id.0), "read_n": mine.view.read_n,
        "last_n": mine.view.last_n, "unread": mine.view.unread,
        "flagged": i64::from(mine.view.flagged), "flag_rev": mine.flag_rev,
        "incident_rev": mine.incident_rev, "participant_rev": mine.participant_rev,
    })
}
