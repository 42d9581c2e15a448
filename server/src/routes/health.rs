//! Whether the server lives, and whether it can work.

use super::problem::Answer;
use crate::{
    App,
    db::query,
    error::{Error, Result},
};
use axum::extract::State;
use std::{
    path::Path,
    sync::Mutex,
    sync::PoisonError,
    time::{Duration, Instant},
};

/// Whether the process answers.
#[utoipa::path(
    get, path = "/healthz", tag = "operation", operation_id = "alive", security(()),
    responses((status = OK, description = "It does.", body = String, example = "ok\n")),
)]
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Whether the server can work: the database answers, the data folder can be written, and nobody
/// has asked it to stop.
#[utoipa::path(
    get, path = "/readyz", tag = "operation", operation_id = "ready", security(()),
    responses((status = OK, description = "It does.", body = String, example = "ready\n")),
)]
pub async fn ready(State(app): State<App>) -> Answer<&'static str> {
    if *app.stopping().borrow() {
        return Err(Error::unavailable().into());
    }
    app.readiness().check(&app).await?;
    Ok("ready\n")
}

/// How long an answer holds: everybody may ask, and asking costs a write.
const HOLDS: Duration = Duration::from_secs(2);

/// When the server was last found to work.
#[derive(Default)]
pub struct Readiness(Mutex<Option<Instant>>);

impl Readiness {
    async fn check(&self, app: &App) -> Result<()> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| last.elapsed() < HOLDS) {
            return Ok(());
        }
        let mut read = app.db().read().await?;
        query("select value from server_meta where key = 'epoch'")
            .fetch_optional(&mut read)
            .await?;
        drop(read);
        let folder = app.config().data_dir.clone();
        tokio::task::spawn_blocking(move || can_write(&folder)).await??;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Ok(())
    }
}

fn can_write(folder: &Path) -> Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)
        .map_err(Error::io("make a file in the data folder"))?;
    std::io::Write::write_all(&mut file, b"ready").map_err(Error::io("write to the data folder"))
}
