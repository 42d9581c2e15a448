//! Saying why something was refused, in the person's language.

use palier_bridge::{
    CommandError,
    view::{ChangedTo, FailureReason},
};
use palier_domain::Status;
use palier_i18n::{Arg, Localizer};

/// The sentence for a refused command.
pub fn say_error(localizer: &Localizer, error: &CommandError) -> String {
    let args: Vec<(&str, Arg)> = match error {
        CommandError::Invalid(invalid) => return localizer.invalid(invalid),
        CommandError::Denied { rule } => return localizer.denied(*rule),
        CommandError::FileTypeRefused {
            name,
            found: Some(found),
        } => {
            let found = localizer.media_type(*found);
            let args = [("name", name.as_str().into()), ("found", found.into())];
            return localizer.format("error-file-type-mismatch", &args);
        }
        CommandError::TooManyAttempts { seconds } => vec![("seconds", (*seconds).into())],
        CommandError::BadServerAddress { address }
        | CommandError::ServerUnreachable { address }
        | CommandError::NotPalier { address } => vec![("address", address.as_str().into())],
        CommandError::FileEmpty { name }
        | CommandError::CannotSaveThere { name }
        | CommandError::NoApplication { name }
        | CommandError::FileUnreadable { name }
        | CommandError::FileTypeRefused { name, found: None } => {
            vec![("name", name.as_str().into())]
        }
        CommandError::FileTooLarge { name, limit_mib } => vec![
            ("name", name.as_str().into()),
            ("limit_mib", (*limit_mib).into()),
        ],
        CommandError::TooManyFiles { limit } => vec![("limit", (*limit).into())],
        CommandError::UnsentWork { count } => vec![("count", (*count).into())],
        CommandError::Internal { reference } => vec![("reference", reference.as_str().into())],
        CommandError::WrongCredentials
        | CommandError::SignedOut
        | CommandError::NoSuchIncident
        | CommandError::NoSuchTicket
        | CommandError::TooLateToUndo
        | CommandError::FileNotHere
        | CommandError::DiskFull
        | CommandError::Gone
        | CommandError::LeaseOverlap
        | CommandError::FolderInUse
        | CommandError::FolderNotWritable
        | CommandError::NoStorage
        | CommandError::Interrupted
        | CommandError::Offline => Vec::new(),
    };
    localizer.format(&format!("error-{}", error.code()), &args)
}

/// The sentence for what the server refused.
pub fn say_failure(localizer: &Localizer, reason: &FailureReason) -> String {
    match reason {
        FailureReason::Denied { rule } => localizer.denied(*rule),
        FailureReason::Invalid { invalid } => localizer.invalid(invalid),
        FailureReason::Gone => localizer.text("failure-gone"),
        FailureReason::ChangedMeanwhile { now: None } => {
            localizer.text("failure-changed-meanwhile")
        }
        FailureReason::ChangedMeanwhile {
            now: Some(ChangedTo::Status(Status::Closed)),
        } => localizer.text("failure-changed-closed"),
        FailureReason::ChangedMeanwhile { now: Some(now) } => {
            let (key, word) = match now {
                ChangedTo::Status(to) => ("failure-changed-status", localizer.status(*to)),
                ChangedTo::Priority(to) => ("failure-changed-priority", localizer.priority(*to)),
                ChangedTo::Category(to) => ("failure-changed-category", localizer.category(*to)),
            };
            localizer.format(key, &[("now", word.into())])
        }
        FailureReason::FileRefused { name } => {
            localizer.format("failure-file-refused", &[("name", name.as_str().into())])
        }
        FailureReason::NoRoom => localizer.text("failure-no-room"),
        FailureReason::ParentFailed => localizer.text("failure-parent-failed"),
        FailureReason::NotBackYet => localizer.text("failure-not-back-yet"),
        FailureReason::AlreadyDelivered => localizer.text("failure-already-delivered"),
        FailureReason::Other { detail } => {
            localizer.format("failure-other", &[("detail", detail.as_str().into())])
        }
    }
}

/// The field of the sign-in form that an error is about, so that it stands next to its cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInField {
    /// The server's address.
    Server,
    /// The mail address.
    Email,
    /// The password.
    Password,
    /// None of them.
    Whole,
}

/// Which field of the sign-in form an error is about.
pub fn sign_in_field(error: &CommandError) -> SignInField {
    match error {
        CommandError::BadServerAddress { .. }
        | CommandError::ServerUnreachable { .. }
        | CommandError::NotPalier { .. } => SignInField::Server,
        CommandError::WrongCredentials => SignInField::Password,
        CommandError::Invalid(invalid) => match invalid.field.as_str() {
            "server" => SignInField::Server,
            "email" => SignInField::Email,
            "password" => SignInField::Password,
            _ => SignInField::Whole,
        },
        _ => SignInField::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::refusals::{every_error, every_failure};
    use palier_domain::{Invalid, InvalidReason};
    use palier_i18n::Language;

    #[test]
    fn every_error_is_a_sentence_with_its_facts_in_it() {
        for language in Language::ALL {
            let localizer = Localizer::new(*language);
            for error in every_error() {
                let said = say_error(&localizer, &error);
                assert!(!said.starts_with("error-"), "{language:?}: {said}");
                assert!(
                    said.ends_with(['.', '3']) || said.contains("exemple"),
                    "{said}"
                );
                let facts = format!("{error:?}");
                for fact in ["photo.jpg", "https://palier.exemple.fr", "a1b2c3"] {
                    assert_eq!(said.contains(fact), facts.contains(fact), "{said}");
                }
                assert!(!said.contains('{') && !said.contains('$'), "{said}");
            }
        }
    }

    #[test]
    fn every_failure_is_a_sentence() {
        for language in Language::ALL {
            let localizer = Localizer::new(*language);
            for failure in &every_failure() {
                let said = say_failure(&localizer, failure);
                assert!(
                    !said.starts_with("failure-") && !said.contains('{'),
                    "{said}"
                );
            }
        }
    }

    #[test]
    fn a_move_that_came_after_the_close_is_told_so() {
        let overtaken = |status| FailureReason::ChangedMeanwhile {
            now: Some(ChangedTo::Status(status)),
        };
        let french = Localizer::new(Language::Fr);
        assert_eq!(
            say_failure(&french, &overtaken(Status::Closed)),
            "L’incident a été clos pendant que vous étiez hors ligne."
        );
        let planned = say_failure(&french, &overtaken(Status::Planned));
        assert!(
            planned.contains(&french.status(Status::Planned)),
            "{planned}"
        );
    }

    #[test]
    fn a_sign_in_error_stands_next_to_its_cause() {
        let server = CommandError::NotPalier {
            address: String::new(),
        };
        assert_eq!(sign_in_field(&server), SignInField::Server);
        assert_eq!(
            sign_in_field(&CommandError::WrongCredentials),
            SignInField::Password
        );
        let email = CommandError::Invalid(Invalid::new("email", InvalidReason::Malformed));
        assert_eq!(sign_in_field(&email), SignInField::Email);
        assert_eq!(sign_in_field(&CommandError::DiskFull), SignInField::Whole);
    }
}
