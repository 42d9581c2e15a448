//! Opening an incident and moving its status, priority and category.
use crate::{ActError, LaneChange, Store};
use chrono::{DateTime, Utc};
use palier_domain::{Category, IncidentId, Priority, Status, UnitId};

/// A new incident as a person describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIncident {
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

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// Opens an incident in a unit.
    ///
    /// # Errors
    /// Title or description is refused; the disk.
    pub async fn open_incident(
        &self,
        incident: NewIncident,
        now: DateTime<Utc>,
    ) -> Result<(IncidentId, LaneChange), ActError> {
        todo!()
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
        todo!()
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
        todo!()
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
        todo!()
    }
}
