//! SQLite's file beside the server: copied while it is written, and copies opened by themselves.

use super::{
    conn::{Conn, Held, Statements},
    query, query_as, query_scalar,
    sqlite::{FILE, MIGRATIONS},
};
use crate::error::{Error, Result};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{path::Path, time::Duration};

/// Copies one consistent state of `data_dir`'s database into the new file `target`, while a server
/// may be writing.
// `vacuum into` reads in one transaction, which in WAL mode neither waits for the writer nor holds
// it up. The copy has no journal beside it.
pub async fn copy(data_dir: &Path, target: &Path) -> Result<()> {
    let mut connection = SqliteConnectOptions::new()
        .filename(data_dir.join(FILE))
        .busy_timeout(Duration::from_secs(10))
        .connect()
        .await?;
    let target = target.to_string_lossy().into_owned();
    sqlx::query("vacuum into $1")
        .bind(target)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

/// Writes `data_dir`'s database anew, so that nothing of deleted and overwritten rows is left between
/// its pages, in its index of words or in its log. Does nothing where there is no such file.
///
/// # Errors
/// The database's; `unavailable` when readers kept the log from being emptied.
// `secure_delete` would do a part of it at every write; this does all of it, when it is asked for.
pub async fn scrub(data_dir: &Path) -> Result<()> {
    let file = data_dir.join(FILE);
    if !file.exists() {
        return Ok(());
    }
    let options = options(&file).busy_timeout(Duration::from_secs(30));
    let mut conn = opened(options).await?;
    // FTS5 keeps the words of deleted rows until its parts are merged.
    query("insert into search_words (search_words) values ('optimize')")
        .execute(&mut conn)
        .await?;
    query("vacuum").execute(&mut conn).await?;
    let (busy, _, _): (i64, i64, i64) = query_as("pragma wal_checkpoint(truncate)")
        .fetch_one(&mut conn)
        .await?;
    conn.close().await?;
    match busy {
        0 => Ok(()),
        _ => Err(Error::unavailable()),
    }
}

/// Opens a copy to read it. Nothing is written, not even beside it.
pub async fn open(file: &Path) -> Result<Conn> {
    opened(options(file).read_only(true).immutable(true)).await
}

/// Opens a copy to change it. It stays one file.
pub async fn open_to_change(file: &Path) -> Result<Conn> {
    opened(options(file).foreign_keys(true)).await
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(file)
}

async fn opened(options: SqliteConnectOptions) -> Result<Conn> {
    let connection = options.connect().await?;
    Ok(Conn::new(
        Held::SqliteWriter(connection),
        Statements::default(),
    ))
}

/// What SQLite has to say against the file; nothing when it is sound.
pub async fn integrity(conn: &mut Conn) -> Result<Vec<String>> {
    let said: Vec<String> = query_scalar("pragma integrity_check")
        .fetch_all(conn)
        .await?;
    Ok(said.into_iter().filter(|line| line != "ok").collect())
}

/// The last migration that this program knows.
pub fn newest_schema() -> i64 {
    let versions = MIGRATIONS.iter().map(|migration| migration.version);
    versions.max().unwrap_or_default()
}
