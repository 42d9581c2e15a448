//! The journal: opened, checked, migrated. Its tables are one module each.

pub(crate) mod account;
pub(crate) mod drafts;
mod entry;
pub(crate) mod files;
pub(crate) mod outbox;
pub(crate) mod rescue;
mod rows;
pub(crate) mod sent_log;

use crate::{
    StoreError,
    db::{SqliteConnection, SqliteSynchronous},
    sqlite::{Doing, Kind, options, untouched},
};
use palier_disk::fs;
use sqlx::{
    ConnectOptions, Connection,
    migrate::{Migrate, MigrateError, Migrator},
};
use std::path::Path;

/// The journal's migrations, in order; they only ever grow.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/journal");

/// The format of the journal: its newest migration.
#[must_use]
pub fn journal_schema() -> u32 {
    let newest = MIGRATIONS.iter().map(|one| one.version).max();
    newest
        .and_then(|version| u32::try_from(version).ok())
        .unwrap_or(0)
}

/// Opens, checks and migrates the journal; of a damaged one, what can be read is saved first.
pub(crate) async fn prepare_or_rescue(
    file: &Path,
    migrations: &Migrator,
) -> Result<Option<rescue::Rescued>, StoreError> {
    rescue::finish(file).await?;
    match prepare(file, migrations).await {
        Err(StoreError::JournalDamaged { path, found }) => {
            tracing::error!(path = %path.display(), found, "the journal is damaged");
            let rescued = rescue::rescue(file).await?;
            prepare(file, migrations).await?;
            Ok(Some(rescued))
        }
        prepared => prepared.map(|()| None),
    }
}

/// Opens, checks and migrates the journal. Before an existing one is migrated, it is copied to
/// `journal.before-<version>.sqlite` beside it.
pub(crate) async fn prepare(file: &Path, migrations: &Migrator) -> Result<(), StoreError> {
    let existed = fs::exists(file);
    if existed {
        check(file).await?;
    }
    let mut conn = options(file, SqliteSynchronous::Full)
        .connect()
        .await
        .map_err(|error| damaged_or(file, error))?;
    if existed {
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
async fn check(file: &Path) -> Result<(), StoreError> {
    let mut conn = untouched(file)
        .connect()
        .await
        .map_err(|error| damaged_or(file, error))?;
    let checked: Result<String, _> = sqlx::query_scalar("pragma quick_check(1)")
        .fetch_one(&mut conn)
        .await;
    let closed = conn.close().await;
    let found = checked.map_err(|error| damaged_or(file, error))?;
    closed.doing("closing the journal")?;
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
    let _ = fs::remove_file(&copy);
    // Unlike a copy of the file, this takes what is still in the WAL along.
    let copied = sqlx::query("vacuum into ?1")
        .bind(copy.to_string_lossy().into_owned())
        .execute(conn)
        .await
        .doing("copying the journal before its migration");
    if copied.is_err() {
        // Half a copy helps nobody, and takes the room that is wanting.
        for half in [copy.with_extension("sqlite-journal"), copy] {
            let _ = fs::remove_file(&half);
        }
    }
    copied.map(drop)
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

#[cfg(test)]
mod older;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use chrono::Utc;
    use palier_domain::{IncidentId, UserId};
    use uuid::Uuid;

    const AWA: UserId = UserId(Uuid::from_u128(1));
    const BOILER: IncidentId = IncidentId(Uuid::from_u128(2));

    /// The released migrations and one more, as the next version would have it.
    async fn next_version() -> Migrator {
        let folder = tempfile::tempdir().unwrap();
        let released = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/journal");
        for entry in Path::new(released).read_dir().unwrap() {
            let from = entry.unwrap().path();
            std::fs::copy(&from, folder.path().join(from.file_name().unwrap())).unwrap();
        }
        let next = folder.path().join("9999_next.sql");
        std::fs::write(next, "alter table drafts add column mood text").unwrap();
        Migrator::new(folder.path()).await.unwrap()
    }

    async fn journal_with_a_draft(folder: &Path) {
        let store = Store::open(folder, AWA).await.unwrap().store;
        store
            .save_draft(BOILER, "à garder", Utc::now())
            .await
            .unwrap();
        store.close().await;
    }

    #[tokio::test]
    async fn a_journal_is_copied_before_it_is_migrated() {
        let folder = tempfile::tempdir().unwrap();
        journal_with_a_draft(folder.path()).await;
        let next = next_version().await;
        let store = Store::open_with(folder.path(), AWA, &next)
            .await
            .unwrap()
            .store;
        assert_eq!(store.draft(BOILER).await.unwrap().message, "à garder");
        store.close().await;

        let last = MIGRATIONS.iter().map(|one| one.version).max().unwrap();
        let copy = folder.path().join(format!("journal.before-{last}.sqlite"));
        let mut conn = options(&copy, SqliteSynchronous::Full)
            .connect()
            .await
            .unwrap();
        let kept: String = sqlx::query_scalar("select message from drafts")
            .fetch_one(&mut conn)
            .await
            .unwrap();
        assert_eq!(kept, "à garder");
    }

    #[tokio::test]
    async fn a_journal_that_is_up_to_date_is_not_copied() {
        let folder = tempfile::tempdir().unwrap();
        journal_with_a_draft(folder.path()).await;
        journal_with_a_draft(folder.path()).await;
        let copies = folder.path().read_dir().unwrap().filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().contains("before")
        });
        assert_eq!(copies.count(), 0);
    }

    #[tokio::test]
    async fn a_journal_of_a_later_version_is_refused_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let next = next_version().await;
        let opened = Store::open_with(folder.path(), AWA, &next).await.unwrap();
        opened.store.close().await;
        let before = std::fs::read(folder.path().join("journal.sqlite")).unwrap();
        let refused = Store::open(folder.path(), AWA).await;
        assert!(matches!(refused, Err(StoreError::JournalTooNew(_))));
        let after = std::fs::read(folder.path().join("journal.sqlite")).unwrap();
        assert_eq!(before, after);
    }
}
