//! Read markers and the hand-made unread mark.

use super::{
    body::{Id, Json},
    problem::Answer,
    tickets::verdict,
};
use crate::{App, auth::session::Caller, mutations::Submission};
use axum::{extract::State, http::StatusCode};
use palier_domain::{IncidentId, Invalid, InvalidReason, MutationId};
use palier_wire::{
    Payload, ProblemKind,
    rest::ReadMarker,
    sync::{ClearUnread, MarkRead, MarkUnread, SetMute},
};
use uuid::Uuid;

/// Move the own marker forward; it never goes back.
///
/// Tickets and notes have markers of their own.
#[utoipa::path(
    put, path = "/api/incidents/{id}/read-marker", tag = "read markers", operation_id = "mark_read",
    params(("id" = IncidentId, Path, description = "The incident.")),
    request_body = ReadMarker,
    responses((status = NO_CONTENT, description = "Read up to there, or further before.")),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn mark_read(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
    Json(marker): Json<ReadMarker>,
) -> Answer<StatusCode> {
    if marker.up_to_n.is_none() && marker.up_to_m.is_none() {
        return Err(Invalid::new("up_to_n", InvalidReason::Empty).into());
    }
    let payload = Payload::MarkRead(MarkRead {
        incident_id: incident,
        up_to_n: marker.up_to_n,
        up_to_m: marker.up_to_m,
        seen_flag: None,
    });
    put(&app, caller, payload).await
}

/// Mark an incident unread by hand.
#[utoipa::path(
    put, path = "/api/incidents/{id}/unread-flag", tag = "read markers", operation_id = "mark_unread",
    params(("id" = IncidentId, Path, description = "The incident.")),
    responses((status = NO_CONTENT, description = "Marked.")),
)]
pub async fn mark_unread(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
) -> Answer<StatusCode> {
    let payload = Payload::MarkUnread(MarkUnread {
        incident_id: incident,
    });
    put(&app, caller, payload).await
}

/// Take the hand-made mark back.
#[utoipa::path(
    delete, path = "/api/incidents/{id}/unread-flag", tag = "read markers", operation_id = "clear_unread",
    params(("id" = IncidentId, Path, description = "The incident.")),
    responses((status = NO_CONTENT, description = "Not marked.")),
)]
pub async fn clear_unread(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
) -> Answer<StatusCode> {
    let payload = Payload::ClearUnread(ClearUnread {
        incident_id: incident,
    });
    put(&app, caller, payload).await
}

/// Be told of an incident no more, on any device.
#[utoipa::path(
    put, path = "/api/incidents/{id}/mute", tag = "read markers", operation_id = "mute",
    params(("id" = IncidentId, Path, description = "The incident.")),
    responses((status = NO_CONTENT, description = "Muted.")),
)]
pub async fn mute(
    State(app): State<App>,
    caller: Caller,
    Id(incident_id): Id<IncidentId>,
) -> Answer<StatusCode> {
    let muted = true;
    put(
        &app,
        caller,
        Payload::SetMute(SetMute { incident_id, muted }),
    )
    .await
}

/// Be told of an incident again.
#[utoipa::path(
    delete, path = "/api/incidents/{id}/mute", tag = "read markers", operation_id = "unmute",
    params(("id" = IncidentId, Path, description = "The incident.")),
    responses((status = NO_CONTENT, description = "Not muted.")),
)]
pub async fn unmute(
    State(app): State<App>,
    caller: Caller,
    Id(incident_id): Id<IncidentId>,
) -> Answer<StatusCode> {
    let muted = false;
    put(
        &app,
        caller,
        Payload::SetMute(SetMute { incident_id, muted }),
    )
    .await
}

// Each request is its own mutation: doing it twice comes to the same.
async fn put(app: &App, caller: Caller, payload: Payload) -> Answer<StatusCode> {
    let submission = Submission::requested(MutationId(Uuid::now_v7()), &(), payload)?;
    verdict(app, caller.user, submission).await?;
    Ok(StatusCode::NO_CONTENT)
}
