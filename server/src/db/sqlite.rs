//! SQLite: the one way to open it.

use super::conn::{Conn, Held, Statements};
use crate::error::{Error, Result};
use sqlx::{
    ConnectOptions, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, time::Duration};

/// The database's name in a data folder.
pub const FILE: &str = "server.sqlite";

pub static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/server/sqlite");

/// The database file of a data folder.
pub struct Place {
    options: SqliteConnectOptions,
    statements: Statements,
}

impl Place {
    /// `data_dir/server.sqlite`.
    // FULL: a commit that was answered survives a power cut. Read markers and tickets are promises.
    // No `optimize`: statistics of a small young database choose scans that a large one pays for, and
    // every query here is written for one index.
    pub fn new(data_dir: &Path, statements: Statements) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(data_dir.join(FILE))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        Self {
            options,
            statements,
        }
    }

    /// Opens the file for the writer and brings it to this version.
    pub async fn open(&self) -> Result<Conn> {
        let mut connection = self.options.connect().await?;
        MIGRATIONS.run(&mut connection).await?;
        Ok(Conn::new(
            Held::SqliteWriter(connection),
            self.statements.clone(),
        ))
    }

    /// Opens the file for the writer again.
    pub async fn reopen(&self) -> Result<Conn> {
        let connection = self.options.connect().await?;
        Ok(Conn::new(
            Held::SqliteWriter(connection),
            self.statements.clone(),
        ))
    }

    /// A transaction of its own on the file as it is, which has to be there.
    pub async fn begin_alone(&self) -> Result<Conn> {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(self.options.clone().create_if_missing(false))
            .await?;
        let transaction = pool.begin_with("begin immediate").await?;
        Ok(Conn::new(
            Held::SqliteReader(transaction),
            self.statements.clone(),
        ))
    }

    /// Connections that cannot write.
    pub fn readers(&self) -> SqlitePool {
        SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            // A file does not hang up.
            .test_before_acquire(false)
            .connect_lazy_with(self.options.clone().pragma("query_only", "on"))
    }
}

/// What the database in `data_dir` takes on the disk, in bytes.
pub async fn size(data_dir: &Path) -> Result<u64> {
    let mut bytes = 0;
    for name in ["server.sqlite", "server.sqlite-wal"] {
        match tokio::fs::metadata(data_dir.join(name)).await {
            Ok(file) => bytes += file.len(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(Error::io("look at the database's file")(error)),
        }
    }
    Ok(bytes)
}
