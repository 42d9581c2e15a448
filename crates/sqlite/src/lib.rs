//! SQLite as a driver for sqlx that needs neither threads nor an operating system.
//!
//! sqlx's own driver runs each connection on a thread of its own, which a browser has not got. This one
//! runs every statement at once, on rusqlite, which in a browser is SQLite compiled to WebAssembly; where
//! its files are is the affair of the virtual file system that was installed before. It knows what
//! `palier-store` asks for and no more: a statement's rows are read to the end before the first is given,
//! nothing is logged, and there is no pool.
//!
//! On other systems it works the same, so that plain tests reach it.

mod arguments;
mod connection;
mod error;
mod migrate;
mod options;
mod row;
mod run;
mod statement;
mod transaction;
mod types;
mod value;

pub use arguments::SqliteArguments;
pub use connection::SqliteConnection;
pub use error::SqliteError;
pub use options::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
pub use row::{SqliteColumn, SqliteRow};
pub use statement::SqliteStatement;
pub use transaction::SqliteTransactionManager;
pub use value::{SqliteTypeInfo, SqliteValue, SqliteValueRef};

use sqlx_core::database::Database;

/// The database, as sqlx's functions name it.
#[derive(Debug)]
pub struct Sqlite;

impl Database for Sqlite {
    type Connection = SqliteConnection;
    type TransactionManager = SqliteTransactionManager;
    type Row = SqliteRow;
    type QueryResult = SqliteQueryResult;
    type Column = SqliteColumn;
    type TypeInfo = SqliteTypeInfo;
    type Value = SqliteValue;
    type ValueRef<'r> = SqliteValueRef<'r>;
    type Arguments = SqliteArguments;
    type ArgumentBuffer = Vec<rusqlite::types::Value>;
    type Statement = SqliteStatement;

    const NAME: &'static str = "SQLite";
    const URL_SCHEMES: &'static [&'static str] = &["sqlite"];
}

/// What a statement changed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct SqliteQueryResult {
    changes: u64,
}

impl SqliteQueryResult {
    /// How many rows it inserted, changed or deleted.
    pub fn rows_affected(&self) -> u64 {
        self.changes
    }
}

impl Extend<Self> for SqliteQueryResult {
    fn extend<T: IntoIterator<Item = Self>>(&mut self, others: T) {
        for other in others {
            self.changes += other.changes;
        }
    }
}
