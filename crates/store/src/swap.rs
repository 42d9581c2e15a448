//! Showing a cache that was rebuilt.
//!
//! While a cache is rebuilt (the server's data began a new life, or no longer knows our place in its
//! feeds), the old one is shown and the person works on. What the new one's rows answer in the outbox
//! is settled when it is shown: before, the ticket would be in neither.

use crate::{Store, StoreError, apply::Written, cache, cache::Caches, journal::account, sqlite::*};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, MutationId, failpoint};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A rebuilt cache is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swapped {
    /// Outbox entries that its rows settled: they are no longer in the outbox.
    pub removed: Vec<MutationId>,
    /// Incidents that were shown before, or are shown now.
    pub incidents: BTreeSet<IncidentId>,
}

impl Store {
    /// Shows the cache that was filled, and deletes the old one. Does nothing when none is filled.
    ///
    /// # Errors
    /// The journal cannot be written; then the old one is still shown.
    pub async fn swap_cache(&self, now: DateTime<Utc>) -> Result<Swapped, StoreError> {
        let Caches {
            shown: old,
            filling,
        } = self.caches();
        let Some(new) = filling else {
            return Ok(Swapped::default());
        };
        let mut incidents = self.shown_incidents().await?;
        let (place, _) = self.other_cache(&old);
        let mut write = self.fill("showing the rebuilt cache").await?;
        account::set_caches(&mut write, place, false).await?;
        let server_time = cache::server_time(&mut write, now).await?;
        write.commit().await?;
        let caches = Caches {
            shown: new,
            filling: None,
        };
        self.set_caches(caches).await;
        incidents.extend(self.shown_incidents().await?);
        let answered = self.answered_by_now().await?;
        let removed = self.settle_answered(&answered, server_time, now).await?;
        failpoint::pass(
            "store: the rebuilt cache is shown",
            "showing the rebuilt cache",
        );
        // Where another program or a reader still holds it, the next start deletes it.
        if let Err(error) = cache::remove(&old) {
            tracing::warn!(%error, "the old cache stays on the disk until the next start");
        }
        Ok(Swapped { removed, incidents })
    }

    async fn shown_incidents(&self) -> Result<BTreeSet<IncidentId>, StoreError> {
        let ids: Vec<Uuid> = sqlx::query_scalar("select id from cache.incident")
            .fetch_all(&mut *self.read().await?)
            .await
            .doing("listing the incidents that are shown")?;
        Ok(ids.into_iter().map(IncidentId).collect())
    }

    /// The rows of the cache that the outbox may be waiting for.
    async fn answered_by_now(&self) -> Result<Written, StoreError> {
        let doing = "looking for rows that answer the outbox";
        let mut read = self.read().await?;
        let tickets: Vec<Uuid> = sqlx::query_scalar(
            "select o.ticket_id from main.outbox o join cache.ticket t on t.id = o.ticket_id",
        )
        .fetch_all(&mut *read)
        .await
        .doing(doing)?;
        let incidents: Vec<Uuid> = sqlx::query_scalar(
            "select o.incident_id from main.outbox o join cache.incident i on i.id = o.incident_id
             where o.kind = 'open_incident'",
        )
        .fetch_all(&mut *read)
        .await
        .doing(doing)?;
        Ok(Written {
            tickets: tickets.into_iter().map(Into::into).collect(),
            incidents: incidents.into_iter().map(IncidentId).collect(),
            others: false,
        })
    }
}
