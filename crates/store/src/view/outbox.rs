//! What waits to be sent, and why.

use crate::db::SqliteConnection;
use crate::{
    Store, StoreError,
    journal::{
        files::{self, StoredFile},
        outbox::{self, Row},
    },
    sqlite::*,
    view::FileRow,
};
use chrono::{DateTime, Utc};
use palier_domain::{Category, IncidentId, MutationId, OutboxState, Priority, TicketId};
use palier_wire::{
    Payload, Problem, StatusChange,
    sync::{SetCategory, SetPriority},
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// One line of "what waits and why".
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    /// The entry.
    pub entry: UnsentRow,
    /// What its incident is called, where that is known.
    pub incident_title: Option<String>,
}

/// Something of the person's that the cache does not hold yet.
#[derive(Debug, Clone, PartialEq)]
pub struct UnsentRow {
    /// The mutation; that of the cancel, while something is taken back.
    pub mutation_id: MutationId,
    /// The ticket (or system ticket), when it is one.
    pub ticket_id: Option<TicketId>,
    /// On which incident.
    pub incident_id: IncidentId,
    /// What it is.
    pub what: UnsentWhat,
    /// Where it stands; `cancelling` while it is taken back.
    pub state: OutboxState,
    /// How many attempts were begun.
    pub attempts: u32,
    /// The undo time it was sent with, in milliseconds; counted by the engine.
    pub hold_ms: u64,
    /// Why the server said no.
    pub problem: Option<Problem>,
    /// Its files, in order.
    pub files: Vec<FileRow>,
    /// How many of them are not known to be on the server.
    pub files_missing: u32,
    /// It could leave, but something before it on the same incident waits for its files.
    pub behind_upload: bool,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// The server had it once, and it goes again.
    pub replayed: bool,
    /// It alone made the server fail too often: it is tried rarely.
    pub troubled: bool,
}

impl UnsentRow {
    /// It goes again, and what it belongs to is not there (yet).
    pub fn is_parked(&self) -> bool {
        let waits = self.state == OutboxState::Waiting && self.problem.is_some();
        self.replayed && waits && !self.troubled
    }
}

/// What waits to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnsentWhat {
    /// A ticket and its text.
    Ticket {
        /// The text.
        message: String,
    },
    /// A note among owners and its text.
    Note {
        /// The text.
        message: String,
    },
    /// Hearing no more of the incident, or again.
    Mute {
        /// No more.
        muted: bool,
    },
    /// A new incident.
    Incident {
        /// What it is called.
        title: String,
    },
    /// A status move.
    Status(StatusChange),
    /// A priority.
    Priority {
        /// Before.
        from: Priority,
        /// After.
        to: Priority,
    },
    /// A category.
    Category {
        /// Before.
        from: Category,
        /// After.
        to: Category,
    },
}

impl Store {
    /// What waits to be sent or failed, oldest first; neither markers nor what is done.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn outbox(&self) -> Result<Vec<OutboxRow>, StoreError> {
        let mut read = self.read().await?;
        let rows = outbox::all(&mut read).await?;
        let mut titles = titles(&mut read, &rows).await?;
        let mut lines = Vec::new();
        for entry in unsent(&mut read, &rows).await? {
            if entry.state == OutboxState::Done {
                continue;
            }
            // Opened here, perhaps not there yet.
            if let UnsentWhat::Incident { title } = &entry.what {
                titles.insert(entry.incident_id, title.clone());
            }
            lines.push(OutboxRow {
                incident_title: titles.get(&entry.incident_id).cloned(),
                entry,
            });
        }
        Ok(lines)
    }

    /// How many tickets and changes signing out would lose: all in the outbox but markers and what
    /// is done, and drafts.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn unsent_count(&self) -> Result<u32, StoreError> {
        let count: i64 = sqlx::query_scalar(
            "select (select count(*) from main.outbox where state <> 'done' and kind not in
                ('mark_read', 'mark_unread', 'clear_unread', 'cancel'))
                + (select count(*) from main.drafts where begun = 0)",
        )
        .fetch_one(&mut *self.read().await?)
        .await
        .doing("counting unsent work")?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

/// Entries as a person sees them: no markers, and a cancel as what it takes back.
pub(super) async fn unsent(
    conn: &mut SqliteConnection,
    rows: &[Row],
) -> Result<Vec<UnsentRow>, StoreError> {
    let cancels: HashMap<Uuid, &Row> = rows
        .iter()
        .filter_map(|row| Some((row.cancels?, row)))
        .collect();
    let mut unsent = Vec::new();
    let mut uploading = HashSet::new();
    for row in rows {
        if row.is_marker() || row.is_cancel() {
            continue;
        }
        let state = row.state()?;
        let ready = matches!(state, OutboxState::Queued | OutboxState::Waiting);
        let behind_upload = ready && uploading.contains(&row.incident_id);
        if state == OutboxState::Uploading {
            uploading.insert(row.incident_id);
        }
        let (what, ticket_id) = match row.decode()? {
            Payload::AddTicket(it) => (
                UnsentWhat::Ticket {
                    message: it.message,
                },
                Some(it.ticket_id),
            ),
            Payload::AddNote(it) => (
                UnsentWhat::Note {
                    message: it.message,
                },
                Some(TicketId(it.note_id.0)),
            ),
            Payload::SetMute(it) => (UnsentWhat::Mute { muted: it.muted }, None),
            Payload::OpenIncident(it) => (UnsentWhat::Incident { title: it.title }, None),
            Payload::SetStatus(it) => (
                UnsentWhat::Status(StatusChange {
                    from: it.from,
                    to: it.to,
                }),
                Some(it.ticket_id),
            ),
            Payload::SetPriority(SetPriority { from, to, .. }) => {
                (UnsentWhat::Priority { from, to }, None)
            }
            Payload::SetCategory(SetCategory { from, to, .. }) => {
                (UnsentWhat::Category { from, to }, None)
            }
            _ => continue,
        };
        let files = files::of_entry(conn, row.mutation_id).await?;
        // While it is taken back, what is known of its sending is known of the cancel.
        let sending = cancels.get(&row.mutation_id).copied().unwrap_or(row);
        unsent.push(UnsentRow {
            mutation_id: sending.mutation_id.into(),
            ticket_id,
            incident_id: row.incident_id.into(),
            what,
            state,
            attempts: u32::try_from(row.attempts).unwrap_or(u32::MAX),
            hold_ms: to_u64(row.hold_ms),
            problem: sending.problem(),
            behind_upload,
            files_missing: files.iter().filter(|file| !file.on_server).count() as u32,
            files: files
                .into_iter()
                .map(StoredFile::into_row)
                .collect::<Result<_, _>>()?,
            written_at: from_ms(row.written_ms),
            replayed: row.replayed_ms.is_some(),
            troubled: sending.is_troubled()?,
        });
    }
    Ok(unsent)
}

async fn titles(
    conn: &mut SqliteConnection,
    rows: &[Row],
) -> Result<HashMap<IncidentId, String>, StoreError> {
    let found: Vec<(Uuid, String)> = sqlx::query_as(
        "select id, title from cache.incident
         where id in (select unhex(value) from json_each(?1))",
    )
    .bind(id_list(rows.iter().map(|row| row.incident_id)))
    .fetch_all(conn)
    .await
    .doing("reading the titles of incidents")?;
    Ok(found
        .into_iter()
        .map(|(id, title)| (id.into(), title))
        .collect())
}
