//! Looking for words: in the cache by its full-text index, in the journal by reading what little it
//! has.

use crate::{
    Store, StoreError,
    journal::{
        files,
        outbox::{self, Row},
    },
    sqlite::*,
    view::units::unit_place,
};
use chrono::{DateTime, Utc};
use palier_domain::{
    AttachmentId, Category, IncidentId, MediaType, NoteId, OutboxState, Role, SearchQuery, Status,
    TicketId, UserId,
};
use palier_wire::Payload;
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Smallest id of an entry that has a time; below are people.
const FIRST_WITH_TIME: i64 = 1 << 20;

/// Most people that one search names.
const PEOPLE: i64 = 20;

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FoundPage {
    /// Newest first; what is not on the server yet before all others.
    pub hits: Vec<FoundRow>,
    /// Where the next page begins; none on the last.
    pub next: Option<i64>,
}

/// Something that has the words.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundRow {
    /// What it is.
    pub what: FoundWhat,
    /// The incident to open; none for somebody who is on none.
    pub incident_id: Option<IncidentId>,
    /// What the incident is called; empty without one.
    pub title: String,
    /// The incident's unit.
    pub unit: Option<String>,
    /// The incident's property.
    pub property: Option<String>,
    /// The text that has the words.
    pub text: String,
    /// When it was made; none of people.
    pub at: Option<DateTime<Utc>>,
    /// It is not on the server yet.
    pub unsent: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundWhat {
    /// An incident; the words are in its title or description.
    Incident {
        /// Where it stands.
        status: Status,
        /// What it is about.
        category: Category,
    },
    /// A message.
    Ticket {
        /// Which.
        id: TicketId,
        /// Its place; none while it is unsent.
        n: Option<u64>,
        /// The person wrote it himself.
        mine: bool,
        /// The author's name, where it is known.
        author: Option<String>,
        /// The author's role.
        author_type: Role,
    },
    /// A note among owners.
    Note {
        /// Which.
        id: NoteId,
        /// It stands after this ticket; none while it is unsent.
        after_n: Option<u64>,
        /// The person wrote it himself.
        mine: bool,
        /// The author's name, where it is known.
        author: Option<String>,
    },
    /// A file; the words are in its name.
    File {
        /// Which.
        id: AttachmentId,
        /// What it is.
        media_type: MediaType,
        /// The ticket that carries it.
        ticket_id: TicketId,
        /// The ticket's place; none while it is not here.
        n: Option<u64>,
    },
    /// Somebody; the words are in the name. The incident is the latest one of his home.
    Person {
        /// Who.
        id: UserId,
    },
}

#[derive(sqlx::FromRow)]
struct Entry {
    id: i64,
    kind: String,
    entity_id: Uuid,
}

impl Entry {
    fn at(&self) -> Option<DateTime<Utc>> {
        (self.id >= FIRST_WITH_TIME).then(|| from_ms(self.id >> 20))
    }
}

/// The question in the language of FTS5.
// Words are letters and digits and nothing else (`SearchQuery`), so no quote can come out of them.
fn question(query: &SearchQuery) -> String {
    let whole = query.whole_words().iter().map(|word| format!("\"{word}\""));
    let begun = query.beginning().map(|word| format!("\"{word}\" *"));
    whole.chain(begun).collect::<Vec<_>>().join(" AND ")
}

impl Store {
    /// At most `limit` places with these words, newest first, from where the last page ended. People
    /// and what is unsent are on the first page alone, besides.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn search(
        &self,
        query: &SearchQuery,
        after: Option<i64>,
        limit: u32,
    ) -> Result<FoundPage, StoreError> {
        let mut read = self.read().await?;
        let question = question(query);
        let mut entries = entries(
            &mut read,
            &question,
            FIRST_WITH_TIME,
            after.unwrap_or(i64::MAX),
            i64::from(limit) + 1,
        )
        .await?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries.last().filter(|_| more).map(|entry| entry.id);
        let mut hits = Vec::new();
        if after.is_none() {
            hits = unsent(&mut read, query).await?;
            let people = self::entries(&mut read, &question, 0, FIRST_WITH_TIME, PEOPLE).await?;
            entries.extend(people);
        }
        let mut found = self.found(&mut read, &entries).await?;
        hits.extend(entries.iter().filter_map(|entry| {
            let row = found.remove(&(entry.kind.as_str(), entry.entity_id))?;
            let at = entry.at();
            Some(FoundRow { at, ..row })
        }));
        Ok(FoundPage { hits, next })
    }

    async fn found<'a>(
        &self,
        conn: &mut SqliteConnection,
        entries: &'a [Entry],
    ) -> Result<HashMap<(&'a str, Uuid), FoundRow>, StoreError> {
        let of = |kind: &str| {
            let ids = entries.iter().filter(|entry| entry.kind == kind);
            id_list(ids.map(|entry| entry.entity_id))
        };
        let mut found = HashMap::new();
        found.extend(incidents(conn, of("incident")).await?);
        found.extend(tickets(conn, self.user_id(), of("ticket")).await?);
        found.extend(notes(conn, self.user_id(), of("note")).await?);
        found.extend(files_found(conn, of("attachment")).await?);
        found.extend(people(conn, of("user_card")).await?);
        Ok(found)
    }
}

