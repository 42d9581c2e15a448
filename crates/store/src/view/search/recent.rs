//! The newest texts, read one by one.
//!
//! For a beginning, the index gathers every text that has a word which begins so, before it gives the newest:
//! with a frequent one in a million tickets that is felt. But what is frequent is among the newest as well, and
//! what is not there is rare, and soon gathered.

use super::{Entry, FIRST_WITH_TIME, whole_words};
use crate::{StoreError, db::SqliteConnection, sqlite::*};
use palier_domain::SearchQuery;
use uuid::Uuid;

/// How many texts are read, step by step. A beginning that one in twenty has fills a page of fifty with all of them;
/// a usual one needs the first step only.
const STEPS: [usize; 2] = [200, 800];

/// What was read.
pub(super) struct Looked {
    /// What has the words, newest first.
    pub found: Vec<Entry>,
    /// The id below which nothing was read; none where nothing is left that could have them.
    pub below: Option<i64>,
}

/// Reads texts below an id, newest first, until `wanted` of them have the words or it has been enough. Where some of the
/// words are whole, only texts that have these.
pub(super) async fn look(
    conn: &mut SqliteConnection,
    query: &SearchQuery,
    below: i64,
    wanted: usize,
) -> Result<Looked, StoreError> {
    let whole = whole_words(query);
    let (mut found, mut below) = (Vec::new(), below);
    for step in STEPS {
        let texts = match &whole {
            Some(whole) => with_words(conn, whole, below, step).await?,
            None => newest(conn, below, step).await?,
        };
        let more = (texts.len() == step).then(|| texts.last().map(|text| text.id));
        let hits = texts.into_iter().filter_map(|text| text.hit(query));
        found.extend(hits);
        match more.flatten() {
            Some(lowest) => below = lowest,
            None => return Ok(Looked { found, below: None }),
        }
        if found.len() >= wanted {
            break;
        }
    }
    let below = Some(below);
    Ok(Looked { found, below })
}

#[derive(sqlx::FromRow)]
struct Text {
    id: i64,
    kind: String,
    entity_id: Uuid,
    text: Option<String>,
}

impl Text {
    fn hit(self, query: &SearchQuery) -> Option<Entry> {
        let entry = Entry {
            id: self.id,
            kind: self.kind,
            entity_id: self.entity_id,
        };
        query.matches(&self.text?).then_some(entry)
    }
}

macro_rules! texts {
    ($from:literal) => {
        concat!(
            "select e.id, e.kind, e.entity_id, case e.kind
            when 'ticket' then (select message from cache.ticket where id = e.entity_id)
            when 'incident' then
                (select title || char(10) || description from cache.incident where id = e.entity_id)
            when 'note' then (select message from cache.note where id = e.entity_id)
            when 'attachment' then (select name from cache.attachment where id = e.entity_id)
         end as text
         from ",
            $from
        )
    };
}

async fn newest(
    conn: &mut SqliteConnection,
    below: i64,
    limit: usize,
) -> Result<Vec<Text>, StoreError> {
    sqlx::query_as(texts!(
        "cache.search_entry e where e.id >= ?1 and e.id < ?2 order by e.id desc limit ?3"
    ))
    .bind(FIRST_WITH_TIME)
    .bind(below)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await
    .doing("reading the newest texts")
}

async fn with_words(
    conn: &mut SqliteConnection,
    whole: &str,
    below: i64,
    limit: usize,
) -> Result<Vec<Text>, StoreError> {
    sqlx::query_as(texts!(
        "cache.search_words cross join cache.search_entry e on e.id = search_words.rowid
         where search_words match ?1 and search_words.rowid < ?2
         order by search_words.rowid desc limit ?3"
    ))
    .bind(whole.to_owned())
    .bind(below)
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(conn)
    .await
    .doing("reading texts with some of the words")
}
