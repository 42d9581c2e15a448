//! Tickets as they travel. Neither the author's name nor `is_read`: those may change in place.

use super::Versioned;
use crate::{
    db::{
        Conn, Stamp, TextList,
        codec::{count, word},
        query_as,
    },
    error::Result,
};
use palier_domain::{AttachmentId, TicketId};
use palier_wire::{StatusChange, Ticket};
use uuid::Uuid;

/// The columns of a ticket as it travels.
#[derive(sqlx::FromRow)]
pub struct Row {
    id: Uuid,
    incident_id: Uuid,
    n: i64,
    kind: String,
    author_id: Uuid,
    author_type: String,
    message: String,
    attachments: TextList,
    status_from: Option<String>,
    status_to: Option<String>,
    created_at: Stamp,
    written_at: Option<Stamp>,
    after_lease_end: bool,
    rev: i64,
}

impl Row {
    /// The ticket that the columns say.
    pub fn read(self) -> Result<Versioned<Ticket>> {
        Ok(Versioned {
            rev: count(self.rev),
            row: Ticket {
                id: self.id.into(),
                incident_id: self.incident_id.into(),
                n: count(self.n),
                kind: word(&self.kind)?,
                author_id: self.author_id.into(),
                author_type: word(&self.author_type)?,
                message: self.message,
                attachments: attachment_ids(&self.attachments),
                status_change: status_change(
                    self.status_from.as_deref(),
                    self.status_to.as_deref(),
                )?,
                created_at: self.created_at.0,
                written_at: self.written_at.map(|it| it.0),
                after_lease_end: self.after_lease_end,
            },
        })
    }
}

/// The ids in an `attachments` column. What an older system left there (URLs) is no id and stays
/// in the column.
pub fn attachment_ids(column: &TextList) -> Vec<AttachmentId> {
    let ids = column.0.iter();
    ids.filter_map(|id| id.parse().ok()).collect()
}

/// The move that a system ticket records.
pub fn status_change(from: Option<&str>, to: Option<&str>) -> Result<Option<StatusChange>> {
    match (from, to) {
        (Some(from), Some(to)) => Ok(Some(StatusChange {
            from: word(from)?,
            to: word(to)?,
        })),
        _ => Ok(None),
    }
}

/// The tickets with these ids, in no order.
pub async fn many(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Versioned<Ticket>>> {
    let rows: Vec<Row> = query_as(
        sql!("select id, incident_id, n, kind, author_id, author_type, message, attachments,
                status_from, status_to, created_at, written_at, after_lease_end, rev
         from incident_responses where id " {ids "$1"}),
    )
    .bind_ids(ids.iter().copied())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// One ticket.
pub async fn one(conn: &mut Conn, id: TicketId) -> Result<Option<Versioned<Ticket>>> {
    Ok(many(conn, &[id.0]).await?.pop())
}
