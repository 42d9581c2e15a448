//! What a search found, as it is shown: the index knows words and ids, the texts come from the rows.

use crate::{
    db::{
        Conn, Stamp,
        codec::{count, word},
        query_as,
    },
    error::{Error, Result},
    search::Words,
};
use chrono::{DateTime, Utc};
use palier_domain::{MediaType, SearchQuery, UserId};
use palier_wire::{Found, SearchPage, SearchResult};
use std::collections::HashMap;
use uuid::Uuid;

/// An entry of the index.
#[derive(sqlx::FromRow)]
struct Entry {
    id: i64,
    kind: String,
    entity_id: Uuid,
    lease_id: Option<Uuid>,
    at: Stamp,
}

/// A row that was found: its title, its text and what it is.
type Row = (String, String, Found);

/// At most `limit` results for `reader`, newest first, after the place that the last page reached.
// By age, not by rank: ranking a common word means reading all that has it.
pub async fn page(
    conn: &mut Conn,
    reader: UserId,
    query: &SearchQuery,
    after: Option<i64>,
    limit: u32,
) -> Result<SearchPage> {
    let words = Words::of(conn, reader, query).await?;
    let mut entries: Vec<Entry> = query_as(sql!(
        {sqlite "select e.id, e.kind, e.entity_id, e.lease_id, e.at
                 from search_words join search_entries e on e.id = search_words.rowid
                 where search_words match $1 and search_words.rowid < $3
                 order by search_words.rowid desc limit $4"}
        {postgres "select e.id, e.kind, e.entity_id, e.lease_id, e.at
                   from search_entries e
                   where e.words @@ to_tsquery('simple', $2) and e.id < $3
                   order by e.id desc limit $4"}
    ))
    .bind(words.sqlite)
    .bind(words.postgres)
    .bind(after.unwrap_or(i64::MAX))
    .bind(limit + 1)
    .fetch_all(&mut *conn)
    .await?;
    let more = entries.len() > limit as usize;
    entries.truncate(limit as usize);
    let next = entries.last().filter(|_| more).map(|it| it.id.to_string());
    let mut rows = HashMap::new();
    rows.extend(tickets(conn, of_kind(&entries, "ticket")).await?);
    rows.extend(incidents(conn, of_kind(&entries, "incident")).await?);
    rows.extend(attachments(conn, of_kind(&entries, "attachment")).await?);
    let mut tenants = tenants(conn, of_kind(&entries, "tenant")).await?;
    let results = entries
        .into_iter()
        .filter_map(|entry| {
            let row = match entry.lease_id.filter(|_| entry.kind == "tenant") {
                Some(lease) => tenants.remove(&(entry.entity_id, lease)),
                None => rows.remove(&entry.entity_id),
            };
            row.map(|row| result(query, row, entry.at.0))
        })
        .collect();
    Ok(SearchPage { results, next })
}

fn result(query: &SearchQuery, (title, text, found): Row, at: DateTime<Utc>) -> SearchResult {
    SearchResult {
        excerpt: query.excerpt(&text),
        title,
        found,
        at,
    }
}

fn of_kind(entries: &[Entry], kind: &str) -> Vec<Uuid> {
    let entries = entries.iter().filter(|entry| entry.kind == kind);
    entries.map(|entry| entry.entity_id).collect()
}

async fn tickets(conn: &mut Conn, ids: Vec<Uuid>) -> Result<Vec<(Uuid, Row)>> {
    let rows: Vec<(Uuid, String, String, Uuid, i64, String, String)> = query_as(sql!(
        "select r.id, i.title, r.message, r.incident_id, r.n, r.author_name, r.author_type
         from incident_responses r join incidents i on i.id = r.incident_id
         where r.id " {ids "$1"}
    ))
    .bind_ids(ids)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(id, title, text, incident, n, author_name, author_type)| {
            let found = Found::Ticket {
                ticket_id: id.into(),
                incident_id: incident.into(),
                n: count(n),
                author_name,
                author_type: word(&author_type)?,
            };
            Ok((id, (title, text, found)))
        })
        .collect()
}

async fn incidents(conn: &mut Conn, ids: Vec<Uuid>) -> Result<Vec<(Uuid, Row)>> {
    let rows: Vec<(Uuid, String, String, String)> = query_as(sql!(
        "select id, title, description, status from incidents where id " {ids "$1"}
    ))
    .bind_ids(ids)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(id, title, description, status)| {
            let found = Found::Incident {
                incident_id: id.into(),
                status: word(&status)?,
            };
            let text = if description.is_empty() {
                title.clone()
            } else {
                format!("{title}\n{description}")
            };
            Ok((id, (title, text, found)))
        })
        .collect()
}

async fn attachments(conn: &mut Conn, ids: Vec<Uuid>) -> Result<Vec<(Uuid, Row)>> {
    let rows: Vec<(Uuid, String, String, Uuid, i64, String)> = query_as(sql!(
        "select a.id, i.title, a.name, a.incident_id, r.n, a.media_type
         from attachments a
         join incidents i on i.id = a.incident_id
         join incident_responses r on r.id = a.ticket_id
         where a.id " {ids "$1"}
    ))
    .bind_ids(ids)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(id, title, name, incident, n, media_type)| {
            let found = Found::Attachment {
                attachment_id: id.into(),
                incident_id: incident.into(),
                n: count(n),
                media_type: MediaType::from_media_type(&media_type)
                    .ok_or(Error::Corrupt("media type"))?,
            };
            Ok((id, (title, name, found)))
        })
        .collect()
}

/// Of each lease that these people have or had; the caller's page takes those that it found.
async fn tenants(conn: &mut Conn, ids: Vec<Uuid>) -> Result<HashMap<(Uuid, Uuid), Row>> {
    let rows: Vec<(Uuid, Uuid, String, String, Uuid)> = query_as(sql!(
        "select t.user_id, t.lease_id, u.label, s.name, u.id
         from lease_tenants t
         join leases l on l.id = t.lease_id
         join units u on u.id = l.unit_id
         join users s on s.id = t.user_id
         where t.user_id " {ids "$1"}
    ))
    .bind_ids(ids)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(user, lease, label, name, unit)| {
            let found = Found::Tenant {
                user_id: user.into(),
                lease_id: lease.into(),
                unit_id: unit.into(),
            };
            ((user, lease), (label, name, found))
        })
        .collect())
}
