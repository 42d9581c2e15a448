//! What waits in the journal, as a dashboard counts it: as if it had happened when it was written.

use super::{
    dashboard::{Cases, Steps},
    units::unit_place,
};
use crate::db::SqliteConnection;
use crate::{
    StoreError,
    journal::outbox::{self, Row},
    sqlite::*,
};
use chrono::{DateTime, Utc};
use palier_domain::{
    Category, IncidentId, PropertyId, Role, Status,
    statistics::{Case, StatusStep},
};
use palier_wire::{Payload, sync::OpenIncident};
use std::{collections::HashSet, ops::Range};
use uuid::Uuid;

/// Adds to the incidents and moves of a stretch of time what is not in the cache yet.
pub(super) async fn add(
    conn: &mut SqliteConnection,
    time: &Range<DateTime<Utc>>,
    cases: &mut Cases,
    steps: &mut Steps,
) -> Result<(), StoreError> {
    let outbox = outbox::all(conn).await?;
    if outbox.iter().all(Row::is_marker) {
        return Ok(());
    }
    let arrived = arrived(conn).await?;
    for row in outbox.iter().filter(|row| !row.is_marker()) {
        // Its rows are here while the entry still waits for the end of its pull.
        let is_here = row.ticket_id.is_some_and(|id| arrived.contains(&id));
        if is_here || !row.is_shown()? {
            continue;
        }
        let (id, at) = (IncidentId(row.incident_id), from_ms(row.written_ms));
        match row.decode()? {
            Payload::OpenIncident(it) if time.contains(&at) && !cases.contains_key(&id) => {
                if let Some(case) = opened(conn, &it, at).await? {
                    cases.insert(id, case);
                }
            }
            Payload::AddTicket(_) => {
                if let Some(case) = cases.get_mut(&id) {
                    case.first_answer_at.get_or_insert(at);
                }
            }
            Payload::SetCategory(it) => {
                let moved = steps.iter_mut().filter(|(of, _)| *of == id);
                moved.for_each(|(_, step)| step.category = it.to);
                if let Some(case) = cases.get_mut(&id) {
                    case.category = it.to;
                }
            }
            Payload::SetStatus(it) => {
                if let Some(case) = cases.get_mut(&id) {
                    moves(case, it.to, at);
                }
                if time.contains(&at)
                    && let Some((property, category)) = place(conn, cases, id).await?
                {
                    let step = StatusStep {
                        property,
                        category,
                        at,
                        from: it.from,
                        to: it.to,
                    };
                    steps.push((id, step));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn moves(case: &mut Case, to: Status, at: DateTime<Utc>) {
    let since = case.resolved_at.unwrap_or(at);
    case.resolved_at = to.is_done().then_some(since);
}

/// Tickets of entries that the cache holds already.
async fn arrived(conn: &mut SqliteConnection) -> Result<HashSet<Uuid>, StoreError> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "select t.id from main.outbox o join cache.ticket t on t.id = o.ticket_id",
    )
    .fetch_all(conn)
    .await
    .doing("looking for what has arrived")?;
    Ok(ids.into_iter().collect())
}

/// An incident that the person opened in a home of his own; he counts his portfolios, not where he
/// lives.
async fn opened(
    conn: &mut SqliteConnection,
    it: &OpenIncident,
    at: DateTime<Utc>,
) -> Result<Option<Case>, StoreError> {
    let place = unit_place(conn, it.unit_id).await?;
    let property = place.property_id.filter(|_| place.my_role == Role::Owner);
    Ok(property.map(|property| Case {
        property,
        category: it.category,
        opened_by: Role::Owner,
        opened_at: at,
        first_answer_at: None,
        resolved_at: None,
    }))
}

/// Where an incident is and what it is about; none where the person runs no portfolio with it.
async fn place(
    conn: &mut SqliteConnection,
    cases: &Cases,
    id: IncidentId,
) -> Result<Option<(PropertyId, Category)>, StoreError> {
    if let Some(case) = cases.get(&id) {
        return Ok(Some((case.property, case.category)));
    }
    let found: Option<(Uuid, String)> = sqlx::query_as(
        "select property_id, category from cache.incident
         where id = ?1 and portfolio_id in (select id from cache.membership where role = 'owner')",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await
    .doing("looking up an incident")?;
    found
        .map(|(property, category)| Ok((PropertyId(property), word(&category)?)))
        .transpose()
}
