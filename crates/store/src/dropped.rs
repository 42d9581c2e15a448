//! Dropping scopes: what may not be seen any more leaves the disk, what waits for it fails.

use crate::db::SqliteConnection;
use crate::{
    LaneChange, Store, StoreError,
    cache::held,
    journal::outbox::{self, Row},
    sqlite::*,
};
use palier_domain::{
    IncidentId, MutationId, OutboxState,
    planted::{Bug, is_planted},
};
use palier_wire::{Cursor, Payload, Problem, ProblemKind, Scope};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Scopes were dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DroppedScopes {
    /// Unsent work for them, failed now; markers for them are gone. To be reported before the
    /// cursor.
    pub lane: LaneChange,
    /// Where the cache stands now.
    pub cursor: Cursor,
    /// Incidents that are no longer here: withdraw their notifications, close their files.
    pub incidents: BTreeSet<IncidentId>,
    /// How many files were deleted.
    pub removed_files: usize,
}

impl Store {
    /// Deletes scopes with their rows and files. Unsent work for them fails visibly and keeps its
    /// text.
    ///
    /// # Errors
    /// The files cannot be written.
    pub async fn drop_scopes(&self, scopes: &[Scope]) -> Result<DroppedScopes, StoreError> {
        let mut write = self.write("dropping scopes").await?;
        let before = incident_ids(&mut write).await?;
        for scope in scopes {
            held::drop_scope(&mut write, *scope).await?;
        }
        let after = incident_ids(&mut write).await?;
        write.commit().await?;
        let mut write = self.fill("dropping scopes").await?;
        for scope in scopes {
            held::drop_scope(&mut write, *scope).await?;
        }
        let cursor = self.known_cursor(&mut write).await?;
        write.commit().await?;
        let incidents: BTreeSet<IncidentId> = before.difference(&after).copied().collect();
        let lane = self.fail_unreachable(&incidents).await?;
        self.truncate_logs().await?;
        let removed_files = match is_planted(Bug::FilesStayAfterScope) {
            true => 0,
            false => self.sweep_blobs().await?,
        };
        Ok(DroppedScopes {
            lane,
            cursor,
            incidents,
            removed_files,
        })
    }

    /// Fails what waits for incidents (or units) that are no longer here.
    async fn fail_unreachable(
        &self,
        gone: &BTreeSet<IncidentId>,
    ) -> Result<LaneChange, StoreError> {
        let mut write = self.write("failing what cannot be delivered").await?;
        let mut lane = LaneChange::default();
        let problem = Problem::new(
            ProblemKind::NotFound,
            "the incident is no longer visible to this user",
        );
        for row in outbox::all(&mut write).await? {
            let id = MutationId(row.mutation_id);
            let unreachable = gone.contains(&IncidentId(row.incident_id))
                || (row.kind == "open_incident" && !unit_is_here(&mut write, &row).await?);
            if !unreachable {
                continue;
            }
            outbox::forget_current(&mut write, id).await?;
            if row.is_marker() {
                outbox::remove(&mut write, id).await?;
                lane.removed.push(id);
                continue;
            }
            // What may have left gets its verdict from the server: one that is given here would be taken for
            // its word. A cancel has to be asked for.
            let waits = matches!(
                row.state()?,
                OutboxState::Held
                    | OutboxState::Uploading
                    | OutboxState::Queued
                    | OutboxState::Waiting
                    | OutboxState::SignedOut
            );
            if waits && row.attempts == 0 && !row.is_cancel() {
                outbox::fail(&mut write, id, &problem).await?;
                lane.changed.extend(outbox::entry(&mut write, id).await?);
            }
        }
        write.commit().await?;
        Ok(lane)
    }
}

async fn incident_ids(conn: &mut SqliteConnection) -> Result<BTreeSet<IncidentId>, StoreError> {
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from cache.incident")
        .fetch_all(conn)
        .await
        .doing("listing the incidents in the cache")?;
    Ok(ids.into_iter().map(IncidentId).collect())
}

async fn unit_is_here(conn: &mut SqliteConnection, row: &Row) -> Result<bool, StoreError> {
    let Payload::OpenIncident(incident) = row.decode()? else {
        return Ok(true);
    };
    sqlx::query_scalar("select exists (select 1 from cache.unit where id = ?1)")
        .bind(incident.unit_id.0)
        .fetch_one(conn)
        .await
        .doing("looking up a unit")
}
