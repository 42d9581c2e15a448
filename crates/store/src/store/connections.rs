//! One connection that writes, a few that read; each sees journal and cache as one.

use super::Store;
use crate::{
    StoreError,
    cache::Caches,
    db::{SqliteConnection, SqliteSynchronous},
    sqlite::{BUSY, Doing, attach, options},
};
use palier_domain::failpoint;
use sqlx::ConnectOptions;
use std::{
    ops::{Deref, DerefMut},
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};
use tokio::sync::OwnedMutexGuard;

/// A connection to the journal with one of the caches beside it.
#[derive(Debug)]
pub(super) struct Attached {
    pub(super) conn: SqliteConnection,
    cache: PathBuf,
}

/// A transaction that writes. Dropped without [`Write::commit`], nothing of it is kept.
// It is dropped with its connection: what a full disk or a cancelled future leaves of a
// transaction is not worth reasoning about.
pub(crate) struct Write {
    slot: OwnedMutexGuard<Option<Attached>>,
    attached: Attached,
    doing: &'static str,
}

impl Write {
    pub async fn commit(mut self) -> Result<(), StoreError> {
        failpoint::pass("store: before a commit", self.doing);
        sqlx::raw_sql("commit")
            .execute(&mut self.attached.conn)
            .await
            .doing(self.doing)?;
        failpoint::pass("store: after a commit", self.doing);
        *self.slot = Some(self.attached);
        Ok(())
    }
}

impl Deref for Write {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        &self.attached.conn
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.attached.conn
    }
}

impl Store {
    /// Begins a transaction that writes to the journal, or to the cache that is shown. There is one
    /// at a time.
    pub(crate) async fn write(&self, doing: &'static str) -> Result<Write, StoreError> {
        self.write_with(Caches::shown, doing).await
    }

    /// The same, with the cache that the server's rows are written to.
    pub(crate) async fn fill(&self, doing: &'static str) -> Result<Write, StoreError> {
        self.write_with(Caches::filled, doing).await
    }

    async fn write_with(
        &self,
        which: fn(&Caches) -> &Path,
        doing: &'static str,
    ) -> Result<Write, StoreError> {
        let (slot, mut attached) = self.connection(which).await?;
        sqlx::raw_sql("begin immediate")
            .execute(&mut attached.conn)
            .await
            .doing(doing)?;
        Ok(Write {
            slot,
            attached,
            doing,
        })
    }

    /// The one connection that writes, with this cache beside it, once it is our turn.
    pub(super) async fn connection(
        &self,
        which: fn(&Caches) -> &Path,
    ) -> Result<(OwnedMutexGuard<Option<Attached>>, Attached), StoreError> {
        let mut slot = self.inner.writer.clone().lock_owned().await;
        // Asked once it is our turn: a swap may have been before us, and the old file is gone.
        let caches = self.caches();
        let cache = which(&caches);
        let attached = match slot.take().filter(|writer| writer.cache == cache) {
            Some(attached) => attached,
            None => self.connect_writer(cache).await?,
        };
        Ok((slot, attached))
    }

    async fn connect_writer(&self, cache: &Path) -> Result<Attached, StoreError> {
        let doing = "opening the journal to write";
        let folder = &self.inner.folder;
        let mut conn = options(&folder.journal(), SqliteSynchronous::Full)
            .connect()
            .await
            .doing(doing)?;
        attach(&mut conn, cache).await.doing(doing)?;
        for (file, pages) in [
            ("main", &self.inner.journal_pages),
            ("cache", &self.inner.cache_pages),
        ] {
            let pages = pages.load(Ordering::Relaxed);
            if pages > 0 {
                // Safe SQL: a pragma takes no bound value; these are a name from above and a number.
                let limit = sqlx::AssertSqlSafe(format!("pragma {file}.max_page_count = {pages}"));
                sqlx::raw_sql(limit).execute(&mut conn).await.doing(doing)?;
            }
        }
        Ok(Attached {
            conn,
            cache: cache.to_owned(),
        })
    }

    /// Folds what is written ahead of journal and caches into their files and empties it, so that what was
    /// deleted is gone. What somebody still reads stays, for [`Store::finish_truncating`].
    pub(crate) async fn truncate_logs(&self) -> Result<(), StoreError> {
        self.inner.logs_to_truncate.store(true, Ordering::Relaxed);
        let caches = self.caches();
        let mut truncated = true;
        for cache in [Some(&caches.shown), caches.filling.as_ref()]
            .into_iter()
            .flatten()
        {
            let mut slot = self.inner.writer.lock().await;
            let mut attached = match slot.take().filter(|writer| writer.cache == *cache) {
                Some(attached) => attached,
                None => self.connect_writer(cache).await?,
            };
            truncated &= truncate(&mut attached.conn)
                .await
                .doing("emptying the write-ahead logs")?;
            *slot = Some(attached);
        }
        self.inner
            .logs_to_truncate
            .store(!truncated, Ordering::Relaxed);
        if !truncated {
            tracing::info!("a log still has what was deleted: somebody reads from it");
        }
        Ok(())
    }

