//! What the outbox has and the cache has not. It is little, and read through.

use super::{FoundRow, FoundWhat, cached::Place};
use crate::db::SqliteConnection;
use crate::{
    StoreError,
    journal::{
        files,
        outbox::{self, Row},
    },
    sqlite::*,
    view::units::unit_place,
};
use palier_domain::{IncidentId, OutboxState, Role, SearchQuery, Status, TicketId};
use palier_wire::Payload;

/// What the journal has and the cache has not, latest first.
pub(super) async fn unsent(
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
