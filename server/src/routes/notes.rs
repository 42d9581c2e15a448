//! Internal notes of owners: pages, and a new note.

use super::{
    body::{Id, Json, Params, limit},
    problem::Answer,
    tickets::{IdempotencyKey, created, idempotency_key, verdict},
};
use crate::{
    App,
    access::Seat,
    auth::session::Caller,
    mutations::Submission,
    views::{self, thread::Part},
};
use axum::{
    Json as JsonReply,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use palier_domain::{Act, IncidentId, Invalid, InvalidReason};
use palier_wire::{
    Payload, ProblemKind,
    rest::{NewNote, NotePage, NoteView},
    sync::AddNote,
};
use serde::Deserialize;
use utoipa::IntoParams;

const USUAL: u32 = 50;
const MOST: u32 = 200;

/// The query of [`list`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Those after this number; from the beginning unless said otherwise.
    after_m: Option<u64>,
    /// The last ones before this number. Not together with `after_m`.
    before_m: Option<u64>,
    /// Most notes of a page; 50 unless said otherwise, never more than 200.
    limit: Option<u32>,
}

/// List the internal notes on an incident, oldest first. Owners only.
#[utoipa::path(
    get, path = "/api/incidents/{id}/notes", tag = "notes", operation_id = "list_notes",
    params(("id" = IncidentId, Path, description = "The incident."), ListQuery),
    responses((status = OK, description = "One page.", body = NotePage)),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
    Params(query): Params<ListQuery>,
) -> Answer<Response> {
    let part = match (query.after_m, query.before_m) {
        (after, None) => Part::After(after.unwrap_or(0)),
        (None, Some(before)) => Part::Before(before),
        (Some(_), Some(_)) => {
            return Err(Invalid::new("before_m", InvalidReason::Malformed).into());
        }
    };
    let mut read = app.db().read().await?;
    let now = app.config().clock.now();
    let seat = Seat::take(&mut read, caller.user, incident, now).await?;
    seat.may(Act::Notes)?;
    let limit = limit(query.limit, USUAL, MOST);
    let page = views::notes::page(&mut read, incident, part, limit).await?;
    Ok(JsonReply(page).into_response())
}

/// Write an internal note on an incident. Owners only; no tenant learns of it.
#[utoipa::path(
    post, path = "/api/incidents/{id}/notes", tag = "notes", operation_id = "add_note",
    params(("id" = IncidentId, Path, description = "The incident."), IdempotencyKey),
    request_body = NewNote,
    responses(
        (
            status = CREATED, description = "Written.", body = NoteView,
            headers(("Location" = String, description = "A page that holds it alone.")),
        ),
        (
            status = OK, description = "It had been written before.", body = NoteView,
            headers(("Location" = String, description = "A page that holds it alone.")),
        ),
    ),
    extensions(("x-problems" = json!([
        ProblemKind::Forbidden, ProblemKind::IdTaken, ProblemKind::MutationIdReused,
        ProblemKind::Cancelled,
    ]))),
)]
pub async fn write(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
    headers: HeaderMap,
    Json(body): Json<NewNote>,
) -> Answer<Response> {
    let payload = Payload::AddNote(AddNote {
        note_id: body.id,
        incident_id: incident,
        message: body.message.clone(),
        written_at: body.written_at.unwrap_or_else(|| app.config().clock.now()),
    });
    let id = idempotency_key(&headers, body.id.0)?;
    let submission = Submission::requested(id, &body, payload)?;
    let verdict = verdict(&app, caller.user, submission).await?;
    let mut read = app.db().read().await?;
    let view = views::notes::one(&mut read, body.id).await?;
    let before = view.note.m - 1;
    let location = format!("/api/incidents/{incident}/notes?after_m={before}&limit=1");
    Ok(created(verdict, &location, JsonReply(view).into_response()))
}
