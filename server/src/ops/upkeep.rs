//! What has to be tidied up now and then: expired uploads and files that no ticket took, ended
//! sessions, links that nobody used, claims that nobody can come back with, old lines of the audit log,
//! letters of which nothing more can come.

use crate::{
    App, audit,
    auth::{reset, session},
    config::Config,
    db::writer::WriteTx,
    error::Result,
    letting, mail, mutations,
};
use futures_util::FutureExt;
use std::time::Duration;

const PERIOD: Duration = Duration::from_secs(3600);

/// Tidies up at the start and every hour, until the server stops.
pub(crate) async fn run(app: App) {
    let mut stopping = app.stopping();
    loop {
        if let Err(error) = once(&app).await {
            crate::error::log(&error, "upkeep");
        }
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}

/// Tidies up once.
///
/// # Errors
/// The storage's.
pub async fn once(app: &App) -> Result<()> {
    let config = app.config().clone();
    app.db()
        .write(move |tx| async move { forget(tx, &config).await }.boxed())
        .await?;
    app.files().sweep(app.db()).await
}

async fn forget(tx: &mut WriteTx, config: &Config) -> Result<()> {
    let now = tx.now;
    session::forget_ended(tx, now).await?;
    mutations::forget_old_claims(tx, now).await?;
    mail::forget_old(tx, now).await?;
    letting::invitations::forget_expired(tx).await?;
    reset::forget(tx, None).await?;
    audit::forget_old(tx, config).await
}
