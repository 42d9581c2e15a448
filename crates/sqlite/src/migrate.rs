//! Migrations, forward only.

use crate::{SqliteConnection, error::translate};
use futures_util::{FutureExt, future::BoxFuture};
use rusqlite::params;
use sqlx_core::{
    error::Error,
    migrate::{AppliedMigration, Migrate, MigrateError, Migration},
};
use std::{future::ready, time::Duration};

impl SqliteConnection {
    fn applied(&self, table: &str) -> rusqlite::Result<Vec<AppliedMigration>> {
        let query = format!("select version, checksum from {table} order by version");
        let mut statement = self.inner.prepare(&query)?;
        let rows = statement.query_map((), |row| {
            Ok(AppliedMigration {
                version: row.get(0)?,
                checksum: row.get::<_, Vec<u8>>(1)?.into(),
            })
        })?;
        rows.collect()
    }

    fn is_dirty(&self, table: &str) -> rusqlite::Result<Option<i64>> {
        let query = format!("select min(version) from {table} where success = false");
        self.inner.query_row(&query, (), |row| row.get(0))
    }

    /// Migrates and notes it, in one transaction.
    fn migrate(&mut self, table: &str, migration: &Migration) -> rusqlite::Result<()> {
        // There is no clock that is the same everywhere, and nobody asks how long it took.
        let note = format!(
            "insert into {table} (version, description, success, checksum, execution_time)
             values (?1, ?2, true, ?3, -1)"
        );
        let transaction = self.inner.transaction()?;
        transaction.execute_batch(migration.sql.as_str())?;
        let checksum: &[u8] = &migration.checksum;
        transaction.execute(
            &note,
            params![migration.version, &*migration.description, checksum],
        )?;
        transaction.commit()
    }
}

/// The same table as sqlx's own driver makes, so that either reads what the other one wrote.
fn table_of(name: &str) -> String {
    format!(
        "create table if not exists {name} (
            version bigint primary key,
            description text not null,
            installed_on timestamp not null default current_timestamp,
            success boolean not null,
            checksum blob not null,
            execution_time bigint not null
        )"
    )
}

fn done<T: Send + 'static>(
    result: rusqlite::Result<T>,
) -> BoxFuture<'static, Result<T, MigrateError>> {
    ready(result.map_err(|error| MigrateError::Execute(translate(error)))).boxed()
}

impl Migrate for SqliteConnection {
    fn create_schema_if_not_exists<'e>(
        &'e mut self,
        name: &'e str,
    ) -> BoxFuture<'e, Result<(), MigrateError>> {
        ready(Err(MigrateError::CreateSchemasNotSupported(
            name.to_owned(),
        )))
        .boxed()
    }

    fn ensure_migrations_table<'e>(
        &'e mut self,
        name: &'e str,
    ) -> BoxFuture<'e, Result<(), MigrateError>> {
        done(self.inner.execute_batch(&table_of(name)))
    }

    fn dirty_version<'e>(
        &'e mut self,
        name: &'e str,
    ) -> BoxFuture<'e, Result<Option<i64>, MigrateError>> {
        done(self.is_dirty(name))
    }

    fn list_applied_migrations<'e>(
        &'e mut self,
        name: &'e str,
    ) -> BoxFuture<'e, Result<Vec<AppliedMigration>, MigrateError>> {
        done(self.applied(name))
    }

    fn lock(&mut self) -> BoxFuture<'_, Result<(), MigrateError>> {
        done(Ok(()))
    }

    fn unlock(&mut self) -> BoxFuture<'_, Result<(), MigrateError>> {
        done(Ok(()))
    }

    fn apply<'e>(
        &'e mut self,
        name: &'e str,
        migration: &'e Migration,
    ) -> BoxFuture<'e, Result<Duration, MigrateError>> {
        let migrated = self
            .migrate(name, migration)
            .map_err(|error| MigrateError::ExecuteMigration(translate(error), migration.version));
        ready(migrated.map(|()| Duration::ZERO)).boxed()
    }

    fn revert<'e>(
        &'e mut self,
        _: &'e str,
        migration: &'e Migration,
    ) -> BoxFuture<'e, Result<Duration, MigrateError>> {
        let never = Error::Protocol("migrations go forward only".to_owned());
        ready(Err(MigrateError::ExecuteMigration(
            never,
            migration.version,
        )))
        .boxed()
    }
}
