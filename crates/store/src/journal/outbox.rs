//! The outbox: what waits to be sent.
//!
//! A payload is serialised once, when the entry is made, and leaves byte for byte the same every
//! time. An entry that the person takes back after an attempt stays as `cancelling` and never
//! leaves again; a `cancel` with the same place in the lane leaves in its stead.

use crate::db::SqliteConnection;
use crate::{StoreError, sqlite::*};
use chrono::{DateTime, Utc};
use palier_domain::{AttachmentId, IncidentId, MutationId, OutboxState, TicketId};
use palier_engine::Entry;
use palier_wire::{Payload, Problem, ProblemKind, sync::Cancel};
use uuid::Uuid;

/// The version of the payloads that this version writes ([`Payload::decode`] reads them all).
pub(crate) const PAYLOAD_SCHEMA: u32 = 1;

pub(crate) use super::entry::{entries, entry};

/// An entry to be made.
pub(crate) struct NewEntry<'a> {
    pub payload: &'a Payload,
    pub incident_id: IncidentId,
    pub ticket_id: Option<TicketId>,
    pub files: &'a [AttachmentId],
    pub hold_ms: u64,
    pub depends_on: Option<MutationId>,
    /// For a cancel: what it takes back, and the place of that.
    pub cancels: Option<(MutationId, i64)>,
    pub written_at: DateTime<Utc>,
}

impl<'a> NewEntry<'a> {
    /// An entry without ticket, files, hold or parent.
    pub fn plain(payload: &'a Payload, incident_id: IncidentId, written_at: DateTime<Utc>) -> Self {
        Self {
            payload,
            incident_id,
            ticket_id: None,
            files: &[],
            hold_ms: 0,
            depends_on: None,
            cancels: None,
            written_at,
        }
    }
}

/// A stored entry, without its files.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Row {
    pub mutation_id: Uuid,
    pub position: i64,
    pub incident_id: Uuid,
    pub ticket_id: Option<Uuid>,
    pub kind: String,
    pub schema: i64,
    pub payload: String,
    pub state: String,
    pub attempts: i64,
    pub hold_ms: i64,
    pub cancels: Option<Uuid>,
    pub problem: Option<String>,
    pub written_ms: i64,
    pub replayed_ms: Option<i64>,
}

macro_rules! row_select {
    ($tail:literal) => {
        concat!(
            "select mutation_id, position, incident_id, ticket_id, kind, schema, payload, state, \
             attempts, hold_ms, cancels, problem, written_ms, replayed_ms from main.outbox ",
            $tail
        )
    };
}

impl Row {
    pub fn state(&self) -> Result<OutboxState, StoreError> {
        word(&self.state)
    }

    /// It is shown as if it had happened: what failed did not, and what is taken back shall not.
    pub fn is_shown(&self) -> Result<bool, StoreError> {
        Ok(!matches!(
            self.state()?,
            OutboxState::Failed | OutboxState::Blocked | OutboxState::Cancelling
        ))
    }

    pub fn is_marker(&self) -> bool {
        is_marker(&self.kind)
    }

    pub fn is_cancel(&self) -> bool {
        self.kind == "cancel"
    }

    pub fn decode(&self) -> Result<Payload, StoreError> {
        let schema = u32::try_from(self.schema).unwrap_or(0);
        Payload::decode(&self.kind, schema, &self.payload).map_err(|_| StoreError::Unreadable {
            doing: "reading an outbox entry",
            value: self.kind.clone(),
        })
    }

    pub fn problem(&self) -> Option<Problem> {
        serde_json::from_str(self.problem.as_deref()?).ok()
    }

    /// It alone made the server fail too often.
    pub fn is_troubled(&self) -> Result<bool, StoreError> {
        Ok(is_trouble(self.state()?, self.problem.as_deref()))
    }

    /// The server certainly does not have it and will not get it: no attempt was made, or it said no to
    /// the only one.
    // After several attempts an earlier one may still be on its way, and what the server refused once it
    // may take then: who moved out may have moved in again.
    pub fn is_surely_here(&self) -> Result<bool, StoreError> {
        Ok(match self.state()? {
            OutboxState::Failed => self.attempts <= 1,
            OutboxState::Sending | OutboxState::Done | OutboxState::Cancelling => false,
            _ => self.attempts == 0,
        })
    }
}

