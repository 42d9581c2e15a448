//! A thread: the incident's head, a page of tickets, own unsent ones, who has read how far.

use crate::db::SqliteConnection;
use crate::{
    Store, StoreError,
    journal::outbox::{self, Row},
    sqlite::*,
    view::{
        FileRow, HeadRow, PersonRow, UnsentRow, UnsentWhat, attachment, head::head, people::people,
    },
};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, NoteId, Role, TicketId, TicketKind, UserId};
use palier_wire::StatusChange;
use std::{collections::HashMap, ops::Range};
use uuid::Uuid;

/// An incident and a page of its tickets.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreadPage {
    /// The incident.
    pub head: HeadRow,
    /// Oldest first.
    pub tickets: Vec<TicketRow>,
    /// Notes among owners that stand between these tickets, oldest first; after the last one too on
    /// the newest page, before the first one too on the oldest.
    pub notes: Vec<NoteRow>,
    /// There are older ones.
    pub has_older: bool,
    /// Own unsent tickets and status moves in their order, to stand after all others; only on the
    /// newest page.
    pub unsent: Vec<UnsentRow>,
    /// Everybody on it, the person himself included.
    pub people: Vec<PersonRow>,
}

/// A note among owners that the server holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRow {
    /// Which.
    pub id: NoteId,
    /// Its number among the notes.
    pub m: u64,
    /// It stands after this ticket.
    pub after_n: u64,
    /// Who.
    pub author_id: UserId,
    /// His name, where it is known.
    pub author_name: Option<String>,
    /// The person wrote it himself.
    pub mine: bool,
    /// The text.
    pub message: String,
    /// When the server took it.
    pub created_at: DateTime<Utc>,
    /// When the author's device says it was written.
    pub written_at: DateTime<Utc>,
}

/// A ticket that the server holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRow {
    /// Which.
    pub id: TicketId,
    /// Its place.
    pub n: u64,
    /// Message or system.
    pub kind: TicketKind,
    /// Who.
    pub author_id: UserId,
    /// His name, where it is known.
    pub author_name: Option<String>,
    /// As what.
    pub author_type: Role,
    /// The person wrote it himself.
    pub mine: bool,
    /// The text.
    pub message: String,
    /// The status move of a system ticket.
    pub status_change: Option<StatusChange>,
    /// Its files, in order.
    pub files: Vec<FileRow>,
    /// When the server took it.
    pub created_at: DateTime<Utc>,
    /// When the author's device says it was written.
    pub written_at: Option<DateTime<Utc>>,
    /// It came within the days of grace after the end of the author's lease.
    pub after_lease_end: bool,
}

#[derive(sqlx::FromRow)]
struct CachedTicket {
    id: Uuid,
    n: i64,
    kind: String,
    author_id: Uuid,
    author_name: Option<String>,
    author_type: String,
    message: String,
    attachments: String,
    status_from: Option<String>,
    status_to: Option<String>,
    created_ms: i64,
    written_ms: Option<i64>,
    after_lease_end: bool,
}

impl Store {
    /// The page of tickets that ends before `before_n` (the newest one without).
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn thread(
        &self,
        id: IncidentId,
        before_n: Option<u64>,
        limit: u32,
    ) -> Result<Option<ThreadPage>, StoreError> {
        let mut read = self.read().await?;
        let outbox = outbox::all(&mut read).await?;
        let Some(head) = head(&mut read, self.user_id(), id, &outbox).await? else {
            return Ok(None);
        };
        let mut tickets = tickets(&mut read, self.user_id(), id, before_n, limit).await?;
        let has_older = tickets.len() > limit as usize;
        tickets.truncate(limit as usize);
        tickets.reverse();
        let from = match has_older {
            true => tickets.first().map_or(0, |oldest| oldest.n),
            false => 0,
        };
        let notes = notes(
            &mut read,
            self.user_id(),
            id,
            from..before_n.unwrap_or(u64::MAX),
        )
        .await?;
        let unsent = match before_n {
            None => unsent_here(&mut read, id, &outbox).await?,
            Some(_) => Vec::new(),
        };
        Ok(Some(ThreadPage {
            head,
            tickets,
            notes,
            has_older,
            unsent,
            people: people(&mut read, id).await?,
        }))
    }
}

