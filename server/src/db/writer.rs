//! The one task that writes.
//!
//! It takes what waits as one transaction and one durable commit (group commit). Each piece of
//! work has its own savepoint: a refusal undoes that piece alone. When the storage itself fails
//! (disk full, I/O error, failed commit) nothing of the group is kept and everybody is told to
//! try again.
//!
//! **Invariant: feeds are numbered last, once for the group, and nobody is answered and no
//! doorbell rings before the commit.** Start at [`Writer::write`].

use crate::{
    clock::Clock,
    error::{Error, Result},
    feed::{Doorbell, Touch, number},
};
use chrono::{DateTime, Utc};
use futures_util::{FutureExt, future::BoxFuture};
use palier_wire::Epoch;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{panic::AssertUnwindSafe, sync::Arc};
use tokio::sync::{mpsc, oneshot, watch};

/// Most pieces of work in one commit: enough to amortise it, few enough to answer soon.
const GROUP: usize = 64;
/// How many may wait before callers have to.
const QUEUE: usize = 1024;

type Finish = Box<dyn FnOnce(bool) + Send>;
type Job = Box<dyn for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Finish> + Send>;

/// The way to the writing task.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    stop: watch::Sender<bool>,
}

/// The transaction that a piece of work writes in.
pub struct WriteTx {
    connection: SqliteConnection,
    /// The server's time for everything in this group.
    pub now: DateTime<Utc>,
    /// The life of the data.
    pub epoch: Epoch,
    touches: Vec<Touch>,
    broken: bool,
}

/// An open savepoint: what had been touched before it.
#[must_use]
pub struct Piece(usize);

impl WriteTx {
    /// The connection to run queries on.
    pub fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Notes that an entity changed in a scope; it gets its number at the end of the group.
    pub fn touch(&mut self, touch: Touch) {
        self.touches.push(touch);
    }

    /// Runs `work` so that its failure undoes what it wrote and touched, and nothing else.
    pub async fn savepoint<T, F>(&mut self, work: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Result<T>>,
    {
        let piece = self.open_piece().await?;
        let outcome = work(self).await;
        self.close_piece(piece, outcome).await
    }

    /// Opens a savepoint; [`WriteTx::close_piece`] must follow.
    pub async fn open_piece(&mut self) -> Result<Piece> {
        self.run("savepoint piece").await?;
        Ok(Piece(self.touches.len()))
    }

    /// Keeps what was written since `piece`, or undoes it when `outcome` is a failure.
    pub async fn close_piece<T>(&mut self, piece: Piece, outcome: Result<T>) -> Result<T> {
        match &outcome {
            Ok(_) => self.run("release piece").await?,
            Err(error) => {
                self.touches.truncate(piece.0);
                if error.is_storage_failure() {
                    self.broken = true;
                } else {
                    self.run("rollback to piece").await?;
                    self.run("release piece").await?;
                }
            }
        }
        outcome
    }

    async fn run(&mut self, statement: &'static str) -> Result<()> {
        let done = sqlx::query(statement).execute(&mut self.connection).await;
        // Without its savepoints the transaction means nothing any more.
        self.broken |= done.is_err();
        done?;
        Ok(())
    }
}

impl Writer {
    /// Starts the task on `connection`; it opens another with `options` when that one fails.
    pub fn start(
        connection: SqliteConnection,
        options: SqliteConnectOptions,
        epoch: Epoch,
        clock: Clock,
        doorbell: Arc<Doorbell>,
    ) -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let (stop, stopped) = watch::channel(false);
        let desk = Desk {
            options,
            epoch,
            clock,
            doorbell,
        };
        tokio::spawn(desk.work(connection, waiting, stopped));
        Self { jobs, stop }
    }

    /// Hands `work` over and waits for the commit that holds it.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut WriteTx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            async move {
                let outcome = tx.savepoint(work).await;
                Box::new(move |committed: bool| {
                    // A failure keeps its cause even when the whole group is lost with it.
                    let outcome = match outcome {
                        Ok(_) if !committed => Err(Error::unavailable()),
                        outcome => outcome,
                    };
                    let _ = answer.send(outcome);
                }) as Finish
            }
            .boxed()
        });
        self.jobs
            .send(job)
            .await
            .map_err(|_| Error::unavailable())?;
        answered.await.unwrap_or_else(|_| Err(Error::unavailable()))
    }

    /// Lets the task finish what waits, and waits for its end.
    pub async fn close(&self) {
        let _ = self.stop.send(true);
        self.jobs.closed().await;
    }
}

/// What the writing task keeps between groups.
struct Desk {
    options: SqliteConnectOptions,
    epoch: Epoch,
    clock: Clock,
    doorbell: Arc<Doorbell>,
}

impl Desk {
    async fn work(
        self,
        connection: SqliteConnection,
        mut waiting: mpsc::Receiver<Job>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let mut connection = Some(connection);
        loop {
            let first = tokio::select! {
                biased;
                job = waiting.recv() => job,
                _ = stopped.wait_for(|stop| *stop) => waiting.try_recv().ok(),
            };
            let Some(first) = first else { break };
            let mut group = vec![first];
            while group.len() < GROUP
                && let Ok(job) = waiting.try_recv()
            {
                group.push(job);
            }
            connection = self.group(connection, group).await;
        }
        if let Some(connection) = connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!("could not close the database: {error}");
        }
    }

    /// Runs one group; gives the connection back when it can still be trusted.
    async fn group(
        &self,
        connection: Option<SqliteConnection>,
        group: Vec<Job>,
    ) -> Option<SqliteConnection> {
        let connection = match connection {
            Some(connection) => connection,
            None => match self.options.connect().await {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::error!("could not open the database again: {error}");
                    return None; // dropping the jobs answers them "not now"
                }
            },
        };
        let mut tx = WriteTx {
            connection,
            now: self.clock.now(),
            epoch: self.epoch,
            touches: Vec::new(),
            broken: false,
        };
        let mut finish = Vec::with_capacity(group.len());
        let done = AssertUnwindSafe(transaction(&mut tx, group, &mut finish))
            .catch_unwind()
            .await;
        match done {
            Ok(Ok(moved)) => {
                finish.into_iter().for_each(|answer| answer(true));
                self.doorbell.ring(moved);
                Some(tx.connection)
            }
            failed => {
                match failed {
                    Ok(Err(error)) => crate::error::log(&error, "writer"),
                    _ => tracing::error!("a piece of work panicked in the writer"),
                }
                finish.into_iter().for_each(|answer| answer(false));
                // Whatever state this connection is in, dropping it rolls back.
                None
            }
        }
    }
}

/// The transaction of a group; returns the scopes that moved.
async fn transaction(
    tx: &mut WriteTx,
    group: Vec<Job>,
    finish: &mut Vec<Finish>,
) -> Result<Vec<palier_wire::Scope>> {
    tx.run("begin immediate").await?;
    for job in group {
        if tx.broken {
            break; // dropped unanswered, so its caller is told "not now"
        }
        finish.push(job(tx).await);
    }
    if tx.broken {
        return Err(Error::unavailable());
    }
    let touches = std::mem::take(&mut tx.touches);
    let moved = number(tx.conn(), touches).await?;
    tx.run("commit").await?;
    Ok(moved)
}
