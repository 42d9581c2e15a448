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
    epoch, query_scalar,
    writer::WriteTx,
};
use crate::{
    clock::Clock,
    config::Config,
    error::{Error, Result},
    feed::Doorbell,
    ops::metrics,
    origin::{self, Origin},
};
use futures_util::future::BoxFuture;
use palier_wire::Epoch;
use rand::Rng;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio_util::task::TaskTracker;

pub(super) static MIGRATIONS: sqlx::migrate::Migrator =
    sqlx::migrate!("../migrations/server/postgres");

/// How often work is run again after a race.
const REPEATS: u32 = 3;
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
    epoch: Epoch,
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
                .connect_lazy_with(options.clone())
        };
        let mut server = Self {
            readers: pool(half.max(1)),
            writers: pool(half.max(1)),
            bells: pool(2),
            writing: TaskTracker::new(),
            epoch: Epoch(uuid::Uuid::nil()),
            clock: config.clock.clone(),
            quota: config.quota_per_portfolio.as_u64(),
            doorbell,
            statements,
        };
        let mut first = server.begin().await?;
        server.epoch = epoch(&mut first).await?;
        first.commit().await?;
        Ok(server)
    }

    /// The present life of the data.
    pub fn epoch(&self) -> Epoch {
        self.epoch
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
        let mut tx = WriteTx::new(conn, self.clock.now(), self.epoch, origin);
        tx.quota = self.quota;
        // Dropping the transaction rolls it back.
        let answer = work(&mut tx).await?;
        let done = tx.commit().await?;
        done.count(1);
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
