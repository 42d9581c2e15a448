//! The server as a value: opened on a folder, served on a listener, closed.

use crate::{
    audit::{self, Refusals},
    auth::{password::Passwords, throttle::Throttle},
    config::Config,
    db::Db,
    error::{Error, Result},
    export::Exports,
    feed::{self, Doorbell, Rounds},
    files::Files,
    mail::{self, Mail},
    ops::upkeep,
    routes::{self, health::Readiness},
    serving,
};
use axum::Router;
use palier_wire::Epoch;
use std::{future::Future, sync::Arc};
use tokio::{
    net::TcpListener,
    sync::{Notify, Semaphore, watch},
};

/// An open server. Clones are the same server.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    config: Config,
    db: Db,
    doorbell: Arc<Doorbell>,
    rounds: Rounds,
    passwords: Passwords,
    throttle: Throttle,
    refusals: Refusals,
    files: Files,
    mail: Mail,
    exports: Exports,
    bodies: Semaphore,
    stopping: watch::Sender<bool>,
    reload: Notify,
    readiness: Readiness,
}

impl App {
    /// Opens the data in `config.data_dir`, making it when it is absent and migrating it when it
    /// is older than this program.
    ///
    /// # Errors
    /// When the folder or the database cannot be opened.
    pub async fn open(config: Config) -> Result<Self> {
        std::fs::create_dir_all(&config.data_dir).map_err(Error::io("make the data folder"))?;
        let doorbell = Arc::new(Doorbell::default());
        let db = Db::open(&config, doorbell.clone()).await?;
        let inner = Inner {
            passwords: Passwords::new(config.argon_parallelism)?,
            throttle: Throttle::new(&config),
            refusals: Refusals::default(),
            files: Files::open(&config).await?,
            mail: Mail::new(&config),
            exports: Exports::new(&config),
            bodies: Semaphore::new(config.bodies),
            stopping: watch::Sender::new(false),
            reload: Notify::new(),
            readiness: Readiness::default(),
            db,
            doorbell,
            rounds: Rounds::default(),
            config,
        };
        Ok(Self(Arc::new(inner)))
    }

    /// The routes, for a server of one's own.
    pub fn router(&self) -> Router {
        routes::router(self.clone())
    }

    /// Answers on `listener` until `shutdown` is done; then ends the streams, lets requests that
    /// are under way finish for as long as [`Config::farewell`], and returns.
    ///
    /// # Errors
    /// When the certificate cannot be used, or the listener fails.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<()> {
        let upkeep = tokio::spawn(upkeep::run(self.clone()));
        let refusals = tokio::spawn(audit::write_refusals(self.clone()));
        let mail = tokio::spawn(mail::worker::run(self.clone()));
        let nodes = tokio::spawn(feed::nodes::run(self.clone()));
        let witness = tokio::spawn(keep_witness(self.clone()));
        let outcome = serving::run(self, listener, shutdown).await;
        // Also when serving failed: nothing goes on without it.
        self.begin_to_stop();
        let _ = tokio::join!(upkeep, refusals, mail, nodes, witness);
        outcome
    }

    /// Ends the streams, and lets nothing new begin.
    pub(crate) fn begin_to_stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Reads the certificate again, as SIGHUP asks.
    pub fn reload(&self) {
        self.0.reload.notify_one();
    }

    pub(crate) fn reload_asked(&self) -> &Notify {
        &self.0.reload
    }

    /// Closes the files. Whoever still calls is told to try again.
    pub async fn close(&self) {
        self.0.stopping.send_replace(true);
        self.0.db.close().await;
    }

    /// The present life of the data.
    pub fn epoch(&self) -> Epoch {
        self.0.db.epoch()
    }

    /// How many statements the database was asked so far: tests hold that requests of one kind
    /// cost the same, whatever they ask for.
    pub fn statements(&self) -> u64 {
        self.0.db.statements()
    }

    /// How many passwords were hashed or checked so far: tests hold that a refusal tells nothing by
    /// its work.
    pub fn password_hashes(&self) -> u64 {
        self.0.passwords.hashes()
    }

    /// The settings.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn doorbell(&self) -> &Arc<Doorbell> {
        &self.0.doorbell
    }

    pub(crate) fn rounds(&self) -> &Rounds {
        &self.0.rounds
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    pub(crate) fn refusals(&self) -> &Refusals {
        &self.0.refusals
    }

    pub(crate) fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    pub(crate) fn files(&self) -> &Files {
        &self.0.files
    }

    pub(crate) fn exports(&self) -> &Exports {
        &self.0.exports
    }

    pub(crate) fn mail(&self) -> &Mail {
        &self.0.mail
    }

    pub(crate) fn bodies(&self) -> &Semaphore {
        &self.0.bodies
    }

    /// Turns true when the server stops.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.subscribe()
    }
}

/// Notes how far the data has come until the server stops; on SQLite its writer does that.
async fn keep_witness(app: App) {
    let Some(server) = app.db().postgres() else {
        return;
    };
    let mut stopping = app.stopping();
    tokio::select! {
        () = server.keep_witness() => {}
        _ = stopping.wait_for(|stop| *stop) => {}
    }
}