    /// Empties logs that somebody read when they were to be emptied, if there are any. (A start does so too:
    /// whoever opens a file last, or first, folds in what is ahead of it.)
    ///
    /// # Errors
    /// The files cannot be written.
    pub async fn finish_truncating(&self) -> Result<(), StoreError> {
        match self.inner.logs_to_truncate.load(Ordering::Relaxed) {
            true => self.truncate_logs().await,
            false => Ok(()),
        }
    }
}

/// Says whether the logs are empty. Readers that have begun before are waited for, but not for as long as
/// others: nobody can write meanwhile.
async fn truncate(conn: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    sqlx::raw_sql("pragma busy_timeout = 1000")
        .execute(&mut *conn)
        .await?;
    // Without a name it is about every file that is attached.
    let (busy, _, _): (i64, i64, i64) = sqlx::query_as("pragma wal_checkpoint(truncate)")
        .fetch_one(&mut *conn)
        .await?;
    // Safe SQL: a pragma takes no bound value, and this one is a number.
    let usual = sqlx::AssertSqlSafe(format!("pragma busy_timeout = {}", BUSY.as_millis()));
    sqlx::raw_sql(usual).execute(conn).await?;
    Ok(busy == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::account;
    use palier_domain::UserId;
    use uuid::Uuid;

    #[cfg(not(browser))]
    async fn run(store: &Store, statement: &'static str) {
        let mut write = store.write("testing").await.unwrap();
        sqlx::raw_sql(statement).execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
    }

    // In a browser nobody writes while somebody reads.
    #[cfg(not(browser))]
    #[tokio::test]
    async fn what_moves_from_journal_to_cache_while_somebody_reads_is_in_one_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let awa = UserId(Uuid::from_u128(1));
        let store = Store::open(folder.path(), awa).await.unwrap().store;
        store.set_setting("reply", Some("unsent")).await.unwrap();

        let mut read = store.read().await.unwrap();
        run(
            &store,
            "insert into cache.portfolio (id, rev, name) values (x'01', 1, 'reply')",
        )
        .await;
        run(&store, "delete from main.settings").await;
        let found: bool = sqlx::query_scalar(
            "select exists (select 1 from cache.portfolio)
                or exists (select 1 from main.settings)",
        )
        .fetch_one(&mut *read)
        .await
        .unwrap();
        assert!(found);
    }

    #[tokio::test]
    async fn a_transaction_that_is_not_committed_leaves_nothing_and_blocks_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let awa = UserId(Uuid::from_u128(1));
        let store = Store::open(folder.path(), awa).await.unwrap().store;
        let mut write = store.write("testing").await.unwrap();
        account::set_setting(&mut write, "a", Some("1"))
            .await
            .unwrap();
        drop(write);
        assert_eq!(store.setting("a").await.unwrap(), None);
        store.set_setting("b", Some("2")).await.unwrap();
        assert_eq!(store.setting("b").await.unwrap().as_deref(), Some("2"));
    }

    // In a browser there is no such log.
    #[cfg(not(browser))]
    #[tokio::test]
    async fn a_log_that_somebody_reads_is_emptied_when_he_has_ended_or_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let awa = UserId(Uuid::from_u128(1));
        let open = async |folder| Store::open(folder, awa).await.unwrap().store;
        let logs = |folder: &Path| {
            ["journal.sqlite-wal", "cache.sqlite-wal"].map(|log| {
                let log = std::fs::metadata(folder.join(log));
                log.map_or(0, |log| log.len())
            })
        };
        let store = open(folder.path()).await;
        let read = store.read().await.unwrap();
        store.set_setting("words", Some("gone")).await.unwrap();
        store.set_setting("words", None).await.unwrap();
        run(
            &store,
            "insert into cache.portfolio (id, rev, name) values (x'01', 1, 'gone');
             delete from cache.portfolio",
        )
        .await;
        store.truncate_logs().await.unwrap();
        let is_there = |log: &u64| *log > 0;
        assert!(logs(folder.path()).iter().any(is_there));

        // The power goes in this moment.
        let left = tempfile::tempdir().unwrap();
        for entry in folder.path().read_dir().unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                std::fs::copy(entry.path(), left.path().join(entry.file_name())).unwrap();
            }
        }
        let next = open(left.path()).await;
        assert_eq!(logs(left.path()), [0, 0], "the start made up for it");
        next.close().await;

        store.finish_truncating().await.unwrap();
        assert!(logs(folder.path()).iter().any(is_there), "he still reads");
        drop(read);
        store.finish_truncating().await.unwrap();
        assert_eq!(logs(folder.path()), [0, 0]);
    }

    #[tokio::test]
    async fn a_reader_that_meets_a_damaged_cache_says_so_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), UserId(Uuid::from_u128(1)))
            .await
            .unwrap()
            .store;
        let cache = store.shown_cache();
        for beside in ["-wal", "-shm"] {
            let mut name = cache.clone().into_os_string();
            name.push(beside);
            let _ = std::fs::remove_file(name);
        }
        std::fs::write(
            &cache,
            "this is no database, however long it is read".repeat(100),
        )
        .unwrap();
        let limit = std::time::Duration::from_secs(10);
        for _ in 0..2 {
            let read = tokio::time::timeout(limit, store.read()).await.unwrap();
            assert!(matches!(read, Err(StoreError::Damaged { .. })), "{read:?}");
        }
        tokio::time::timeout(limit, store.close()).await.unwrap();
    }
}
