//! A thread: the incident's head, a page of tickets, own unsent ones, who has read how far.

use crate::{
    Store, StoreError,
    journal::outbox::{self, Row},
    sqlite::*,
    view::{
        FileRow, UnsentRow, UnsentWhat, attachment,
        overlay::{Overlay, overlays},
        units::{role, unit_place},
        unread,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{
    Category, IncidentId, Priority, Role, Status, TicketId, TicketKind, UnitId, UserId,
};
use palier_wire::{Payload, StatusChange};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// An incident and a page of its tickets.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreadPage {
    /// The incident.
    pub head: HeadRow,
    /// Oldest first.
    pub tickets: Vec<TicketRow>,
    /// There are older ones.
    pub has_older: bool,
    /// Own unsent tickets and status moves in their order, to stand after all others; only on the
    /// newest page.
    pub unsent: Vec<UnsentRow>,
    /// Everybody on it, the person himself included.
    pub people: Vec<PersonRow>,
}

/// An incident as the head of its thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// Which.
    pub id: IncidentId,
    /// What it is called.
    pub title: String,
    /// What the person who opened it said.
    pub description: String,
    /// The unit.
    pub unit_id: UnitId,
    /// The unit's label.
    pub unit: Option<String>,
    /// The property's name.
    pub property: Option<String>,
    /// The property's time zone, IANA.
    pub time_zone: Option<String>,
    /// Last day of the lease it is on, where there is one.
    pub lease_ends_on: Option<NaiveDate>,
    /// Where it stands, own unsent moves included.
    pub status: Status,
    /// How much it presses, own unsent changes included.
    pub priority: Priority,
    /// What it is about, own unsent changes included.
    pub category: Category,
    /// What the person is on it.
    pub my_role: Role,
    /// Who opened it.
    pub opened_by: UserId,
    /// His name, where it is known.
    pub opened_by_name: Option<String>,
    /// When the server took it; when it was written, while it is unsent.
    pub created_at: DateTime<Utc>,
    /// It is not on the server yet.
    pub unsent: bool,
    /// Marked unread by hand, own unsent marks included.
    pub flagged: bool,
    /// How far the person has read, own unsent markers included.
    pub read_n: u64,
    /// The largest number there is.
    pub last_n: u64,
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

/// Somebody on an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Who.
    pub user_id: UserId,
    /// Name, where it is known.
    pub name: Option<String>,
    /// As what.
    pub role: Role,
    /// How far he has read; 0 before his first marker.
    pub read_n: u64,
    /// When he got there.
    pub read_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct CachedHead {
    title: String,
    description: String,
    unit_id: Uuid,
    unit: Option<String>,
    property: Option<String>,
    time_zone: Option<String>,
    ends_on: Option<NaiveDate>,
    status: String,
    priority: String,
    category: String,
    owner: bool,
    opened_by: Uuid,
    opened_by_name: Option<String>,
    created_ms: i64,
    last_n: i64,
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
    /// The head of an incident; none when it is neither in the cache nor in the journal.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn incident(&self, id: IncidentId) -> Result<Option<HeadRow>, StoreError> {
        let mut read = self.read().await?;
        let outbox = outbox::all(&mut read).await?;
        head(&mut read, self.user_id(), id, &outbox).await
    }

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
        let unsent = match before_n {
            None => unsent_here(&mut read, id, &outbox).await?,
            Some(_) => Vec::new(),
        };
        Ok(Some(ThreadPage {
            head,
            tickets,
            has_older,
            unsent,
            people: people(&mut read, id).await?,
        }))
    }

    /// How a user is called, where it is known.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn name_of(&self, user_id: UserId) -> Result<Option<String>, StoreError> {
        sqlx::query_scalar("select name from cache.user_card where id = ?1")
            .bind(user_id.0)
            .fetch_optional(&mut *self.read().await?)
            .await
            .doing("looking up a name")
    }
}

