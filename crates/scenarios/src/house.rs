//! A server with people in it.

use crate::{Device, DeviceOptions, Island, Line, Onlooker, eventually};
use anyhow::Context;
use chrono::{NaiveDate, TimeDelta, Utc};
use palier_domain::{Category, IncidentId, LeaseId, PortfolioId, Priority, UnitId, UserId};
use palier_server::{App, Config, ops::seed};
use palier_wire::{Payload, sync};
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// A house with an owner (Claire), a tenant (Awa) and the server that joins them; Paul is a user
/// without a portfolio yet.
pub struct House {
    server: Option<(Island, App)>,
    address: SocketAddr,
    folder: TempDir,
    onlooker: Onlooker,
    /// Claire, who runs the portfolio.
    pub claire: UserId,
    /// Awa, who lives in 3B.
    pub awa: UserId,
    /// Paul, who may join the portfolio.
    pub paul: UserId,
    /// Claire's portfolio.
    pub portfolio: PortfolioId,
    /// 3B.
    pub unit: UnitId,
    /// Awa's lease of 3B.
    pub lease: LeaseId,
}

impl House {
    /// Opens a house on a free port.
    ///
    /// # Errors
    /// When server or people cannot be made.
    pub async fn open() -> anyhow::Result<Self> {
        tell_the_log();
        let folder = tempfile::tempdir()?;
        let free = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = free.local_addr()?;
        drop(free);
        let (island, app) = start_server(folder.path().join("server"), address).await?;
        let people = app.clone();
        let made = island
            .run(async move {
                let app = &people;
                let claire =
                    seed::create_user(app, "claire@maison.test", "Claire Dubois", PASSWORD).await?;
                let awa = seed::create_user(app, "awa@maison.test", "Awa Diallo", PASSWORD).await?;
                let paul =
                    seed::create_user(app, "paul@maison.test", "Paul Petit", PASSWORD).await?;
                let portfolio = seed::create_portfolio(app, claire, "Résidences Dubois").await?;
                let property =
                    seed::create_property(app, portfolio, "12 rue des Lilas", "Europe/Paris")
                        .await?;
                let unit = seed::create_unit(app, property, "3B").await?;
                let lease = seed::create_lease(app, unit, long_ago(), None, &[awa]).await?;
                anyhow::Ok((claire, awa, paul, portfolio, unit, lease))
            })
            .await;
        let (claire, awa, paul, portfolio, unit, lease) = made.context("furnishing the house")?;
        let server = format!("http://{address}");
        let onlooker = Onlooker::enter(&server, "claire@maison.test", PASSWORD).await?;
        Ok(Self {
            server: Some((island, app)),
            address,
            folder,
            onlooker,
            claire,
            awa,
            paul,
            portfolio,
            unit,
            lease,
        })
    }

    /// Claire's session beside all devices: what the server holds.
    pub fn onlooker(&self) -> &Onlooker {
        &self.onlooker
    }

