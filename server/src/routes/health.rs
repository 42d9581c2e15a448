//! Whether the server lives, and whether it can work.

use super::problem::Answer;
use crate::{App, db::query};
use axum::extract::State;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers too.
pub async fn ready(State(app): State<App>) -> Answer<&'static str> {
    let mut read = app.db().read().await?;
    query("select value from server_meta where key = 'epoch'")
        .fetch_one(&mut read)
        .await
        .map_err(crate::error::Error::from)?;
    Ok("ready\n")
}
