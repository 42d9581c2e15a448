//! The few connections that read, beside the one that writes.

use super::Store;
use crate::{
    StoreError,
    folder::Folder,
    sqlite::{Doing, attach, options},
};
use sqlx::{
    Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqlitePoolOptions, SqliteSynchronous},
};
use std::path::Path;

/// Connections that read; more would only wait for the same disk.
const READERS: u32 = 3;

/// The pool of connections that read.
#[derive(Debug)]
pub(super) struct Readers(SqlitePool);

/// Journal and cache as they were when it began.
pub(crate) type Read = Transaction<'static, Sqlite>;

impl Readers {
    pub(super) fn new(folder: &Folder) -> Self {
        let pool = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(options(&folder.journal(), SqliteSynchronous::Full));
        Self(pool)
    }

    pub(super) async fn close(&self) {
        self.0.close().await;
    }
}

impl Store {
    /// Begins to read: journal and cache as they are now.
    // The journal's snapshot is taken first. A reply enters the cache and leaves the outbox then,
    // so a reader may see a ticket in both, but never in neither.
    pub(crate) async fn read(&self) -> Result<Read, StoreError> {
        let doing = "beginning to read";
        let conn = loop {
            let mut conn = self.inner.readers.0.acquire().await.doing(doing)?;
            let shown = self.caches().shown;
            match prepare_reader(&mut conn, &shown).await {
                Ok(true) => break conn,
                // It still has the cache that was shown before.
                Ok(false) => conn.close().await.doing(doing)?,
                // Swapped in this very moment, and its file is gone.
                Err(_) if self.caches().shown != shown => conn.close().await.doing(doing)?,
                Err(error) => {
                    // It would come back from the pool without its cache.
                    conn.close_on_drop();
                    return Err(error).doing(doing);
                }
            }
        };
        let mut read = Transaction::begin(conn, None).await.doing(doing)?;
        sqlx::query("select only_row from main.account")
            .fetch_one(&mut *read)
            .await
            .doing(doing)?;
        Ok(read)
    }
}

/// Attaches the cache to a connection that has not got one yet, and lets it only read. False when it
/// has got another one.
// Not in the pool's `after_connect`: the pool tries that again until its time is over, so that a
// damaged cache would hold a reader for half a minute instead of being made anew at once.
async fn prepare_reader(conn: &mut SqliteConnection, cache: &Path) -> Result<bool, sqlx::Error> {
    let attached: Option<String> =
        sqlx::query_scalar("select file from pragma_database_list where name = 'cache'")
            .fetch_optional(&mut *conn)
            .await?;
    if let Some(file) = attached {
        return Ok(Path::new(&file).file_name() == cache.file_name());
    }
    attach(conn, cache).await?;
    sqlx::raw_sql("pragma query_only = on")
        .execute(conn)
        .await?;
    Ok(true)
}
