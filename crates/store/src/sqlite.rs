//! Opening SQLite, reading values from it, and what its errors mean.

use crate::{
    StoreError,
    db::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous},
};
use chrono::{DateTime, TimeZone, Utc};
use sqlx::ConnectOptions;
use std::{io, path::Path, str::FromStr, time::Duration};
use uuid::Uuid;

/// How long a connection waits for another one's transaction. Ours are short; a longer wait means
/// that somebody else has opened the file.
pub(crate) const BUSY: Duration = Duration::from_secs(10);

/// Where what is not committed yet is kept. A log that is written ahead lets others read meanwhile, and
/// needs memory that connections share; in a browser there is one connection, and no such memory.
const JOURNAL_MODE: SqliteJournalMode = if cfg!(browser) {
    SqliteJournalMode::Truncate
} else {
    SqliteJournalMode::Wal
};

/// The one function that opens SQLite: every connection and the readers' pool come from here.
///
/// `Full` makes every commit durable; `Normal` may lose the last ones with the power, never more.
pub(crate) fn options(file: &Path, durability: SqliteSynchronous) -> SqliteConnectOptions {
    untouched(file)
        .create_if_missing(true)
        .journal_mode(JOURNAL_MODE)
        .synchronous(durability)
        .foreign_keys(true)
}

/// Opens a file that may be damaged: nothing of it is read before the connection is there, so that what
/// fails then leaves a connection which can be closed. (One that failed to open closes itself some time
/// later, and takes the log away by its name, whose file that is by then.)
pub(crate) fn untouched(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(BUSY)
        // Their values are what people wrote.
        .disable_statement_logging()
}

/// Puts the cache beside the journal as the schema `cache`, so that one query reads both.
pub(crate) async fn attach(conn: &mut SqliteConnection, cache: &Path) -> Result<(), sqlx::Error> {
    let path = cache
        .to_str()
        .ok_or_else(|| sqlx::Error::Configuration("the folder's path is not valid UTF-8".into()))?;
    sqlx::query("attach database ?1 as cache")
        .bind(path)
        .execute(&mut *conn)
        .await?;
    // Words leave the disk when they leave the cache, or the journal.
    sqlx::raw_sql(
        "pragma cache.synchronous = normal; pragma cache.secure_delete = on;
         pragma main.secure_delete = on",
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Names what was being done when something failed, and sorts the failure.
pub(crate) trait Doing<T> {
    /// The same result, with the failure as a [`StoreError`].
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::from_sqlite(Kind::of(&source), doing, source))
    }
}

impl StoreError {
    /// The error that `source`, which is about `kind`, stands for.
    pub(crate) fn from_sqlite(kind: Kind, doing: &'static str, source: sqlx::Error) -> Self {
        match kind {
            Kind::Full => Self::DiskFull { doing },
            Kind::Busy => Self::Busy { doing },
            Kind::Forbidden => Self::FolderNotWritable {
                doing,
                source: source.into(),
            },
            Kind::Damaged => Self::Damaged { doing, source },
            Kind::Other => Self::Sqlite { doing, source },
        }
    }
}

impl<T> Doing<T> for Result<T, io::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| match source.kind() {
            // The last: no file may grow any more, which is a limit like the others.
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => StoreError::DiskFull { doing },
            io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::NotADirectory => StoreError::FolderNotWritable {
                doing,
                source: source.into(),
            },
            _ => StoreError::Io { doing, source },
        })
    }
}

impl<T> Doing<T> for Result<T, serde_json::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Json { doing, source })
    }
}

/// What an error of SQLite is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No space left.
    Full,
    /// The file cannot be opened or written.
    Forbidden,
    /// Another program holds the file for longer than we wait.
    Busy,
    /// The file is no (longer a) database.
    Damaged,
    /// Anything else.
    Other,
}

impl Kind {
    pub fn of(error: &sqlx::Error) -> Self {
        let code = match error {
            sqlx::Error::Database(error) => error.code().and_then(|code| code.parse::<u32>().ok()),
            _ => None,
        };
        // https://sqlite.org/rescode.html; the low byte of an extended code is the plain one.
        match code {
            // SQLITE_IOERR_SHMSIZE: the index of the WAL could not grow.
            Some(4874) => Self::Full,
            Some(code) => match code & 0xff {
                13 => Self::Full,
                5 | 6 => Self::Busy,
                3 | 8 | 14 => Self::Forbidden,
                11 | 26 => Self::Damaged,
                _ => Self::Other,
            },
            None => Self::Other,
        }
    }
}

/// A time as it is stored.
pub(crate) fn to_ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// A time as it was stored.
pub(crate) fn from_ms(ms: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(ms).single().unwrap_or_default()
}

/// A number as it is stored. SQLite's are signed; none of ours comes near the limit.
pub(crate) fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number as it was stored.
pub(crate) fn to_u64(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A stored word of one of the lists in `domain`.
pub(crate) fn word<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Unreadable {
        doing: "reading a stored word",
        value: text.to_owned(),
    })
}

/// Ids as one JSON array, to be bound once: `value` of `json_each` is an id in hexadecimal.
pub(crate) fn id_list<T: Into<Uuid>>(ids: impl IntoIterator<Item = T>) -> String {
    let mut list = String::from("[");
    for id in ids {
        if list.len() > 1 {
            list.push(',');
        }
        list.push('"');
        list.push_str(&hex_id(id.into()));
        list.push('"');
    }
    list.push(']');
    list
}

/// An id as it stands in such a list.
pub(crate) fn hex_id(id: Uuid) -> String {
    id.simple().to_string()
}

/// Ids that a query joined with `group_concat(hex(id))`, in its order.
pub(crate) fn split_ids<T: From<Uuid>>(joined: Option<&str>) -> Result<Vec<T>, StoreError> {
    joined
        .unwrap_or_default()
        .split(',')
        .filter(|part| !part.is_empty())
        .map(|part| {
            Uuid::try_parse(part)
                .map(T::from)
                .map_err(|_| StoreError::Unreadable {
                    doing: "reading stored ids",
                    value: part.to_owned(),
                })
        })
        .collect()
}