/// Newest first, one more than asked for.
async fn tickets(
    conn: &mut SqliteConnection,
    user: UserId,
    id: IncidentId,
    before_n: Option<u64>,
    limit: u32,
) -> Result<Vec<TicketRow>, StoreError> {
    let doing = "reading a page of a thread";
    let rows: Vec<CachedTicket> = sqlx::query_as(
        "select t.id, t.n, t.kind, t.author_id, c.name as author_name, t.author_type, t.message,
            t.attachments, t.status_from, t.status_to, t.created_ms, t.written_ms,
            t.after_lease_end
         from cache.ticket t left join cache.user_card c on c.id = t.author_id
         where t.incident_id = ?1 and t.n < ?2 order by t.n desc limit ?3",
    )
    .bind(id.0)
    .bind(to_i64(before_n.unwrap_or(u64::MAX)))
    .bind(i64::from(limit) + 1)
    .fetch_all(&mut *conn)
    .await
    .doing(doing)?;
    let mut wanted: Vec<Vec<Uuid>> = Vec::new();
    for row in &rows {
        wanted.push(serde_json::from_str(&row.attachments).doing(doing)?);
    }
    let files = match wanted.concat() {
        none if none.is_empty() => HashMap::new(),
        ids => attachment::cached(conn, user, &ids).await?,
    };
    rows.into_iter()
        .zip(wanted)
        .map(|(row, ids)| {
            // A file whose row has not come yet is left out until it does.
            let files = ids.iter().filter_map(|id| files.get(id).cloned()).collect();
            row.into_ticket(user, files)
        })
        .collect()
}

/// Notes that stand after a ticket of this range, oldest first.
async fn notes(
    conn: &mut SqliteConnection,
    user: UserId,
    id: IncidentId,
    after: Range<u64>,
) -> Result<Vec<NoteRow>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Cached {
        id: Uuid,
        m: i64,
        after_n: i64,
        author_id: Uuid,
        author_name: Option<String>,
        message: String,
        created_ms: i64,
        written_ms: i64,
    }
    let rows: Vec<Cached> = sqlx::query_as(
        "select o.id, o.m, o.after_n, o.author_id, c.name as author_name, o.message, o.created_ms,
            o.written_ms
         from cache.note o left join cache.user_card c on c.id = o.author_id
         where o.incident_id = ?1 and o.after_n >= ?2 and o.after_n < ?3 order by o.m",
    )
    .bind(id.0)
    .bind(to_i64(after.start))
    .bind(to_i64(after.end))
    .fetch_all(conn)
    .await
    .doing("reading the notes of a thread")?;
    Ok(rows
        .into_iter()
        .map(|row| NoteRow {
            id: NoteId(row.id),
            m: to_u64(row.m),
            after_n: to_u64(row.after_n),
            author_id: row.author_id.into(),
            author_name: row.author_name,
            mine: row.author_id == user.0,
            message: row.message,
            created_at: from_ms(row.created_ms),
            written_at: from_ms(row.written_ms),
        })
        .collect())
}

impl CachedTicket {
    fn into_ticket(self, user: UserId, files: Vec<FileRow>) -> Result<TicketRow, StoreError> {
        Ok(TicketRow {
            id: self.id.into(),
            n: to_u64(self.n),
            kind: word(&self.kind)?,
            author_id: self.author_id.into(),
            author_name: self.author_name,
            author_type: word(&self.author_type)?,
            mine: self.author_id == user.0,
            message: self.message,
            status_change: match (&self.status_from, &self.status_to) {
                (Some(from), Some(to)) => Some(StatusChange {
                    from: word(from)?,
                    to: word(to)?,
                }),
                _ => None,
            },
            files,
            created_at: from_ms(self.created_ms),
            written_at: self.written_ms.map(from_ms),
            after_lease_end: self.after_lease_end,
        })
    }
}

/// What the journal has for this thread and the cache has not.
async fn unsent_here(
    conn: &mut SqliteConnection,
    id: IncidentId,
    outbox: &[Row],
) -> Result<Vec<UnsentRow>, StoreError> {
    let here: Vec<Row> = outbox
        .iter()
        .filter(|row| row.incident_id == id.0)
        .cloned()
        .collect();
    let mut unsent = super::outbox::unsent(conn, &here).await?;
    let arrived: Vec<Uuid> = sqlx::query_scalar(
        "select id from cache.ticket where id in (select unhex(value) from json_each(?1))
         union all select id from cache.note where id in (select unhex(value) from json_each(?1))",
    )
    .bind(id_list(
        unsent.iter().filter_map(|row| row.ticket_id).map(|id| id.0),
    ))
    .fetch_all(conn)
    .await
    .doing("looking for what has arrived")?;
    unsent.retain(|row| {
        matches!(
            row.what,
            UnsentWhat::Ticket { .. } | UnsentWhat::Note { .. } | UnsentWhat::Status(_)
        ) && row.ticket_id.is_some_and(|id| !arrived.contains(&id.0))
    });
    Ok(unsent)
}
