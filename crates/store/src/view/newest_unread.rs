//! The unread incidents of which something was heard last: what the tray offers.

use crate::{Store, StoreError, sqlite::*, view::unread};
use chrono::{DateTime, Utc};
use palier_domain::IncidentId;
use std::collections::HashMap;
use uuid::Uuid;

/// An incident with unread tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadIncidentRow {
    /// Which.
    pub id: IncidentId,
    /// What it is called.
    pub title: String,
    /// The unit's label.
    pub unit: Option<String>,
    /// Unread tickets, as the person is shown.
    pub unread: u64,
    /// When the last activity was.
    pub activity_at: DateTime<Utc>,
}

impl Store {
    /// At most `limit` incidents with unread tickets, newest activity first.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn newest_unread(&self, limit: u32) -> Result<Vec<UnreadIncidentRow>, StoreError> {
        let mut read = self.read().await?;
        let states = unread::of_unread(&mut read, self.user_id()).await?;
        let unread: HashMap<IncidentId, u64> = states
            .into_iter()
            .filter(|(_, state)| state.unread > 0)
            .map(|(id, state)| (id, state.unread))
            .collect();
        let rows: Vec<(Uuid, String, Option<String>, i64)> = sqlx::query_as(
            "select i.id, i.title, u.label, i.updated_ms
             from cache.incident i
             left join cache.unit u on u.id = i.unit_id
             where i.id in (select unhex(value) from json_each(?1))
             order by i.updated_ms desc, i.id limit ?2",
        )
        .bind(id_list(unread.keys().map(|id| id.0)))
        .bind(limit)
        .fetch_all(&mut *read)
        .await
        .doing("listing unread incidents")?;
        Ok(rows
            .into_iter()
            .map(|(id, title, unit, updated_ms)| UnreadIncidentRow {
                id: IncidentId(id),
                title,
                unit,
                unread: unread.get(&IncidentId(id)).copied().unwrap_or(0),
                activity_at: from_ms(updated_ms),
            })
            .collect())
    }
}
