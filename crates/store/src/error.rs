//! What can go wrong with the files, and why an act was refused.

use palier_domain::Invalid;
use std::path::PathBuf;

/// The folder, a database or a row cannot be used. Nothing of the attempt was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another program holds the folder.
    #[error("{} is in use by another program", .0.display())]
    FolderInUse(PathBuf),
    /// Another program holds one of the databases for longer than we wait (a backup, a virus scanner).
    #[error("{doing}: another program holds the database")]
    Busy {
        /// What was being done.
        doing: &'static str,
    },
    /// The folder or a file in it cannot be written.
    #[error("{doing}: the folder cannot be written")]
    FolderNotWritable {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The folder belongs to another user.
    #[error("{} belongs to another user", .0.display())]
    OtherUser(PathBuf),
    /// The disk is full.
    #[error("{doing}: the disk is full")]
    DiskFull {
        /// What was being done.
        doing: &'static str,
    },
    /// The journal is damaged, and what was saved of it is, too.
    #[error("the journal {} is damaged: {found}", path.display())]
    JournalDamaged {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        found: String,
    },
    /// A database turned out to be damaged while it was used. At the next start the cache is
    /// checked and made anew; a damaged journal is then reported as such.
    #[error("{doing}: the database is damaged")]
    Damaged {
        /// What was being done.
        doing: &'static str,
        /// What SQLite said.
        #[source]
        source: sqlx::Error,
    },
    /// A later version of the application wrote the journal.
    #[error("the journal {} was written by a later version", .0.display())]
    JournalTooNew(PathBuf),
    /// The journal could not be brought to this version; the copy made before is beside it.
    #[error("could not migrate the journal")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// SQLite refused.
    #[error("{doing}")]
    Sqlite {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// The file system refused.
    #[error("{doing}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A stored value cannot be read by this version.
    #[error("{doing}: “{value}” cannot be read")]
    Unreadable {
        /// What was being done.
        doing: &'static str,
        /// The value.
        value: String,
    },
    /// A payload cannot be put into JSON, or out of it.
    #[error("{doing}")]
    Json {
        /// What was being done.
        doing: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

/// Why something that a person wanted to do was refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// Nothing with this id waits to be sent.
    #[error("nothing with this id waits to be sent")]
    NoSuchEntry,
    /// The incident is neither in the cache nor in the journal.
    #[error("the incident is not here")]
    NoSuchIncident,
    /// It may have left already, so it cannot simply be taken back.
    #[error("it may have left already")]
    MayHaveLeft,
    /// The server has it.
    #[error("it was delivered already")]
    AlreadyDelivered,
    /// A value was refused.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The files refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}
