//! A connection.

use crate::{Sqlite, SqliteConnectOptions, error::translate, run};
use either::Either;
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream, stream::BoxStream};
use sqlx_core::{
    connection::Connection,
    describe::Describe,
    error::Error,
    executor::{Execute, Executor},
    sql_str::SqlStr,
    transaction::Transaction,
};
use std::future::{Future, ready};

/// A connection. What is asked of it is done at once.
pub struct SqliteConnection {
    pub(crate) inner: rusqlite::Connection,
    /// Transactions within transactions.
    pub(crate) depth: usize,
}

impl std::fmt::Debug for SqliteConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteConnection")
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}

impl SqliteConnection {
    pub(crate) fn new(inner: rusqlite::Connection) -> Self {
        Self { inner, depth: 0 }
    }

    /// Takes back what was not committed, at once: for a guard that is dropped.
    ///
    /// # Errors
    /// SQLite refuses; the connection is of no use then.
    pub fn roll_back(&mut self) -> Result<(), Error> {
        self.depth = 0;
        if self.inner.is_autocommit() {
            return Ok(());
        }
        self.inner.execute_batch("rollback").map_err(translate)
    }
}

impl Connection for SqliteConnection {
    type Database = Sqlite;
    type Options = SqliteConnectOptions;

    fn close(self) -> impl Future<Output = Result<(), Error>> + Send + 'static {
        ready(self.inner.close().map_err(|(_, error)| translate(error)))
    }

    fn close_hard(self) -> impl Future<Output = Result<(), Error>> + Send + 'static {
        self.close()
    }

    fn ping(&mut self) -> impl Future<Output = Result<(), Error>> + Send + '_ {
        ready(Ok(()))
    }

    fn begin(
        &mut self,
    ) -> impl Future<Output = Result<Transaction<'_, Sqlite>, Error>> + Send + '_ {
        Transaction::begin(self, None)
    }

    fn shrink_buffers(&mut self) {
        // What cannot be given back is kept.
        let _ = self.inner.release_memory();
    }

    fn flush(&mut self) -> impl Future<Output = Result<(), Error>> + Send + '_ {
        ready(Ok(()))
    }

    fn should_flush(&self) -> bool {
        false
    }
}

impl<'c> Executor<'c> for &'c mut SqliteConnection {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<crate::SqliteQueryResult, crate::SqliteRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let answer = run::run(&self.inner, query);
        stream::iter(answer).boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<crate::SqliteRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        let rows = run::run(&self.inner, query);
        let first = rows.into_iter().find_map(|step| match step {
            Ok(Either::Left(_)) => None,
            Ok(Either::Right(row)) => Some(Ok(row)),
            Err(error) => Some(Err(error)),
        });
        ready(first.transpose()).boxed()
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        _: &'e [crate::SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<crate::SqliteStatement, Error>>
    where
        'c: 'e,
    {
        ready(run::prepare(&self.inner, sql)).boxed()
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Sqlite>, Error>>
    where
        'c: 'e,
    {
        let prepared = run::prepare(&self.inner, sql);
        let described = prepared.map(|statement| Describe {
            columns: statement.columns.to_vec(),
            parameters: Some(Either::Right(statement.parameters)),
            // A column may hold anything, nothing included.
            nullable: vec![None; statement.columns.len()],
        });
        ready(described).boxed()
    }
}
