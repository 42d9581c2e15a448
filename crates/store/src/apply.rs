//! Writing what the server says into the cache.
use crate::{LaneChange, Store, StoreError};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, MutationId};
use palier_engine::ApplyPlan;
use palier_wire::{ChangesPage, Cursor, Scope, SnapshotPage};
use std::collections::BTreeSet;

/// A page of changes was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Outbox entries that the page's rows settled: they are no longer in the outbox. To be
    /// reported before the cursor.
    pub removed: Vec<MutationId>,
    /// Where the cache stands now.
    pub cursor: Cursor,
    /// Incidents whose rows changed.
    pub incidents: BTreeSet<IncidentId>,
    /// Something changed that lists show besides (units, names).
    pub others: bool,
}

/// A page of a snapshot was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotWritten {
    /// Outbox entries that the page's rows settled.
    pub removed: Vec<MutationId>,
    /// `after` of the page to fetch next; none after the last.
    pub next: Option<String>,
    /// Where the cache stands now.
    pub cursor: Cursor,
    /// Incidents whose rows changed.
    pub incidents: BTreeSet<IncidentId>,
    /// Rows in the page.
    pub rows: u64,
}

/// Scopes were dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedScopes {
    /// Unsent work for them, failed now; markers for them are gone. To be reported before the cursor.
    pub lane: LaneChange,
    /// Where the cache stands now.
    pub cursor: Cursor,
    /// Incidents that are no longer here: withdraw their notifications, close their files.
    pub incidents: BTreeSet<IncidentId>,
    /// How many files were deleted.
    pub removed_files: usize,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// Applies a page by the plan: rows and cursor in one transaction of the cache, then settles
    /// the outbox entries that the rows answer.
    ///
    /// # Errors
    /// The files cannot be written; then nothing of the page is kept.
    pub async fn apply_page(
        &self,
        page: &ChangesPage,
        plan: &ApplyPlan,
        now: DateTime<Utc>,
    ) -> Result<Applied, StoreError> {
        todo!()
    }
    /// Writes a page of a snapshot. On the last page the scope enters the cursor with `number`.
    ///
    /// # Errors
    /// The files cannot be written; then nothing of the page is kept.
    pub async fn apply_snapshot(
        &self,
        page: &SnapshotPage,
        number: u64,
        now: DateTime<Utc>,
    ) -> Result<SnapshotWritten, StoreError> {
        todo!()
    }
    /// Deletes scopes with their rows and files. Unsent work for them fails visibly and keeps its text.
    ///
    /// # Errors
    /// The files cannot be written.
    pub async fn drop_scopes(
        &self,
        scopes: &[Scope],
        now: DateTime<Utc>,
    ) -> Result<DroppedScopes, StoreError> {
        todo!()
    }
}
