//! Appending to an incident's thread, and changing the incident's own row.

use crate::{
    access::Seat,
    db::{Stamp, TextList, codec::number, query, writer::WriteTx},
    error::Result,
    feed::Touch,
};
use chrono::{DateTime, Utc};
use palier_domain::{AttachmentId, Role, Sha256, TicketId, TicketKind};
use palier_wire::{EntityKind, StatusChange};

/// A ticket to append.
pub struct Line<'a> {
    /// Its id.
    pub id: TicketId,
    /// Message or system.
    pub kind: TicketKind,
    /// The text.
    pub message: &'a str,
    /// Its files.
    pub attachments: &'a [AttachmentId],
    /// The move that it records.
    pub change: Option<StatusChange>,
    /// When the device says it was written.
    pub written_at: DateTime<Utc>,
}

/// Appends `line` as the incident's next ticket and moves the incident with it.
// The number is the incident's counter, in the write transaction: 1, 2, 3 … without gaps.
pub async fn append(tx: &mut WriteTx, seat: &Seat, line: Line<'_>) -> Result<()> {
    let now = Stamp(tx.now);
    let incident = &seat.incident.row;
    let attachments = TextList(line.attachments.iter().map(ToString::to_string).collect());
    let after_lease_end = seat.role == Role::Tenant && seat.standing.marks_late();
    query(
        "insert into incident_responses
            (id, incident_id, author_id, author_name, author_type, message, attachments, is_read,
             created_at, updated_at, n, kind, written_at, message_sha256, rev, status_from,
             status_to, after_lease_end)
         select $1, $2, $3, name, $4, $5, $6, false, $7, $7, $8, $9, $10, $11, 1, $12, $13, $14
         from users where id = $3",
    )
    .bind(line.id.0)
    .bind(incident.id.0)
    .bind(seat.user.0)
    .bind(seat.role.as_str())
    .bind(line.message)
    .bind(attachments)
    .bind(now)
    .bind(number(incident.last_n + 1))
    .bind(line.kind.as_str())
    .bind(Stamp(line.written_at))
    .bind(Sha256::of(line.message.as_bytes()).0.to_vec())
    .bind(line.change.map(|change| change.from.as_str()))
    .bind(line.change.map(|change| change.to.as_str()))
    .bind(after_lease_end)
    .execute(tx.conn())
    .await?;
    // What lists and statistics ask for is kept here: `ops::recount` counts it again.
    let said_by = (line.kind == TicketKind::Message).then_some(seat.role);
    query(
        "update incidents set last_n = last_n + 1, updated_at = $2, rev = rev + 1,
                last_message_by = coalesce($3, last_message_by),
                first_answer_at = coalesce(first_answer_at, $4)
         where id = $1",
    )
    .bind(incident.id.0)
    .bind(now)
    .bind(said_by.map(Role::as_str))
    .bind(said_by.filter(|role| *role == Role::Owner).map(|_| now))
    .execute(tx.conn())
    .await?;
    incident_moved(tx, seat);
    for scope in seat.scopes() {
        tx.touch(Touch::put(scope, EntityKind::Ticket, line.id.0, 1).of(incident.id));
    }
    Ok(())
}

/// Notes that the incident's row has its next rev.
pub fn incident_moved(tx: &mut WriteTx, seat: &Seat) {
    let id = seat.incident.row.id;
    for scope in seat.scopes() {
        tx.touch(Touch::put(scope, EntityKind::Incident, id.0, seat.incident.rev + 1).of(id));
    }
}
