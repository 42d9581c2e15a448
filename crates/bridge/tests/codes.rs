//! Error codes: what travels and what finds the sentence are the same word.

use palier_bridge::{CommandError, Request, request};
use palier_domain::{Denied, Invalid, InvalidReason};

#[test]
fn the_code_that_travels_names_the_sentence() {
    let name = || "photo.jpg".to_owned();
    let errors = [
        CommandError::Invalid(Invalid::new("message", InvalidReason::Empty)),
        CommandError::Denied {
            rule: Denied::LeaseEnded,
        },
        CommandError::WrongCredentials,
        CommandError::TooManyAttempts { seconds: 5 },
        CommandError::NotPalier {
            address: "https://example.org".to_owned(),
        },
        CommandError::FileTypeRefused {
            name: name(),
            found: None,
        },
        CommandError::FileTooLarge {
            name: name(),
            limit_mib: 25,
        },
        CommandError::UnsentWork { count: 2 },
        CommandError::Internal {
            reference: "r".to_owned(),
        },
    ];
    for error in errors {
        let json = serde_json::to_value(&error).unwrap();
        assert_eq!(json["code"], error.code().replace('-', "_"), "{json}");
        assert_eq!(serde_json::from_value::<CommandError>(json).unwrap(), error);
    }
}

#[test]
fn commands_are_named_once() {
    let mut names = request::COMMANDS.to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), request::COMMANDS.len());
    assert!(names.contains(&request::SendTicket::COMMAND));
}
