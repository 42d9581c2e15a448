//! Why something was not done.
//!
//! A refusal is a [`Problem`] that the caller reads; everything else is the server's own trouble,
//! logged once with its whole chain under the request's id (see `routes::envelope`).

use palier_domain::{Denied, Invalid};
use palier_wire::{Problem, ProblemKind};
use sqlx::postgres::PgDatabaseError;

/// What the server's functions return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Classes of PostgreSQL's codes that say nothing about the statement: connection (08), cannot write
/// here (25, after a change of primaries), transaction rolled back (40), out of resources (53), not in
/// this state (55, a lock that did not come), told to stop (57), system (58), internal (XX).
const POSTGRES_FAILURES: &[&str] = &["08", "25", "40", "53", "55", "57", "58", "XX"];

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A verdict: never, as it stands.
    #[error("refused: {0}")]
    Refused(Box<Problem>),
    /// No verdict: what it needs is not here yet, or the server cannot just now.
    #[error("not now: {0}")]
    Retry(Box<Problem>),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The database could not be brought to this version.
    #[error("could not migrate the database")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database is not one that this program can work with.
    #[error("{0}")]
    Unfit(String),
    /// A row holds what no version of this program writes.
    #[error("a stored {0} cannot be read")]
    Corrupt(&'static str),
    /// A file or socket failed.
    #[error("could not {doing}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The store of files failed.
    #[error("the store of files failed")]
    Files(#[source] Box<object_store::Error>),
    /// A password could not be hashed.
    #[error("could not hash a password: {0}")]
    Hash(argon2::password_hash::Error),
    /// A value could not be written as JSON.
    #[error("could not write JSON")]
    Json(#[from] serde_json::Error),
    /// A picture could not be written.
    #[error("could not encode a picture")]
    Picture(#[from] image::ImageError),
    /// A mail could not be put together.
    #[error("could not write a mail")]
    Mail(#[source] lettre::error::Error),
    /// A task of the server broke down.
    #[error("a task broke down")]
    Task(#[from] tokio::task::JoinError),
}

impl Error {
    /// A refusal of `kind`.
    pub fn refused(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self::Refused(Box::new(Problem::new(kind, detail)))
    }

    /// A refusal to decide now.
    pub fn retry(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self::Retry(Box::new(Problem::new(kind, detail)))
    }

    /// There is nothing there that the caller may see.
    pub fn not_found(what: &str) -> Self {
        Self::refused(ProblemKind::NotFound, format!("there is no such {what}"))
    }

    /// The server cannot just now.
    pub fn unavailable() -> Self {
        Self::retry(ProblemKind::Unavailable, "not now, try again")
    }

    /// Wraps an I/O error with what was being done.
    pub fn io(doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { doing, source }
    }

    /// Whether the storage itself failed, so that nothing of the present transaction can be trusted:
    /// disk full, I/O error, lost connection, a race between transactions. A violated constraint is
    /// not of this kind, unless it is a race.
    pub fn is_storage_failure(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Database(error)) => {
                if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
                    return self.is_race() || POSTGRES_FAILURES.contains(&&error.code()[..2]);
                }
                // Primary SQLite codes: 5 busy, 7 no memory, 10 I/O, 11 corrupt, 13 full, 14 cannot open.
                let code = error.code().and_then(|code| code.parse::<u32>().ok());
                code.is_none_or(|code| matches!(code & 0xff, 5 | 7 | 10 | 11 | 13 | 14))
            }
            Self::Database(error) => !matches!(
                error,
                sqlx::Error::RowNotFound
                    | sqlx::Error::ColumnDecode { .. }
                    | sqlx::Error::ColumnNotFound(_)
                    | sqlx::Error::Decode(_)
                    | sqlx::Error::Encode(_)
            ),
            Self::Io { .. } | Self::Files(_) => true,
            _ => false,
        }
    }

    /// Whether the transaction met another one of PostgreSQL and may do better if it is run again: a
    /// serialization failure, a deadlock, or a row that another made or took away between a look and
    /// a write (unique violation, foreign key violation).
    pub fn is_race(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else {
            return false;
        };
        let error = error.try_downcast_ref::<PgDatabaseError>();
        error.is_some_and(|error| matches!(error.code(), "40001" | "40P01" | "23505" | "23503"))
    }

    /// What the caller is told. This forgets the cause: log it first.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Refused(problem) | Self::Retry(problem) => *problem,
            error if error.is_storage_failure() => {
                Problem::new(ProblemKind::Unavailable, "not now, try again")
            }
            _ => Problem::new(ProblemKind::Internal, "something went wrong"),
        }
    }
}

/// Writes the whole chain of `error` to the log, unless it is an ordinary refusal.
pub fn log(error: &Error, reference: &str) {
    if matches!(error, Error::Refused(_) | Error::Retry(_)) {
        return;
    }
    if matches!(error, Error::Database(_)) {
        crate::ops::metrics::database_failed();
    }
    let mut chain = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!(reference, "{chain}");
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        Problem::from(invalid).into()
    }
}

impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        Problem::from(denied).into()
    }
}

impl From<argon2::password_hash::Error> for Error {
    fn from(error: argon2::password_hash::Error) -> Self {
        Self::Hash(error)
    }
}
