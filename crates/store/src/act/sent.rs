//! What can be done with an entry that was sent and has not arrived: undo, send now, edit, retry,
//! discard.
//!
//! As long as no attempt was made, or once the server has said no, taking it back is a matter of
//! the journal alone. In between its fate is unknown: then the entry never leaves again, and a
//! `cancel` asks the server in its place.

use crate::db::SqliteConnection;
use crate::{
    ActError, LaneChange, Store, StoreError,
    journal::{
        drafts, files,
        outbox::{self, Row},
    },
};
use chrono::{DateTime, Utc};
use palier_domain::{
    AttachmentId, IncidentId, MutationId, OutboxState, TicketId,
    planted::{Bug, is_planted},
};
use palier_wire::{Payload, ProblemKind};

/// An entry that became a draft again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackInDraft {
    /// On which incident.
    pub incident_id: IncidentId,
    /// For the engine.
    pub lane: LaneChange,
}

impl Store {
    /// The outbox entry of a ticket (or of a status move, by its system ticket).
    ///
    /// # Errors
    /// There is none.
    pub async fn entry_of(&self, ticket_id: TicketId) -> Result<MutationId, ActError> {
        let row = outbox::by_ticket(&mut *self.read().await?, ticket_id).await?;
        row.map(|row| row.mutation_id.into())
            .ok_or(ActError::NoSuchEntry)
    }

    /// Takes a ticket back that no attempt was made for: its text and files are the draft again.
    ///
    /// # Errors
    /// `MayHaveLeft` once an attempt was begun.
    pub async fn undo(
        &self,
        ticket_id: TicketId,
        now: DateTime<Utc>,
    ) -> Result<BackInDraft, ActError> {
        let mut write = self.write("undoing a ticket").await?;
        let row = ticket_row(&mut write, ticket_id).await?;
        if row.attempts > 0 || !row.is_surely_here()? {
            return Err(ActError::MayHaveLeft);
        }
        back_to_draft(&mut write, &row, None, false, now).await?;
        outbox::remove(&mut write, row.mutation_id.into()).await?;
        write.commit().await?;
        Ok(BackInDraft {
            incident_id: row.incident_id.into(),
            lane: removed(&row),
        })
    }

    /// Ends a ticket's undo time.
    ///
    /// # Errors
    /// It is not there any more.
    pub async fn send_now(&self, ticket_id: TicketId) -> Result<LaneChange, ActError> {
        let mut write = self.write("sending a ticket now").await?;
        let row = ticket_row(&mut write, ticket_id).await?;
        let mut lane = LaneChange::default();
        if row.state()? == OutboxState::Held {
            make_ready(&mut write, &row, &mut lane).await?;
        }
        write.commit().await?;
        Ok(lane)
    }

    /// Takes a ticket back into the draft, to be changed. A refused one keeps its id for the next
    /// send; one that may have left is cancelled, and its words become a new ticket.
    ///
    /// # Errors
    /// It is not there any more, or delivered.
    pub async fn edit(
        &self,
        ticket_id: TicketId,
        now: DateTime<Utc>,
    ) -> Result<BackInDraft, ActError> {
        let mut write = self.write("taking a ticket back to change it").await?;
        let row = ticket_row(&mut write, ticket_id).await?;
        let mut lane = LaneChange::default();
        match row.state()? {
            OutboxState::Done => return Err(ActError::AlreadyDelivered),
            OutboxState::Cancelling => return Err(ActError::NoSuchEntry),
            _ => {}
        }
        if row.is_surely_here()? {
            let keep = keeps_its_id(&row)?.then_some(ticket_id);
            back_to_draft(&mut write, &row, keep, false, now).await?;
            outbox::remove(&mut write, row.mutation_id.into()).await?;
            lane = removed(&row);
        } else {
            back_to_draft(&mut write, &row, None, true, now).await?;
            cancel(&mut write, &row, now, &mut lane).await?;
        }
        write.commit().await?;
        Ok(BackInDraft {
            incident_id: row.incident_id.into(),
            lane,
        })
    }

    /// Tries a failed or waiting entry again now, and what it had blocked.
    ///
    /// # Errors
    /// It is not there any more, or delivered.
    pub async fn retry(&self, mutation_id: MutationId) -> Result<LaneChange, ActError> {
        let mut write = self.write("trying an entry again").await?;
        let mut row = outbox::by_id(&mut write, mutation_id)
            .await?
            .ok_or(ActError::NoSuchEntry)?;
        if row.state()? == OutboxState::Cancelling {
            row = outbox::cancel_of(&mut write, mutation_id)
                .await?
                .ok_or(ActError::NoSuchEntry)?;
        }
        let mut lane = LaneChange::default();
        match row.state()? {
            OutboxState::Done => return Err(ActError::AlreadyDelivered),
            // Under way, or the engine's to send once somebody signs in.
            OutboxState::Sending | OutboxState::SignedOut => return Ok(lane),
            _ => {}
        }
        make_ready(&mut write, &row, &mut lane).await?;
        for below in outbox::dependents(&mut write, row.mutation_id.into()).await? {
            if below.state()? == OutboxState::Blocked {
                make_ready(&mut write, &below, &mut lane).await?;
            }
        }
        write.commit().await?;
        Ok(lane)
    }

