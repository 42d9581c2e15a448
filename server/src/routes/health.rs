//! Whether the server lives, and whether it can work.

use super::problem::Answer;
use crate::{App, db::query};
use axum::extract::State;

/// Whether the process answers.
#[utoipa::path(
    get, path = "/healthz", tag = "operation", operation_id = "alive", security(()),
    responses((status = OK, description = "It does.", body = String, example = "ok\n")),
)]
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Whether the database answers too.
#[utoipa::path(
    get, path = "/readyz", tag = "operation", operation_id = "ready", security(()),
    responses((status = OK, description = "It does.", body = String, example = "ready\n")),
)]
pub async fn ready(State(app): State<App>) -> Answer<&'static str> {
    let mut read = app.db().read().await?;
    query("select value from server_meta where key = 'epoch'")
        .fetch_one(&mut read)
        .await
        .map_err(crate::error::Error::from)?;
    Ok("ready\n")
}
