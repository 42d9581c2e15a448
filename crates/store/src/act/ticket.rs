//! Sending a ticket.

use super::draft::file_ids;
use crate::db::SqliteConnection;
use crate::{
    ActError, LaneChange, Store, StoreError,
    journal::{
        drafts,
        outbox::{self, NewEntry},
    },
    sqlite::Doing,
};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, MutationId, OutboxState, TicketId, TicketText};
use palier_wire::{Payload, sync::AddTicket};
use uuid::Uuid;

/// A ticket that was just put into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedTicket {
    /// Its id, for ever.
    pub ticket_id: TicketId,
    /// The mutation that will bring it.
    pub mutation_id: MutationId,
    /// For the engine.
    pub lane: LaneChange,
}

impl Store {
    /// Queues `message` and the draft's files as one ticket and clears the draft. It is held for
    /// `undo_ms`.
    ///
    /// # Errors
    /// The text is empty (without files) or too long; the incident is unknown; the disk. The draft
    /// is as before.
    pub async fn send_ticket(
        &self,
        incident_id: IncidentId,
        message: &str,
        undo_ms: u64,
        now: DateTime<Utc>,
    ) -> Result<QueuedTicket, ActError> {
        let mut write = self.write("queueing a ticket").await?;
        let depends_on = parent(&mut write, incident_id).await?;
        let files = file_ids(&drafts::read(&mut write, incident_id).await?);
        let text = TicketText::parse(message, files.len())?;
        let ticket_id = drafts::ticket_id(&mut write, incident_id)
            .await?
            .unwrap_or_else(|| Uuid::now_v7().into());
        let payload = Payload::AddTicket(AddTicket {
            ticket_id,
            incident_id,
            message: text.into_string(),
            attachments: files.clone(),
            written_at: now,
        });
        let entry = outbox::insert(
            &mut write,
            NewEntry {
                ticket_id: Some(ticket_id),
                files: &files,
                hold_ms: undo_ms,
                depends_on,
                ..NewEntry::plain(&payload, incident_id, now)
            },
        )
        .await?;
        drafts::remove(&mut write, incident_id).await?;
        write.commit().await?;
        Ok(QueuedTicket {
            ticket_id,
            mutation_id: entry.mutation_id,
            lane: LaneChange {
                enqueued: vec![entry],
                ..LaneChange::default()
            },
        })
    }
}

/// What a new entry on this incident depends on: the entry that opens it, while that waits.
pub(super) async fn parent(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
) -> Result<Option<MutationId>, ActError> {
    if let Some(opening) = outbox::opening(conn, incident_id).await? {
        let waits = opening.state()? != OutboxState::Done;
        return Ok(waits.then_some(opening.mutation_id.into()));
    }
    let here: Result<bool, StoreError> =
        sqlx::query_scalar("select exists (select 1 from cache.incident where id = ?1)")
            .bind(incident_id.0)
            .fetch_one(conn)
            .await
            .doing("looking up an incident");
    if here? {
        Ok(None)
    } else {
        Err(ActError::NoSuchIncident)
    }
}
