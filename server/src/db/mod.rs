//! The database: one function opens it, one task writes it, a pool reads it.
//!
//! Reading: [`Db::read`] gives a connection that sees one snapshot from its first query on.
//! Writing: [`Db::write`] hands a piece of work to the [`writer`]. Queries are made with
//! [`query`], [`query_as`] and [`query_scalar`] and say nothing about which database answers;
//! where the dialects differ, [`sql`] holds both.

pub mod codec;
mod conn;
#[cfg(test)]
mod plans;
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
    clock::Clock,
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

/// The open database.
#[derive(Clone)]
pub struct Db {
    readers: sqlx::SqlitePool,
    writer: Writer,
    epoch: Epoch,
    statements: Statements,
}

impl Db {
    /// Opens `data_dir/server.sqlite`, brings it to this version, and starts the writer.
    pub async fn open(data_dir: &Path, clock: Clock, doorbell: Arc<Doorbell>) -> Result<Self> {
        let statements = Statements::default();
        let place = sqlite::Place::new(data_dir, statements.clone());
        // Read before the database is: it may be written to while we look.
        let seen = witness::read(data_dir);
        let mut connection = place.open().await?;
        let epoch = epoch(&mut connection).await?;
        let epoch = compared(&mut connection, epoch, seen, data_dir, clock.now()).await?;
        let readers = place.readers();
        let witness = Witness::start(data_dir, epoch);
        let writer = Writer::start(connection, place, witness, epoch, clock, doorbell);
        Ok(Self {
            readers,
            writer,
            epoch,
            statements,
        })
    }

    /// The present life of the data.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// How many statements were asked so far.
    pub fn statements(&self) -> u64 {
        self.statements.count()
    }

    /// How many reading connections there are.
    pub fn connections(&self) -> Connections {
        Connections {
            open: self.readers.size(),
            idle: u32::try_from(self.readers.num_idle()).unwrap_or(u32::MAX),
            most: self.readers.options().get_max_connections(),
        }
    }

    /// What the database in `data_dir` takes on the disk, in bytes.
    pub async fn size(&self, data_dir: &Path) -> Result<u64> {
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

    /// A reading transaction: one snapshot from its first query on.
    pub async fn read(&self) -> Result<Conn> {
        let transaction = self.readers.begin().await?;
        let held = conn::Held::SqliteReader(transaction);
        Ok(Conn::new(held, self.statements.clone()))
    }

    /// Runs `work` in the writer and returns after the commit that holds it. It may run more than
    /// once: where several servers write, a database may ask for a transaction again.
    ///
    /// # Errors
    /// What `work` returned (nothing of it was kept), or `unavailable` when the commit failed.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Result<T>> + Clone + Send + 'static,
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
async fn epoch(conn: &mut Conn) -> Result<Epoch> {
    query("insert into server_meta (key, value) values ('epoch', $1) on conflict do nothing")
        .bind(Uuid::new_v4().to_string())
        .execute(conn)
        .await?;
    let text: String = query_scalar("select value from server_meta where key = 'epoch'")
        .fetch_one(conn)
        .await?;
    text.parse().map_err(|_| Error::Corrupt("epoch"))
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
