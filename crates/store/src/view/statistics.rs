//! Counters for the dashboard, from what is on this device.

use crate::{Store, StoreError, sqlite::*};
use palier_domain::Status;

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

impl Store {
    /// Counts.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn statistics(&self) -> Result<StatisticsRow, StoreError> {
        let mut counted = StatisticsRow::default();
        for row in self.incidents(&[], false).await? {
            counted.unread += row.unread;
            if matches!(row.status, Status::Resolved | Status::Closed) {
                continue;
            }
            counted.open += 1;
            match row.last {
                Some(last) if last.author_type == row.my_role => counted.waiting_for_them += 1,
                Some(_) => counted.waiting_for_me += 1,
                None => {}
            }
        }
        let reopened: i64 =
            sqlx::query_scalar("select coalesce(sum(reopened), 0) from cache.incident")
                .fetch_one(&mut *self.read().await?)
                .await
                .doing("counting how often incidents were reopened")?;
        counted.reopened = to_u64(reopened);
        Ok(counted)
    }
}
