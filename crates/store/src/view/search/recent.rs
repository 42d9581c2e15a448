//! The newest texts, read one by one.
//!
//! For a beginning, the index gathers every text that has a word which begins so, before it gives the newest:
//! with a frequent one in a million tickets that is felt. But what is frequent is among the newest as well, and
//! what is not there is rare, and soon gathered.

use super::{Entry, FIRST_WITH_TIME, PEOPLE};
use crate::{StoreError, db::SqliteConnection, sqlite::*};
use palier_domain::SearchQuery;
use uuid::Uuid;

/// How many texts are read: a beginning that one in twenty of them has fills a page of fifty.
const TEXTS: i64 = 1_000;

/// Beginnings up to so many letters have an index of their own (`prefix` in `migrations/cache.sql`).
const INDEXED: usize = 3;

/// Whether it is worth reading the newest first.
pub(super) fn pays(query: &SearchQuery) -> bool {
    query
        .beginning()
        .is_some_and(|begun| begun.chars().count() > INDEXED)
}

/// Those of the newest entries below `below` whose texts have the words, newest first, and the id below
/// which nothing was read.
pub(super) async fn look(
    conn: &mut SqliteConnection,
    query: &SearchQuery,
    below: i64,
) -> Result<(Vec<Entry>, i64), StoreError> {
    let rows: Vec<(i64, String, Uuid, Option<String>)> = sqlx::query_as(
        "select e.id, e.kind, e.entity_id, case e.kind
            when 'ticket' then (select message from cache.ticket where id = e.entity_id)
            when 'incident' then
                (select title || char(10) || description from cache.incident where id = e.entity_id)
            when 'note' then (select message from cache.note where id = e.entity_id)
            when 'attachment' then (select name from cache.attachment where id = e.entity_id)
         end
         from cache.search_entry e where e.id >= ?1 and e.id < ?2 order by e.id desc limit ?3",
    )
    .bind(FIRST_WITH_TIME)
    .bind(below)
    .bind(TEXTS)
    .fetch_all(conn)
    .await
    .doing("reading the newest texts")?;
    let lowest = rows.last().map_or(FIRST_WITH_TIME, |(id, ..)| *id);
    let hits = rows.into_iter().filter_map(|(id, kind, entity_id, text)| {
        let entry = Entry {
            id,
            kind,
            entity_id,
        };
        query.matches(&text?).then_some(entry)
    });
    Ok((hits.collect(), lowest))
}

/// The people whose names have the words, for a beginning that so many texts have: the index would gather all of
/// these before it gives any person, and people are few.
pub(super) async fn people(
    conn: &mut SqliteConnection,
    query: &SearchQuery,
) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<(i64, Uuid, String)> = sqlx::query_as(
        "select e.id, e.entity_id, c.name
         from cache.search_entry e join cache.user_card c on c.id = e.entity_id
         where e.id < ?1 and e.kind = 'user_card' order by e.id desc",
    )
    .bind(FIRST_WITH_TIME)
    .fetch_all(conn)
    .await
    .doing("reading the names of people")?;
    let named = rows.into_iter().filter(|(.., name)| query.matches(name));
    let entries = named.map(|(id, entity_id, _)| Entry {
        id,
        kind: "user_card".to_owned(),
        entity_id,
    });
    Ok(entries.take(PEOPLE as usize).collect())
}