/// Whether an entry waits because it made the server fail.
pub(crate) fn is_trouble(state: OutboxState, problem: Option<&str>) -> bool {
    let judged = matches!(state, OutboxState::Failed | OutboxState::Done);
    let said = problem.and_then(|it| serde_json::from_str(it).ok());
    !judged && said.is_some_and(|it: Problem| it.kind == ProblemKind::Internal)
}

pub(crate) fn is_marker(kind: &str) -> bool {
    matches!(kind, "mark_read" | "mark_unread" | "clear_unread")
}

pub(crate) async fn by_id(
    conn: &mut SqliteConnection,
    id: MutationId,
) -> Result<Option<Row>, StoreError> {
    sqlx::query_as(row_select!("where mutation_id = ?1"))
        .bind(id.0)
        .fetch_optional(conn)
        .await
        .doing("looking up an outbox entry")
}

/// The entry of a ticket, or of a status move by its system ticket.
pub(crate) async fn by_ticket(
    conn: &mut SqliteConnection,
    id: TicketId,
) -> Result<Option<Row>, StoreError> {
    sqlx::query_as(row_select!(
        "where ticket_id = ?1 order by position desc limit 1"
    ))
    .bind(id.0)
    .fetch_optional(conn)
    .await
    .doing("looking up the outbox entry of a ticket")
}

/// The entry that opens this incident.
pub(crate) async fn opening(
    conn: &mut SqliteConnection,
    id: IncidentId,
) -> Result<Option<Row>, StoreError> {
    sqlx::query_as(row_select!(
        "where incident_id = ?1 and kind = 'open_incident' and state <> 'cancelling'"
    ))
    .bind(id.0)
    .fetch_optional(conn)
    .await
    .doing("looking up an incident in the outbox")
}

/// The cancel that takes this entry back.
pub(crate) async fn cancel_of(
    conn: &mut SqliteConnection,
    id: MutationId,
) -> Result<Option<Row>, StoreError> {
    sqlx::query_as(row_select!("where cancels = ?1"))
        .bind(id.0)
        .fetch_optional(conn)
        .await
        .doing("looking up a cancel")
}

/// The last marker of an incident.
pub(crate) async fn last_marker(
    conn: &mut SqliteConnection,
    id: IncidentId,
) -> Result<Option<Row>, StoreError> {
    sqlx::query_as(row_select!(
        "where incident_id = ?1 and kind in ('mark_read', 'mark_unread', 'clear_unread')
         order by position desc limit 1"
    ))
    .bind(id.0)
    .fetch_optional(conn)
    .await
    .doing("looking up a marker")
}

/// Entries that tickets or incidents of these ids settle when the server shows them.
pub(crate) async fn answered_by(
    conn: &mut SqliteConnection,
    tickets: &str,
    incidents: &str,
) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as(row_select!(
        "where ticket_id in (select unhex(value) from json_each(?1))
            or (kind = 'open_incident'
                and incident_id in (select unhex(value) from json_each(?2)))
         order by position"
    ))
    .bind(tickets.to_owned())
    .bind(incidents.to_owned())
    .fetch_all(conn)
    .await
    .doing("looking for outbox entries that a page answers")
}

/// Everything, by place.
pub(crate) async fn all(conn: &mut SqliteConnection) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as(row_select!("order by position, cancels is not null"))
        .fetch_all(conn)
        .await
        .doing("reading the outbox")
}

/// What depends on this entry, directly or not, nearest first.
pub(crate) async fn dependents(
    conn: &mut SqliteConnection,
    id: MutationId,
) -> Result<Vec<Row>, StoreError> {
    sqlx::query_as(row_select!(
        "where mutation_id in (
            with recursive below (id) as (
                select mutation_id from main.outbox where depends_on = ?1
                union
                select o.mutation_id from main.outbox o join below b on o.depends_on = b.id)
            select id from below)
         order by position"
    ))
    .bind(id.0)
    .fetch_all(conn)
    .await
    .doing("looking for what depends on an outbox entry")
}

