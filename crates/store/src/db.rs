//! The driver of SQLite: sqlx's own, or the one for a browser, which has no threads.

#[cfg(browser)]
pub(crate) use palier_sqlite::{
    Sqlite, SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow,
    SqliteSynchronous,
};
#[cfg(not(browser))]
pub(crate) use sqlx::{
    Sqlite, SqliteConnection,
    sqlite::{
        SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous,
    },
};
