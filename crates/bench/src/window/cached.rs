//! The data folder of somebody who is signed in and has a portfolio of some size on this computer.
//!
//! The application itself signs in, at something that only answers to that, and keeps its session in the desk's
//! keyring; then the cache is filled. So nothing here knows how profile and keyring are written. It runs in a
//! process of its own, with the desk's environment.

use super::{Wanted as Bench, surroundings};
use crate::{
    device::{self, portfolio},
    sync::Silent,
};
use anyhow::{Context, Result, ensure};
use axum::{Json, Router, http::StatusCode, response::IntoResponse, routing::post};
use chrono::{TimeDelta, Utc};
use palier_bridge::{
    request::{ListIncidents, SignIn},
    view::IncidentFilter,
};
use palier_client::{Client, ClientConfig, vault::KeyringVault};
use palier_domain::{IncidentId, Language, SessionId};
use palier_store::Store;
use palier_wire::{SessionCreated, header::EPOCH};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::net::TcpListener;
use uuid::Uuid;

/// Threads that hold a page of fifty, and more.
const LONG: u64 = 60;

/// So many of them are enough: who looks for more scrolls for long.
const ENOUGH: usize = 8;

/// What to put into the folder.
#[derive(clap::Args, Clone)]
pub struct Wanted {
    /// Tickets of the portfolio.
    #[arg(long)]
    tickets: usize,
    /// What it is made from.
    #[arg(long)]
    seed: u64,
    /// The data folder; it is made.
    #[arg(long)]
    folder: PathBuf,
}

/// A filled folder.
pub struct Cached {
    /// The data folder.
    pub folder: PathBuf,
    /// Incidents with more than a page of tickets that the list shows, and their places in it.
    pub long: Vec<Long>,
}

/// An incident with a long thread.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Long {
    /// Which.
    pub id: IncidentId,
    /// Its place in the list, from 0.
    pub place: usize,
}

/// Makes such a folder in another process, at this desk.
///
/// # Errors
/// When it says that it could not.
pub fn make(desk: &palier_webdriver::Desk, wanted: &Bench, tickets: usize) -> Result<Cached> {
    let folder = desk.folder().join(format!("cached-{tickets}"));
    let this = std::env::current_exe()?;
    let output = surroundings(desk, &this.to_string_lossy(), &folder)
        .arg("furnish")
        .args(["--tickets", &tickets.to_string()])
        .args(["--seed", &wanted.seed.to_string()])
        .arg("--folder")
        .arg(&folder)
        .output()?;
    let why = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "no folder was made: {why}");
    let long: Vec<Long> = serde_json::from_slice(&output.stdout)?;
    ensure!(!long.is_empty(), "no thread is long enough");
    Ok(Cached { folder, long })
}

/// Makes it, and prints which threads are long.
///
/// # Errors
/// When the keyring or the disk fails.
pub async fn furnish(wanted: &Wanted) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let door = Router::new().route("/api/session", post(welcome));
    let door = tokio::spawn(async move { axum::serve(listener, door).await });
    let client = application(&wanted.folder, &url).await?;
    let sign_in = SignIn {
        server: url.clone(),
        email: "claire@bench.test".into(),
        password: "not looked at".into(),
    };
    client.sign_in(sign_in).await?;
    client.shutdown().await;
    door.abort();

    let made = portfolio::make(wanted.seed, wanted.tickets);
    let account = only_folder(&wanted.folder.join("accounts"))?;
    let store = Store::open(&account, portfolio::OWNER).await?.store;
    device::fill(&store, &made).await?;
    store.close().await;

    let client = application(&wanted.folder, &url).await?;
    // As the list is when nobody has chosen anything.
    let filter = IncidentFilter {
        in_sight: true,
        ..IncidentFilter::default()
    };
    let all = ListIncidents {
        filter,
        limit: None,
    };
    let rows = client.list_incidents(all).await?;
    client.shutdown().await;
    let lengths: HashMap<IncidentId, u64> = made.threads.into_iter().collect();
    let long: Vec<Long> = rows
        .into_iter()
        .enumerate()
        .map(|(place, row)| Long { id: row.id, place })
        .filter(|row| lengths.get(&row.id).is_some_and(|length| *length >= LONG))
        .take(ENOUGH)
        .collect();
    println!("{}", serde_json::to_string(&long)?);
    Ok(())
}

async fn application(folder: &Path, url: &str) -> Result<Client> {
    let config = ClientConfig::new(folder, url);
    let vault = KeyringVault::probe(Duration::from_secs(5)).await?;
    Ok(Client::start(config, Arc::new(Silent), Arc::new(vault)).await)
}

/// Lets everybody in, as the owner of the portfolio.
async fn welcome() -> impl IntoResponse {
    let session = SessionCreated {
        session_id: SessionId(Uuid::now_v7()),
        token: "bench".into(),
        user_id: portfolio::OWNER,
        name: "Claire Dubois".into(),
        email: "claire@bench.test".into(),
        language: Language::Fr,
        expires_at: Utc::now() + TimeDelta::days(30),
    };
    let epoch = [(EPOCH, device::EPOCH.to_string())];
    (StatusCode::CREATED, epoch, Json(session))
}

fn only_folder(parent: &Path) -> Result<PathBuf> {
    let found = fs::read_dir(parent)?.flatten().map(|entry| entry.path());
    let mut folders = found.filter(|path| path.is_dir());
    folders.next().context("there is no account")
}
