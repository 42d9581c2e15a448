//! Writing what the server says into the cache.
//!
//! Rows and cursor are one transaction of the cache. What they answer in the outbox is settled after
//! it (`answered`); scopes that are lost are dropped in `dropped`.

use crate::db::SqliteConnection;
use crate::{
    LaneChange, Store, StoreError,
    cache::{
        self,
        held::{self, HeldScope, Hold},
        rows::Rows,
    },
    journal::{
        outbox,
        sent_log::{self, Again},
    },
    sqlite::*,
};
use chrono::{DateTime, Utc};
use palier_domain::{
    IncidentId, MutationId, TicketId,
    planted::{Bug, is_planted},
};
use palier_engine::ApplyPlan;
use palier_wire::{Change, ChangesPage, Cursor, EntityKind, Op, Scope, SnapshotPage};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

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
    /// What the server had acknowledged and does not have: it goes again.
    pub again: LaneChange,
    /// `after` of the page to fetch next; none after the last.
    pub next: Option<String>,
    /// Where the cache stands now.
    pub cursor: Cursor,
    /// Incidents whose rows changed.
    pub incidents: BTreeSet<IncidentId>,
    /// Rows in the page.
    pub rows: u64,
}

/// What rows were about.
pub(crate) struct Written {
    pub tickets: Vec<TicketId>,
    pub incidents: BTreeSet<IncidentId>,
    pub others: bool,
}

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
        let mut write = self.fill("applying a page").await?;
        let stored = self.known_cursor(&mut write).await?;
        let mut scopes = HashMap::new();
        // The plan was made some time ago. Only what still continues the stored number is applied.
        for (scope, to) in &plan.apply {
            let continues = is_planted(Bug::PagesAsAWhole)
                || page.from.epoch == stored.epoch
                    && stored.at.contains_key(scope)
                    && stored.at.get(scope) == page.from.at.get(scope);
            if continues && let Some(held) = held::scope(&mut write, *scope).await? {
                held::set_number(&mut write, held.id, *to).await?;
                scopes.insert(*scope, held);
            }
        }
        if is_planted(Bug::CursorBeforeRows) {
            write.commit().await?;
            write = self.fill("applying a page").await?;
        }
        let written = write_changes(&mut write, &page.changes, &scopes).await?;
        note_server_time(&mut write, page.server_time).await?;
        let cursor = self.known_cursor(&mut write).await?;
        write.commit().await?;
        let removed = self
            .settle_answered(&written, page.server_time, now)
            .await?;
        Ok(Applied {
            removed,
            cursor,
            incidents: written.incidents,
            others: written.others,
        })
    }

    /// Writes a page of a snapshot. On the last page the scope enters the cursor with `number`.
    ///
    /// A page that belongs to no round (its scope was dropped meanwhile) is not written, and
    /// answers that there is no next one.
    ///
    /// # Errors
    /// The files cannot be written; then nothing of the page is kept.
    pub async fn apply_snapshot(
        &self,
        page: &SnapshotPage,
        number: u64,
        now: DateTime<Utc>,
    ) -> Result<SnapshotWritten, StoreError> {
        let again = self.queue_what_goes(page).await?;
        let mut write = self.fill("writing a page of a snapshot").await?;
        if page.number.is_some() {
            held::begin_round(&mut write, page.scope).await?;
        }
        let held = held::scope(&mut write, page.scope).await?;
        let scopes = held.map(|held| (page.scope, held)).into_iter().collect();
        let written = write_changes(&mut write, &page.changes, &scopes).await?;
        match (held, &page.next) {
            (Some(held), Some(next)) => held::note_page(&mut write, held, number, next).await?,
            (Some(held), None) => held::end_round(&mut write, held, number).await?,
            (None, _) => {}
        }
        note_server_time(&mut write, page.server_time).await?;
        let cursor = self.known_cursor(&mut write).await?;
        write.commit().await?;
        let removed = self
            .settle_answered(&written, page.server_time, now)
            .await?;
        Ok(SnapshotWritten {
            removed,
            again,
            next: held.and(page.next.clone()),
            cursor,
            incidents: written.incidents,
            rows: page.changes.len() as u64,
        })
    }

    /// The last page of a scope that was fetched again takes rows away which the server does not have.
    /// What the server had acknowledged of them goes again, under its ids.
    // Before the rows go: after a crash in between, what is here answers what was queued.
    async fn queue_what_goes(&self, page: &SnapshotPage) -> Result<LaneChange, StoreError> {
        let mut lane = LaneChange::default();
        // A cache that is filled anew has nothing to lose.
        if page.next.is_some() || self.caches().filling.is_some() {
            return Ok(lane);
        }
        let mut read = self.read().await?;
        let Some(held) = held::scope(&mut read, page.scope).await? else {
            return Ok(lane);
        };
        let kept = id_list(page.changes.iter().map(|change| change.id));
        // A scope of one page begins and ends its round with it.
        let round = held.round + i64::from(page.number.is_some());
        let gone = held::sent_that_goes(&mut read, held.id, round, &kept).await?;
        drop(read);
        if gone.is_empty() {
            return Ok(lane);
        }
        tracing::warn!(scope = %page.scope, entries = gone.len(), "the server lacks what it had acknowledged");
        let mut write = self.write("queueing again what the server lacks").await?;
        sent_log::queue_again(
            &mut write,
            Again::These(&id_list(gone.iter().map(|id| id.0))),
        )
        .await?;
        for id in gone {
            outbox::make_ready(&mut write, id).await?;
            lane.enqueued.extend(outbox::entry(&mut write, id).await?);
        }
        write.commit().await?;
        Ok(lane)
    }

    /// The cursor, where an epoch must be known: nothing is applied before.
    pub(crate) async fn known_cursor(
        &self,
        conn: &mut SqliteConnection,
    ) -> Result<Cursor, StoreError> {
        cache::cursor(conn).await?.ok_or(StoreError::Unreadable {
            doing: "reading the cursor",
            value: "no epoch".to_owned(),
        })
    }
}