    /// A session of somebody else beside all devices.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn onlooker_as(&self, email: &str) -> anyhow::Result<Onlooker> {
        Onlooker::enter(&self.server_address(), email, PASSWORD).await
    }

    /// The server's own address, past all lines.
    pub fn server_address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The server, while it runs.
    ///
    /// # Panics
    /// When it was killed.
    pub fn app(&self) -> App {
        match &self.server {
            Some((_, app)) => app.clone(),
            None => panic!("the server was killed"),
        }
    }

    /// Stops the server for good and gives its folder away.
    ///
    /// # Errors
    /// When the folder cannot be copied.
    pub async fn moves_out(mut self) -> anyhow::Result<TempDir> {
        self.kill_the_server().await;
        self.save_the_server()
    }

    /// Does something at the server, past HTTP.
    ///
    /// # Panics
    /// When it was killed.
    pub async fn at_the_server<T, F>(&self, act: impl FnOnce(App) -> F) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        match &self.server {
            Some((island, app)) => island.run(act(app.clone())).await,
            None => panic!("the server was killed"),
        }
    }

    /// An incident that Awa has opened.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn incident(&self, title: &str) -> anyhow::Result<IncidentId> {
        self.incident_described(title, "").await
    }

    /// An incident that Awa has opened with more than a title.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn incident_described(
        &self,
        title: &str,
        description: &str,
    ) -> anyhow::Result<IncidentId> {
        let id = IncidentId(Uuid::now_v7());
        let payload = Payload::OpenIncident(sync::OpenIncident {
            incident_id: id,
            unit_id: self.unit,
            title: title.to_owned(),
            description: description.to_owned(),
            category: Category::Heating,
            priority: Priority::Normal,
            written_at: Utc::now(),
        });
        let awa = self.awa;
        let results = self
            .at_the_server(async move |app| seed::submit(&app, awa, vec![payload]).await)
            .await?;
        anyhow::ensure!(
            results.iter().all(|result| result.problem.is_none()),
            "{results:?}"
        );
        Ok(id)
    }

    /// Sets the last day of Awa's lease, counted from today.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn lease_ends(&self, days_from_today: i64) -> anyhow::Result<()> {
        let (lease, day) = (
            self.lease,
            Utc::now().date_naive() + TimeDelta::days(days_from_today),
        );
        self.at_the_server(async move |app| seed::end_lease(&app, lease, day).await)
            .await?;
        Ok(())
    }

    /// Ends a session by its secret, as its owner could from another device.
    ///
    /// # Errors
    /// When the server knows no such session.
    pub async fn end_session(&self, secret: &str) -> anyhow::Result<()> {
        self.onlooker.with_secret(secret).leaves().await
    }

    /// Claire's computer, signed in and up to date.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn claires_device(&self) -> anyhow::Result<Device> {
        self.device("claire@maison.test").await
    }

    /// Awa's computer, signed in and up to date.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn awas_device(&self) -> anyhow::Result<Device> {
        self.device("awa@maison.test").await
    }

    /// Somebody's computer, signed in and up to date. Tickets leave at once (no undo time).
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn device(&self, email: &str) -> anyhow::Result<Device> {
        self.device_with(email, DeviceOptions::default()).await
    }

    /// As [`House::device`], with something different about it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn device_with(&self, email: &str, options: DeviceOptions) -> anyhow::Result<Device> {
        let device = self.new_device(options).await?;
        device.undo_time(0).await?;
        device.signs_in(email, PASSWORD).await?;
        device.is_up_to_date().await;
        Ok(device)
    }

    /// A computer with a fresh installation.
    ///
    /// # Errors
    /// When it cannot be started.
    pub async fn new_device(&self, options: DeviceOptions) -> anyhow::Result<Device> {
        let line = Line::lay(self.address).await?;
        Device::start(line, options).await
    }

    /// Kills the server as a power cut would.
    pub async fn kill_the_server(&mut self) {
        if let Some((island, app)) = self.server.take() {
            drop(app);
            island.sink().await;
            // SQLite has threads of its own, which close their files a moment later, and take the logs
            // away by name: perhaps those of whatever stands there by then.
            let folder = self.folder.path().join("server");
            eventually("the dead server's files are closed", async || {
                !has_open_files(&folder)
            })
            .await;
        }
    }

    /// Starts the server again on the same port and data.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start_the_server(&mut self) -> anyhow::Result<()> {
        self.kill_the_server().await;
        let folder = self.folder.path().join("server");
        self.server = Some(start_server(folder, self.address).await?);
        Ok(())
    }

    /// Saves what the server holds, as an administrator's nightly copy would. It must not run.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn save_the_server(&self) -> anyhow::Result<TempDir> {
        let saved = tempfile::tempdir()?;
        copy_folder(&self.folder.path().join("server"), saved.path())?;
        Ok(saved)
    }

    /// Puts back what was saved, as after a disk that broke, and starts the server, which finds that it is
    /// older than it was. Only what it noted of its own progress is left of the present.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restore_the_server(&mut self, saved: TempDir) -> anyhow::Result<()> {
        self.kill_the_server().await;
        let folder = self.folder.path().join("server");
        let witness = fs::read(folder.join(WITNESS))?;
        fs::remove_dir_all(&folder)?;
        copy_folder(saved.path(), &folder)?;
        fs::write(folder.join(WITNESS), witness)?;
        self.start_the_server().await?;
        // The copy does not know which sessions were ended since.
        self.onlooker =
            Onlooker::enter(&self.server_address(), "claire@maison.test", PASSWORD).await?;
        Ok(())
    }
}

/// Whether this process has files of a folder open. Where no system tells, it has none.
fn has_open_files(folder: &Path) -> bool {
    let open = fs::read_dir("/proc/self/fd").into_iter().flatten();
    open.flatten()
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .any(|file| file.starts_with(folder))
}

/// Where the server notes how far its data has come.
const WITNESS: &str = "witness.json";

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

async fn start_server(data_dir: PathBuf, address: SocketAddr) -> anyhow::Result<(Island, App)> {
    let island = Island::rise("server");
    let config = Config {
        heartbeat: Duration::from_millis(500),
        farewell: Duration::from_millis(100),
        ..Config::new(data_dir)
    };
    let (app, listener) = island
        .run_in_place(async move || {
            let app = App::open(config).await?;
            let listener = TcpListener::bind(address).await?;
            anyhow::Ok((app, listener))
        })
        .await
        .context("starting the server")?;
    let served = app.clone();
    island.leave(async move {
        if let Err(error) = served.serve(listener, std::future::pending()).await {
            tracing::error!(%error, "the server stopped");
        }
    });
    Ok((island, app))
}

fn long_ago() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap_or_default()
}

/// `RUST_LOG=palier_client=debug` shows what goes on in a story.
fn tell_the_log() {
    // Fails only when it is told already.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_test_writer()
        .try_init();
}