/// Entries of the index between two ids, newest first.
async fn entries(
    conn: &mut SqliteConnection,
    question: &str,
    from: i64,
    below: i64,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    sqlx::query_as(
        "select e.id, e.kind, e.entity_id
         from cache.search_words cross join cache.search_entry e on e.id = search_words.rowid
         where search_words match ?1 and search_words.rowid >= ?2 and search_words.rowid < ?3
         order by search_words.rowid desc limit ?4",
    )
    .bind(question.to_owned())
    .bind(from)
    .bind(below)
    .bind(limit)
    .fetch_all(conn)
    .await
    .doing("looking for words")
}

/// An incident, and where it is.
#[derive(sqlx::FromRow)]
struct Place {
    incident_id: Uuid,
    title: String,
    unit: Option<String>,
    property: Option<String>,
}

impl Place {
    fn row(self, what: FoundWhat, text: String) -> FoundRow {
        FoundRow {
            what,
            incident_id: Some(self.incident_id.into()),
            title: self.title,
            unit: self.unit,
            property: self.property,
            text,
            at: None,
            unsent: false,
        }
    }
}

macro_rules! placed_select {
    ($columns:literal, $from:literal) => {
        concat!(
            "select i.id as incident_id, i.title, u.label as unit, p.name as property, ",
            $columns,
            " from ",
            $from,
            " left join cache.unit u on u.id = i.unit_id
              left join cache.property p on p.id = i.property_id"
        )
    };
}

type Keyed = ((&'static str, Uuid), FoundRow);

async fn incidents(conn: &mut SqliteConnection, ids: String) -> Result<Vec<Keyed>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Found {
        #[sqlx(flatten)]
        place: Place,
        description: String,
        status: String,
        category: String,
    }
    let rows: Vec<Found> = sqlx::query_as(placed_select!(
        "i.description, i.status, i.category",
        "json_each(?1) j join cache.incident i on i.id = unhex(j.value)"
    ))
    .bind(ids)
    .fetch_all(conn)
    .await
    .doing("reading incidents that were found")?;
    rows.into_iter()
        .map(|row| {
            let what = FoundWhat::Incident {
                status: word(&row.status)?,
                category: word(&row.category)?,
            };
            let text = match row.description.is_empty() {
                true => row.place.title.clone(),
                false => format!("{}\n{}", row.place.title, row.description),
            };
            Ok((
                ("incident", row.place.incident_id),
                row.place.row(what, text),
            ))
        })
        .collect()
}

async fn tickets(
    conn: &mut SqliteConnection,
    user: UserId,
    ids: String,
) -> Result<Vec<Keyed>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Found {
        #[sqlx(flatten)]
        place: Place,
        id: Uuid,
        n: i64,
        author_id: Uuid,
        author: Option<String>,
        author_type: String,
        message: String,
    }
    let rows: Vec<Found> = sqlx::query_as(placed_select!(
        "t.id, t.n, t.author_id, c.name as author, t.author_type, t.message",
        "json_each(?1) j join cache.ticket t on t.id = unhex(j.value)
         join cache.incident i on i.id = t.incident_id
         left join cache.user_card c on c.id = t.author_id"
    ))
    .bind(ids)
    .fetch_all(conn)
    .await
    .doing("reading messages that were found")?;
    rows.into_iter()
        .map(|row| {
            let what = FoundWhat::Ticket {
                id: row.id.into(),
                n: Some(to_u64(row.n)),
                mine: row.author_id == user.0,
                author: row.author,
                author_type: word(&row.author_type)?,
            };
            Ok((("ticket", row.id), row.place.row(what, row.message)))
        })
        .collect()
}

