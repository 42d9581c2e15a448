//! Read markers and the hand-made unread mark.

use super::{
    body::{Id, Json},
    problem::Answer,
    tickets::verdict,
};
use crate::{App, auth::session::Caller, mutations::Submission};
use axum::{extract::State, http::StatusCode};
use palier_domain::{IncidentId, MutationId};
use palier_wire::{
    Payload,
    rest::ReadMarker,
    sync::{ClearUnread, MarkRead, MarkUnread},
};
use uuid::Uuid;

/// `PUT /api/incidents/{id}/read-marker`
pub async fn mark_read(
    State(app): State<App>,
    caller: Caller,
    Id(incident): Id<IncidentId>,
    Json(marker): Json<ReadMarker>,
) -> Answer<StatusCode> {
    let payload = Payload::MarkRead(MarkRead {
        incident_id: incident,
        up_to_n: Some(marker.up_to_n),
        seen_flag: None,
    });
    put(&app, caller, payload).await
}

/// `PUT /api/incidents/{id}/unread-flag`
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

/// `DELETE /api/incidents/{id}/unread-flag`
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

// Each request is its own mutation: doing it twice comes to the same.
async fn put(app: &App, caller: Caller, payload: Payload) -> Answer<StatusCode> {
    let submission = Submission::requested(MutationId(Uuid::now_v7()), &(), payload)?;
    verdict(app, caller.user, submission).await?;
    Ok(StatusCode::NO_CONTENT)
}
