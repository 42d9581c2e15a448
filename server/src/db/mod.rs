//! The database: one function opens it; what writes it and what reads it depends on which it is.
//!
//! - SQLite ([`sqlite`]): a file in the data folder, one task that writes ([`writer`]), a pool that
//!   reads.
//! - PostgreSQL ([`postgres`]): a server that several nodes share, where several write at once.
//!
//! Reading: [`Db::read`] gives a connection that sees one snapshot from its first query on.
//! Writing: [`Db::write`] runs a piece of work in a transaction and answers after its commit. Queries
//! are made with [`query`], [`query_as`] and [`query_scalar`] and say nothing about which database
//! answers; where the dialects differ, [`sql`] holds both.

pub mod codec;
mod conn;
#[cfg(test)]
mod plans;
pub mod postgres;
mod query;
pub mod snapshot;
#[macro_use]
mod sql;
mod sqlite;
mod value;
pub mod witness;
pub mod writer;

pub use conn::Conn;
use conn::Statements;
pub use query::{query, query_as, query_scalar};
pub use sql::Sql;
pub use value::{Stamp, TextList};

use crate::{
    config::Config,
    error::{Error, Result},
    feed::Doorbell,
    ops::epoch::end_sessions,
};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use palier_wire::Epoch;
use std::{path::Path, sync::Arc};
use uuid::Uuid;
use witness::{Note, Position, Witness};
use writer::{WriteTx, Writer};

/// Reading connections.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    /// Open ones.
    pub open: u32,
    /// Those that nobody uses.
    pub idle: u32,
    /// The most there may be.
    pub most: u32,
}

impl Connections {
    fn of<D: sqlx::Database>(pool: &sqlx::Pool<D>) -> Self {
        Self {
            open: pool.size(),
            idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
            most: pool.options().get_max_connections(),
        }
    }
}

/// The open database.
#[derive(Clone)]
pub struct Db {
    held: Held,
    epoch: Epoch,
    statements: Statements,
}

#[derive(Clone)]
enum Held {
    Sqlite {
        readers: sqlx::SqlitePool,
        writer: Writer,
    },
    Postgres(postgres::Server),
}

impl Db {
    /// Opens the database that `config` names, and brings it to this version.
    ///
    /// # Errors
    /// When it cannot be opened, or is none that this program can work with.
    pub async fn open(config: &Config, doorbell: Arc<Doorbell>) -> Result<Self> {
        let statements = Statements::default();
        if config.database_url.is_some() {
            let server = postgres::Server::open(config, statements.clone(), doorbell).await?;
            return Ok(Self {
                epoch: server.epoch(),
                held: Held::Postgres(server),
                statements,
            });
        }
        let place = sqlite::Place::new(&config.data_dir, statements.clone());
        // Read before the database is: it may be written to while we look.
        let seen = witness::read(&config.data_dir);
        let mut connection = place.open().await?;
        must_not_be_left(&mut connection).await?;
        let epoch = epoch(&mut connection).await?;
        let epoch = compared(
            &mut connection,
            epoch,
            seen,
            &config.data_dir,
            config.clock.now(),
        )
        .await?;
        let readers = place.readers();
        let clock = config.clock.clone();
        let witness = Witness::start(&config.data_dir, epoch);
        let quota = config.quota_per_portfolio.as_u64();
        let writer = Writer::start(connection, place, witness, epoch, clock, quota, doorbell);
        Ok(Self {
            held: Held::Sqlite { readers, writer },
            epoch,
            statements,
        })
    }

    /// The database server, where there is one.
    pub fn postgres(&self) -> Option<&postgres::Server> {
        match &self.held {
            Held::Postgres(server) => Some(server),
            Held::Sqlite { .. } => None,
        }
    }

