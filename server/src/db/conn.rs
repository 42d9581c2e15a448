//! A connection to either database, inside a transaction.

use super::{postgres, sqlite};
use sqlx::{
    Connection, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection,
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// How many statements a database was asked; shared by all its connections.
#[derive(Debug, Clone, Default)]
pub struct Statements(Arc<AtomicU64>);

impl Statements {
    /// The number so far.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A connection that runs queries. Reading ones are transactions that end when dropped, or glances.
pub struct Conn {
    held: Held,
    statements: Statements,
}

pub(super) enum Held {
    /// The writer's own; it begins and commits by statements.
    SqliteWriter(SqliteConnection),
    SqliteReader(Transaction<'static, Sqlite>),
    /// Reading or writing: [`super::postgres`] begins both.
    Postgres(Transaction<'static, Postgres>),
    /// For one statement, in no transaction.
    SqliteGlance(PoolConnection<Sqlite>),
    PostgresGlance(PoolConnection<Postgres>),
}

/// The connection as sqlx knows it.
pub(super) enum Link<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Conn {
    pub(super) fn new(held: Held, statements: Statements) -> Self {
        Self { held, statements }
    }

    /// The connection for one statement, which is counted.
    pub(super) fn link(&mut self) -> Link<'_> {
        self.statements.0.fetch_add(1, Ordering::Relaxed);
        match &mut self.held {
            Held::SqliteWriter(connection) => Link::Sqlite(connection),
            Held::SqliteReader(transaction) => Link::Sqlite(transaction),
            Held::Postgres(transaction) => Link::Postgres(transaction),
            Held::SqliteGlance(connection) => Link::Sqlite(connection),
            Held::PostgresGlance(connection) => Link::Postgres(connection),
        }
    }

    /// Whether PostgreSQL answers: only where work differs, not where its words do (that is `sql!`).
    pub fn is_postgres(&self) -> bool {
        matches!(self.held, Held::Postgres(_) | Held::PostgresGlance(_))
    }

    /// Commits a transaction of PostgreSQL; the writer of SQLite commits by a statement.
    pub async fn commit(self) -> sqlx::Result<()> {
        match self.held {
            Held::Postgres(transaction) => transaction.commit().await,
            Held::SqliteReader(transaction) => transaction.commit().await,
            Held::SqliteWriter(_) | Held::SqliteGlance(_) | Held::PostgresGlance(_) => Ok(()),
        }
    }

    /// Brings the database to this version, inside the transaction.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn migrate(&mut self) -> Result<(), sqlx::migrate::MigrateError> {
        match &mut self.held {
            Held::SqliteWriter(connection) => sqlite::MIGRATIONS.run(connection).await,
            Held::SqliteReader(transaction) => sqlite::MIGRATIONS.run(&mut **transaction).await,
            Held::Postgres(transaction) => postgres::MIGRATIONS.run(&mut **transaction).await,
            Held::SqliteGlance(connection) => sqlite::MIGRATIONS.run(&mut **connection).await,
            Held::PostgresGlance(connection) => postgres::MIGRATIONS.run(&mut **connection).await,
        }
    }

    /// Closes a writer's connection; others go back to their pool by being dropped.
    pub async fn close(self) -> sqlx::Result<()> {
        match self.held {
            Held::SqliteWriter(connection) => connection.close().await,
            Held::SqliteReader(transaction) => transaction.rollback().await,
            Held::Postgres(transaction) => transaction.rollback().await,
            Held::SqliteGlance(connection) => connection.close().await,
            Held::PostgresGlance(connection) => connection.close().await,
        }
    }
}
