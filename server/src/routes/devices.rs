//! The devices that a person is signed in on.

use super::{body::Id, problem::Answer};
use crate::{
    App,
    auth::session::{self, Caller},
};
use axum::{
    Json as JsonReply,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::SessionId;
use palier_wire::{Devices, Scope};

/// List the devices that are signed in.
#[utoipa::path(
    get, path = "/api/sessions", tag = "session", operation_id = "list_devices",
    responses((status = OK, description = "The caller's sessions that stand.", body = Devices)),
)]
pub async fn list(State(app): State<App>, caller: Caller) -> Answer {
    let now = app.config().clock.now();
    let sessions = session::list(app.db(), caller, now).await?;
    Ok(JsonReply(Devices { sessions }).into_response())
}

/// Sign a device out.
///
/// Its next request is refused, and its streams end.
#[utoipa::path(
    delete, path = "/api/sessions/{id}", tag = "session", operation_id = "revoke_device",
    params(("id" = SessionId, Path, description = "Its session.")),
    responses((status = NO_CONTENT, description = "Signed out.")),
)]
pub async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<SessionId>,
) -> Answer<Response> {
    app.db()
        .write(move |tx| session::revoke(tx, caller, id).boxed())
        .await?;
    app.doorbell().ring([Scope::User(caller.user)]);
    Ok(StatusCode::NO_CONTENT.into_response())
}
