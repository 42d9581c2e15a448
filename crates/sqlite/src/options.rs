//! How a database is opened.

use crate::{SqliteConnection, error::translate};
use log::LevelFilter;
use sqlx_core::{connection::ConnectOptions, error::Error};
use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};
use url::Url;

/// Where what is not committed yet is kept beside the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqliteJournalMode {
    /// In a log that is written ahead. Needs memory that connections share.
    Wal,
    /// In a file that is cut to nothing at each commit.
    Truncate,
}

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqliteSynchronous {
    /// The last commits may go with the power, never more.
    Normal,
    /// It is on the disk.
    Full,
}

/// How a database is opened.
#[derive(Debug, Clone)]
pub struct SqliteConnectOptions {
    file: PathBuf,
    create: bool,
    busy: Duration,
    pragmas: String,
}

impl Default for SqliteConnectOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl SqliteConnectOptions {
    /// A database in memory, until [`filename`](Self::filename) names one.
    pub fn new() -> Self {
        Self {
            file: PathBuf::from(":memory:"),
            create: false,
            busy: Duration::from_secs(5),
            pragmas: String::new(),
        }
    }

    /// The file.
    #[must_use]
    pub fn filename(mut self, file: impl AsRef<Path>) -> Self {
        self.file = file.as_ref().to_owned();
        self
    }

    /// Makes it where there is none.
    #[must_use]
    pub fn create_if_missing(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// How long a transaction waits for another connection's.
    #[must_use]
    pub fn busy_timeout(mut self, limit: Duration) -> Self {
        self.busy = limit;
        self
    }

    /// Where what is not committed yet is kept.
    #[must_use]
    pub fn journal_mode(self, mode: SqliteJournalMode) -> Self {
        self.pragma(match mode {
            SqliteJournalMode::Wal => "journal_mode = wal",
            SqliteJournalMode::Truncate => "journal_mode = truncate",
        })
    }

    /// What a commit waits for.
    #[must_use]
    pub fn synchronous(self, durability: SqliteSynchronous) -> Self {
        self.pragma(match durability {
            SqliteSynchronous::Normal => "synchronous = normal",
            SqliteSynchronous::Full => "synchronous = full",
        })
    }

    /// Whether references are held to.
    #[must_use]
    pub fn foreign_keys(self, on: bool) -> Self {
        self.pragma(if on {
            "foreign_keys = on"
        } else {
            "foreign_keys = off"
        })
    }

    fn pragma(mut self, pragma: &str) -> Self {
        self.pragmas.push_str("pragma ");
        self.pragmas.push_str(pragma);
        self.pragmas.push(';');
        self
    }

    fn open(&self) -> rusqlite::Result<SqliteConnection> {
        use rusqlite::OpenFlags;
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if self.create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let inner = rusqlite::Connection::open_with_flags(&self.file, flags)?;
        inner.busy_timeout(self.busy)?;
        inner.execute_batch(&self.pragmas)?;
        Ok(SqliteConnection::new(inner))
    }
}

impl FromStr for SqliteConnectOptions {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        Ok(Self::new().filename(url.trim_start_matches("sqlite:")))
    }
}

impl ConnectOptions for SqliteConnectOptions {
    type Connection = SqliteConnection;

    fn from_url(url: &Url) -> Result<Self, Error> {
        url.as_str().parse()
    }

    fn connect(&self) -> impl Future<Output = Result<SqliteConnection, Error>> + Send + '_ {
        std::future::ready(self.open().map_err(translate))
    }

    fn log_statements(self, _: LevelFilter) -> Self {
        self
    }

    fn log_slow_statements(self, _: LevelFilter, _: Duration) -> Self {
        self
    }

    fn disable_statement_logging(self) -> Self {
        self
    }
}
