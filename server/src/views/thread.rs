//! Tickets as rows of `incident_responses`.

use crate::{
    db::{
        Conn, Stamp, TextList,
        codec::{count, digest, number, word},
        query_as,
    },
    error::{Error, Result},
    feed::entities::tickets::{attachment_ids, status_change},
};
use palier_domain::{IncidentId, TicketId};
use palier_wire::rest::{IncidentResponse, TicketPage};
use uuid::Uuid;

/// Which part of a thread.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// From this number on, not including it.
    After(u64),
    /// Up to this number, not including it.
    Before(u64),
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    incident_id: Uuid,
    author_id: Uuid,
    author_name: String,
    author_type: String,
    message: String,
    attachments: TextList,
    is_read: bool,
    created_at: Stamp,
    updated_at: Stamp,
    n: i64,
    kind: String,
    status_from: Option<String>,
    status_to: Option<String>,
    written_at: Option<Stamp>,
    message_sha256: Vec<u8>,
    after_lease_end: bool,
}

/// At most `limit` tickets of an incident, oldest first.
pub async fn page(
    conn: &mut Conn,
    incident: IncidentId,
    part: Part,
    limit: u32,
) -> Result<TicketPage> {
    let mut rows: Vec<Row> =
        match part {
            Part::After(n) => query_as(
                "select id, incident_id, author_id, author_name, author_type, message, attachments,
                        is_read, created_at, updated_at, n, kind, status_from, status_to,
                        written_at, message_sha256, after_lease_end
                 from incident_responses where incident_id = $1 and n > $2
                 order by n limit $3",
            )
            .bind(incident.0)
            .bind(number(n))
            .bind(limit + 1)
            .fetch_all(conn)
            .await?,
            Part::Before(n) => query_as(
                "select id, incident_id, author_id, author_name, author_type, message, attachments,
                        is_read, created_at, updated_at, n, kind, status_from, status_to,
                        written_at, message_sha256, after_lease_end
                 from incident_responses where incident_id = $1 and n < $2
                 order by n desc limit $3",
            )
            .bind(incident.0)
            .bind(number(n))
            .bind(limit + 1)
            .fetch_all(conn)
            .await?,
        };
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    if matches!(part, Part::Before(_)) {
        rows.reverse();
    }
    let tickets: Result<Vec<_>> = rows.into_iter().map(Row::read).collect();
    Ok(TicketPage {
        tickets: tickets?,
        more,
    })
}

/// One ticket, for who has just written it.
pub async fn one(conn: &mut Conn, ticket: TicketId) -> Result<IncidentResponse> {
    let row: Option<Row> = query_as(
        "select id, incident_id, author_id, author_name, author_type, message, attachments,
                is_read, created_at, updated_at, n, kind, status_from, status_to,
                written_at, message_sha256, after_lease_end
         from incident_responses where id = $1",
    )
    .bind(ticket.0)
    .fetch_optional(conn)
    .await?;
    row.ok_or_else(|| Error::not_found("ticket"))?.read()
}

impl Row {
    fn read(self) -> Result<IncidentResponse> {
        Ok(IncidentResponse {
            id: self.id.into(),
            incident_id: self.incident_id.into(),
            author_id: self.author_id.into(),
            author_name: self.author_name,
            author_type: word(&self.author_type)?,
            message: self.message,
            attachments: attachment_ids(&self.attachments),
            is_read: self.is_read,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
            n: count(self.n),
            kind: word(&self.kind)?,
            status_change: status_change(self.status_from.as_deref(), self.status_to.as_deref())?,
            written_at: self.written_at.map(|it| it.0),
            message_sha256: digest(&self.message_sha256)?,
            after_lease_end: self.after_lease_end,
        })
    }
}
