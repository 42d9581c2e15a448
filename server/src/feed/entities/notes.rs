//! Notes as they travel, and what is each user's own: how far he has read them, and what he muted.

use super::{Loaded, Versioned, keyed};
use crate::{
    db::{Conn, Stamp, codec::count, query_as},
    error::Result,
};
use palier_domain::NoteId;
use palier_wire::{Mute, Note, NoteMarker};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    incident_id: Uuid,
    m: i64,
    after_n: i64,
    author_id: Uuid,
    message: String,
    created_at: Stamp,
    written_at: Stamp,
    rev: i64,
}

/// The notes with these ids, in no order.
pub async fn many(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Versioned<Note>>> {
    let rows: Vec<Row> = query_as(
        sql!("select id, incident_id, m, after_n, author_id, message, created_at, written_at, rev
         from incident_notes where id " {ids "$1"}),
    )
    .bind_ids(ids.iter().copied())
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter().map(|row| Versioned {
        rev: count(row.rev),
        row: Note {
            id: row.id.into(),
            incident_id: row.incident_id.into(),
            m: count(row.m),
            after_n: count(row.after_n),
            author_id: row.author_id.into(),
            message: row.message,
            created_at: row.created_at.0,
            written_at: row.written_at.0,
        },
    });
    Ok(rows.collect())
}

/// One note.
pub async fn one(conn: &mut Conn, id: NoteId) -> Result<Option<Versioned<Note>>> {
    Ok(many(conn, &[id.0]).await?.pop())
}

/// How far their users have read.
pub async fn markers(conn: &mut Conn, ids: &[Uuid]) -> Result<Loaded> {
    let rows: Vec<(Uuid, Uuid, i64, Stamp, i64)> = query_as(
        sql!("select id, incident_id, read_m, read_at, rev from note_markers
         where id " {ids "$1"}),
    )
    .bind_ids(ids.iter().copied())
    .fetch_all(conn)
    .await?;
    let rows = rows
        .into_iter()
        .map(|(id, incident, read_m, read_at, rev)| Versioned {
            rev: count(rev),
            row: NoteMarker {
                id,
                incident_id: incident.into(),
                read_m: count(read_m),
                read_at: read_at.0,
            },
        });
    keyed(rows.collect(), |row| row.id)
}

/// What their users muted.
pub async fn mutes(conn: &mut Conn, ids: &[Uuid]) -> Result<Loaded> {
    let rows: Vec<(Uuid, Uuid, bool, i64)> =
        query_as(sql!("select id, incident_id, muted, rev from mutes where id " {ids "$1"}))
            .bind_ids(ids.iter().copied())
            .fetch_all(conn)
            .await?;
    let rows = rows
        .into_iter()
        .map(|(id, incident, muted, rev)| Versioned {
            rev: count(rev),
            row: Mute {
                id,
                incident_id: incident.into(),
                muted,
            },
        });
    keyed(rows.collect(), |row| row.id)
}
