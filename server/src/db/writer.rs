//! The one task that writes.
//!
//! It takes what waits as one transaction and one durable commit (group commit). Each piece of
//! work has its own savepoint: a refusal undoes that piece alone. When the storage itself fails
//! (disk full, I/O error, failed commit) nothing of the group is kept and everybody is told to
//! try again.
//!
//! **Invariant: feeds are numbered last, once for the group, and nobody is answered and no
//! doorbell rings before the commit.** Start at [`Writer::write`].

use super::{
    sqlite::Place,
    witness::{Position, Witness},
};
use crate::{
    clock::Clock,
    db::{Conn, count_commit, query},
    error::{Error, Result},
    feed::{Doorbell, Touch, number},
    ops::metrics,
    origin::{self, Origin},
};
use chrono::{DateTime, Utc};
use futures_util::{FutureExt, future::BoxFuture};
use palier_domain::failpoint;
use palier_wire::{Epoch, Verdict};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};
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
    conn: Conn,
    /// The server's time for everything in this group.
    pub now: DateTime<Utc>,
    /// The life of the data.
    pub epoch: Epoch,
    /// The request that the present piece of work is part of, when it is part of one.
    pub origin: Option<Arc<Origin>>,
    /// Most bytes of files that a portfolio may hold.
    pub quota: u64,
    touches: Vec<Touch>,
    verdicts: Vec<(&'static str, Verdict)>,
    broken: bool,
    undone: bool,
}

/// An open savepoint: what had been touched and judged before it.
#[must_use]
pub struct Piece {
    touches: usize,
    verdicts: usize,
}

impl WriteTx {
    /// A transaction that was just begun on `conn`.
    pub(super) fn new(
        conn: Conn,
        now: DateTime<Utc>,
        epoch: Epoch,
        origin: Option<Arc<Origin>>,
    ) -> Self {
        Self {
            conn,
            now,
            epoch,
            origin,
            quota: u64::MAX,
            touches: Vec::new(),
            verdicts: Vec::new(),
            broken: false,
            undone: false,
        }
    }

    /// A transaction that nobody else shares, begun on `conn`. Whoever made it numbers what was
    /// touched and commits.
    pub(crate) fn alone(conn: Conn, now: DateTime<Utc>, epoch: Epoch) -> Self {
        Self::new(conn, now, epoch, None)
    }

    /// What was touched so far, to be numbered.
    pub(crate) fn take_touches(&mut self) -> Vec<Touch> {
        std::mem::take(&mut self.touches)
    }

    /// The connection, to commit or drop what was written.
    pub(crate) fn into_conn(self) -> Conn {
        self.conn
    }

    /// Numbers what was touched and commits, where the transaction is PostgreSQL's.
    ///
    /// # Errors
    /// When a savepoint failed, so that nothing of the transaction can be trusted, or the storage
    /// fails.
    pub(super) async fn commit(mut self) -> Result<Done> {
        if self.broken {
            return Err(Error::unavailable());
        }
        if self.undone {
            // Dropping the connection rolls back.
            return Ok(Done {
                moved: Vec::new(),
                position: None,
                commit: None,
                verdicts: self.verdicts,
            });
        }
        let moved = number(&mut self.conn, self.touches).await?;
        let begun = Instant::now();
        self.conn.commit().await?;
        Ok(Done {
            moved,
            position: None,
            commit: Some(begun.elapsed()),
            verdicts: self.verdicts,
        })
    }

    /// The connection to run queries on.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Notes that an entity changed in a scope; it gets its number at the end of the group.
    pub fn touch(&mut self, touch: Touch) {
        self.touches.push(touch);
    }

    /// Notes that a mutation of this kind was judged; it counts with the commit.
    pub fn judged(&mut self, kind: &'static str, verdict: Verdict) {
        self.verdicts.push((kind, verdict));
    }

    /// Keeps nothing of what the present piece of work wrote and touched, although it has an answer:
    /// what it judged counts. Not inside a savepoint of its own.
    pub fn undo(&mut self) {
        self.undone = true;
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
        Ok(Piece {
            touches: self.touches.len(),
            verdicts: self.verdicts.len(),
        })
    }

    /// Keeps what was written since `piece`, or undoes it when `outcome` is a failure.
    pub async fn close_piece<T>(&mut self, piece: Piece, outcome: Result<T>) -> Result<T> {
        match &outcome {
            Ok(_) if std::mem::take(&mut self.undone) => self.roll_back(&piece).await?,
            Ok(_) => self.run("release piece").await?,
            Err(error) => {
                self.verdicts.truncate(piece.verdicts);
                if error.is_storage_failure() {
                    self.broken = true;
                } else {
                    self.roll_back(&piece).await?;
                }
            }
        }
        outcome
    }

    async fn roll_back(&mut self, piece: &Piece) -> Result<()> {
        self.touches.truncate(piece.touches);
        self.run("rollback to piece").await?;
        self.run("release piece").await
    }

