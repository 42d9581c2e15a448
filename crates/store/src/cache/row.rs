//! From an entity as it travels to its row, as the statement of its kind ([`super::kinds`]) reads it.

use crate::sqlite::*;
use palier_domain::IncidentId;
use palier_wire::{
    Attachment, EntityKind, Incident, Lease, Membership, Mute, Note, NoteMarker, Participant,
    Portfolio, Property, Ticket, Unit, UserCard,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};
use uuid::Uuid;

/// The kind, or what the data says, is of a later version. It is kept as it came, for the version that can
/// read it.
pub(super) struct Unreadable;

/// Whether this version can read what an earlier one kept.
pub(super) fn is_readable(kind: &str, data: &str) -> bool {
    let kind = EntityKind::from_word(kind);
    serde_json::from_str(data).is_ok_and(|data| row_of(kind, Uuid::nil(), 0, &data).is_ok())
}

/// The row, and the incident it is about.
pub(super) fn row_of(
    kind: EntityKind,
    id: Uuid,
    rev: u64,
    data: &Value,
) -> Result<(Box<RawValue>, Option<IncidentId>), Unreadable> {
    if kind == EntityKind::Ticket {
        let it: Ticket = read(data)?;
        return Ok((ticket(id, rev, &it)?, Some(it.incident_id)));
    }
    let (mut row, incident) = object_of(kind, id, data)?;
    row["id"] = json!(hex_id(id));
    row["rev"] = json!(rev);
    Ok((written(&row)?, incident))
}

fn written(row: &impl Serialize) -> Result<Box<RawValue>, Unreadable> {
    to_raw_value(row).map_err(|_| Unreadable)
}

fn object_of(
    kind: EntityKind,
    id: Uuid,
    data: &Value,
) -> Result<(Value, Option<IncidentId>), Unreadable> {
    Ok(match kind {
        EntityKind::Portfolio => (portfolio(&read(data)?), None),
        EntityKind::Property => (property(&read(data)?), None),
        EntityKind::Unit => (unit(&read(data)?), None),
        EntityKind::Lease => (lease(&read(data)?), None),
        EntityKind::UserCard => (user_card(&read(data)?), None),
        EntityKind::Membership => (membership(&read(data)?), None),
        EntityKind::Incident => (incident(&read(data)?), Some(id.into())),
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
        EntityKind::Ticket | EntityKind::Unknown => return Err(Unreadable),
    })
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

// In the order of its statement's columns.
fn ticket(id: Uuid, rev: u64, it: &Ticket) -> Result<Box<RawValue>, Unreadable> {
    let moved = it.status_change;
    written(&(
        hex_id(id),
        rev,
        hex_id(it.incident_id.0),
        it.n,
        it.kind,
        hex_id(it.author_id.0),
        it.author_type,
        &it.message,
        &it.attachments,
        moved.map(|change| change.from),
        moved.map(|change| change.to),
        to_ms(it.created_at),
        it.written_at.map(to_ms),
        i64::from(it.after_lease_end),
    ))
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
