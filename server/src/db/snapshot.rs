//! SQLite's file beside the server: copied while it is written, and copies opened by themselves.

use super::{
    conn::{Conn, Held, Statements},
    query_scalar,
    sqlite::{FILE, MIGRATIONS},
};
use crate::error::Result;
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