    async fn run(&mut self, statement: &'static str) -> Result<()> {
        let done = query(statement).execute(&mut self.conn).await;
        // Without its savepoints the transaction means nothing any more.
        self.broken |= done.is_err();
        done?;
        Ok(())
    }
}

impl Writer {
    /// Starts the task on `connection`; it opens another at `place` when that one fails.
    pub fn start(
        connection: Conn,
        place: Place,
        witness: Witness,
        epoch: Epoch,
        clock: Clock,
        quota: u64,
        doorbell: Arc<Doorbell>,
    ) -> Self {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        let (stop, stopped) = watch::channel(false);
        let desk = Desk {
            place,
            witness,
            epoch,
            clock,
            quota,
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
        let begun = Instant::now();
        let (answer, answered) = oneshot::channel();
        let origin = origin::present();
        let job: Job = Box::new(move |tx| {
            async move {
                tx.origin = origin;
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
        let outcome = answered.await;
        metrics::written(begun.elapsed());
        outcome.unwrap_or_else(|_| Err(Error::unavailable()))
    }

    /// Lets the task finish what waits, and waits for its end.
    pub async fn close(&self) {
        let _ = self.stop.send(true);
        self.jobs.closed().await;
    }
}

/// What the writing task keeps between groups.
struct Desk {
    place: Place,
    witness: Witness,
    epoch: Epoch,
    clock: Clock,
    quota: u64,
    doorbell: Arc<Doorbell>,
}

impl Desk {
    async fn work(
        self,
        connection: Conn,
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
        self.witness.finish().await;
    }

    /// Runs one group; gives the connection back when it can still be trusted.
    async fn group(&self, connection: Option<Conn>, group: Vec<Job>) -> Option<Conn> {
        let connection = match connection {
            Some(connection) => connection,
            None => match self.place.reopen().await {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::error!("could not open the database again: {error}");
                    return None; // dropping the jobs answers them "not now"
                }
            },
        };
        let mut tx = WriteTx::new(connection, self.clock.now(), self.epoch, None);
        tx.quota = self.quota;
        let pieces = group.len();
        let mut finish = Vec::with_capacity(pieces);
        let done = AssertUnwindSafe(transaction(&mut tx, group, &mut finish))
            .catch_unwind()
            .await;
        match done {
            Ok(Ok(done)) => {
                if let Some(position) = done.position.clone() {
                    self.witness.saw(position);
                }
                done.count(pieces);
                finish.into_iter().for_each(|answer| answer(true));
                failpoint::pass("server: before the doorbell", "writing");
                self.doorbell.ring(done.moved);
                Some(tx.conn)
            }
            failed => {
                metrics::group_lost();
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

/// What a transaction came to.
pub(super) struct Done {
    /// The scopes that moved.
    pub moved: Vec<palier_wire::Scope>,
    /// Which commit it is, where commits are counted.
    position: Option<Position>,
    /// What the commit took; none where there was nothing to commit.
    commit: Option<std::time::Duration>,
    /// What was judged in it.
    verdicts: Vec<(&'static str, Verdict)>,
}

impl Done {
    /// Tells the metrics of a commit of so many pieces.
    pub fn count(&self, pieces: usize) {
        if let Some(commit) = self.commit {
            metrics::committed(pieces, commit);
        }
        for (kind, verdict) in &self.verdicts {
            metrics::judged(kind, *verdict);
        }
    }
}

/// The transaction of a group.
async fn transaction(tx: &mut WriteTx, group: Vec<Job>, finish: &mut Vec<Finish>) -> Result<Done> {
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
    let position = count_commit(tx.conn()).await?;
    let begun = Instant::now();
    failpoint::pass("server: before a commit", "writing");
    tx.run("commit").await?;
    failpoint::pass("server: after a commit", "writing");
    Ok(Done {
        moved,
        position: Some(position),
        commit: Some(begun.elapsed()),
        verdicts: std::mem::take(&mut tx.verdicts),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Config,
        db::{Db, query_scalar},
        feed::changes::heads,
    };
    use palier_domain::{PortfolioId, UserId};
    use palier_wire::{EntityKind, ProblemKind, Scope};
    use tokio::sync::Barrier;
    use uuid::Uuid;

    async fn open() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::new(folder.path());
        let db = Db::open(&config, Arc::default());
        let db = db.await.unwrap();
        (folder, db)
    }

    async fn put(tx: &mut WriteTx, key: String) -> Result<()> {
        query("insert into server_meta (key, value) values ($1, '')")
            .bind(key)
            .execute(tx.conn())
            .await?;
        Ok(())
    }

    async fn keys(db: &Db) -> Vec<String> {
        let mut read = db.read().await.unwrap();
        query_scalar(
            "select key from server_meta where key not in ('epoch', 'commits') order by key",
        )
        .fetch_all(&mut read)
        .await
        .unwrap()
    }

    /// Fills the writer's queue while it is busy, so that what is queued becomes one group.
    async fn while_busy(db: &Db) -> (Arc<Barrier>, tokio::task::JoinHandle<Result<()>>) {
        let (begun, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (held, inside) = (go_on.clone(), begun.clone());
        let writer = db.clone();
        let busy = tokio::spawn(async move {
            writer
                .write(move |_| {
                    async move {
                        inside.wait().await;
                        held.wait().await;
                        Ok(())
                    }
                    .boxed()
                })
                .await
        });
        begun.wait().await;
        (go_on, busy)
    }

    #[tokio::test]
    async fn a_piece_that_fails_undoes_itself_and_nothing_else() {
        let (_folder, db) = open().await;
        let (go_on, _busy) = while_busy(&db).await;
        let kept = db.write(|tx| put(tx, "kept".into()).boxed());
        let refused = db.write(|tx| {
            async move {
                put(tx, "refused".into()).await?;
                Err::<(), _>(Error::not_found("thing"))
            }
            .boxed()
        });
        let also_kept = db.write(|tx| put(tx, "later".into()).boxed());
        let (kept, refused, also_kept, _) = tokio::join!(kept, refused, also_kept, go_on.wait());
        assert!(kept.is_ok() && also_kept.is_ok());
        assert!(matches!(refused, Err(Error::Refused(_))));
        assert_eq!(keys(&db).await, ["kept", "later"]);
    }

    #[tokio::test]
    async fn a_full_disk_keeps_nothing_of_the_group_and_everybody_is_told_to_try_again() {
        let (_folder, db) = open().await;
        db.write(|tx| {
            async move {
                let pages: i64 = query_scalar("pragma page_count")
                    .fetch_one(tx.conn())
                    .await?;
                assert!(pages > 10);
                query("pragma max_page_count = 1")
                    .execute(tx.conn())
                    .await?;
                Ok(())
            }
            .boxed()
        })
        .await
        .unwrap();
        let (go_on, _busy) = while_busy(&db).await;
        let small = db.write(|tx| put(tx, "small".into()).boxed());
        let large = db.write(|tx| put(tx, "x".repeat(1_000_000)).boxed());
        let next = db.write(|tx| put(tx, "next".into()).boxed());
        let (small, large, next, _) = tokio::join!(small, large, next, go_on.wait());
        for outcome in [small, large, next] {
            let problem = outcome.unwrap_err().into_problem();
            assert_eq!(problem.kind, ProblemKind::Unavailable);
        }
        assert!(keys(&db).await.is_empty());
        // The connection was replaced, and with it this test's limit: there is room again.
        db.write(|tx| put(tx, "again".into()).boxed())
            .await
            .unwrap();
        assert_eq!(keys(&db).await, ["again"]);
    }

    #[tokio::test]
    async fn a_piece_that_panics_takes_its_group_along_and_the_writer_goes_on() {
        let (_folder, db) = open().await;
        let (go_on, _busy) = while_busy(&db).await;
        let before = db.write(|tx| put(tx, "before".into()).boxed());
        let panics = db.write(|_| async { panic!("on purpose") }.boxed());
        let (before, panicked, _) = tokio::join!(before, panics, go_on.wait());
        let panicked: Result<()> = panicked;
        assert!(before.is_err() && panicked.is_err());
        db.write(|tx| put(tx, "after".into()).boxed())
            .await
            .unwrap();
        assert_eq!(keys(&db).await, ["after"]);
    }

    #[tokio::test]
    async fn what_waits_becomes_one_group_with_one_time() {
        let (_folder, db) = open().await;
        let (go_on, busy) = while_busy(&db).await;
        let first = db.write(|tx| async move { Ok(tx.now) }.boxed());
        let second = db.write(|tx| async move { Ok(tx.now) }.boxed());
        let (first, second, _) = tokio::join!(first, second, go_on.wait());
        assert_eq!(first.unwrap(), second.unwrap());
        busy.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn what_an_undone_piece_touched_gets_no_number() {
        let (_folder, db) = open().await;
        let scope = Scope::User(UserId(Uuid::nil()));
        let touch =
            move |id: u128| Touch::put(scope, EntityKind::Portfolio, Uuid::from_u128(id), 1);
        let undone = db.write(move |tx| {
            async move {
                tx.touch(touch(1));
                Err::<(), _>(Error::not_found("thing"))
            }
            .boxed()
        });
        assert!(undone.await.is_err());
        let kept = db.write(move |tx| {
            async move {
                tx.touch(touch(2));
                tx.touch(touch(3));
                tx.touch(touch(2));
                Ok(())
            }
            .boxed()
        });
        kept.await.unwrap();
        let mut read = db.read().await.unwrap();
        let seq = heads(&mut read, [&scope]).await.unwrap()[&scope].seq;
        assert_eq!(
            seq, 2,
            "one number for each row, however often it was touched"
        );
        let other = Scope::Portfolio(PortfolioId(Uuid::nil()));
        assert!(heads(&mut read, [&other]).await.unwrap().is_empty());
    }
}
