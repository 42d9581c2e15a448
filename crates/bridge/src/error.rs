//! Why a command was refused.

use palier_domain::{Denied, Invalid, MediaType};
use serde::{Deserialize, Serialize};

/// Why a command was refused. The UI matches on it and says it in the person's language (Fluent
/// message `error-<code>`); `Display` is for logs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum CommandError {
    /// A value was refused; the sentence depends on field and reason.
    #[error("{0}")]
    Invalid(Invalid),
    /// A rule refused.
    #[error("{rule}")]
    Denied {
        /// The rule.
        rule: Denied,
    },
    /// Mail address and password do not belong together.
    #[error("the mail address or the password is wrong")]
    WrongCredentials,
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// Too many attempts.
    #[error("too many attempts; wait {seconds} s")]
    TooManyAttempts {
        /// How long to wait.
        seconds: u32,
    },
    /// The address typed is not one of a server.
    #[error("“{address}” is not a server's address")]
    BadServerAddress {
        /// As typed.
        address: String,
    },
    /// Nothing answers at the address.
    #[error("nothing answers at {address}")]
    ServerUnreachable {
        /// The server's address.
        address: String,
    },
    /// Something answers that is not Palier: a portal, another site.
    #[error("what answers at {address} is not a Palier server")]
    NotPalier {
        /// The server's address.
        address: String,
    },
    /// The incident is not (or no longer) there.
    #[error("the incident does not exist any more")]
    NoSuchIncident,
    /// The ticket is not (or no longer) there, or has moved on meanwhile.
    #[error("the message has moved on meanwhile")]
    NoSuchTicket,
    /// The undo time is over: the message may have left.
    #[error("the message has already left")]
    TooLateToUndo,
    /// Nothing was in the file.
    #[error("{name} is empty")]
    FileEmpty {
        /// The file's name.
        name: String,
    },
    /// The file is larger than the limit.
    #[error("{name} is larger than {limit_mib} MiB")]
    FileTooLarge {
        /// The file's name.
        name: String,
        /// The limit.
        limit_mib: u32,
    },
    /// The file's content is of no accepted type, or its name says something else.
    #[error("{name} is of a type that is not accepted")]
    FileTypeRefused {
        /// The file's name.
        name: String,
        /// What its content is, where that is an accepted type that the name contradicts.
        found: Option<MediaType>,
    },
    /// The file cannot be read.
    #[error("{name} cannot be read")]
    FileUnreadable {
        /// The file's name.
        name: String,
    },
    /// The file is not on this device and the server cannot be asked now.
    #[error("the file is not on this device yet")]
    FileNotHere,
    /// A ticket carries at most so many files.
    #[error("a message carries at most {limit} files")]
    TooManyFiles {
        /// The limit.
        limit: u32,
    },
    /// The disk is full; nothing was changed.
    #[error("the disk is full")]
    DiskFull,
    /// Another program holds the data folder.
    #[error("the data folder is in use by another program")]
    FolderInUse,
    /// The data folder cannot be written.
    #[error("the data folder cannot be written")]
    FolderNotWritable,
    /// Nothing can be written where the person wants to save.
    #[error("{name} cannot be saved there")]
    CannotSaveThere {
        /// The file's name.
        name: String,
    },
    /// No application of this computer opened it.
    #[error("no application opened {name}")]
    NoApplication {
        /// The file's name.
        name: String,
    },
    /// There is unsent work; sign out again with `discard_unsent`.
    #[error("{count} messages have not been sent")]
    UnsentWork {
        /// How many.
        count: u32,
    },
    /// The request works online only.
    #[error("the server cannot be reached")]
    Offline,
    /// It is not (or no longer) there.
    #[error("it is no longer there")]
    Gone,
    /// The unit is let to others on one of these days.
    #[error("the unit has another lease on one of these days")]
    LeaseOverlap,
    /// The browser keeps nothing for this page.
    #[error("the browser keeps nothing for this page")]
    NoStorage,
    /// The tab that carried it out was closed meanwhile; it may have been done.
    #[error("the tab that carried it out was closed")]
    Interrupted,
    /// Something unforeseen; the log has the whole chain under this reference.
    #[error("something went wrong (reference {reference})")]
    Internal {
        /// Finds it in the log.
        reference: String,
    },
}

impl CommandError {
    /// The code by which screens find the sentence, with hyphens, as in `error-disk-full`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Denied { .. } => "denied",
            Self::WrongCredentials => "wrong-credentials",
            Self::SignedOut => "signed-out",
            Self::TooManyAttempts { .. } => "too-many-attempts",
            Self::BadServerAddress { .. } => "bad-server-address",
            Self::ServerUnreachable { .. } => "server-unreachable",
            Self::NotPalier { .. } => "not-palier",
            Self::NoSuchIncident => "no-such-incident",
            Self::NoSuchTicket => "no-such-ticket",
            Self::TooLateToUndo => "too-late-to-undo",
            Self::FileEmpty { .. } => "file-empty",
            Self::FileTooLarge { .. } => "file-too-large",
            Self::FileTypeRefused { .. } => "file-type-refused",
            Self::FileUnreadable { .. } => "file-unreadable",
            Self::FileNotHere => "file-not-here",
            Self::TooManyFiles { .. } => "too-many-files",
            Self::DiskFull => "disk-full",
            Self::FolderInUse => "folder-in-use",
            Self::FolderNotWritable => "folder-not-writable",
            Self::CannotSaveThere { .. } => "cannot-save-there",
            Self::NoApplication { .. } => "no-application",
            Self::UnsentWork { .. } => "unsent-work",
            Self::Offline => "offline",
            Self::Gone => "gone",
            Self::LeaseOverlap => "lease-overlap",
            Self::NoStorage => "no-storage",
            Self::Interrupted => "interrupted",
            Self::Internal { .. } => "internal",
        }
    }
}

impl From<Invalid> for CommandError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<Denied> for CommandError {
    fn from(rule: Denied) -> Self {
        Self::Denied { rule }
    }
}