    /// A transaction on the database that `config` names, as it is: older than this program, or of
    /// another system. Nobody else works on it meanwhile.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn begin_alone(config: &Config) -> Result<Conn> {
        if config.database_url.is_some() {
            return postgres::begin_alone(config).await;
        }
        let place = sqlite::Place::new(&config.data_dir, Statements::default());
        place.begin_alone().await
    }

    /// The present life of the data.
    pub fn epoch(&self) -> Epoch {
        match &self.held {
            Held::Postgres(server) => server.epoch(),
            Held::Sqlite { .. } => self.epoch,
        }
    }

    /// How many statements were asked so far.
    pub fn statements(&self) -> u64 {
        self.statements.count()
    }

    /// How many reading connections there are.
    pub fn connections(&self) -> Connections {
        match &self.held {
            Held::Sqlite { readers, .. } => Connections::of(readers),
            Held::Postgres(server) => Connections::of(server.readers()),
        }
    }

    /// What the database takes on its disk, in bytes; a file's is in `data_dir`.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn size(&self, data_dir: &Path) -> Result<u64> {
        match &self.held {
            Held::Sqlite { .. } => sqlite::size(data_dir).await,
            Held::Postgres(server) => server.size().await,
        }
    }

    /// A reading transaction: one snapshot from its first query on.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn read(&self) -> Result<Conn> {
        match &self.held {
            Held::Sqlite { readers, .. } => {
                let held = conn::Held::SqliteReader(readers.begin().await?);
                Ok(Conn::new(held, self.statements.clone()))
            }
            Held::Postgres(server) => server.read().await,
        }
    }

    /// A connection for one reading statement: no transaction is begun and ended around it.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn glance(&self) -> Result<Conn> {
        let held = match &self.held {
            Held::Sqlite { readers, .. } => conn::Held::SqliteGlance(readers.acquire().await?),
            Held::Postgres(server) => conn::Held::PostgresGlance(server.readers().acquire().await?),
        };
        Ok(Conn::new(held, self.statements.clone()))
    }

    /// Runs `work` in a writing transaction and returns after the commit that holds it. It may run
    /// more than once: where several write at once, a race is answered by running it again.
    ///
    /// # Errors
    /// What `work` returned (nothing of it was kept), or `unavailable` when the commit failed.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Result<T>> + Clone + Send + 'static,
    {
        match &self.held {
            Held::Sqlite { writer, .. } => writer.write(work).await,
            Held::Postgres(server) => server.write(work).await,
        }
    }

    /// Waits for the writes under way and closes the connections.
    pub async fn close(&self) {
        match &self.held {
            Held::Sqlite { readers, writer } => {
                writer.close().await;
                readers.close().await;
            }
            Held::Postgres(server) => server.close().await,
        }
    }
}

/// The epoch of this database; a new database begins a new one.
pub async fn epoch(conn: &mut Conn) -> Result<Epoch> {
    query("insert into server_meta (key, value) values ('epoch', $1) on conflict do nothing")
        .bind(Uuid::new_v4().to_string())
        .execute(conn)
        .await?;
    let text: String = query_scalar("select value from server_meta where key = 'epoch'")
        .fetch_one(conn)
        .await?;
    text.parse().map_err(|_| Error::Corrupt("epoch"))
}

/// The entry of `server_meta` that says that the data goes on elsewhere (`ops::copy_to`).
pub const MOVED_TO: &str = "moved_to";

/// Whether the data still lives here.
async fn must_not_be_left(conn: &mut Conn) -> Result<()> {
    let moved: Option<String> = query_scalar("select value from server_meta where key = $1")
        .bind(MOVED_TO)
        .fetch_optional(conn)
        .await?;
    match moved {
        None => Ok(()),
        Some(at) => Err(Error::Unfit(format!(
            "this data was moved to PostgreSQL at {at} and goes on there: say --database-url \
             (docs/operations.md, Several nodes, tells the way back)"
        ))),
    }
}

/// Counts a commit, inside the transaction that it ends.
async fn count_commit(conn: &mut Conn) -> Result<Position> {
    let count: Option<i64> = query_scalar(
        "update server_meta set value = cast(cast(value as integer) + 1 as text)
         where key = 'commits' returning cast(value as integer)",
    )
    .fetch_optional(&mut *conn)
    .await?;
    if let Some(count) = count {
        return Ok(Position::Sqlite {
            commit: codec::count(count),
        });
    }
    query("insert into server_meta (key, value) values ('commits', '1')")
        .execute(conn)
        .await?;
    Ok(Position::Sqlite { commit: 1 })
}

/// Holds the database against what was seen of it: one that lost commits begins a new epoch.
async fn compared(
    conn: &mut Conn,
    epoch: Epoch,
    seen: Option<Note>,
    data_dir: &Path,
    now: DateTime<Utc>,
) -> Result<Epoch> {
    let commits: Option<i64> =
        query_scalar("select cast(value as integer) from server_meta where key = 'commits'")
            .fetch_optional(&mut *conn)
            .await?;
    let position = Position::Sqlite {
        commit: codec::count(commits.unwrap_or_default()),
    };
    let Some(seen) = seen.filter(|seen| witness::behind(&seen.position, &position)) else {
        return Ok(epoch);
    };
    tracing::warn!(
        "the database is older than it was: it stands at {position:?}, and {:?} was seen; \
         a new epoch begins and sessions end",
        seen.position
    );
    let new = Epoch(Uuid::new_v4());
    query("update server_meta set value = $1 where key = 'epoch' and value = $2")
        .bind(new.to_string())
        .bind(epoch.to_string())
        .execute(&mut *conn)
        .await?;
    end_sessions(conn, now).await?;
    // Else the next start would find it behind again.
    let note = Note {
        epoch: new,
        position,
    };
    witness::write(data_dir, &note)?;
    Ok(new)
}
