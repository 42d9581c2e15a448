//! Writing what the server says into the cache, and settling what it answers.
//!
//! Rows and cursor are one transaction of the cache. What they answer in the outbox is settled in
//! the journal's transaction after it: a crash in between leaves an entry that is sent once more
//! and answered "duplicate".

use crate::{
    LaneChange, Store, StoreError,
    act::sent::back_to_draft,
    cache::{
        self,
        held::{self, HeldScope, Hold},
        rows::Rows,
    },
    journal::{
        files,
        outbox::{self, Row},
        sent_log,
    },
    sqlite::*,
};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, MutationId, OutboxState, TicketId, UserId};
use palier_engine::ApplyPlan;
use palier_wire::{
    Change, ChangesPage, Cursor, EntityKind, Op, Payload, Problem, ProblemKind, Scope, SnapshotPage,
};
use sqlx::SqliteConnection;
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

/// What rows were about.
struct Written {
    tickets: Vec<TicketId>,
    incidents: BTreeSet<IncidentId>,
    others: bool,
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
        let mut write = self.write("applying a page").await?;
        let stored = self.known_cursor(&mut write).await?;
        let mut scopes = HashMap::new();
        // The plan was made some time ago. Only what still continues the stored number is applied.
        for (scope, to) in &plan.apply {
            let continues = page.from.epoch == stored.epoch
                && stored.at.contains_key(scope)
                && stored.at.get(scope) == page.from.at.get(scope);
            if continues && let Some(held) = held::scope(&mut write, *scope).await? {
                held::set_number(&mut write, held.id, *to).await?;
                scopes.insert(*scope, held);
            }
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
        let mut write = self.write("writing a page of a snapshot").await?;
        if page.number.is_some() {
            held::begin_round(&mut write, page.scope).await?;
        }
        let held = held::scope(&mut write, page.scope).await?;
        let scopes = held.map(|held| (page.scope, held)).into_iter().collect();
        let written = write_changes(&mut write, &page.changes, &scopes).await?;
        if let (Some(held), None) = (held, &page.next) {
            held::end_round(&mut write, held, number).await?;
        }
        note_server_time(&mut write, page.server_time).await?;
        let cursor = self.known_cursor(&mut write).await?;
        write.commit().await?;
        let removed = self
            .settle_answered(&written, page.server_time, now)
            .await?;
        Ok(SnapshotWritten {
            removed,
            next: held.and(page.next.clone()),
            cursor,
            incidents: written.incidents,
            rows: page.changes.len() as u64,
        })
    }

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
        let cursor = self.known_cursor(&mut write).await?;
        write.commit().await?;
        let incidents: BTreeSet<IncidentId> = before.difference(&after).copied().collect();
        let lane = self.fail_unreachable(&incidents).await?;
        self.truncate_cache_wal().await?;
        let removed_files = self.sweep_blobs().await?;
        Ok(DroppedScopes {
            lane,
            cursor,
            incidents,
            removed_files,
        })
    }

    /// The cursor, where an epoch must be known: nothing is applied before.
    async fn known_cursor(&self, conn: &mut SqliteConnection) -> Result<Cursor, StoreError> {
        cache::cursor(conn).await?.ok_or(StoreError::Unreadable {
            doing: "reading the cursor",
            value: "no epoch".to_owned(),
        })
    }

    /// Settles the outbox entries that are among the rows just written.
    async fn settle_answered(
        &self,
        written: &Written,
        server_time: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<MutationId>, StoreError> {
        let tickets = id_list(written.tickets.iter().map(|id| id.0));
        let incidents = id_list(written.incidents.iter().map(|id| id.0));
        // Most pages answer nothing, and a look costs less than a commit.
        let mut read = self.read().await?;
        if outbox::answered_by(&mut read, &tickets, &incidents)
            .await?
            .is_empty()
        {
            return Ok(Vec::new());
        }
        drop(read);
        let mut write = self.write("settling what a page answers").await?;
        let mut removed = Vec::new();
        for row in outbox::answered_by(&mut write, &tickets, &incidents).await? {
            removed
                .extend(settle_by_row(&mut write, &row, self.user_id(), server_time, now).await?);
        }
        write.commit().await?;
        Ok(removed)
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
            if row.is_marker() {
                outbox::remove(&mut write, id).await?;
                lane.removed.push(id);
                continue;
            }
            // What is being sent gets its verdict from the server; a cancel has to be asked for.
            let waits = matches!(
                row.state()?,
                OutboxState::Held
                    | OutboxState::Uploading
                    | OutboxState::Queued
                    | OutboxState::Waiting
                    | OutboxState::SignedOut
            );
            if waits && !row.is_cancel() {
                outbox::fail(&mut write, id, &problem).await?;
                lane.changed.extend(outbox::entry(&mut write, id).await?);
            }
        }
        write.commit().await?;
        Ok(lane)
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

async fn incident_ids(conn: &mut SqliteConnection) -> Result<BTreeSet<IncidentId>, StoreError> {
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from cache.incident")
        .fetch_all(conn)
        .await
        .doing("listing the incidents in the cache")?;
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

/// The server shows what this entry asked for. With the same content it is done. With other
/// content an earlier version was delivered: the newer text becomes a draft.
async fn settle_by_row(
    conn: &mut SqliteConnection,
    row: &Row,
    user: UserId,
    server_time: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<MutationId>, StoreError> {
    let id = MutationId(row.mutation_id);
    let Some(same) = same_content(conn, row, user).await? else {
        return Ok(Vec::new());
    };
    if row.state()? == OutboxState::Cancelling {
        // It had arrived before it was taken back: the cancel has nothing left to do.
        let cancel = outbox::cancel_of(conn, id).await?;
        sent_log::take(conn, id, server_time).await?;
        let Some(cancel) = cancel.map(|cancel| MutationId(cancel.mutation_id)) else {
            return Ok(Vec::new());
        };
        outbox::remove(conn, cancel).await?;
        return Ok(vec![cancel]);
    }
    if same || row.kind != "add_ticket" {
        sent_log::take(conn, id, server_time).await?;
    } else {
        back_to_draft(conn, row, None, true, now).await?;
        outbox::remove(conn, id).await?;
        files::forget_unused(conn).await?;
    }
    Ok(vec![id])
}

/// Whether the cache's row says what the entry says; none when it is not there after all.
async fn same_content(
    conn: &mut SqliteConnection,
    row: &Row,
    user: UserId,
) -> Result<Option<bool>, StoreError> {
    let Some(ticket_id) = row.ticket_id else {
        // An incident's id was made for it alone; title and category may have been changed since.
        return Ok(Some(true));
    };
    let found: Option<(Uuid, Uuid, String, String)> = sqlx::query_as(
        "select incident_id, author_id, message, attachments from cache.ticket where id = ?1",
    )
    .bind(ticket_id)
    .fetch_optional(conn)
    .await
    .doing("comparing a ticket with its outbox entry")?;
    let Some((incident_id, author_id, message, attachments)) = found else {
        return Ok(None);
    };
    Ok(Some(match row.decode()? {
        Payload::AddTicket(ticket) => {
            let stored: Vec<Uuid> =
                serde_json::from_str(&attachments).doing("reading the files of a ticket")?;
            ticket.incident_id.0 == incident_id
                && user.0 == author_id
                && ticket.message == message
                && ticket.attachments.iter().map(|id| id.0).eq(stored)
        }
        _ => true,
    }))
}
