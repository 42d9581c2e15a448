//! The open store: its folder, its files, and what it is asked about them.
//!
//! Journal and cache are two files, attached to each connection, so that one query reads both. A
//! transaction writes one of the two only: SQLite does not commit two WAL files at once, so where
//! both have to change, the order is part of the rule (a reply enters the cache first).

mod connections;
#[cfg_attr(browser, path = "store/readers_none.rs")]
mod readers;

use crate::{
    Blobs, StoreError,
    cache::{self, Caches},
    db::{SqliteConnection, SqliteSynchronous},
    folder::Folder,
    journal::{
        self, account,
        account::Account,
        drafts, outbox,
        rescue::{self, Rescued},
    },
    sqlite::{Doing, options},
};
use connections::Attached;
use palier_domain::{
    DeviceId, UserId,
    planted::{Bug, is_planted},
};
use palier_engine::{Digests, Loaded};
use palier_wire::{Cursor, Epoch, Scope};
use readers::Readers;
use sqlx::{ConnectOptions, Connection, migrate::Migrator};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};
use tokio::sync::Mutex;

/// Journal, cache and files of one account. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    account: Account,
    blobs: Blobs,
    /// The connection that writes; none after a failed transaction, then the next one opens it anew.
    writer: Arc<Mutex<Option<Attached>>>,
    readers: Readers,
    caches: RwLock<Caches>,
    /// Most pages of the journal; 0 without a limit.
    journal_pages: AtomicU32,
    /// The same of the caches.
    cache_pages: AtomicU32,
    /// Something was deleted that a log may still have.
    logs_to_truncate: AtomicBool,
    // Last: the lock goes when everything else is closed.
    folder: Folder,
}

/// A store that was just opened.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// The cache was damaged, of another version or of another epoch, and is new and empty now.
    pub cache_rebuilt: bool,
    /// The journal was damaged: what was saved of it.
    pub rescued: Option<Rescued>,
}

/// How an epoch stands to the journal's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochStanding {
    /// It is ours.
    Ours,
    /// We left it behind: a late reply, to be dropped.
    LeftBehind,
    /// Never seen: the server's data began a new life (or we have none yet).
    New,
}

impl Store {
    /// Opens (or creates) the folder of `user`.
    ///
    /// # Errors
    /// The folder is in use, not writable or another user's; the journal is damaged or too new.
    pub async fn open(folder: &Path, user: UserId) -> Result<Opened, StoreError> {
        Self::open_with(folder, user, &journal::MIGRATIONS).await
    }

    pub(crate) async fn open_with(
        folder: &Path,
        user: UserId,
        migrations: &Migrator,
    ) -> Result<Opened, StoreError> {
        let folder = Folder::take(folder)?;
        let blobs = Blobs::open(folder.blobs()).doing("making the folder of files")?;
        let rescued = journal::prepare_or_rescue(&folder.journal(), migrations).await?;
        let mut conn = open_journal(&folder).await?;
        let account = recover(&mut conn, &folder, user).await?;
        let (caches, cache_rebuilt) =
            cache::prepare(folder.caches(), &mut conn, account.epoch).await?;
        conn.close().await.doing("recovering the journal")?;
        let inner = Inner {
            account,
            blobs,
            writer: Arc::default(),
            readers: Readers::new(&folder),
            caches: RwLock::new(caches),
            journal_pages: AtomicU32::new(0),
            cache_pages: AtomicU32::new(0),
            // Opening has folded in what the last run left, unless another program reads the files.
            logs_to_truncate: AtomicBool::new(true),
            folder,
        };
        let store = Self {
            inner: Arc::new(inner),
        };
        Ok(Opened {
            store,
            cache_rebuilt,
            rescued,
        })
    }

    /// Closes every file. Without it they are closed as well, a moment later: call it before the
    /// same program opens or deletes the folder again.
    pub async fn close(self) {
        self.inner.readers.close().await;
        if let Some(writer) = self.inner.writer.lock().await.take()
            && let Err(error) = writer.conn.close().await
        {
            // Everything is committed; the next start finds it in the WAL.
            tracing::warn!(%error, "the journal was not closed cleanly");
        }
    }

    /// The signed-in user.
    pub fn user_id(&self) -> UserId {
        self.inner.account.user_id
    }

    /// This installation, as the server knows it.
    pub fn device_id(&self) -> DeviceId {
        self.inner.account.device_id
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.inner.folder.path()
    }

