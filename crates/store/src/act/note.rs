//! Notes among owners, and incidents of which the person wants to hear no more.

use super::ticket::parent;
use crate::{
    ActError, LaneChange, Store,
    act::QueuedTicket,
    journal::{
        drafts,
        outbox::{self, NewEntry},
    },
};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, NoteId, TicketId, TicketText};
use palier_wire::{
    Payload,
    sync::{AddNote, SetMute},
};
use uuid::Uuid;

impl Store {
    /// Queues `message` as a note and clears the draft's text; files of the draft stay in it, because
    /// a note carries none. It is held for `undo_ms`, and taken back or changed like a ticket, by its
    /// own id.
    ///
    /// # Errors
    /// The text is empty or too long; the incident is unknown; the disk. The draft is as before.
    pub async fn add_note(
        &self,
        incident_id: IncidentId,
        message: &str,
        undo_ms: u64,
        now: DateTime<Utc>,
    ) -> Result<QueuedTicket, ActError> {
        let mut write = self.write("queueing a note").await?;
        let depends_on = parent(&mut write, incident_id).await?;
        let text = TicketText::parse(message, 0)?;
        let note_id = NoteId(Uuid::now_v7());
        let payload = Payload::AddNote(AddNote {
            note_id,
            incident_id,
            message: text.into_string(),
            written_at: now,
        });
        let entry = outbox::insert(
            &mut write,
            NewEntry {
                ticket_id: Some(TicketId(note_id.0)),
                hold_ms: undo_ms,
                depends_on,
                ..NewEntry::plain(&payload, incident_id, now)
            },
        )
        .await?;
        drafts::write(&mut write, incident_id, "", now).await?;
        drafts::remove_if_empty(&mut write, incident_id).await?;
        write.commit().await?;
        Ok(QueuedTicket {
            ticket_id: TicketId(note_id.0),
            mutation_id: entry.mutation_id,
            lane: LaneChange {
                enqueued: vec![entry],
                ..LaneChange::default()
            },
        })
    }

    /// Wants to be told of an incident no more, or again; on all devices of the person.
    ///
    /// # Errors
    /// The incident is unknown; the disk.
    pub async fn set_mute(
        &self,
        incident_id: IncidentId,
        muted: bool,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, ActError> {
        let payload = Payload::SetMute(SetMute { incident_id, muted });
        self.enqueue_change(incident_id, None, &payload, now).await
    }
}
