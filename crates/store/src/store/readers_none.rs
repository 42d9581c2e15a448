//! No connections that only read: in a browser a file has one connection, which reads while nothing is
//! written.

use super::{Store, connections::Attached};
use crate::{StoreError, cache::Caches, db::SqliteConnection, folder::Folder, sqlite::Doing};
use std::ops::{Deref, DerefMut};
use tokio::sync::{OwnedMappedMutexGuard, OwnedMutexGuard};

/// What is closed with the store: nothing beside the connection that writes.
#[derive(Debug)]
pub(super) struct Readers;

/// Journal and cache as they are; nobody writes meanwhile. Whoever holds one must not ask for another,
/// or for a transaction that writes.
#[derive(Debug)]
pub(crate) struct Read(OwnedMappedMutexGuard<Option<Attached>, SqliteConnection>);

impl Readers {
    pub(super) fn new(_: &Folder) -> Self {
        Self
    }

    pub(super) async fn close(&self) {}
}

impl Store {
    /// Begins to read: journal and cache as they are now.
    pub(crate) async fn read(&self) -> Result<Read, StoreError> {
        let doing = "beginning to read";
        let (mut slot, attached) = self.connection(Caches::shown).await?;
        *slot = Some(attached);
        let conn = OwnedMutexGuard::try_map(slot, |slot| slot.as_mut().map(|it| &mut it.conn));
        let Ok(mut conn) = conn else {
            return Err(StoreError::Busy { doing });
        };
        sqlx::raw_sql("begin")
            .execute(&mut *conn)
            .await
            .doing(doing)?;
        Ok(Read(conn))
    }
}

impl Drop for Read {
    fn drop(&mut self) {
        if let Err(error) = self.0.roll_back() {
            tracing::error!(%error, "a transaction that read does not end");
        }
    }
}

impl Deref for Read {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        &self.0
    }
}

impl DerefMut for Read {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.0
    }
}
