//! One of everything that can be refused, for whoever looks at all of the sentences: the tests, the gallery.

use palier_bridge::{
    CommandError,
    view::{ChangedTo, FailureReason},
};
use palier_domain::{Category, Denied, Invalid, InvalidReason, MediaType, Priority, Status};

const RULES: [Denied; 6] = [
    Denied::OwnersOnly,
    Denied::LeaseEnded,
    Denied::ImpossibleMove,
    Denied::LastOwner,
    Denied::InUse,
    Denied::BelongsToOthers,
];

/// What a command can be refused with.
pub fn every_error() -> Vec<CommandError> {
    let name = || "photo.jpg".to_owned();
    let address = || "https://palier.exemple.fr".to_owned();
    let mut errors: Vec<_> = RULES.map(|rule| CommandError::Denied { rule }).to_vec();
    errors.extend([
        CommandError::Invalid(Invalid::new("message", InvalidReason::Empty)),
        CommandError::WrongCredentials,
        CommandError::SignedOut,
        CommandError::TooManyAttempts { seconds: 90 },
        CommandError::BadServerAddress { address: address() },
        CommandError::ServerUnreachable { address: address() },
        CommandError::NotPalier { address: address() },
        CommandError::NoSuchIncident,
        CommandError::NoSuchTicket,
        CommandError::TooLateToUndo,
        CommandError::FileEmpty { name: name() },
        CommandError::FileTooLarge {
            name: name(),
            limit_mib: 25,
        },
        CommandError::FileTypeRefused {
            name: name(),
            found: None,
        },
        CommandError::FileTypeRefused {
            name: name(),
            found: Some(MediaType::Pdf),
        },
        CommandError::FileUnreadable { name: name() },
        CommandError::FileNotHere,
        CommandError::TooManyFiles { limit: 10 },
        CommandError::DiskFull,
        CommandError::FolderInUse,
        CommandError::FolderNotWritable,
        CommandError::CannotSaveThere { name: name() },
        CommandError::NoApplication { name: name() },
        CommandError::UnsentWork { count: 3 },
        CommandError::Offline,
        CommandError::Gone,
        CommandError::LeaseOverlap,
        CommandError::NoStorage,
        CommandError::Interrupted,
        CommandError::Internal {
            reference: "a1b2c3".into(),
        },
    ]);
    errors
}

/// What the server can refuse a ticket or change with.
pub fn every_failure() -> Vec<FailureReason> {
    let meanwhile = |now| FailureReason::ChangedMeanwhile { now };
    vec![
        FailureReason::Denied {
            rule: Denied::OwnersOnly,
        },
        FailureReason::Invalid {
            invalid: Invalid::new("message", InvalidReason::Empty),
        },
        FailureReason::Gone,
        meanwhile(None),
        meanwhile(Some(ChangedTo::Status(Status::Resolved))),
        meanwhile(Some(ChangedTo::Status(Status::Closed))),
        meanwhile(Some(ChangedTo::Priority(Priority::High))),
        meanwhile(Some(ChangedTo::Category(Category::Damp))),
        FailureReason::FileRefused {
            name: "photo.jpg".into(),
        },
        FailureReason::NoRoom,
        FailureReason::ParentFailed,
        FailureReason::NotBackYet,
        FailureReason::AlreadyDelivered,
        FailureReason::Other {
            detail: "the portfolio is read-only".into(),
        },
    ]
}
