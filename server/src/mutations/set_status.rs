//! Moves the status and leaves a system ticket.

use super::{Done, Made, changed_meanwhile, id_taken, thread};
use crate::{
    access::Seat,
    audit::{self, Entry},
    db::{Stamp, query, writer::WriteTx},
    error::Result,
    feed::entities::tickets,
};
use palier_domain::{AuditAction, StatusMove, TicketKind, UserId};
use palier_wire::{StatusChange, Ticket, sync::SetStatus};

pub async fn apply(tx: &mut WriteTx, user: UserId, it: &SetStatus) -> Result<Done> {
    let now = tx.now;
    let seat = Seat::take(tx.conn(), user, it.incident_id, now).await?;
    if let Some(there) = tickets::one(tx.conn(), it.ticket_id).await? {
        return if is_replay(&there.row, user, it) {
            Ok(Done::duplicate(Made::Incident(it.incident_id)))
        } else {
            Err(id_taken("ticket"))
        };
    }
    if seat.incident.row.status != it.from {
        return Err(changed_meanwhile(&seat));
    }
    let step = StatusMove::judge(seat.role, seat.standing, it.from, it.to)?;
    query(
        "update incidents set status = $2, reopened = reopened + $3,
                resolved_at = case when $4 is null then null else coalesce(resolved_at, $4) end
         where id = $1",
    )
    .bind(it.incident_id.0)
    .bind(step.to.as_str())
    .bind(i64::from(step.reopens))
    .bind(step.to.is_done().then_some(Stamp(now)))
    .execute(tx.conn())
    .await?;
    let line = thread::Line {
        id: it.ticket_id,
        kind: TicketKind::System,
        message: "",
        attachments: &[],
        change: Some(StatusChange {
            from: step.from,
            to: step.to,
        }),
        written_at: it.written_at,
    };
    thread::append(tx, &seat, line).await?;
    let moved = Entry::new(AuditAction::StatusMoved).by(user);
    let moved = moved.about(it.incident_id);
    let moved = moved.with("from", step.from.as_str());
    audit::note(tx, moved.with("to", step.to.as_str())).await?;
    Ok(Done::applied(Made::Incident(it.incident_id)))
}

fn is_replay(there: &Ticket, user: UserId, it: &SetStatus) -> bool {
    there.incident_id == it.incident_id
        && there.author_id == user
        && there.kind == TicketKind::System
        && there.status_change
            == Some(StatusChange {
                from: it.from,
                to: it.to,
            })
}
