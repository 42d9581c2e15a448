//! Read markers and hand-made unread marks.
use crate::{LaneChange, Store, StoreError};
use chrono::{DateTime, Utc};
use palier_domain::IncidentId;

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// The person has seen every ticket up to `up_to_n`. Stops before the first ticket that is not
    /// in the cache; does nothing when it neither advances nor answers a hand-made mark.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn mark_read(
        &self,
        incident_id: IncidentId,
        up_to_n: u64,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, StoreError> {
        todo!()
    }
    /// Marks an incident unread by hand, or takes that mark back.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn set_unread_flag(
        &self,
        incident_id: IncidentId,
        unread: bool,
        now: DateTime<Utc>,
    ) -> Result<LaneChange, StoreError> {
        todo!()
    }
}