/// Writes the puts and drops of these scopes; changes of other scopes are left out.
async fn write_changes(
    conn: &mut SqliteConnection,
    changes: &[Change],
    scopes: &HashMap<Scope, HeldScope>,
) -> Result<Written, StoreError> {
    // The last word about a row in a scope counts.
    let mut last: BTreeMap<(Scope, EntityKind, Uuid), &Change> = BTreeMap::new();
    for change in changes {
        if scopes.contains_key(&change.scope) {
            last.insert((change.scope, change.kind, change.id), change);
        }
    }
    let mut rows = Rows::default();
    let mut holds = Vec::new();
    let mut drops: BTreeMap<EntityKind, Vec<(Uuid, i64)>> = BTreeMap::new();
    for ((scope, kind, id), change) in last {
        let held = scopes[&scope];
        match change.op {
            Op::Put => {
                holds.push(Hold {
                    kind: kind.as_str(),
                    id: hex_id(id),
                    scope: held.id,
                    round: held.round,
                });
                rows.take(change);
            }
            Op::Drop => drops.entry(kind).or_default().push((id, held.id)),
        }
    }
    let mut written = Written {
        tickets: std::mem::take(&mut rows.tickets),
        incidents: std::mem::take(&mut rows.incidents),
        others: rows.others,
    };
    held::hold(conn, &holds).await?;
    rows.write(conn).await?;
    // After the puts: a row that leaves one scope and enters another stays.
    for (kind, gone) in &drops {
        written
            .incidents
            .extend(incidents_of(conn, *kind, gone).await?);
        written.others |= incidents_of_kind(*kind).is_none();
        held::release(conn, *kind, gone).await?;
    }
    Ok(written)
}

/// The statement that finds the incidents which rows of this kind are about.
fn incidents_of_kind(kind: EntityKind) -> Option<&'static str> {
    Some(match kind {
        EntityKind::Incident => {
            "select id from cache.incident where id in (select unhex(value) from json_each(?1))"
        }
        EntityKind::Ticket => {
            "select distinct incident_id from cache.ticket
             where id in (select unhex(value) from json_each(?1))"
        }
        EntityKind::Attachment => {
            "select distinct incident_id from cache.attachment
             where id in (select unhex(value) from json_each(?1))"
        }
        EntityKind::Participant => {
            "select distinct incident_id from cache.participant
             where id in (select unhex(value) from json_each(?1))"
        }
        EntityKind::Note => {
            "select distinct incident_id from cache.note
             where id in (select unhex(value) from json_each(?1))"
        }
        EntityKind::Mute => {
            "select distinct incident_id from cache.mute
             where id in (select unhex(value) from json_each(?1))"
        }
        _ => return None,
    })
}

async fn incidents_of(
    conn: &mut SqliteConnection,
    kind: EntityKind,
    rows: &[(Uuid, i64)],
) -> Result<Vec<IncidentId>, StoreError> {
    let Some(statement) = incidents_of_kind(kind) else {
        return Ok(Vec::new());
    };
    let ids: Vec<Uuid> = sqlx::query_scalar(statement)
        .bind(id_list(rows.iter().map(|(id, _)| *id)))
        .fetch_all(conn)
        .await
        .doing("looking up the incidents of rows")?;
    Ok(ids.into_iter().map(IncidentId).collect())
}

async fn note_server_time(
    conn: &mut SqliteConnection,
    server_time: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("update cache.meta set server_ms = ?1")
        .bind(to_ms(server_time))
        .execute(conn)
        .await
        .doing("noting the server's clock")?;
    Ok(())
}
