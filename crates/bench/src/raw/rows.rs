//! The rows of a pushed message, and of a thread's page.
//!
//! They are those that the real server leaves, column for column (`cargo xtask bench` counts the rows
//! of both afterwards): the claim, the ticket with what its triggers make of it, the incident's
//! counters, and per scope the ticket's and the incident's place in the feed with the scope's head.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

/// A message that is pushed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pushed {
    /// Its claim.
    pub mutation_id: Uuid,
    /// By whom.
    pub user_id: Uuid,
    /// Its id.
    pub ticket_id: Uuid,
    /// On which incident.
    pub incident_id: Uuid,
    /// The text.
    pub message: String,
}

/// A page of a thread, shaped like the real server's.
#[derive(Serialize)]
pub struct Page {
    /// The tickets.
    pub tickets: Vec<Ticket>,
}

/// A ticket, with the members that the real server's has.
#[derive(Serialize)]
pub struct Ticket {
    pub id: Uuid,
    pub incident_id: Uuid,
    pub author_id: Uuid,
    pub author_name: String,
    pub author_type: String,
    pub message: String,
    pub attachments: [Uuid; 0],
    pub is_read: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub n: i64,
    pub kind: String,
    pub written_at: DateTime<Utc>,
    pub message_sha256: String,
}

/// Where the changes of an incident are numbered.
pub struct Place {
    /// The heads of its portfolio and its lease.
    pub heads: Vec<i64>,
    /// How its author is called.
    pub author_name: String,
}

/// The heads of every incident, and the name of who opened it.
pub const PLACES: &str = "select i.id, h.id, u.name
    from incidents i join users u on u.id = i.opened_by
    join feed f on f.entity_id = i.id and f.kind = 'incident'
    join feed_head h on h.id = f.head_id
    order by i.id, h.scope";

pub const CLAIM: &str = "insert into mutation_log
    (user_id, mutation_id, payload_hash, result, epoch, at) values ($1, $2, $3, $4, $5, $6)";

pub const INCIDENT: &str = "update incidents set last_n = last_n + 1, updated_at = $2,
    rev = rev + 1, last_message_by = 'owner', first_answer_at = coalesce(first_answer_at, $2)
    where id = $1 returning last_n, rev";

pub const TICKET: &str = "insert into incident_responses
    (id, incident_id, author_id, author_name, author_type, message, is_read, created_at,
     updated_at, n, kind, written_at, message_sha256, rev, after_lease_end)
    values ($1, $2, $3, $4, 'owner', $5, false, $6, $6, $7, 'message', $6, $8, 1, false)";

pub const HEAD: &str = "update feed_head set seq = seq + 2, digest = $2, live = live + 1
    where id = $1 returning seq";

pub const FEED: &str = "insert into feed (head_id, kind, entity_id, incident_id, seq, rev, op)
    values ($1, $2, $3, $4, $5, $6, 'put')
    on conflict (head_id, kind, entity_id) do update
    set incident_id = excluded.incident_id, seq = excluded.seq, rev = excluded.rev,
        op = excluded.op";

pub const THREAD: &str = "select id, incident_id, author_id, author_name, author_type, message,
    is_read, created_at, updated_at, n, kind, written_at, message_sha256
    from incident_responses where incident_id = $1 order by n limit 50";

/// Writes one message on a connection inside a transaction; gives its number.
///
/// The databases differ in the types of moments and in nothing else, so the text of it is one.
macro_rules! write_rows {
    ($connection:expr, $it:expr, $place:expr, $now:expr) => {{
        let (connection, it, place, now) = ($connection, $it, $place, $now);
        sqlx::query(CLAIM)
            .bind(it.user_id)
            .bind(it.mutation_id)
            .bind(vec![7_u8; 32])
            .bind(format!("{{\"ticket\":\"{}\"}}", it.ticket_id))
            .bind("0198c1f0-5a0e-4d3a-9f3e-2b1c5d7e9f01")
            .bind(now)
            .execute(&mut *connection)
            .await?;
        let (n, rev): (i64, i64) = sqlx::query_as(INCIDENT)
            .bind(it.incident_id)
            .bind(now)
            .fetch_one(&mut *connection)
            .await?;
        sqlx::query(TICKET)
            .bind(it.ticket_id)
            .bind(it.incident_id)
            .bind(it.user_id)
            .bind(&place.author_name)
            .bind(&it.message)
            .bind(now)
            .bind(n)
            .bind(vec![7_u8; 32])
            .execute(&mut *connection)
            .await?;
        for head in &place.heads {
            let (seq,): (i64,) = sqlx::query_as(HEAD)
                .bind(head)
                .bind(rev)
                .fetch_one(&mut *connection)
                .await?;
            for (kind, id, seq, rev) in [
                ("incident", it.incident_id, seq - 1, rev),
                ("ticket", it.ticket_id, seq, 1),
            ] {
                sqlx::query(FEED)
                    .bind(head)
                    .bind(kind)
                    .bind(id)
                    .bind(it.incident_id)
                    .bind(seq)
                    .bind(rev)
                    .execute(&mut *connection)
                    .await?;
            }
        }
        n
    }};
}
pub(super) use write_rows;

/// A row of [`THREAD`]; `$moment` reads a moment's column.
macro_rules! ticket {
    ($row:expr, $moment:expr) => {{
        let row = $row;
        Ticket {
            id: row.try_get(0)?,
            incident_id: row.try_get(1)?,
            author_id: row.try_get(2)?,
            author_name: row.try_get(3)?,
            author_type: row.try_get(4)?,
            message: row.try_get(5)?,
            attachments: [],
            is_read: row.try_get(6)?,
            created_at: $moment(row.try_get(7)?),
            updated_at: $moment(row.try_get(8)?),
            n: row.try_get(9)?,
            kind: row.try_get(10)?,
            written_at: $moment(row.try_get(11)?),
            message_sha256: hex(row.try_get(12)?),
        }
    }};
}
pub(super) use ticket;

/// A digest as the wire writes it.
pub fn hex(digest: Vec<u8>) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// [`PLACES`] by incident.
pub fn by_incident(rows: Vec<(Uuid, i64, String)>) -> HashMap<Uuid, Place> {
    let mut places: HashMap<Uuid, Place> = HashMap::new();
    for (incident, head, author_name) in rows {
        let place = places.entry(incident).or_insert_with(|| Place {
            heads: Vec::new(),
            author_name,
        });
        place.heads.push(head);
    }
    places
}
