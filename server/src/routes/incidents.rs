//! Incidents: the list, one, opening, changing.

use super::{
    body::{Id, Json, Params, limit},
    problem::Answer,
    tickets::{created, idempotency_key, verdict},
};
use crate::{
    App,
    access::Seat,
    auth::session::Caller,
    db::writer::WriteTx,
    error::{Error, Result},
    mutations::{Submission, apply_all},
    views,
};
use axum::{
    Json as JsonReply,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{IncidentId, MutationId, Priority, Status, TicketId, UserId};
use palier_wire::{
    Payload, ProblemKind, Verdict,
    rest::{IncidentPatch, NewIncident},
    sync::{OpenIncident, SetCategory, SetPriority, SetStatus},
};
use serde::Deserialize;
use uuid::Uuid;

const USUAL: u32 = 50;
const MOST: u32 = 200;

/// The query of [`list`].
#[derive(Deserialize)]
pub struct ListQuery {
    status: Option<Status>,
    after: Option<String>,
    limit: Option<u32>,
}

/// `GET /api/incidents?status=&after=&limit=`
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ListQuery>,
) -> Answer {
    let after = query.after.map(|text| text.parse()).transpose()?;
    let limit = limit(query.limit, USUAL, MOST);
    let mut read = app.db().read().await?;
    let page = views::incidents::page(&mut read, caller.user, query.status, after, limit).await?;
    Ok(JsonReply(page).into_response())
}

/// `GET /api/incidents/{id}`
pub async fn show(State(app): State<App>, caller: Caller, Id(incident): Id<IncidentId>) -> Answer {
    shown(&app, caller.user, incident).await
}

async fn shown(app: &App, user: UserId, incident: IncidentId) -> Answer {
    let mut read = app.db().read().await?;
    let now = app.config().clock.now();
    let (view, rev) = views::incidents::one(&mut read, user, incident, now).await?;
    Ok(([(header::ETAG, etag(rev))], JsonReply(view)).into_response())
}

fn etag(rev: u64) -> String {
    format!("\"{rev}\"")
}

/// `POST /api/incidents`
pub async fn open(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<NewIncident>,
) -> Answer<Response> {
    let payload = Payload::OpenIncident(OpenIncident {
        incident_id: body.id,
        unit_id: body.unit_id,
        title: body.title.clone(),
        description: body.description.clone(),
        category: body.category,
        priority: body.priority.unwrap_or(Priority::Normal),
        written_at: app.config().clock.now(),
    });
    let id = idempotency_key(&headers, body.id.0)?;
    let submission = Submission::requested(id, &body, payload)?;
    let verdict = verdict(&app, caller.user, submission).await?;
    let reply = shown(&app, caller.user, body.id).await?;
    let location = format!("/api/incidents/{}", body.id);
    Ok(created(verdict, &location, reply))
}

/// `PATCH /api/incidents/{id}` with `If-Match`
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
    headers: HeaderMap,
    Json(patch): Json<IncidentPatch>,
) -> Answer {
    let wanted = headers
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let user = caller.user;
    app.db()
        .write(move |tx| patch_incident(tx, user, incident, wanted, patch).boxed())
        .await?;
    shown(&app, user, incident).await
}

/// All of a patch or nothing of it, as the mutations that it stands for.
async fn patch_incident(
    tx: &mut WriteTx,
    user: UserId,
    incident: IncidentId,
    wanted: Option<String>,
    patch: IncidentPatch,
) -> Result<()> {
    let now = tx.now;
    let seat = Seat::take(tx.conn(), user, incident, now).await?;
    let Some(wanted) = wanted else {
        return Err(Error::refused(
            ProblemKind::PreconditionRequired,
            "say with If-Match which state you saw",
        ));
    };
    let present = etag(seat.incident.rev);
    if wanted != "*" && !wanted.split(',').any(|tag| tag.trim() == present) {
        return Err(Error::refused(
            ProblemKind::PreconditionFailed,
            "the incident has changed since",
        ));
    }
    let row = &seat.incident.row;
    let status = patch.status.filter(|to| *to != row.status).map(|to| {
        Payload::SetStatus(SetStatus {
            incident_id: incident,
            ticket_id: TicketId(Uuid::now_v7()),
            from: row.status,
            to,
            written_at: now,
        })
    });
    let priority = patch.priority.map(|to| {
        Payload::SetPriority(SetPriority {
            incident_id: incident,
            from: row.priority,
            to,
        })
    });
    let category = patch.category.map(|to| {
        Payload::SetCategory(SetCategory {
            incident_id: incident,
            from: row.category,
            to,
        })
    });
    let submissions: Result<Vec<_>> = [status, priority, category]
        .into_iter()
        .flatten()
        .map(|payload| Submission::requested(MutationId(Uuid::now_v7()), &patch, payload))
        .collect();
    for result in apply_all(tx, user, submissions?).await? {
        match (result.status, result.problem) {
            (Verdict::Applied | Verdict::Duplicate, _) => {}
            (_, Some(problem)) => return Err(problem.into()),
            (_, None) => return Err(Error::unavailable()),
        }
    }
    Ok(())
}