async fn notes(
    conn: &mut SqliteConnection,
    user: UserId,
    ids: String,
) -> Result<Vec<Keyed>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Found {
        #[sqlx(flatten)]
        place: Place,
        id: Uuid,
        after_n: i64,
        author_id: Uuid,
        author: Option<String>,
        message: String,
    }
    let rows: Vec<Found> = sqlx::query_as(placed_select!(
        "o.id, o.after_n, o.author_id, c.name as author, o.message",
        "json_each(?1) j join cache.note o on o.id = unhex(j.value)
         join cache.incident i on i.id = o.incident_id
         left join cache.user_card c on c.id = o.author_id"
    ))
    .bind(ids)
    .fetch_all(conn)
    .await
    .doing("reading notes that were found")?;
    let row = |row: Found| {
        let what = FoundWhat::Note {
            id: NoteId(row.id),
            after_n: Some(to_u64(row.after_n)),
            mine: row.author_id == user.0,
            author: row.author,
        };
        (("note", row.id), row.place.row(what, row.message))
    };
    Ok(rows.into_iter().map(row).collect())
}

async fn files_found(conn: &mut SqliteConnection, ids: String) -> Result<Vec<Keyed>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Found {
        #[sqlx(flatten)]
        place: Place,
        id: Uuid,
        ticket_id: Uuid,
        n: Option<i64>,
        name: String,
        media_type: String,
    }
    let rows: Vec<Found> = sqlx::query_as(placed_select!(
        "a.id, a.ticket_id, t.n, a.name, a.media_type",
        "json_each(?1) j join cache.attachment a on a.id = unhex(j.value)
         join cache.incident i on i.id = a.incident_id
         left join cache.ticket t on t.id = a.ticket_id"
    ))
    .bind(ids)
    .fetch_all(conn)
    .await
    .doing("reading files that were found")?;
    rows.into_iter()
        .map(|row| {
            let what = FoundWhat::File {
                id: row.id.into(),
                media_type: files::media_type(&row.media_type)?,
                ticket_id: row.ticket_id.into(),
                n: row.n.map(to_u64),
            };
            Ok((("attachment", row.id), row.place.row(what, row.name)))
        })
        .collect()
}

/// People, each with the latest incident of a lease that he is or was on.
async fn people(conn: &mut SqliteConnection, ids: String) -> Result<Vec<Keyed>, StoreError> {
    let doing = "reading people who were found";
    let names: Vec<(Uuid, String)> = sqlx::query_as(
        "select c.id, c.name from json_each(?1) j join cache.user_card c on c.id = unhex(j.value)",
    )
    .bind(ids.clone())
    .fetch_all(&mut *conn)
    .await
    .doing(doing)?;
    if names.is_empty() {
        return Ok(Vec::new());
    }
    #[derive(sqlx::FromRow)]
    struct Home {
        #[sqlx(flatten)]
        place: Place,
        user_id: Uuid,
    }
    // Oldest first: the latest one stays.
    let homes: Vec<Home> = sqlx::query_as(
        "select unhex(t.value ->> 'user_id', '-') as user_id, i.id as incident_id, i.title,
            u.label as unit, p.name as property
         from cache.lease l, json_each(l.tenants) t
         join cache.incident i on i.lease_id = l.id
         left join cache.unit u on u.id = i.unit_id
         left join cache.property p on p.id = i.property_id
         where unhex(t.value ->> 'user_id', '-') in (select unhex(value) from json_each(?1))
         order by i.updated_ms",
    )
    .bind(ids)
    .fetch_all(conn)
    .await
    .doing(doing)?;
    let mut home: HashMap<Uuid, Place> = homes
        .into_iter()
        .map(|home| (home.user_id, home.place))
        .collect();
    Ok(names
        .into_iter()
        .map(|(id, name)| {
            let what = FoundWhat::Person { id: id.into() };
            let row = match home.remove(&id) {
                Some(place) => place.row(what, name),
                None => FoundRow {
                    what,
                    incident_id: None,
                    title: String::new(),
                    unit: None,
                    property: None,
                    text: name,
                    at: None,
                    unsent: false,
                },
            };
            (("user_card", id), row)
        })
        .collect())
}

