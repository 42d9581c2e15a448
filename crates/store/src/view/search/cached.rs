//! Rows of the cache that the index has found.

use super::{FoundRow, FoundWhat};
use crate::db::SqliteConnection;
use crate::{StoreError, journal::files, sqlite::*};
use palier_domain::{NoteId, UserId};
use std::collections::HashMap;
use uuid::Uuid;

/// An incident, and where it is.
#[derive(sqlx::FromRow)]
pub(super) struct Place {
    pub incident_id: Uuid,
    pub title: String,
    pub unit: Option<String>,
    pub property: Option<String>,
}

impl Place {
    pub fn row(self, what: FoundWhat, text: String) -> FoundRow {
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

pub(super) type Keyed = ((&'static str, Uuid), FoundRow);

pub(super) async fn incidents(
    conn: &mut SqliteConnection,
    ids: String,
) -> Result<Vec<Keyed>, StoreError> {
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

pub(super) async fn tickets(
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

pub(super) async fn notes(
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

pub(super) async fn files_found(
    conn: &mut SqliteConnection,
    ids: String,
) -> Result<Vec<Keyed>, StoreError> {
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
pub(super) async fn people(
    conn: &mut SqliteConnection,
    ids: String,
) -> Result<Vec<Keyed>, StoreError> {
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
        "select t.user_id, i.id as incident_id, i.title, u.label as unit, p.name as property
         from json_each(?1) j join cache.lease_tenant t on t.user_id = unhex(j.value)
         join cache.incident i on i.lease_id = t.lease_id
         left join cache.unit u on u.id = i.unit_id
         left join cache.property p on p.id = i.property_id
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
