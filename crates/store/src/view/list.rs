//! The incident list.
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use palier_domain::{Category, IncidentId, Priority, Role, Status};

/// A row of the incident list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentListRow {
    /// Which.
    pub id: IncidentId,
    /// What it is called.
    pub title: String,
    /// The unit's label.
    pub unit: Option<String>,
    /// The property's name.
    pub property: Option<String>,
    /// Where it stands, own unsent moves included.
    pub status: Status,
    /// How much it presses, own unsent changes included.
    pub priority: Priority,
    /// What it is about, own unsent changes included.
    pub category: Category,
    /// What the person is on it.
    pub my_role: Role,
    /// Unread tickets, as the person is shown.
    pub unread: u64,
    /// There is a draft.
    pub has_draft: bool,
    /// Something of it failed (or is blocked by what failed).
    pub has_failed: bool,
    /// Something of it waits to be sent (held ones and cancels included; markers not).
    pub has_waiting: bool,
    /// The last message, own unsent ones included.
    pub last: Option<LastWords>,
    /// When the last activity was.
    pub activity_at: DateTime<Utc>,
    /// It is not on the server yet.
    pub unsent: bool,
}

/// The last message of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastWords {
    /// The person wrote it himself.
    pub mine: bool,
    /// The author's name, where it is known.
    pub author: Option<String>,
    /// The author's role.
    pub author_type: Role,
    /// At most 200 characters.
    pub words: String,
    /// How many files it carries.
    pub files: u32,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// Incidents, newest activity first; with one of `statuses` (empty: any), with unread tickets
    /// only where asked.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn incidents(
        &self,
        statuses: &[Status],
        unread_only: bool,
    ) -> Result<Vec<IncidentListRow>, StoreError> {
        todo!()
    }
    /// Unread tickets over all incidents, as the person is shown.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn unread_total(&self) -> Result<u64, StoreError> {
        todo!()
    }
    /// Unread tickets of one incident, as the person is shown.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn unread_of(&self, incident_id: IncidentId) -> Result<u64, StoreError> {
        todo!()
    }
}