/// Makes an entry and answers it as the engine has to know it. It is held where it has an undo time; else
/// it is uploading or queued.
pub(crate) async fn insert(
    conn: &mut SqliteConnection,
    new: NewEntry<'_>,
) -> Result<Entry, StoreError> {
    let id = put(conn, new).await?;
    entry(conn, id).await?.ok_or(StoreError::Unreadable {
        doing: "putting an entry into the outbox",
        value: id.to_string(),
    })
}

/// Makes the cancel that takes an entry back, in its place of the lane.
pub(crate) async fn put_cancel(
    conn: &mut SqliteConnection,
    target: &Row,
    now: DateTime<Utc>,
) -> Result<MutationId, StoreError> {
    let id = MutationId(target.mutation_id);
    let payload = Payload::Cancel(Cancel { mutation_id: id });
    let new = NewEntry {
        cancels: Some((id, target.position)),
        ..NewEntry::plain(&payload, target.incident_id.into(), now)
    };
    put(conn, new).await
}

/// Makes an entry. Needs the journal alone.
async fn put(conn: &mut SqliteConnection, new: NewEntry<'_>) -> Result<MutationId, StoreError> {
    let doing = "putting an entry into the outbox";
    let id = MutationId(Uuid::now_v7());
    let payload = new.payload.to_raw().doing(doing)?;
    sqlx::query(
        "insert into main.outbox (mutation_id, position, incident_id, ticket_id, kind, schema,
            payload, state, hold_ms, depends_on, cancels, written_ms)
         values (?1,
            coalesce(?2, (select coalesce(max(position), 0) + 1 from main.outbox)),
            ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )
    .bind(id.0)
    .bind(new.cancels.map(|(_, position)| position))
    .bind(new.incident_id.0)
    .bind(new.ticket_id.map(|id| id.0))
    .bind(new.payload.kind())
    .bind(PAYLOAD_SCHEMA)
    .bind(payload.get())
    .bind(if new.hold_ms > 0 { "held" } else { "queued" })
    .bind(to_i64(new.hold_ms))
    .bind(new.depends_on.map(|id| id.0))
    .bind(new.cancels.map(|(id, _)| id.0))
    .bind(to_ms(new.written_at))
    .execute(&mut *conn)
    .await
    .doing(doing)?;
    sqlx::query(
        "insert into main.outbox_files (mutation_id, position, file_id)
         select ?1, key, unhex(value) from json_each(?2)",
    )
    .bind(id.0)
    .bind(id_list(new.files.iter().map(|id| id.0)))
    .execute(&mut *conn)
    .await
    .doing(doing)?;
    if new.hold_ms == 0 {
        make_ready(conn, id).await?;
    }
    Ok(id)
}

/// The entry leaves as soon as it can: uploading while files are missing, else queued.
pub(crate) async fn make_ready(
    conn: &mut SqliteConnection,
    id: MutationId,
) -> Result<(), StoreError> {
    sqlx::query(
        "update main.outbox set problem = null, hold_ms = 0, state = case when exists (
            select 1 from main.outbox_files o join main.files f on f.id = o.file_id
            where o.mutation_id = ?1 and f.on_server = 0) then 'uploading' else 'queued' end
         where mutation_id = ?1",
    )
    .bind(id.0)
    .execute(conn)
    .await
    .doing("making an outbox entry ready")?;
    Ok(())
}

pub(crate) async fn set_state(
    conn: &mut SqliteConnection,
    id: MutationId,
    state: OutboxState,
) -> Result<(), StoreError> {
    sqlx::query("update main.outbox set state = ?2 where mutation_id = ?1")
        .bind(id.0)
        .bind(state.as_str())
        .execute(conn)
        .await
        .doing("moving an outbox entry")?;
    Ok(())
}

