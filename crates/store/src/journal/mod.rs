//! The journal: opened, checked, migrated. Its tables are one module each.

pub(crate) mod account;
pub(crate) mod drafts;
pub(crate) mod files;
pub(crate) mod outbox;
pub(crate) mod sent_log;

use crate::{
    StoreError,
    sqlite::{Doing, Kind, options},
};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    migrate::{Migrate, MigrateError, Migrator},
    sqlite::SqliteSynchronous,
};
use std::path::Path;

/// The journal's migrations, in order; they only ever grow.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/journal");

/// Opens, checks and migrates the journal. Before an existing one is migrated, it is copied to
/// `journal.before-<version>.sqlite` beside it.
pub(crate) async fn prepare(file: &Path, migrations: &Migrator) -> Result<(), StoreError> {
    let existed = file.exists();
    let mut conn = options(file, SqliteSynchronous::Full)
        .connect()
        .await
        .map_err(|error| damaged_or(file, error))?;
    if existed {
        check(&mut conn, file).await?;
        copy_before_migrating(&mut conn, file, migrations).await?;
    }
    migrations
        .run_direct(None, &mut conn, false)
        .await
        .map_err(|error| match error {
            MigrateError::VersionMissing(_) => StoreError::JournalTooNew(file.to_owned()),
            MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _)
                if Kind::of(&source) != Kind::Other =>
            {
                damaged_or(file, source)
            }
            other => StoreError::Migration(other),
        })?;
    conn.close().await.doing("closing the journal")
}

/// Reads every page. The journal is small: it holds what is not sent yet and the last 30 days.
async fn check(conn: &mut SqliteConnection, file: &Path) -> Result<(), StoreError> {
    let found: String = sqlx::query_scalar("pragma quick_check(1)")
        .fetch_one(conn)
        .await
        .map_err(|error| damaged_or(file, error))?;
    if found == "ok" {
        return Ok(());
    }
    Err(StoreError::JournalDamaged {
        path: file.to_owned(),
        found,
    })
}

async fn copy_before_migrating(
    conn: &mut SqliteConnection,
    file: &Path,
    migrations: &Migrator,
) -> Result<(), StoreError> {
    let table = "_sqlx_migrations";
    conn.ensure_migrations_table(table)
        .await
        .map_err(StoreError::Migration)?;
    let applied = conn
        .list_applied_migrations(table)
        .await
        .map_err(StoreError::Migration)?;
    let last = applied.iter().map(|done| done.version).max().unwrap_or(0);
    if !migrations.iter().any(|one| one.version > last) {
        return Ok(());
    }
    let copy = file.with_file_name(format!("journal.before-{last}.sqlite"));
    // A copy cut short by an earlier crash would stand in the way.
    let _ = std::fs::remove_file(&copy);
    // Unlike a copy of the file, this takes what is still in the WAL along.
    sqlx::query("vacuum into ?1")
        .bind(copy.to_string_lossy().into_owned())
        .execute(conn)
        .await
        .doing("copying the journal before its migration")?;
    Ok(())
}

fn damaged_or(file: &Path, error: sqlx::Error) -> StoreError {
    match Kind::of(&error) {
        Kind::Damaged => StoreError::JournalDamaged {
            path: file.to_owned(),
            found: error.to_string(),
        },
        kind => StoreError::from_sqlite(kind, "opening the journal", error),
    }
}
