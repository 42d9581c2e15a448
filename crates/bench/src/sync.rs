//! A whole device against a whole server: the first sync, and what waits for a network (budgets 8, 9).
//!
//! The device is the application without its window (`palier-client`), the server its own program, and
//! between them is the loopback. What the first sync may cost is measured beside sqlite3's shell, which
//! imports rows of the same kind, and beside PouchDB, which takes over as many documents from its server; what draining may cost beside a caller who has nothing to do but push.

use crate::{
    device::{portfolio, shell},
    figures::median,
    growth,
    house::{Caller, Owner, PASSWORD},
    pouchdb,
    program::Program,
};
use anyhow::{Context, Result, ensure};
use async_trait::async_trait;
use palier_bridge::{
    AppEvent,
    request::{GetSync, ListIncidents, SendTicket, SignIn, UpdateSettings},
    view::{IncidentFilter, Link, NotificationTest, SettingChange},
};
use palier_client::{
    Client, ClientConfig, Notification, PickFiles, Shell, ShellError, vault::MemoryVault,
};
use palier_domain::{IncidentId, UserId};
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::time::sleep;

/// Messages that wait.
const WAITING: usize = 500;
/// Incidents that they are on.
const LANES: usize = 50;
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// What to measure.
#[derive(clap::Args, Clone)]
pub struct Wanted {
    /// The server's program.
    #[arg(long)]
    server: PathBuf,
    /// The folder with PouchDB's modules; without it that peer is left out.
    #[arg(long)]
    pouchdb: Option<PathBuf>,
    /// Sizes of the portfolio, in tickets.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
    tickets: Vec<usize>,
    /// How often each is measured.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// Measures.
///
/// # Errors
/// When server or device cannot be started.
pub async fn measure(wanted: &Wanted) -> Result<()> {
    for tickets in &wanted.tickets {
        let folder = TempDir::new()?;
        growth::make(folder.path(), *tickets).await?;
        growth::import(&wanted.server, folder.path())?;
        println!("\n## {tickets} tickets\n");
        first_sync(wanted, folder.path(), *tickets).await?;
        drain(wanted, folder.path()).await?;
    }
    Ok(())
}

async fn first_sync(wanted: &Wanted, folder: &Path, tickets: usize) -> Result<()> {
    let program = Program::palier(&wanted.server, folder, None)?;
    let made = portfolio::make(1, tickets);
    let (mut usable, mut whole) = (Vec::new(), Vec::new());
    let (mut rate, mut peer, mut pouchdb) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..wanted.rounds {
        let device = Device::new(&program.url).await?;
        let begun = Instant::now();
        device.signs_in(&program.url).await?;
        device
            .until("a list", async || Ok(device.incidents(1).await?.len() == 1))
            .await?;
        usable.push(begun.elapsed().as_secs_f64());
        let rows = device.until_up_to_date().await?;
        let took = begun.elapsed().as_secs_f64();
        whole.push(took);
        rate.push(rows as f64 / took);
        device.client.shutdown().await;
        let folder = TempDir::new()?;
        if let Some(imported) = shell::import(folder.path(), &made)? {
            peer.push(imported.rate);
        }
        if let Some(modules) = &wanted.pouchdb {
            pouchdb.push(pouchdb::first_sync(modules, &made)?);
        }
    }
    let (usable, whole) = (median(usable), median(whole));
    let (rate, peer) = (median(rate), median(peer));
    println!(
        "| first sync, {} rounds | median | of the peer |",
        wanted.rounds
    );
    println!("|---|---|---|");
    println!("| sign-in → a list to work with | {usable:.2} s | |");
    println!("| sign-in → everything here | {whole:.2} s | |");
    println!("| rows a second | {rate:.0} | {:.2}× |", rate / peer);
    println!("| sqlite3's .import and full text, rows a second | {peer:.0} | |");
    if !pouchdb.is_empty() {
        let pouchdb = median(pouchdb);
        println!(
            "| PouchDB from its server, rows a second | {pouchdb:.0} | {:.1}× |",
            rate / pouchdb
        );
    }
    Ok(())
}

async fn drain(wanted: &Wanted, folder: &Path) -> Result<()> {
    // A port of its own, so that the server comes back where the device looks for it.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let url = format!("http://{address}");
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    let mut program = Program::palier_at(&wanted.server, folder, address)?;
    let device = Device::new(&url).await?;
    device.signs_in(&url).await?;
    device.until_up_to_date().await?;
    let incidents = device.incidents(LANES).await?;
    for _ in 0..wanted.rounds {
        drop(program);
        for number in 0..WAITING {
            let message = format!("Le chauffagiste passe demain, message {number}");
            let incident_id = incidents[number % incidents.len()];
            let send = SendTicket {
                incident_id,
                message,
            };
            device.client.send_ticket(send).await?;
        }
        program = Program::palier_at(&wanted.server, folder, address)?;
        let begun = Instant::now();
        device.client.nudge().await;
        device
            .until("an empty outbox", async || {
                Ok(device.client.get_sync(GetSync {}).await?.waiting == 0)
            })
            .await?;
        ours.push(WAITING as f64 / begun.elapsed().as_secs_f64());
        device.until_up_to_date().await?;
        bare.push(pushes(&url, &incidents).await?);
    }
    device.client.shutdown().await;
    let (ours, bare) = (median(ours), median(bare));
    println!("\n| {WAITING} messages on {LANES} incidents | median | of the peer |");
    println!("|---|---|---|");
    println!(
        "| sent a second after the server came back | {ours:.0} | {:.2}× |",
        ours / bare
    );
    println!("| bare pushes of a hundred | {bare:.0} | |");
    Ok(())
}

/// The same messages, by somebody who does nothing but push; answers how many a second.
async fn pushes(url: &str, incidents: &[IncidentId]) -> Result<f64> {
    let caller = Caller::sign_in(&owner(incidents[0]), url).await?;
    let begun = Instant::now();
    for batch in 0..WAITING / 100 {
        let these = (0..100).map(|at| incidents[(batch * 100 + at) % incidents.len()]);
        caller.push_all(these).await?;
    }
    Ok(WAITING as f64 / begun.elapsed().as_secs_f64())
}

fn owner(incident: IncidentId) -> Owner {
    Owner {
        id: UserId(growth::id(1, 1)),
        email: growth::OWNER.into(),
        incident,
    }
}

/// The application on a device of its own.
struct Device {
    client: Client,
    _folder: TempDir,
}

impl Device {
    async fn new(url: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        let config = ClientConfig::new(folder.path().join("palier"), url);
        let vault = Arc::new(MemoryVault::default());
        let client = Client::start(config, Arc::new(Silent), vault).await;
        let change = SettingChange::UndoSeconds(0);
        client.update_settings(UpdateSettings { change }).await?;
        Ok(Self {
            client,
            _folder: folder,
        })
    }

