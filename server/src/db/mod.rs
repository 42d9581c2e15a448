//! The database: one function opens it, one task writes it, a pool reads it.
//!
//! Reading: [`Db::read`] gives a transaction that sees one snapshot from its first query on.
//! Writing: [`Db::write`] hands a piece of work to the [`writer`].

pub mod codec;
pub mod writer;

use crate::{
    clock::Clock,
    error::{Error, Result},
    feed::Doorbell,
};
use futures_util::future::BoxFuture;
use palier_wire::Epoch;
use sqlx::{
    ConnectOptions, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, sync::Arc, time::Duration};
use uuid::Uuid;
use writer::{WriteTx, Writer};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/server/sqlite");

/// The open database.
#[derive(Clone)]
pub struct Db {
    readers: SqlitePool,
    writer: Writer,
    epoch: Epoch,
}

/// The one way to open SQLite.
// FULL: a commit that was answered survives a power cut. Read markers and tickets are promises.
// No `optimize`: statistics of a small young database choose scans that a large one pays for, and
// every query here is written for one index.
fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
}

impl Db {
    /// Opens `data_dir/server.sqlite`, brings it to this version, and starts the writer.
    pub async fn open(data_dir: &Path, clock: Clock, doorbell: Arc<Doorbell>) -> Result<Self> {
        let file = data_dir.join("server.sqlite");
        let mut connection = options(&file).connect().await?;
        MIGRATIONS.run(&mut connection).await?;
        let epoch = epoch(&mut connection).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            .connect_lazy_with(options(&file).pragma("query_only", "on"));
        let writer = Writer::start(connection, options(&file), epoch, clock, doorbell);
        Ok(Self {
            readers,
            writer,
            epoch,
        })
    }

    /// The present life of the data.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// A reading transaction: one snapshot from its first query on.
    pub async fn read(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.readers.begin().await?)
    }

    /// Runs `work` in the writer and returns after the commit that holds it.
    ///
    /// # Errors
    /// What `work` returned (nothing of it was kept), or `unavailable` when the commit failed.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        self.writer.write(work).await
    }

    /// Waits for the writes under way and closes the files.
    pub async fn close(&self) {
        self.writer.close().await;
        self.readers.close().await;
    }
}

/// The epoch of this database; a new database begins a new one.
async fn epoch(connection: &mut SqliteConnection) -> Result<Epoch> {
    sqlx::query("insert into server_meta (key, value) values ('epoch', ?1) on conflict do nothing")
        .bind(Uuid::new_v4().to_string())
        .execute(&mut *connection)
        .await?;
    let text: String = sqlx::query_scalar("select value from server_meta where key = 'epoch'")
        .fetch_one(connection)
        .await?;
    text.parse().map_err(|_| Error::Corrupt("epoch"))
}