/// What the journal has and the cache has not, latest first.
async fn unsent(
    conn: &mut SqliteConnection,
    query: &SearchQuery,
) -> Result<Vec<FoundRow>, StoreError> {
    let mut hits = Vec::new();
    for row in outbox::all(conn).await?.iter().rev() {
        if row.state()? != OutboxState::Cancelling && !row.is_marker() {
            unsent_hits(conn, query, row, &mut hits).await?;
        }
    }
    Ok(hits)
}

async fn unsent_hits(
    conn: &mut SqliteConnection,
    query: &SearchQuery,
    row: &Row,
    hits: &mut Vec<FoundRow>,
) -> Result<(), StoreError> {
    let at = Some(from_ms(row.written_ms));
    // What the server has acknowledged is on its way into the cache.
    let unsent = row.state()? != OutboxState::Done;
    let here = |what, place: Place, text| FoundRow {
        at,
        unsent,
        ..place.row(what, text)
    };
    match row.decode()? {
        Payload::OpenIncident(it) => {
            let text = format!("{}\n{}", it.title, it.description);
            if query.matches(&text) && cached_place(conn, it.incident_id).await?.is_none() {
                let what = FoundWhat::Incident {
                    status: Status::Open,
                    category: it.category,
                };
                let place = place(conn, it.incident_id).await?;
                hits.extend(place.map(|place| here(what, place, text)));
            }
        }
        Payload::AddNote(it) => {
            let id = TicketId(it.note_id.0);
            if query.matches(&it.message)
                && !has_arrived(conn, id).await?
                && let Some(place) = place(conn, it.incident_id).await?
            {
                let what = FoundWhat::Note {
                    id: it.note_id,
                    after_n: None,
                    mine: true,
                    author: None,
                };
                hits.push(here(what, place, it.message));
            }
        }
        Payload::AddTicket(it) => {
            let files = files::of_entry(conn, row.mutation_id).await?;
            let named = files.into_iter().filter(|file| query.matches(&file.name));
            let named: Vec<_> = named.collect();
            let said = query.matches(&it.message);
            if !said && named.is_empty() || has_arrived(conn, it.ticket_id).await? {
                return Ok(());
            }
            if said && let Some(place) = place(conn, it.incident_id).await? {
                let what = FoundWhat::Ticket {
                    id: it.ticket_id,
                    n: None,
                    mine: true,
                    author: None,
                    author_type: Role::Owner,
                };
                hits.push(here(what, place, it.message));
            }
            for file in named {
                let Some(place) = place(conn, it.incident_id).await? else {
                    continue;
                };
                let file = file.into_row()?;
                let what = FoundWhat::File {
                    id: file.id,
                    media_type: file.media_type,
                    ticket_id: it.ticket_id,
                    n: None,
                };
                hits.push(here(what, place, file.name));
            }
        }
        _ => {}
    }
    Ok(())
}

/// An incident's title and place, from the cache or from the entry that opens it.
async fn place(conn: &mut SqliteConnection, id: IncidentId) -> Result<Option<Place>, StoreError> {
    if let Some(place) = cached_place(conn, id).await? {
        return Ok(Some(place));
    }
    let Some(opening) = outbox::opening(conn, id).await? else {
        return Ok(None);
    };
    let Payload::OpenIncident(it) = opening.decode()? else {
        return Ok(None);
    };
    let unit = unit_place(conn, it.unit_id).await?;
    Ok(Some(Place {
        incident_id: id.0,
        title: it.title,
        unit: unit.unit,
        property: unit.property,
    }))
}

async fn cached_place(
    conn: &mut SqliteConnection,
    id: IncidentId,
) -> Result<Option<Place>, StoreError> {
    sqlx::query_as(
        "select i.id as incident_id, i.title, u.label as unit, p.name as property
         from cache.incident i
         left join cache.unit u on u.id = i.unit_id
         left join cache.property p on p.id = i.property_id
         where i.id = ?1",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await
    .doing("looking up an incident")
}

async fn has_arrived(conn: &mut SqliteConnection, id: TicketId) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "select exists (select 1 from cache.ticket where id = ?1)
            or exists (select 1 from cache.note where id = ?1)",
    )
    .bind(id.0)
    .fetch_one(conn)
    .await
    .doing("looking for what has arrived")
}
