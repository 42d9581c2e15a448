//! The cache: opened, or made anew. Its rows come and go by [`rows`], by scope in [`held`].

pub(crate) mod digest;
pub(crate) mod held;
pub(crate) mod kinds;
mod later;
mod row;
pub(crate) mod rows;

use crate::db::{SqliteConnection, SqliteSynchronous};
use crate::{StoreError, journal::account, sqlite::*};
use palier_disk::fs;
use palier_domain::Sha256;
use palier_wire::{Cursor, Epoch, Scope};
use sqlx::{ConnectOptions, Connection};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// The cache's one schema file; its digest is its version.
const SCHEMA: &str = include_str!("../../../../migrations/cache.sql");

/// Up to this size every page is checked at every start. Above it reading them all would be felt
/// at every start, so only a cache that was found damaged in use (or left open) is checked.
const CHECK_ALWAYS_BYTES: u64 = 16 * 1024 * 1024;

/// The caches of an open store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caches {
    /// What is shown.
    pub shown: PathBuf,
    /// What is filled in its stead, while the cache is rebuilt.
    pub filling: Option<PathBuf>,
}

impl Caches {
    /// What is shown.
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// What the server's rows are written to.
    pub fn filled(&self) -> &Path {
        self.filling.as_ref().unwrap_or(&self.shown)
    }
}

/// Opens the caches as the journal has noted them, or makes them anew: the shown one when it is
/// damaged or of another schema, and of another epoch unless its successor is being filled.
/// Answers which is which, and whether the shown one had to be made anew.
pub(crate) async fn prepare(
    places: [PathBuf; 2],
    journal: &mut SqliteConnection,
    epoch: Option<Epoch>,
) -> Result<(Caches, bool), StoreError> {
    let (shown, filling) = account::caches(journal).await?;
    let other = 1 - shown;
    let existed = fs::exists(&places[shown]);
    if !filling {
        remove(&places[other])?;
        let usable = existed && is_usable(&places[shown], Wanted::Epoch(epoch)).await?;
        if !usable {
            make_anew(&places[shown], epoch).await?;
        }
        let caches = Caches {
            shown: places[shown].clone(),
            filling: None,
        };
        return Ok((caches, existed && !usable));
    }
    let goes_on =
        fs::exists(&places[other]) && is_usable(&places[other], Wanted::Epoch(epoch)).await?;
    if !goes_on {
        make_anew(&places[other], epoch).await?;
    }
    let readable = existed && is_usable(&places[shown], Wanted::Any).await?;
    if !readable {
        account::set_caches(journal, other, false).await?;
        remove(&places[shown])?;
        let caches = Caches {
            shown: places[other].clone(),
            filling: None,
        };
        return Ok((caches, true));
    }
    let caches = Caches {
        shown: places[shown].clone(),
        filling: Some(places[other].clone()),
    };
    Ok((caches, false))
}

/// Makes an empty cache of `epoch`, whatever was there.
pub(crate) async fn make_anew(file: &Path, epoch: Option<Epoch>) -> Result<(), StoreError> {
    remove(file)?;
    create(file, epoch).await
}

/// Which epoch a cache must be of.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Epoch(Option<Epoch>),
    Any,
}

/// Makes the next start check the whole cache, whatever its size.
pub(crate) fn suspect(file: &Path) -> std::io::Result<()> {
    fs::write(suspicion(file), b"")
}

fn suspicion(file: &Path) -> PathBuf {
    file.with_extension("suspect")
}

// Whatever is wrong with the cache, the answer is the same: a new one. A full disk or a folder that
// cannot be written is not wrong with the cache, and would only be met again.
async fn is_usable(file: &Path, wanted: Wanted) -> Result<bool, StoreError> {
    match inspect(file, wanted).await {
        Ok(None) => Ok(true),
        Ok(Some(reason)) => {
            tracing::info!(reason, "the cache is made anew");
            Ok(false)
        }
        Err(error) => match Kind::of(&error) {
            kind @ (Kind::Full | Kind::Forbidden | Kind::Busy) => {
                Err(StoreError::from_sqlite(kind, "opening the cache", error))
            }
            Kind::Damaged | Kind::Other => {
                tracing::warn!(%error, "the cache is damaged and made anew");
                Ok(false)
            }
        },
    }
}

/// Why the cache cannot be used, if it opens at all.
async fn inspect(file: &Path, wanted: Wanted) -> Result<Option<&'static str>, sqlx::Error> {
    let mut conn = options(file, SqliteSynchronous::Normal).connect().await?;
    let found = look(&mut conn, file, wanted).await;
    conn.close().await?;
    found
}