/// Replaces the payload of an entry that no attempt was made for.
pub(crate) async fn set_payload(
    conn: &mut SqliteConnection,
    id: MutationId,
    payload: &Payload,
) -> Result<(), StoreError> {
    let doing = "changing an outbox entry";
    sqlx::query(
        "update main.outbox set payload = ?2
         where mutation_id = ?1 and attempts = 0 and state <> 'sending'",
    )
    .bind(id.0)
    .bind(payload.to_raw().doing(doing)?.get())
    .execute(conn)
    .await
    .doing(doing)?;
    Ok(())
}

/// The server had it once, and it goes again from now on.
pub(crate) async fn set_replayed(
    conn: &mut SqliteConnection,
    id: MutationId,
) -> Result<(), StoreError> {
    sqlx::query(
        "update main.outbox set replayed_ms = coalesce((select server_ms from cache.meta), 0)
         where mutation_id = ?1",
    )
    .bind(id.0)
    .execute(conn)
    .await
    .doing("marking an entry that goes again")?;
    Ok(())
}

/// The server said no.
pub(crate) async fn fail(
    conn: &mut SqliteConnection,
    id: MutationId,
    problem: &Problem,
) -> Result<(), StoreError> {
    let doing = "marking an outbox entry as failed";
    let problem = without_words(problem);
    sqlx::query("update main.outbox set state = 'failed', problem = ?2 where mutation_id = ?1")
        .bind(id.0)
        .bind(serde_json::to_string(&problem).doing(doing)?)
        .execute(conn)
        .await
        .doing(doing)?;
    Ok(())
}

/// A refusal as it is kept. The server shows the whole row that was there instead; here stays what a refused
/// change is compared with, and nothing that others wrote: a scope that is lost leaves with its words.
fn without_words(problem: &Problem) -> Problem {
    let row = problem.current.as_ref().and_then(|row| row.as_object());
    let kept = row.map(|row| {
        let kept = ["status", "priority", "category"].into_iter();
        let kept = kept.filter_map(|name| Some((name.to_owned(), row.get(name)?.clone())));
        serde_json::Value::Object(kept.collect())
    });
    Problem {
        current: kept,
        ..problem.clone()
    }
}

/// It waits, and why: what it belongs to is not there (yet), which is no verdict about an entry that goes
/// again; or it makes the server fail.
pub(crate) async fn wait_because(
    conn: &mut SqliteConnection,
    id: MutationId,
    problem: &Problem,
) -> Result<(), StoreError> {
    fail(conn, id, problem).await?;
    set_state(conn, id, OutboxState::Waiting).await
}

/// What the server showed with its refusal is nobody's to see any more.
pub(crate) async fn forget_current(
    conn: &mut SqliteConnection,
    id: MutationId,
) -> Result<(), StoreError> {
    sqlx::query(
        "update main.outbox set problem = json_remove(problem, '$.current')
         where mutation_id = ?1 and problem is not null",
    )
    .bind(id.0)
    .execute(conn)
    .await
    .doing("forgetting what stood in the way of a change")?;
    Ok(())
}

/// What made it wait is over.
pub(crate) async fn forget_problem(
    conn: &mut SqliteConnection,
    id: MutationId,
) -> Result<(), StoreError> {
    sqlx::query("update main.outbox set problem = null where mutation_id = ?1")
        .bind(id.0)
        .execute(conn)
        .await
        .doing("forgetting why an outbox entry waited")?;
    Ok(())
}

/// Removes an entry with its list of files; the files themselves stay for whoever takes them.
pub(crate) async fn remove(conn: &mut SqliteConnection, id: MutationId) -> Result<(), StoreError> {
    sqlx::query("delete from main.outbox where mutation_id = ?1")
        .bind(id.0)
        .execute(conn)
        .await
        .doing("removing an outbox entry")?;
    Ok(())
}

/// Gives an entry another place in its lane.
pub(crate) async fn set_position(
    conn: &mut SqliteConnection,
    id: MutationId,
    position: i64,
) -> Result<(), StoreError> {
    sqlx::query("update main.outbox set position = ?2 where mutation_id = ?1")
        .bind(id.0)
        .bind(position)
        .execute(conn)
        .await
        .doing("moving an outbox entry in its lane")?;
    Ok(())
}
