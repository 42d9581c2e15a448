//! Writes an internal note of owners.
//!
//! It counts by itself (`m`) and stands after the ticket that was the last one. It touches nothing that
//! a tenant reads: no column of the incident, no number of its thread, no feed but the portfolio's.

use super::{Done, Made, id_taken};
use crate::{
    access::Seat,
    db::{Stamp, codec::number, query, query_scalar, writer::WriteTx},
    error::Result,
    feed::{Touch, entities::notes},
};
use palier_domain::{Act, Sha256, TicketText, UserId};
use palier_wire::{EntityKind, Note, Scope, sync::AddNote};

pub async fn apply(tx: &mut WriteTx, user: UserId, it: &AddNote) -> Result<Done> {
    let text = TicketText::parse(&it.message, 0)?;
    let now = tx.now;
    let seat = Seat::take(tx.conn(), user, it.incident_id, now).await?;
    // Before the id is looked at: a tenant is told the same whatever notes there are.
    seat.may(Act::Notes)?;
    if let Some(there) = notes::one(tx.conn(), it.note_id).await? {
        return if is_replay(&there.row, user, it, &text) {
            Ok(Done::duplicate(Made::Note(it.note_id)))
        } else {
            Err(id_taken("note"))
        };
    }
    let last_m: i64 =
        query_scalar("select coalesce(max(m), 0) from incident_notes where incident_id = $1")
            .bind(it.incident_id.0)
            .fetch_one(tx.conn())
            .await?;
    query(
        "insert into incident_notes
            (id, incident_id, m, after_n, author_id, message, message_sha256, written_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(it.note_id.0)
    .bind(it.incident_id.0)
    .bind(last_m + 1)
    .bind(number(seat.incident.row.last_n))
    .bind(user.0)
    .bind(text.as_str())
    .bind(Sha256::of(text.as_str().as_bytes()).0.to_vec())
    .bind(Stamp(it.written_at))
    .bind(Stamp(now))
    .execute(tx.conn())
    .await?;
    let scope = Scope::Portfolio(seat.incident.row.portfolio_id);
    tx.touch(Touch::put(scope, EntityKind::Note, it.note_id.0, 1).of(it.incident_id));
    Ok(Done::applied(Made::Note(it.note_id)))
}

/// Recognised by content, however old its claim is.
fn is_replay(there: &Note, user: UserId, it: &AddNote, text: &TicketText) -> bool {
    there.incident_id == it.incident_id && there.author_id == user && there.message == text.as_str()
}