async fn look(
    conn: &mut SqliteConnection,
    file: &Path,
    wanted: Wanted,
) -> Result<Option<&'static str>, sqlx::Error> {
    let meta: Option<(String, Option<Uuid>)> =
        sqlx::query_as("select schema_sha256, epoch from meta")
            .fetch_optional(&mut *conn)
            .await?;
    let Some((schema, held)) = meta else {
        return Ok(Some("it was never finished"));
    };
    if schema != version() {
        return Ok(Some("its schema is another version's"));
    }
    if let Wanted::Epoch(epoch) = wanted
        && held != epoch.map(|epoch| epoch.0)
    {
        return Ok(Some("it belongs to another epoch"));
    }
    let size = fs::about(file)?.len;
    if size <= CHECK_ALWAYS_BYTES || fs::exists(&suspicion(file)) {
        let verdict: String = sqlx::query_scalar("pragma quick_check(1)")
            .fetch_one(&mut *conn)
            .await?;
        if verdict != "ok" {
            return Ok(Some("a page of it is damaged"));
        }
    }
    later::fetch_again(conn).await?;
    Ok(None)
}

fn version() -> String {
    Sha256::of(SCHEMA.as_bytes()).to_string()
}

// Deleted, not set aside: it is a copy, and it holds others' words.
pub(crate) fn remove(file: &Path) -> Result<(), StoreError> {
    let beside = |suffix: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    for path in [
        beside("-wal"),
        beside("-shm"),
        suspicion(file),
        file.to_owned(),
    ] {
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).doing("removing the old cache");
            }
            _ => {}
        }
    }
    Ok(())
}

async fn create(file: &Path, epoch: Option<Epoch>) -> Result<(), StoreError> {
    let doing = "making the cache";
    let mut conn = options(file, SqliteSynchronous::Normal)
        .connect()
        .await
        .doing(doing)?;
    let mut tx = conn.begin().await.doing(doing)?;
    sqlx::raw_sql(SCHEMA).execute(&mut *tx).await.doing(doing)?;
    // Last, in the same transaction: a cache without this row was never finished.
    sqlx::query("insert into meta (only_row, schema_sha256, epoch) values (1, ?1, ?2)")
        .bind(version())
        .bind(epoch.map(|epoch| epoch.0))
        .execute(&mut *tx)
        .await
        .doing(doing)?;
    tx.commit().await.doing(doing)?;
    conn.close().await.doing(doing)
}

/// Where the cache stands; none before any epoch is known.
pub(crate) async fn cursor(conn: &mut SqliteConnection) -> Result<Option<Cursor>, StoreError> {
    let epoch: Option<Uuid> = sqlx::query_scalar("select epoch from cache.meta")
        .fetch_one(&mut *conn)
        .await
        .doing("reading the cache's epoch")?;
    let Some(epoch) = epoch else { return Ok(None) };
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select name, number from cache.scope where number is not null")
            .fetch_all(conn)
            .await
            .doing("reading the cursor")?;
    let mut at = BTreeMap::new();
    for (name, number) in rows {
        at.insert(word::<Scope>(&name)?, to_u64(number));
    }
    Ok(Some(Cursor {
        epoch: Epoch(epoch),
        at,
    }))
}

/// Empties the cache for `epoch`.
pub(crate) async fn empty(conn: &mut SqliteConnection, epoch: Epoch) -> Result<(), StoreError> {
    let doing = "emptying the cache";
    sqlx::raw_sql(
        "delete from cache.scope; delete from cache.held; delete from cache.portfolio;
         delete from cache.property; delete from cache.unit; delete from cache.lease;
         delete from cache.user_card; delete from cache.membership; delete from cache.incident;
         delete from cache.ticket; delete from cache.attachment; delete from cache.participant;
         delete from cache.mine; delete from cache.note; delete from cache.note_marker;
         delete from cache.mute; delete from cache.unknown;",
    )
    .execute(&mut *conn)
    .await
    .doing(doing)?;
    sqlx::query("update cache.meta set epoch = ?1")
        .bind(epoch.0)
        .execute(conn)
        .await
        .doing(doing)?;
    Ok(())
}

/// Whether anything was ever fetched into it.
pub(crate) async fn is_empty(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    sqlx::query_scalar("select not exists (select 1 from cache.scope)")
        .fetch_one(conn)
        .await
        .doing("looking whether the cache is empty")
}

/// The server's clock, as last heard; `now` before.
pub(crate) async fn server_time(
    conn: &mut SqliteConnection,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<chrono::DateTime<chrono::Utc>, StoreError> {
    let ms: Option<i64> = sqlx::query_scalar("select server_ms from cache.meta")
        .fetch_one(conn)
        .await
        .doing("reading the server's clock")?;
    Ok(ms.map_or(now, from_ms))
}