    /// Throws an entry away, with what depends on it. What may have left is cancelled.
    ///
    /// # Errors
    /// It is not there any more, or delivered.
    pub async fn discard(
        &self,
        mutation_id: MutationId,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, ActError> {
        let mut write = self.write("discarding an entry").await?;
        let row = outbox::by_id(&mut write, mutation_id)
            .await?
            .ok_or(ActError::NoSuchEntry)?;
        match row.state()? {
            OutboxState::Done => return Err(ActError::AlreadyDelivered),
            // It is being taken back already, and the cancel itself is never taken back: what it
            // stands for could neither leave nor go.
            OutboxState::Cancelling => return Ok(LaneChange::default()),
            _ if row.is_cancel() => return Ok(LaneChange::default()),
            _ => {}
        }
        let mut lane = LaneChange::default();
        // From the far end: a child is gone before its parent.
        for below in outbox::dependents(&mut write, mutation_id)
            .await?
            .iter()
            .rev()
        {
            take_away(&mut write, below, now, &mut lane).await?;
        }
        take_away(&mut write, &row, now, &mut lane).await?;
        if row.kind == "open_incident" {
            drafts::remove(&mut write, row.incident_id.into()).await?;
        }
        files::forget_unused(&mut write).await?;
        write.commit().await?;
        Ok(lane)
    }
}

/// The entry that brings this ticket or note.
pub(super) async fn ticket_row(conn: &mut SqliteConnection, id: TicketId) -> Result<Row, ActError> {
    outbox::by_ticket(conn, id)
        .await?
        .filter(|row| matches!(row.kind.as_str(), "add_ticket" | "add_note"))
        .ok_or(ActError::NoSuchEntry)
}

fn removed(row: &Row) -> LaneChange {
    LaneChange {
        removed: vec![row.mutation_id.into()],
        ..LaneChange::default()
    }
}

async fn make_ready(
    conn: &mut SqliteConnection,
    row: &Row,
    lane: &mut LaneChange,
) -> Result<(), StoreError> {
    let id = row.mutation_id.into();
    outbox::make_ready(conn, id).await?;
    lane.changed.extend(outbox::entry(conn, id).await?);
    Ok(())
}

/// Removes an entry, or lets a cancel take its place.
pub(super) async fn take_away(
    conn: &mut SqliteConnection,
    row: &Row,
    now: DateTime<Utc>,
    lane: &mut LaneChange,
) -> Result<(), StoreError> {
    if row.is_surely_here()? || is_planted(Bug::DiscardWithoutCancel) {
        let id = row.mutation_id.into();
        outbox::remove(conn, id).await?;
        lane.removed.push(id);
        return Ok(());
    }
    match row.state()? {
        OutboxState::Done | OutboxState::Cancelling => Ok(()),
        _ => cancel(conn, row, now, lane).await,
    }
}

/// The entry never leaves again; a cancel stands in its place of the lane.
async fn cancel(
    conn: &mut SqliteConnection,
    row: &Row,
    now: DateTime<Utc>,
    lane: &mut LaneChange,
) -> Result<(), StoreError> {
    let target = MutationId(row.mutation_id);
    outbox::set_state(conn, target, OutboxState::Cancelling).await?;
    let id = outbox::put_cancel(conn, row, now).await?;
    lane.removed.push(target);
    lane.enqueued.extend(outbox::entry(conn, id).await?);
    Ok(())
}

/// Whether the next send of a refused ticket has the same id: unless just that was refused.
fn keeps_its_id(row: &Row) -> Result<bool, StoreError> {
    let taken = row.problem().is_some_and(|problem| {
        matches!(
            problem.kind,
            ProblemKind::IdTaken | ProblemKind::MutationIdReused
        )
    });
    Ok(row.state()? == OutboxState::Failed && !taken)
}

/// Puts a ticket's words and files before what its incident's draft holds by now. With `new_files`
/// the files get new ids: the old ones may belong to a ticket on the server.
pub(crate) async fn back_to_draft(
    conn: &mut SqliteConnection,
    row: &Row,
    keep_id: Option<TicketId>,
    new_files: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (text, note) = match row.decode()? {
        Payload::AddTicket(it) => (it.message, false),
        Payload::AddNote(it) => (it.message, true),
        _ => return Ok(()),
    };
    let incident_id = IncidentId(row.incident_id);
    let draft = drafts::read(conn, incident_id).await?;
    let words = [text.as_str(), draft.message.as_str()];
    let message: Vec<&str> = words.into_iter().filter(|text| !text.is_empty()).collect();
    drafts::write(conn, incident_id, &message.join("\n"), now).await?;
    // A note and a message together are a note: better seen by too few than by too many.
    drafts::set_note(conn, incident_id, note || draft.note).await?;
    let mut ids: Vec<AttachmentId> = Vec::new();
    for file in files::of_entry(conn, row.mutation_id).await? {
        ids.push(match new_files {
            true => files::copy(conn, file.id).await?,
            false => file.id.into(),
        });
    }
    ids.extend(draft.files.iter().map(|file| file.id));
    drafts::set_files(conn, incident_id, &ids).await?;
    if keep_id.is_some() && !note {
        drafts::set_ticket_id(conn, incident_id, keep_id).await?;
    }
    Ok(())
}