    async fn signs_in(&self, url: &str) -> Result<()> {
        let sign_in = SignIn {
            server: url.to_owned(),
            email: growth::OWNER.to_owned(),
            password: PASSWORD.to_owned(),
        };
        self.client.sign_in(sign_in).await?;
        Ok(())
    }

    async fn incidents(&self, most: usize) -> Result<Vec<IncidentId>> {
        let filter = IncidentFilter::default();
        let rows = self
            .client
            .list_incidents(ListIncidents {
                filter,
                limit: None,
            })
            .await?;
        Ok(rows.into_iter().take(most).map(|row| row.id).collect())
    }

    /// Waits for everything; answers how many rows the first sync has brought.
    async fn until_up_to_date(&self) -> Result<u64> {
        let rows = AtomicU64::new(0);
        self.until("everything", async || {
            let sync = self.client.get_sync(GetSync {}).await?;
            rows.fetch_max(sync.first_sync_rows.unwrap_or(0), Ordering::Relaxed);
            let whole = sync.first_sync_rows.is_none() && sync.up_to_date_at.is_some();
            Ok(whole && sync.link == Link::Online)
        })
        .await?;
        Ok(rows.into_inner())
    }

    async fn until(&self, what: &str, holds: impl AsyncFn() -> Result<bool>) -> Result<()> {
        let begun = Instant::now();
        while !holds().await.with_context(|| what.to_owned())? {
            ensure!(begun.elapsed() < PATIENCE, "did not happen in time: {what}");
            sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }
}

/// A desktop that nobody looks at.
pub struct Silent;

#[async_trait]
impl Shell for Silent {
    async fn notify(&self, _: Notification) {}
    async fn try_notification(&self, _: Notification) -> NotificationTest {
        NotificationTest::NoService
    }

    async fn withdraw(&self, _: IncidentId) {}
    fn set_badge(&self, _: u64) {}
    async fn pick_files(&self, _: PickFiles) -> Vec<PathBuf> {
        Vec::new()
    }
    async fn pick_save_path(&self, _: String, _: String) -> Option<PathBuf> {
        None
    }
    async fn clipboard_image(&self) -> Option<Vec<u8>> {
        None
    }
    async fn open_file(&self, _: &Path) -> Result<(), ShellError> {
        Ok(())
    }
    fn autostart(&self) -> Result<bool, ShellError> {
        Ok(false)
    }

    fn set_autostart(&self, _: bool) -> Result<(), ShellError> {
        Ok(())
    }

    fn emit(&self, _: AppEvent) {}
}
