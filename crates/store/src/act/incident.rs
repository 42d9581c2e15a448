//! Opening an incident, and moving its status, priority and category.

use super::{draft::file_ids, ticket::parent};
use crate::{
    ActError, LaneChange, Store,
    journal::{
        drafts,
        outbox::{self, NewEntry},
    },
};
use chrono::{DateTime, Utc};
use palier_domain::{
    Category, IncidentId, IncidentTitle, Invalid, Priority, Status, TicketId, TicketText, UnitId,
};
use palier_wire::{
    Payload,
    sync::{AddTicket, OpenIncident, SetCategory, SetPriority, SetStatus},
};
use uuid::Uuid;

/// A new incident as a person describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIncident {
    /// Its id, where [`Store::begin_incident`] has given one.
    pub id: Option<IncidentId>,
    /// Where.
    pub unit_id: UnitId,
    /// What it is called, not yet parsed.
    pub title: String,
    /// What happened.
    pub description: String,
    /// What it is about.
    pub category: Category,
    /// How much it presses.
    pub priority: Priority,
}

impl Store {
    /// Opens an incident in a unit; the files that were added while it was described become its first
    /// message.
    ///
    /// # Errors
    /// Title or description is refused; it was opened already; the disk.
    pub async fn open_incident(
        &self,
        incident: NewIncident,
        now: DateTime<Utc>,
    ) -> Result<(IncidentId, LaneChange), ActError> {
        let incident_id = incident.id.unwrap_or_else(|| IncidentId(Uuid::now_v7()));
        let payload = Payload::OpenIncident(OpenIncident {
            incident_id,
            unit_id: incident.unit_id,
            title: IncidentTitle::parse(&incident.title)?.as_str().to_owned(),
            description: description(&incident.description)?,
            category: incident.category,
            priority: incident.priority,
            written_at: now,
        });
        let mut write = self.write("queueing a new incident").await?;
        if outbox::opening(&mut write, incident_id).await?.is_some() {
            return Err(ActError::NoSuchEntry);
        }
        let new = NewEntry::plain(&payload, incident_id, now);
        let opening = outbox::insert(&mut write, new).await?;
        let files = file_ids(&drafts::read(&mut write, incident_id).await?);
        let parent = opening.mutation_id;
        let mut lane = LaneChange {
            enqueued: vec![opening],
            ..LaneChange::default()
        };
        if !files.is_empty() {
            let ticket_id = TicketId(Uuid::now_v7());
            let message = Payload::AddTicket(AddTicket {
                ticket_id,
                incident_id,
                message: String::new(),
                attachments: files.clone(),
                written_at: now,
            });
            let new = NewEntry {
                ticket_id: Some(ticket_id),
                files: &files,
                depends_on: Some(parent),
                ..NewEntry::plain(&message, incident_id, now)
            };
            lane.enqueued.push(outbox::insert(&mut write, new).await?);
        }
        drafts::remove(&mut write, incident_id).await?;
        write.commit().await?;
        Ok((incident_id, lane))
    }

    /// Moves the status.
    ///
    /// # Errors
    /// The incident is unknown; the disk.
    pub async fn set_status(
        &self,
        incident_id: IncidentId,
        from: Status,
        to: Status,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, ActError> {
        let ticket_id = TicketId(Uuid::now_v7());
        let payload = Payload::SetStatus(SetStatus {
            incident_id,
            ticket_id,
            from,
            to,
            written_at: now,
        });
        self.enqueue_change(incident_id, Some(ticket_id), &payload, now)
            .await
    }

    /// Changes the priority.
    ///
    /// # Errors
    /// The incident is unknown; the disk.
    pub async fn set_priority(
        &self,
        incident_id: IncidentId,
        from: Priority,
        to: Priority,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, ActError> {
        let payload = Payload::SetPriority(SetPriority {
            incident_id,
            from,
            to,
        });
        self.enqueue_change(incident_id, None, &payload, now).await
    }

    /// Changes the category.
    ///
    /// # Errors
    /// The incident is unknown; the disk.
    pub async fn set_category(
        &self,
        incident_id: IncidentId,
        from: Category,
        to: Category,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, ActError> {
        let payload = Payload::SetCategory(SetCategory {
            incident_id,
            from,
            to,
        });
        self.enqueue_change(incident_id, None, &payload, now).await
    }

    pub(super) async fn enqueue_change(
        &self,
        incident_id: IncidentId,
        ticket_id: Option<TicketId>,
        payload: &Payload,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, ActError> {
        let mut write = self.write("queueing a change of an incident").await?;
        let depends_on = parent(&mut write, incident_id).await?;
        let entry = outbox::insert(
            &mut write,
            NewEntry {
                ticket_id,
                depends_on,
                ..NewEntry::plain(payload, incident_id, now)
            },
        )
        .await?;
        write.commit().await?;
        Ok(LaneChange {
            enqueued: vec![entry],
            ..LaneChange::default()
        })
    }
}

/// A description follows the rules of a message, and may be empty.
fn description(text: &str) -> Result<String, Invalid> {
    // As of a message that carries a file.
    TicketText::parse(text, 1)
        .map(TicketText::into_string)
        .map_err(|invalid| Invalid::new("description", invalid.reason))
}
