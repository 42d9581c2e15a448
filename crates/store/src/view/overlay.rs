//! What the journal adds to an incident: unsent changes of it.

use crate::{StoreError, journal::outbox::Row, sqlite::word};
use palier_domain::{Category, IncidentId, OutboxState, Priority, Status};
use palier_wire::Payload;
use std::collections::HashMap;

/// What the journal says about one incident.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overlay {
    pub status: Option<Status>,
    pub priority: Option<Priority>,
    pub category: Option<Category>,
    pub muted: Option<bool>,
    pub has_failed: bool,
    pub has_waiting: bool,
}

impl Overlay {
    fn add(&mut self, row: &Row) -> Result<(), StoreError> {
        let state = row.state()?;
        match state {
            OutboxState::Failed | OutboxState::Blocked => self.has_failed = true,
            OutboxState::Done => {}
            _ => self.has_waiting = true,
        }
        if !row.is_shown()? {
            return Ok(());
        }
        match row.decode()? {
            Payload::SetStatus(it) => self.status = Some(it.to),
            Payload::SetPriority(it) => self.priority = Some(it.to),
            Payload::SetCategory(it) => self.category = Some(it.to),
            Payload::SetMute(it) => self.muted = Some(it.muted),
            _ => {}
        }
        Ok(())
    }

    pub fn status(&self, stored: &str) -> Result<Status, StoreError> {
        self.status.map_or_else(|| word(stored), Ok)
    }

    pub fn priority(&self, stored: &str) -> Result<Priority, StoreError> {
        self.priority.map_or_else(|| word(stored), Ok)
    }

    pub fn category(&self, stored: &str) -> Result<Category, StoreError> {
        self.category.map_or_else(|| word(stored), Ok)
    }
}

/// What the outbox says, by incident. Markers say nothing here.
pub(crate) fn overlays(outbox: &[Row]) -> Result<HashMap<IncidentId, Overlay>, StoreError> {
    let mut overlays: HashMap<IncidentId, Overlay> = HashMap::new();
    for row in outbox.iter().filter(|row| !row.is_marker()) {
        overlays
            .entry(row.incident_id.into())
            .or_default()
            .add(row)?;
    }
    Ok(overlays)
}
