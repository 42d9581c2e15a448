//! PostgreSQL: a database server that several nodes of this program share.
//!
//! Each piece of work is a transaction of its own on a connection of its own, READ COMMITTED, and
//! several run at once; `crate::lock` has the order in which they take their locks. Where two meet
//! all the same ([`Error::is_race`]), the work is run again. Readers see one snapshot (REPEATABLE
//! READ).
//!
//! **Invariant: feeds are numbered last, their heads stay locked to the end of the transaction, and
//! nobody is answered and no doorbell rings before the commit.** A feed's numbers come from its
//! head's row and so become visible in their order; a sequence would give them out in another.

use super::{
    Conn,
    codec::count,
    conn::{Held, Statements},
    epoch, query, query_scalar,
    witness::{self, Note, Position},
    writer::WriteTx,
};
use crate::{
    clock::Clock,
    config::Config,
    error::{Error, Result},
    feed::Doorbell,
    ops::{epoch::end_sessions, metrics},
    origin::{self, Origin},
};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use palier_wire::Epoch;
use rand::Rng;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

pub(super) static MIGRATIONS: sqlx::migrate::Migrator =
    sqlx::migrate!("../migrations/server/postgres");

/// How often work is run again after a race.
const REPEATS: u32 = 3;
/// How long a connection may rest before it is asked whether the server still hears it.
const UNTESTED: Duration = Duration::from_secs(1);
/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connections to a database server. Clones are the same.
#[derive(Clone)]
pub struct Server {
    // Two pools: work that reads while others wait to write must not wait for them.
    readers: PgPool,
    writers: PgPool,
    // Apart from both: one connection listens for ever.
    bells: PgPool,
    writing: TaskTracker,
    epoch: Arc<RwLock<Epoch>>,
    // Rung at every commit; whoever hears it writes the note down.
    committed: Arc<Notify>,
    data_dir: Arc<Path>,
    clock: Clock,
    quota: u64,
    doorbell: Arc<Doorbell>,
    statements: Statements,
}

/// A transaction of its own on the database as it is, in UTC: other systems keep times without a
/// zone.
pub async fn begin_alone(config: &Config) -> Result<Conn> {
    let mut connection = options(config)?.connect().await?;
    suits(&mut connection).await?;
    connection.close().await?;
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(options(config)?);
    let transaction = pool
        .begin_with("begin isolation level read committed")
        .await?;
    let mut conn = Conn::new(Held::Postgres(transaction), Statements::default());
    super::query("set local time zone 'UTC'")
        .execute(&mut conn)
        .await?;
    Ok(conn)
}