    /// The files.
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// What the engine starts from.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn load(&self, signed_out: bool) -> Result<Loaded, StoreError> {
        let mut conn = self.fill("reading what to start from").await?;
        let loaded = Loaded {
            user_id: self.user_id(),
            device_id: self.device_id(),
            entries: outbox::entries(&mut conn).await?,
            cursor: cache::cursor(&mut conn).await?,
            begun: cache::held::begun(&mut conn).await?,
            rebuilding: self.caches().filling.is_some(),
            signed_out,
        };
        conn.commit().await?;
        Ok(loaded)
    }

    /// Where the cache stands; none before the first reply of a server.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn cursor(&self) -> Result<Option<Cursor>, StoreError> {
        let mut conn = self.fill("reading where the cache stands").await?;
        let cursor = cache::cursor(&mut conn).await?;
        conn.commit().await?;
        Ok(cursor)
    }

    /// Scopes of which other rows are here than the server says. Compared is what stands at the same
    /// number on both sides.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn compare(&self, said: &Digests) -> Result<Vec<Scope>, StoreError> {
        let mut read = self.read().await?;
        let at = cache::cursor(&mut read).await?.map(|cursor| cursor.at);
        let mut differ = Vec::new();
        for (scope, (number, digest)) in said {
            let stands = at.as_ref().and_then(|at| at.get(scope)) == Some(number);
            let held = cache::held::scope(&mut read, *scope).await?;
            if let (true, Some(held)) = (stands, held)
                && let Some(here) = cache::digest::of(&mut read, held).await?
                && here != *digest
            {
                differ.push(*scope);
            }
        }
        Ok(differ)
    }

    /// How `epoch` stands to ours.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn judge_epoch(&self, epoch: Epoch) -> Result<EpochStanding, StoreError> {
        let mut read = self.read().await?;
        if account::read(&mut read).await?.epoch == Some(epoch) {
            return Ok(EpochStanding::Ours);
        }
        Ok(match account::was_left(&mut read, epoch).await? {
            true => EpochStanding::LeftBehind,
            false => EpochStanding::New,
        })
    }

    /// A small value kept with the journal (a setting, a note to the next start).
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        account::setting(&mut *self.read().await?, key).await
    }

    /// Keeps a small value with the journal; none removes it.
    ///
    /// # Errors
    /// The files cannot be written.
    pub async fn set_setting(&self, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        let mut write = self.write("keeping a setting").await?;
        account::set_setting(&mut write, key, value).await?;
        write.commit().await
    }

    /// What was saved of a damaged journal, until the person knows.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn rescued(&self) -> Result<Option<Rescued>, StoreError> {
        let note = self.setting(rescue::RESCUED).await?;
        note.map(|note| serde_json::from_str(&note).doing("reading what was saved"))
            .transpose()
    }

    /// The person knows what was saved of a damaged journal.
    ///
    /// # Errors
    /// The files cannot be written.
    pub async fn forget_rescue(&self) -> Result<(), StoreError> {
        self.set_setting(rescue::RESCUED, None).await
    }

    /// Makes the next start check the whole cache: it turned out to be damaged
    /// ([`StoreError::Damaged`]).
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn suspect_cache(&self) -> Result<(), StoreError> {
        cache::suspect(&self.caches().shown).doing("noting that the cache is damaged")
    }

    /// Lets the journal grow to so many pages only, so that a test meets a full disk.
    pub async fn limit_journal_pages(&self, pages: Option<u32>) {
        self.inner
            .journal_pages
            .store(pages.unwrap_or(0), Ordering::Relaxed);
        // A limit belongs to a connection.
        *self.inner.writer.lock().await = None;
    }

    /// The same for the caches.
    pub async fn limit_cache_pages(&self, pages: Option<u32>) {
        self.inner
            .cache_pages
            .store(pages.unwrap_or(0), Ordering::Relaxed);
        *self.inner.writer.lock().await = None;
    }

    /// The files of the caches.
    pub(crate) fn caches(&self) -> Caches {
        let caches = &self.inner.caches;
        caches
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The file of the cache that is shown.
    pub fn shown_cache(&self) -> PathBuf {
        self.caches().shown
    }

    /// The caches are others from now on.
    pub(crate) async fn set_caches(&self, caches: Caches) {
        // A connection may still have a cache that goes.
        let mut writer = self.inner.writer.lock().await;
        *writer = None;
        *self
            .inner
            .caches
            .write()
            .unwrap_or_else(PoisonError::into_inner) = caches;
    }

    /// The other place of caches than `file`.
    pub(crate) fn other_cache(&self, file: &Path) -> (usize, PathBuf) {
        let [first, second] = self.inner.folder.caches();
        if file == first {
            (1, second)
        } else {
            (0, first)
        }
    }
}

async fn open_journal(folder: &Folder) -> Result<SqliteConnection, StoreError> {
    options(&folder.journal(), SqliteSynchronous::Full)
        .connect()
        .await
        .doing("recovering the journal")
}

/// What every start does first: whose journal it is, and nothing is `sending` any more, or `uploading`
/// without a file to upload.
async fn recover(
    conn: &mut SqliteConnection,
    folder: &Folder,
    user: UserId,
) -> Result<Account, StoreError> {
    let doing = "recovering the journal";
    let account = account::establish(conn, user).await?;
    if account.user_id != user {
        return Err(StoreError::OtherUser(folder.path().to_owned()));
    }
    if !is_planted(Bug::SendingLostAtStart) {
        sqlx::query("update main.outbox set state = 'queued' where state = 'sending'")
            .execute(&mut *conn)
            .await
            .doing(doing)?;
    }
    drafts::forget_begun(conn).await?;
    // The last file's arrival was committed, and the entry's next state was not.
    sqlx::query(
        "update main.outbox set state = 'queued' where state = 'uploading'
         and not exists (select 1 from main.outbox_files o join main.files f on f.id = o.file_id
            where o.mutation_id = outbox.mutation_id and f.on_server = 0)",
    )
    .execute(conn)
    .await
    .doing(doing)?;
    Ok(account)
}
