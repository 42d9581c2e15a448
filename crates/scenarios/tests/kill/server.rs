//! The server's part.

use super::child::tell;
use anyhow::{Context, Result, ensure};
use palier_server::{App, Config, ops};
use std::time::Duration;
use tokio::net::TcpListener;

pub const FOLDER: &str = "PALIER_KILL_SERVER_FOLDER";
pub const ADDRESS: &str = "PALIER_KILL_ADDRESS";

async fn open() -> Result<App> {
    let folder = std::env::var(FOLDER).context("the server's folder")?;
    let config = Config {
        heartbeat: Duration::from_millis(500),
        farewell: Duration::from_millis(50),
        ..Config::new(folder)
    };
    Ok(App::open(config).await?)
}

pub async fn play() -> Result<()> {
    let address = std::env::var(ADDRESS).context("the server's address")?;
    let app = open().await?;
    let listener = TcpListener::bind(address).await?;
    tell("ready");
    app.serve(listener, std::future::pending()).await?;
    Ok(())
}

/// Counters against a recount, orphans, the database's own check.
pub async fn check() -> Result<()> {
    let app = open().await?;
    let wrong = ops::recount::check(&app).await?;
    ensure!(wrong.is_empty(), "the server's check finds {wrong:?}");
    tell("well");
    Ok(())
}
