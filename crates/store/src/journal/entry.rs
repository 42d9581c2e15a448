//! Outbox entries as the engine knows them: everything but their bytes.

use super::{
    outbox::{is_marker, is_trouble},
    sent_log,
};
use crate::db::SqliteConnection;
use crate::{StoreError, sqlite::*};
use palier_domain::{MutationId, OutboxState};
use palier_engine::{Entry, Weight};
use uuid::Uuid;

/// What the engine knows of an entry.
#[derive(sqlx::FromRow)]
struct EntryRow {
    mutation_id: Uuid,
    incident_id: Uuid,
    position: i64,
    kind: String,
    state: String,
    attempts: i64,
    hold_ms: i64,
    depends_on: Option<Uuid>,
    payload_bytes: i64,
    missing: Option<String>,
    replayed_ms: Option<i64>,
    server_ms: Option<i64>,
    problem: Option<String>,
}

macro_rules! entry_select {
    ($tail:literal) => {
        concat!(
            "select e.mutation_id, e.incident_id, e.position, e.kind, e.state, e.attempts, \
                e.hold_ms, e.depends_on, octet_length(e.payload) as payload_bytes, \
                (select group_concat(hex(f.id) order by o.position) \
                 from main.outbox_files o join main.files f on f.id = o.file_id \
                 where o.mutation_id = e.mutation_id and f.on_server = 0) as missing, \
                e.replayed_ms, (select server_ms from cache.meta) as server_ms, \
                e.problem \
             from main.outbox e ",
            $tail
        )
    };
}

impl EntryRow {
    fn into_entry(self) -> Result<Entry, StoreError> {
        let state = word(&self.state)?;
        Ok(Entry {
            mutation_id: self.mutation_id.into(),
            incident_id: self.incident_id.into(),
            position: self.position,
            weight: match self.kind.as_str() {
                "cancel" => Weight::Cancel,
                kind if is_marker(kind) => Weight::Marker,
                _ => Weight::Ordinary,
            },
            state,
            attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            due_in: match state {
                OutboxState::Held => to_u64(self.hold_ms),
                _ => 0,
            },
            depends_on: self.depends_on.map(MutationId),
            missing_files: split_ids(self.missing.as_deref())?,
            payload_bytes: u32::try_from(self.payload_bytes).unwrap_or(u32::MAX),
            replayed: self.replayed_ms.map(|since| {
                // 0: the server's clock was not known. Then the days count from the start.
                let now = self.server_ms.filter(|_| since > 0).unwrap_or(since);
                to_u64(since + sent_log::KEEP.num_milliseconds() - now)
            }),
            troubled: is_trouble(state, self.problem.as_deref()),
        })
    }
}

/// An entry as the engine knows it.
pub(crate) async fn entry(
    conn: &mut SqliteConnection,
    id: MutationId,
) -> Result<Option<Entry>, StoreError> {
    let row: Option<EntryRow> = sqlx::query_as(entry_select!("where e.mutation_id = ?1"))
        .bind(id.0)
        .fetch_optional(conn)
        .await
        .doing("reading an outbox entry")?;
    row.map(EntryRow::into_entry).transpose()
}

/// Every entry as the engine knows it, by place. Those that are being taken back are not its
/// business any more: their cancels are.
pub(crate) async fn entries(conn: &mut SqliteConnection) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<EntryRow> = sqlx::query_as(entry_select!(
        "where e.mutation_id not in (select cancels from main.outbox where cancels is not null)
         order by e.position"
    ))
    .fetch_all(conn)
    .await
    .doing("reading the outbox")?;
    rows.into_iter().map(EntryRow::into_entry).collect()
}
