//! The thread of an incident: pages, and a new ticket.

use super::{
    body::{Id, Json, Params, limit},
    problem::Answer,
};
use crate::{
    App, access,
    auth::session::Caller,
    error::{Error, Result},
    mutations::{Submission, apply_push},
    views::{self, thread::Part},
};
use axum::{
    Json as JsonReply,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{IncidentId, Invalid, InvalidReason, MutationId, UserId};
use palier_wire::{
    Payload, ProblemKind, Verdict,
    header::IDEMPOTENCY_KEY,
    rest::{IncidentResponse, NewTicket, TicketPage},
    sync::AddTicket,
};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

const USUAL: u32 = 50;
const MOST: u32 = 200;

/// The query of [`list`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Those after this number; from the beginning unless said otherwise.
    after_n: Option<u64>,
    /// The last ones before this number. Not together with `after_n`.
    before_n: Option<u64>,
    /// Most tickets of a page; 50 unless said otherwise, never more than 200.
    limit: Option<u32>,
}

/// List the tickets of an incident, oldest first.
///
/// Each is a row of `incident_responses`.
#[utoipa::path(
    get, path = "/api/incidents/{id}/tickets", tag = "tickets", operation_id = "list_tickets",
    params(("id" = IncidentId, Path, description = "The incident."), ListQuery),
    responses((status = OK, description = "One page.", body = TicketPage)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
    Params(query): Params<ListQuery>,
) -> Answer {
    let part = match (query.after_n, query.before_n) {
        (after, None) => Part::After(after.unwrap_or(0)),
        (None, Some(before)) => Part::Before(before),
        (Some(_), Some(_)) => {
            return Err(Invalid::new("before_n", InvalidReason::Malformed).into());
        }
    };
    let mut read = app.db().read().await?;
    access::place_of(&mut read, caller.user, incident, app.config().clock.now()).await?;
    let limit = limit(query.limit, USUAL, MOST);
    let page = views::thread::page(&mut read, incident, part, limit).await?;
    Ok(JsonReply(page).into_response())
}

/// Write a ticket on an incident.
#[utoipa::path(
    post, path = "/api/incidents/{id}/tickets", tag = "tickets", operation_id = "add_ticket",
    params(("id" = IncidentId, Path, description = "The incident."), IdempotencyKey),
    request_body = NewTicket,
    responses(
        (
            status = CREATED, description = "Written.", body = IncidentResponse,
            headers(("Location" = String, description = "A page that holds it alone.")),
        ),
        (
            status = OK, description = "It had been written before.", body = IncidentResponse,
            headers(("Location" = String, description = "A page that holds it alone.")),
        ),
    ),
    extensions(("x-problems" = json!([
        ProblemKind::Forbidden, ProblemKind::IdTaken, ProblemKind::FilesMissing,
        ProblemKind::MutationIdReused, ProblemKind::Cancelled,
    ]))),
)]
pub async fn write(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
    headers: HeaderMap,
    Json(body): Json<NewTicket>,
) -> Answer {
    let payload = Payload::AddTicket(AddTicket {
        ticket_id: body.id,
        incident_id: incident,
        message: body.message.clone(),
        attachments: body.attachments.clone(),
        written_at: body.written_at.unwrap_or_else(|| app.config().clock.now()),
    });
    let id = idempotency_key(&headers, body.id.0)?;
    let submission = Submission::requested(id, &body, payload)?;
    let verdict = verdict(&app, caller.user, submission).await?;
    let mut read = app.db().read().await?;
    let ticket = views::thread::one(&mut read, body.id).await?;
    let location = format!(
        "/api/incidents/{incident}/tickets?after_n={}&limit=1",
        ticket.n - 1
    );
    Ok(created(
        verdict,
        &location,
        JsonReply(ticket).into_response(),
    ))
}

/// The header that names the wish to create something, where that is not the `id`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(
    dead_code,
    reason = "it is there for the description; `idempotency_key` reads the header"
)]
pub struct IdempotencyKey {
    /// The mutation's id, where it is not the `id` of the body.
    #[param(rename = "Idempotency-Key")]
    key: Option<MutationId>,
}

/// The mutation id of a REST creation: `Idempotency-Key`, else the created id.
pub fn idempotency_key(headers: &HeaderMap, created: Uuid) -> Result<MutationId> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(created.into());
    };
    key.to_str()
        .ok()
        .and_then(|key| key.trim_matches('"').parse().ok())
        .ok_or_else(|| Invalid::new(IDEMPOTENCY_KEY, InvalidReason::Malformed).into())
}

/// Applies one mutation; a refusal becomes the reply.
pub async fn verdict(app: &App, user: UserId, submission: Submission) -> Result<Verdict> {
    let results = app
        .db()
        .write(move |tx| apply_push(tx, user, vec![submission]).boxed())
        .await?;
    match results.into_iter().next() {
        Some(result) => match (result.status, result.problem) {
            (Verdict::Rejected | Verdict::Retry, Some(problem)) => Err(problem.into()),
            (verdict, _) => Ok(verdict),
        },
        None => Err(Error::unavailable()),
    }
}

/// 201 the first time, 200 when it had been made before; `Location` both times.
pub fn created(verdict: Verdict, location: &str, mut reply: Response) -> Response {
    if verdict == Verdict::Applied {
        *reply.status_mut() = StatusCode::CREATED;
    }
    if let Ok(location) = HeaderValue::from_str(location) {
        reply.headers_mut().insert(header::LOCATION, location);
    }
    reply
}
