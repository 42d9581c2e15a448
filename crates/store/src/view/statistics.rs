//! Counters for the dashboard, from what is on this device.
use crate::{Store, StoreError};

/// The counters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StatisticsRow {
    /// Incidents that are neither resolved nor closed.
    pub open: u64,
    /// Unread tickets, as the person is shown.
    pub unread: u64,
    /// Open incidents whose last message is the other role's.
    pub waiting_for_me: u64,
    /// Open incidents whose last message is of the person's own role.
    pub waiting_for_them: u64,
    /// How often incidents were reopened.
    pub reopened: u64,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// Counts.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn statistics(&self) -> Result<StatisticsRow, StoreError> {
        todo!()
    }
}
