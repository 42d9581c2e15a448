//! Looking for words: in the cache by its full-text index, in the journal by reading what little it
//! has.

mod cached;
mod recent;
mod unsent;

use crate::db::SqliteConnection;
use crate::{Store, StoreError, sqlite::*};
use cached::{files_found, incidents, notes, people, tickets};
use chrono::{DateTime, Utc};
use palier_domain::{
    AttachmentId, Category, IncidentId, MediaType, NoteId, Role, SearchQuery, Status, TicketId,
    UserId,
};
use std::collections::HashMap;
use unsent::unsent;
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
    let begun = query.beginning().map(|word| format!("\"{word}\" *"));
    let terms: Vec<String> = whole_words(query).into_iter().chain(begun).collect();
    terms.join(" AND ")
}

/// As much of the question as is whole words, if any is.
fn whole_words(query: &SearchQuery) -> Option<String> {
    let words = query.whole_words().iter();
    let quoted: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
    (!quoted.is_empty()).then(|| quoted.join(" AND "))
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
        let below = after.unwrap_or(i64::MAX);
        let mut entries = placed(&mut read, query, &question, below, limit).await?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries.last().filter(|_| more).map(|entry| entry.id);
        let mut hits = Vec::new();
        if after.is_none() {
            hits = unsent(&mut read, query).await?;
            entries.extend(people_named(&mut read, &question).await?);
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

/// At most one more than `limit` entries that have a time, newest first.
async fn placed(
    conn: &mut SqliteConnection,
    query: &SearchQuery,
    question: &str,
    mut below: i64,
    limit: u32,
) -> Result<Vec<Entry>, StoreError> {
    let wanted = limit as usize + 1;
    let mut found = Vec::new();
    // A word that is only begun costs the index all that it could become.
    if query.beginning().is_some() {
        let looked = recent::look(conn, query, below, wanted).await?;
        found = looked.found;
        match looked.below {
            Some(lowest) if found.len() < wanted => below = lowest,
            _ => {
                found.truncate(wanted);
                return Ok(found);
            }
        }
    }
    let left = i64::try_from(wanted - found.len()).unwrap_or(i64::MAX);
    found.extend(entries(conn, question, below, left).await?);
    Ok(found)
}

/// Entries of the index below an id, newest first.
async fn entries(
    conn: &mut SqliteConnection,
    question: &str,
    below: i64,
    limit: i64,
) -> Result<Vec<Entry>, StoreError> {
    sqlx::query_as(
        "select e.id, e.kind, e.entity_id
         from cache.search_words cross join cache.search_entry e on e.id = search_words.rowid
         where search_words match ?1 and search_words.rowid < ?2
         order by search_words.rowid desc limit ?3",
    )
    .bind(question.to_owned())
    .bind(below)
    .bind(limit)
    .fetch_all(conn)
    .await
    .doing("looking for words")
}

/// People whose names have the words.
async fn people_named(
    conn: &mut SqliteConnection,
    question: &str,
) -> Result<Vec<Entry>, StoreError> {
    sqlx::query_as(
        "select e.id, e.kind, e.entity_id
         from cache.search_names cross join cache.search_entry e on e.id = search_names.rowid
         where search_names match ?1 order by search_names.rowid desc limit ?2",
    )
    .bind(question.to_owned())
    .bind(PEOPLE)
    .fetch_all(conn)
    .await
    .doing("looking for names")
}