impl Server {
    /// Connects, and brings the database to this version. Nodes that start together do it one
    /// after the other.
    pub async fn open(
        config: &Config,
        statements: Statements,
        doorbell: Arc<Doorbell>,
    ) -> Result<Self> {
        let options = options(config)?;
        let mut connection = options.connect().await?;
        suits(&mut connection).await?;
        MIGRATIONS.run(&mut connection).await?;
        connection.close().await?;
        let half = u32::try_from(config.database_connections / 2).unwrap_or(u32::MAX);
        let pool = |most: u32| {
            PgPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(PATIENCE)
                // Asked for each time, it would be a round trip more for every request.
                .test_before_acquire(false)
                .before_acquire(|connection, since| {
                    Box::pin(async move {
                        if since.idle_for > UNTESTED {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .connect_lazy_with(options.clone())
        };
        let server = Self {
            readers: pool(half.max(1)),
            writers: pool(half.max(1)),
            bells: pool(2),
            writing: TaskTracker::new(),
            epoch: Arc::new(RwLock::new(Epoch(uuid::Uuid::nil()))),
            committed: Arc::default(),
            data_dir: config.data_dir.clone().into(),
            clock: config.clock.clone(),
            quota: config.quota_per_portfolio.as_u64(),
            doorbell,
            statements,
        };
        server.compare().await?;
        Ok(server)
    }

    /// The present life of the data.
    pub fn epoch(&self) -> Epoch {
        *self.epoch.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds the database against what was seen of it, at the start and whenever it was away: one that lost
    /// something, or may have, begins a new epoch. Of several nodes that see it one begins it, and all have
    /// it. Returns whether another life than before has begun.
    pub async fn compare(&self) -> Result<bool> {
        // Read before the database is: others may be writing while we look.
        let seen = witness::read(&self.data_dir);
        let mut tx = self.begin().await?;
        let there = epoch(&mut tx).await?;
        let position = self.position().await;
        // A note of another life says nothing of this one.
        let seen = seen.filter(|seen| seen.epoch == there);
        let lost = seen
            .as_ref()
            .zip(position.as_ref())
            .is_some_and(|(seen, now)| witness::behind(&seen.position, now));
        let now = match lost {
            true => renew(&mut tx, there, self.clock.now()).await?,
            false => there,
        };
        tx.commit().await?;
        if let Some(position) = position {
            if lost {
                tracing::warn!(
                    "the database is older than it was, or another: it stands at {position:?}, and \
                     {seen:?} was seen; a new epoch begins and sessions end"
                );
            }
            let epoch = now;
            witness::write(&self.data_dir, &Note { epoch, position })?;
        }
        let mut ours = self.epoch.write().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::replace(&mut *ours, now) != now)
    }

    /// How far the database's log is on its disk. None where it does not tell us.
    async fn position(&self) -> Option<Position> {
        let row: sqlx::Result<(String, i32, i64)> = sqlx::query_as(
            "select system_identifier::text,
                    ('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int,
                    (pg_current_wal_flush_lsn() - '0/0')::bigint
             from pg_control_system()",
        )
        .fetch_one(&self.bells)
        .await;
        match row {
            Ok((system, timeline, flushed)) => Some(Position::Postgres {
                system,
                timeline: timeline.cast_unsigned(),
                flushed: count(flushed),
            }),
            Err(error) => {
                tracing::warn!("the database does not say how far it is: {error}");
                None
            }
        }
    }

    /// Writes down how far the database is, after commits and at most once a second, for as long as it is
    /// polled.
    pub async fn keep_witness(&self) {
        loop {
            self.committed.notified().await;
            if let Some(position) = self.position().await {
                let epoch = self.epoch();
                if let Err(error) = witness::write(&self.data_dir, &Note { epoch, position }) {
                    crate::error::log(&error, "witness");
                }
            }
            tokio::time::sleep(witness::REST).await;
        }
    }

    /// The connections that read.
    pub fn readers(&self) -> &PgPool {
        &self.readers
    }

    /// The connections of the doorbell between nodes.
    pub fn bells(&self) -> &PgPool {
        &self.bells
    }

    /// What the database takes on its disk, in bytes.
    pub async fn size(&self) -> Result<u64> {
        let mut read = self.read().await?;
        let bytes = query_scalar("select pg_database_size(current_database())");
        Ok(count(bytes.fetch_one(&mut read).await?))
    }

    /// A reading transaction.
    pub async fn read(&self) -> Result<Conn> {
        let begin = "begin isolation level repeatable read read only";
        let transaction = self.readers.begin_with(begin).await?;
        Ok(Conn::new(
            Held::Postgres(transaction),
            self.statements.clone(),
        ))
    }

    async fn begin(&self) -> Result<Conn> {
        let begin = "begin isolation level read committed";
        let transaction = self.writers.begin_with(begin).await?;
        Ok(Conn::new(
            Held::Postgres(transaction),
            self.statements.clone(),
        ))
    }

    /// Runs `work` in a transaction and returns after its commit.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Result<T>> + Clone + Send + 'static,
    {
        if self.writing.is_closed() {
            return Err(Error::unavailable());
        }
        // A task of its own: a caller who hangs up does not leave a commit without its doorbell.
        let (server, origin, begun) = (self.clone(), origin::present(), Instant::now());
        let done = self
            .writing
            .spawn(async move { server.until_done(work, origin).await });
        let outcome = done.await.unwrap_or_else(|broken| {
            tracing::error!("a piece of work broke down: {broken}");
            metrics::group_lost();
            Err(Error::unavailable())
        });
        metrics::written(begun.elapsed());
        outcome
    }

    async fn until_done<T, F>(&self, work: F, origin: Option<Arc<Origin>>) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Result<T>> + Clone + Send + 'static,
    {
        for repeat in 1..=REPEATS {
            match self.once(work.clone(), origin.clone()).await {
                Err(error) if error.is_race() => {
                    tracing::debug!(repeat, "a race, run again: {error:?}");
                    // Apart, so that the same two do not meet again.
                    let pause = rand::rng().random_range(0..10 * u64::from(repeat));
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
                outcome => return outcome,
            }
        }
        self.once(work, origin).await
    }

    async fn once<T, F>(&self, work: F, origin: Option<Arc<Origin>>) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Result<T>>,
    {
        let conn = self.begin().await?;
        let mut tx = WriteTx::new(conn, self.clock.now(), self.epoch(), origin);
        tx.quota = self.quota;
        // Dropping the transaction rolls it back.
        let answer = work(&mut tx).await?;
        let done = tx.commit().await?;
        done.count(1);
        self.committed.notify_one();
        self.doorbell.ring(done.moved);
        Ok(answer)
    }

    /// Waits for the writes under way and closes the connections.
    pub async fn close(&self) {
        self.writing.close();
        self.writing.wait().await;
        self.writers.close().await;
        self.readers.close().await;
        self.bells.close().await;
    }
}

/// Begins a new epoch in the place of `old`, unless another node has just done so; returns the present one.
async fn renew(tx: &mut Conn, old: Epoch, now: DateTime<Utc>) -> Result<Epoch> {
    let new = Epoch(uuid::Uuid::new_v4());
    let begun = query("update server_meta set value = $1 where key = 'epoch' and value = $2")
        .bind(new.to_string())
        .bind(old.to_string())
        .execute(tx)
        .await?;
    if begun == 1 {
        end_sessions(tx, now).await?;
    }
    epoch(tx).await
}

fn options(config: &Config) -> Result<PgConnectOptions> {
    let url = config.database_url.as_ref().map_or("", |url| url.reveal());
    let options: PgConnectOptions = url.parse()?;
    // Nothing waits for ever: neither for a lock, nor for a node that died in a transaction.
    Ok(options.application_name("palier-server").options([
        ("lock_timeout", "20s"),
        ("idle_in_transaction_session_timeout", "60s"),
    ]))
}

/// Whether this program can work with the server and its database.
async fn suits(connection: &mut PgConnection) -> Result<()> {
    let (version, encoding): (i32, String) = sqlx::query_as(
        "select current_setting('server_version_num')::int,
                pg_encoding_to_char(encoding)::text
         from pg_database where datname = current_database()",
    )
    .fetch_one(connection)
    .await?;
    if version < 150_000 {
        return Err(Error::Unfit(format!(
            "PostgreSQL 15 or newer is needed, this is {}",
            version / 10_000
        )));
    }
    if encoding != "UTF8" {
        return Err(Error::Unfit(format!(
            "the database is in {encoding}; it has to be made with ENCODING 'UTF8'"
        )));
    }
    Ok(())
}