async fn head(
    conn: &mut SqliteConnection,
    user: UserId,
    id: IncidentId,
    outbox: &[Row],
) -> Result<Option<HeadRow>, StoreError> {
    let cached: Option<CachedHead> = sqlx::query_as(
        "select i.title, i.description, i.unit_id, u.label as unit, p.name as property,
            p.time_zone, l.ends_on, i.status, i.priority, i.category, i.opened_by,
            c.name as opened_by_name, i.created_ms, i.last_n,
            exists (select 1 from cache.membership m
                where m.id = i.portfolio_id and m.role = 'owner') as owner
         from cache.incident i
         left join cache.unit u on u.id = i.unit_id
         left join cache.property p on p.id = i.property_id
         left join cache.lease l on l.id = i.lease_id
         left join cache.user_card c on c.id = i.opened_by
         where i.id = ?1",
    )
    .bind(id.0)
    .fetch_optional(&mut *conn)
    .await
    .doing("reading an incident")?;
    let overlay = overlays(outbox)?.remove(&id).unwrap_or_default();
    let Some(it) = cached else {
        return unsent_head(conn, user, id, outbox, overlay).await;
    };
    let state = unread::of(conn, user, id).await?.unwrap_or_default();
    Ok(Some(HeadRow {
        id,
        status: overlay.status(&it.status)?,
        priority: overlay.priority(&it.priority)?,
        category: overlay.category(&it.category)?,
        title: it.title,
        description: it.description,
        unit_id: it.unit_id.into(),
        unit: it.unit,
        property: it.property,
        time_zone: it.time_zone,
        lease_ends_on: it.ends_on,
        my_role: role(it.owner),
        opened_by: it.opened_by.into(),
        opened_by_name: it.opened_by_name,
        created_at: from_ms(it.created_ms),
        unsent: false,
        flagged: state.flagged(),
        read_n: state.read_up_to(),
        last_n: to_u64(it.last_n).max(state.mine.last_n),
    }))
}

/// The head of an incident that was opened here and is not in the cache.
async fn unsent_head(
    conn: &mut SqliteConnection,
    user: UserId,
    id: IncidentId,
    outbox: &[Row],
    overlay: Overlay,
) -> Result<Option<HeadRow>, StoreError> {
    let opening = outbox.iter().find(|row| {
        row.kind == "open_incident" && row.incident_id == id.0 && row.state != "cancelling"
    });
    let Some(row) = opening else { return Ok(None) };
    let Payload::OpenIncident(it) = row.decode()? else {
        return Ok(None);
    };
    let place = unit_place(conn, it.unit_id).await?;
    let name: Option<String> = sqlx::query_scalar("select name from cache.user_card where id = ?1")
        .bind(user.0)
        .fetch_optional(conn)
        .await
        .doing("looking up a name")?;
    Ok(Some(HeadRow {
        id,
        title: it.title,
        description: it.description,
        unit_id: it.unit_id,
        unit: place.unit,
        property: place.property,
        time_zone: None,
        lease_ends_on: None,
        status: overlay.status.unwrap_or(Status::Open),
        priority: overlay.priority.unwrap_or(it.priority),
        category: overlay.category.unwrap_or(it.category),
        my_role: place.my_role,
        opened_by: user,
        opened_by_name: name,
        created_at: from_ms(row.written_ms),
        unsent: true,
        flagged: false,
        read_n: 0,
        last_n: 0,
    }))
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
        "select id from cache.ticket where id in (select unhex(value) from json_each(?1))",
    )
    .bind(id_list(
        unsent.iter().filter_map(|row| row.ticket_id).map(|id| id.0),
    ))
    .fetch_all(conn)
    .await
    .doing("looking for what has arrived")?;
    unsent.retain(|row| {
        matches!(row.what, UnsentWhat::Ticket { .. } | UnsentWhat::Status(_))
            && row.ticket_id.is_some_and(|id| !arrived.contains(&id.0))
    });
    Ok(unsent)
}

#[derive(sqlx::FromRow)]
struct FoundPerson {
    user_id: Uuid,
    name: Option<String>,
    role: String,
    read_n: i64,
    read_ms: Option<i64>,
}

/// Who has a marker on the incident, and who lives there.
async fn people(conn: &mut SqliteConnection, id: IncidentId) -> Result<Vec<PersonRow>, StoreError> {
    let rows: Vec<FoundPerson> = sqlx::query_as(
        "with person (user_id, role, read_n, read_ms) as (
            select user_id, role, read_n, read_ms from cache.participant where incident_id = ?1
            union all
            select unhex(t.value ->> 'user_id', '-'), 'tenant', 0, null
            from cache.incident i join cache.lease l on l.id = i.lease_id, json_each(l.tenants) t
            where i.id = ?1 and t.value ->> 'left_at' is null
              and unhex(t.value ->> 'user_id', '-') not in (
                select user_id from cache.participant where incident_id = ?1))
         select p.user_id, c.name, p.role, p.read_n, p.read_ms
         from person p left join cache.user_card c on c.id = p.user_id
         order by p.role, c.name, p.user_id",
    )
    .bind(id.0)
    .fetch_all(conn)
    .await
    .doing("reading who is on an incident")?;
    rows.into_iter()
        .map(|row| {
            Ok(PersonRow {
                user_id: row.user_id.into(),
                name: row.name,
                role: word(&row.role)?,
                read_n: to_u64(row.read_n),
                read_at: row.read_ms.map(from_ms),
            })
        })
        .collect()
}
