//! What can go wrong below a command, and how it is told to the screens, once.

use crate::{api::ApiError, profile::ProfileError, vault::VaultError};
use palier_bridge::CommandError;
use palier_domain::{Denied, Invalid, MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS};
use palier_store::{ActError, IntakeError, StoreError};
use std::{error::Error, fmt, io, path::Path};

/// What went wrong below a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    /// Something that the screens have a sentence for.
    #[error(transparent)]
    Told(#[from] CommandError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Act(#[from] ActError),
    #[error(transparent)]
    Profile(#[from] ProfileError),
    #[error("could not keep the session")]
    Vault(#[from] VaultError),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error("could not {doing}")]
    Io {
        doing: &'static str,
        #[source]
        source: io::Error,
    },
    #[error("the desktop refused")]
    Shell(#[from] crate::ShellError),
    #[error("the server answered what no version of it answers: {0}")]
    Unexpected(String),
    #[error("the application is stopping")]
    Stopped,
}

impl From<Denied> for ClientError {
    fn from(rule: Denied) -> Self {
        Self::Told(rule.into())
    }
}

impl From<Invalid> for ClientError {
    fn from(invalid: Invalid) -> Self {
        Self::Told(invalid.into())
    }
}

impl From<ClientError> for CommandError {
    fn from(error: ClientError) -> Self {
        let told = match &error {
            ClientError::Told(told) => Some(told.clone()),
            ClientError::Store(error) => from_store(error),
            ClientError::Act(error) => from_act(error),
            ClientError::Profile(ProfileError { source, .. }) | ClientError::Io { source, .. } => {
                from_io(source)
            }
            _ => None,
        };
        told.unwrap_or_else(|| internal(&error))
    }
}

fn from_act(error: &ActError) -> Option<CommandError> {
    match error {
        ActError::NoSuchEntry | ActError::AlreadyDelivered => Some(CommandError::NoSuchTicket),
        ActError::NoSuchIncident => Some(CommandError::NoSuchIncident),
        ActError::MayHaveLeft => Some(CommandError::TooLateToUndo),
        ActError::Invalid(invalid) => Some(CommandError::Invalid(invalid.clone())),
        ActError::Store(error) => from_store(error),
    }
}

fn from_store(error: &StoreError) -> Option<CommandError> {
    match error {
        StoreError::FolderInUse(_) | StoreError::Busy { .. } => Some(CommandError::FolderInUse),
        StoreError::FolderNotWritable { .. } => Some(CommandError::FolderNotWritable),
        StoreError::DiskFull { .. } => Some(CommandError::DiskFull),
        StoreError::Io { source, .. } => from_io(source),
        _ => None,
    }
}

/// The sentence for a failure of the disk, where there is one.
fn from_io(error: &io::Error) -> Option<CommandError> {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(CommandError::DiskFull),
        io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::NotADirectory => Some(CommandError::FolderNotWritable),
        _ => None,
    }
}

/// The same, for what was to be saved at a place that the person chose.
pub(crate) fn at_the_place(error: ClientError, target: &Path) -> ClientError {
    match &error {
        ClientError::Io { source, .. } if is_no_place(source.kind()) => {
            tracing::info!(error = %chain(&error), "nothing can be saved there");
            let name = name_of(target);
            CommandError::CannotSaveThere { name }.into()
        }
        _ => error,
    }
}

fn is_no_place(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::ReadOnlyFilesystem
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::NotFound
            | io::ErrorKind::IsADirectory
    )
}

/// Why the desktop did not open it.
pub(crate) fn not_opened(error: &crate::ShellError, path: &Path) -> ClientError {
    tracing::info!(%error, "a file was not opened");
    let name = name_of(path);
    CommandError::NoApplication { name }.into()
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Why the file `name` was not taken.
pub(crate) fn from_intake(error: IntakeError, name: &str) -> CommandError {
    let name = name.to_owned();
    match error {
        IntakeError::Empty => CommandError::FileEmpty { name },
        IntakeError::TooLarge => CommandError::FileTooLarge {
            name,
            limit_mib: u32::try_from(MAX_ATTACHMENT_BYTES / (1024 * 1024)).unwrap_or(u32::MAX),
        },
        IntakeError::TypeRefused { found } => CommandError::FileTypeRefused { name, found },
        IntakeError::Unreadable(error) => {
            tracing::info!(%error, "a picked file cannot be read");
            CommandError::FileUnreadable { name }
        }
        IntakeError::Name(invalid) => CommandError::Invalid(invalid),
        IntakeError::TooMany => CommandError::TooManyFiles {
            limit: MAX_ATTACHMENTS as u32,
        },
        IntakeError::OtherBytes | IntakeError::NoSuchAttachment => CommandError::FileNotHere,
        IntakeError::DiskFull => CommandError::DiskFull,
        IntakeError::Store(error) => ClientError::Store(error).into(),
    }
}

/// Logs the whole chain under a reference, which is all that the person sees of it.
fn internal(error: &(dyn Error + 'static)) -> CommandError {
    let reference = uuid::Uuid::new_v4().simple().to_string()[..8].to_owned();
    tracing::error!(%reference, error = %chain(error), "a command failed");
    CommandError::Internal { reference }
}

/// An error with its causes, for the log.
pub(crate) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl fmt::Display + 'a {
    Chain(error)
}

struct Chain<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_has_every_cause() {
        let error = ClientError::Io {
            doing: "copy the file",
            source: io::Error::other("the disk is on fire"),
        };
        assert_eq!(
            chain(&error).to_string(),
            "could not copy the file: the disk is on fire"
        );
    }

    #[test]
    fn a_full_disk_has_its_own_sentence_and_the_unforeseen_a_reference() {
        let with = |kind: io::ErrorKind| -> CommandError {
            ClientError::Io {
                doing: "copy the file",
                source: kind.into(),
            }
            .into()
        };
        assert_eq!(with(io::ErrorKind::StorageFull), CommandError::DiskFull);
        assert!(matches!(
            with(io::ErrorKind::BrokenPipe),
            CommandError::Internal { .. }
        ));
    }
}
