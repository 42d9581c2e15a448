//! Transactions, and savepoints within them.

use crate::{Sqlite, SqliteConnection, error::translate};
use sqlx_core::{error::Error, sql_str::SqlStr, transaction::TransactionManager};
use std::future::{Future, ready};

/// Begins and ends transactions.
#[derive(Debug)]
pub struct SqliteTransactionManager;

impl TransactionManager for SqliteTransactionManager {
    type Database = Sqlite;

    fn begin(
        conn: &mut SqliteConnection,
        statement: Option<SqlStr>,
    ) -> impl Future<Output = Result<(), Error>> + Send + '_ {
        ready(begin(conn, statement))
    }

    fn commit(conn: &mut SqliteConnection) -> impl Future<Output = Result<(), Error>> + Send + '_ {
        ready(end(conn, "commit", "release"))
    }

    fn rollback(
        conn: &mut SqliteConnection,
    ) -> impl Future<Output = Result<(), Error>> + Send + '_ {
        ready(end(conn, "rollback", "rollback to"))
    }

    fn start_rollback(conn: &mut SqliteConnection) {
        // What cannot be taken back ends with the connection.
        let _ = end(conn, "rollback", "rollback to");
    }

    fn get_transaction_depth(conn: &SqliteConnection) -> usize {
        conn.depth
    }
}

fn begin(conn: &mut SqliteConnection, statement: Option<SqlStr>) -> Result<(), Error> {
    let begins = match (conn.depth, &statement) {
        (0, None) => "begin".to_owned(),
        (0, Some(statement)) => statement.as_str().to_owned(),
        (_, Some(_)) => return Err(Error::InvalidSavePointStatement),
        (depth, None) => format!("savepoint palier_{depth}"),
    };
    conn.inner.execute_batch(&begins).map_err(translate)?;
    conn.depth += 1;
    Ok(())
}

fn end(conn: &mut SqliteConnection, outer: &str, inner: &str) -> Result<(), Error> {
    let ends = match conn.depth {
        0 => return Ok(()),
        1 => outer.to_owned(),
        depth => format!("{inner} palier_{}", depth - 1),
    };
    // SQLite ends a transaction by itself after some errors.
    if !conn.inner.is_autocommit() {
        conn.inner.execute_batch(&ends).map_err(translate)?;
    }
    conn.depth -= 1;
    Ok(())
}
