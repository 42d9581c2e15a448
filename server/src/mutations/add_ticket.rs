//! Writes a ticket.

use super::{Done, Made, id_taken, thread};
use crate::{
    access::Seat,
    db::{codec::count, query, query_as, query_scalar, writer::WriteTx},
    error::{Error, Result},
    feed::{Touch, entities::tickets},
    files::quota,
    mail,
};
use palier_domain::{
    Act, AttachmentId, Invalid, InvalidReason, TicketKind, TicketText, UserId,
    planted::{Bug, is_planted},
};
use palier_wire::{
    EntityKind, Problem, ProblemKind, Ticket,
    sync::{AddTicket, MarkRead},
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

pub async fn apply(tx: &mut WriteTx, user: UserId, it: &AddTicket) -> Result<Done> {
    let text = TicketText::parse(&it.message, it.attachments.len())?;
    let now = tx.now;
    let seat = Seat::take(tx.conn(), user, it.incident_id, now).await?;
    let there = tickets::one(tx.conn(), it.ticket_id).await?;
    let doubled = there.is_some() && is_planted(Bug::NoDedupe);
    if let Some(there) = there.filter(|_| !doubled) {
        return if is_replay(&there.row, user, it, &text) {
            Ok(Done::duplicate(Made::Ticket(it.ticket_id)))
        } else {
            Err(id_taken("ticket"))
        };
    }
    seat.may(Act::AddTicket)?;
    check_files(tx, user, &it.attachments).await?;
    let line = thread::Line {
        id: match doubled {
            true => Uuid::now_v7().into(),
            false => it.ticket_id,
        },
        kind: TicketKind::Message,
        message: text.as_str(),
        attachments: &it.attachments,
        change: None,
        written_at: it.written_at,
    };
    thread::append(tx, &seat, line).await?;
    attach(tx, &seat, it).await?;
    if is_planted(Bug::SendingMovesMarker) {
        let marker = MarkRead {
            incident_id: it.incident_id,
            up_to_n: Some(seat.incident.row.last_n + 1),
            up_to_m: None,
            seen_flag: None,
        };
        super::mark_read::apply(tx, user, &marker).await?;
    }
    mail::unread::expect(tx, &seat).await?;
    Ok(Done::applied(Made::Ticket(it.ticket_id)))
}

/// Recognised by content, however old its claim is.
fn is_replay(there: &Ticket, user: UserId, it: &AddTicket, text: &TicketText) -> bool {
    there.incident_id == it.incident_id
        && there.author_id == user
        && there.kind == TicketKind::Message
        && there.message == text.as_str()
        && there.attachments == it.attachments
}

/// Every file must be on the server, uploaded by the author, and free.
///
/// # Errors
/// `files-missing` (to be tried again) names those that are not here. Another user's file is
/// missing too: an id tells nothing.
async fn check_files(tx: &mut WriteTx, user: UserId, files: &[AttachmentId]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    if files.iter().collect::<HashSet<_>>().len() < files.len() {
        return Err(Invalid::new("attachments", InvalidReason::Malformed).into());
    }
    let rows: Vec<(Uuid, bool)> = query_as(sql!("select id, ticket_id is null from attachments
         where id " {ids "$1"} " and uploaded_by = $2" {postgres " for no key update"}))
    .bind_ids(files.iter().map(|id| id.0))
    .bind(user.0)
    .fetch_all(tx.conn())
    .await?;
    let free: HashMap<Uuid, bool> = rows.into_iter().collect();
    if free.values().any(|free| !free) {
        return Err(id_taken("ticket's file"));
    }
    let missing: Vec<Uuid> = files
        .iter()
        .map(|id| id.0)
        .filter(|id| !free.contains_key(id))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut problem = Problem::new(
        ProblemKind::FilesMissing,
        "files of the ticket are not on the server",
    );
    problem.ids = missing;
    Err(Error::Retry(Box::new(problem)))
}

async fn attach(tx: &mut WriteTx, seat: &Seat, it: &AddTicket) -> Result<()> {
    if it.attachments.is_empty() {
        return Ok(());
    }
    let bytes: i64 = query_scalar(sql!(
        "select cast(coalesce(sum(size), 0) as bigint) from attachments where id " {ids "$1"}
    ))
    .bind_ids(it.attachments.iter().map(|id| id.0))
    .fetch_one(tx.conn())
    .await?;
    quota::take(tx, seat.incident.row.portfolio_id, count(bytes)).await?;
    query(
        sql!("update attachments set incident_id = $2, ticket_id = $3, expires_at = null
         where id " {ids "$1"}),
    )
    .bind_ids(it.attachments.iter().map(|id| id.0))
    .bind(it.incident_id.0)
    .bind(it.ticket_id.0)
    .execute(tx.conn())
    .await?;
    for scope in seat.scopes() {
        for file in &it.attachments {
            tx.touch(Touch::put(scope, EntityKind::Attachment, file.0, 1).of(it.incident_id));
        }
    }
    Ok(())
}
