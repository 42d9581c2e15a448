//! Attachments as they travel: only those that a ticket carries.

use super::Versioned;
use crate::{
    db::{
        Conn,
        codec::{count, digest},
        query_as,
    },
    error::{Error, Result},
};
use palier_domain::MediaType;
use palier_wire::Attachment;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    incident_id: Uuid,
    ticket_id: Uuid,
    name: String,
    media_type: String,
    size: i64,
    sha256: Vec<u8>,
    shared_size: i64,
    shared_sha256: Vec<u8>,
    has_thumbnail: bool,
    rev: i64,
}

/// The attachments with these ids, in no order.
pub async fn many(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Versioned<Attachment>>> {
    let rows: Vec<Row> = query_as(
        sql!("select id, incident_id, ticket_id, name, media_type, size, sha256, shared_size,
                shared_sha256, thumbnail_sha256 is not null as has_thumbnail, rev
         from attachments
         where id " {ids "$1"} " and ticket_id is not null"),
    )
    .bind_ids(ids.iter().copied())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// The attachments of these tickets, in no order.
pub async fn of_tickets(conn: &mut Conn, tickets: &[Uuid]) -> Result<Vec<Versioned<Attachment>>> {
    let rows: Vec<Row> = query_as(
        sql!("select id, incident_id, ticket_id, name, media_type, size, sha256, shared_size,
                shared_sha256, thumbnail_sha256 is not null as has_thumbnail, rev
         from attachments where ticket_id " {ids "$1"}),
    )
    .bind_ids(tickets.iter().copied())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

impl Row {
    fn read(self) -> Result<Versioned<Attachment>> {
        Ok(Versioned {
            rev: count(self.rev),
            row: Attachment {
                id: self.id.into(),
                incident_id: self.incident_id.into(),
                ticket_id: self.ticket_id.into(),
                name: self.name,
                media_type: MediaType::from_media_type(&self.media_type)
                    .ok_or(Error::Corrupt("media type"))?,
                size: count(self.size),
                sha256: digest(&self.sha256)?,
                shared_size: count(self.shared_size),
                shared_sha256: digest(&self.shared_sha256)?,
                has_thumbnail: self.has_thumbnail,
            },
        })
    }
}
