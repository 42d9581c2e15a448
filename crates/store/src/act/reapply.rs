//! Applying a change all the same that somebody else's change stood in the way of.

use super::sent::take_away;
use crate::{
    ActError, LaneChange, Store,
    journal::outbox::{self, NewEntry, Row},
    view::head::{HeadRow, head},
};
use chrono::{DateTime, Utc};
use palier_domain::{MutationId, OutboxState, TicketId};
use palier_wire::{Payload, ProblemKind};
use uuid::Uuid;

impl Store {
    /// Puts a refused change of status, priority or category in the outbox again, from what the
    /// incident has now. Where it has the wanted value by now, the refused change just goes.
    ///
    /// Whether the change is allowed from there is the caller's to ask.
    ///
    /// # Errors
    /// It is not there any more, or was refused for another reason; the incident is gone; the disk.
    pub async fn apply_anyway(
        &self,
        mutation_id: MutationId,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, ActError> {
        let mut write = self.write("applying a change all the same").await?;
        let row = outbox::by_id(&mut write, mutation_id)
            .await?
            .filter(was_overtaken)
            .ok_or(ActError::NoSuchEntry)?;
        let entries = outbox::all(&mut write).await?;
        let head = head(&mut write, self.user_id(), row.incident_id.into(), &entries)
            .await?
            .ok_or(ActError::NoSuchIncident)?;
        let payload = seen_now(row.decode()?, &head, now).ok_or(ActError::NoSuchEntry)?;
        let mut lane = LaneChange::default();
        // An earlier attempt may still be on its way, when there were several: it is cancelled first.
        take_away(&mut write, &row, now, &mut lane).await?;
        if changes_something(&payload) {
            // A new mutation: the refused one's bytes were answered once and for all.
            let new = NewEntry {
                ticket_id: match &payload {
                    Payload::SetStatus(it) => Some(it.ticket_id),
                    _ => None,
                },
                ..NewEntry::plain(&payload, row.incident_id.into(), now)
            };
            lane.enqueued.push(outbox::insert(&mut write, new).await?);
        }
        write.commit().await?;
        Ok(lane)
    }
}

/// The server refused it because another value was there.
fn was_overtaken(row: &Row) -> bool {
    row.state == OutboxState::Failed.as_str()
        && row
            .problem()
            .is_some_and(|problem| problem.kind == ProblemKind::ChangedMeanwhile)
}

/// The same change, from what the incident has now.
fn seen_now(payload: Payload, head: &HeadRow, now: DateTime<Utc>) -> Option<Payload> {
    Some(match payload {
        Payload::SetStatus(mut it) => {
            it.from = head.status;
            it.ticket_id = TicketId(Uuid::now_v7());
            it.written_at = now;
            Payload::SetStatus(it)
        }
        Payload::SetPriority(mut it) => {
            it.from = head.priority;
            Payload::SetPriority(it)
        }
        Payload::SetCategory(mut it) => {
            it.from = head.category;
            Payload::SetCategory(it)
        }
        _ => return None,
    })
}

fn changes_something(payload: &Payload) -> bool {
    match payload {
        Payload::SetStatus(it) => it.from != it.to,
        Payload::SetPriority(it) => it.from != it.to,
        Payload::SetCategory(it) => it.from != it.to,
        _ => true,
    }
}
