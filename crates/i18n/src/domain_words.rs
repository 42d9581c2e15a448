//! What `domain` names, in words.

use crate::Localizer;
use palier_domain::{Category, Denied, Invalid, InvalidReason, MediaType, Priority, Role, Status};

impl Localizer {
    /// A status as it is shown.
    pub fn status(&self, status: Status) -> String {
        self.text(&format!("status-{status}"))
    }

    /// A priority as it is shown.
    pub fn priority(&self, priority: Priority) -> String {
        self.text(&format!("priority-{priority}"))
    }

    /// A category as it is shown.
    pub fn category(&self, category: Category) -> String {
        self.text(&format!("category-{}", category.as_str().replace('_', "-")))
    }

    /// A role as it is shown.
    pub fn role(&self, role: Role) -> String {
        self.text(&format!("role-{role}"))
    }

    /// A type of file as it is shown, for instance “image PNG”.
    pub fn media_type(&self, media_type: MediaType) -> String {
        self.text(&format!("media-{}", media_type.extensions()[0]))
    }

    /// Why a rule refused.
    pub fn denied(&self, rule: Denied) -> String {
        self.text(match rule {
            Denied::OwnersOnly => "denied-owners-only",
            Denied::LeaseEnded => "denied-lease-ended",
            Denied::ImpossibleMove => "denied-impossible-move",
            Denied::LastOwner => "denied-last-owner",
            Denied::InUse => "denied-in-use",
            Denied::BelongsToOthers => "denied-belongs-to-others",
        })
    }

    /// Why a text was refused: the sentence of that field where there is one
    /// (`invalid-<field>-<reason>`), else the general one (`invalid-<reason>`).
    pub fn invalid(&self, invalid: &Invalid) -> String {
        let (reason, limit) = match invalid.reason {
            InvalidReason::Empty => ("empty", None),
            InvalidReason::TooLong { limit } => ("too-long", Some(limit)),
            InvalidReason::TooShort { limit } => ("too-short", Some(limit)),
            InvalidReason::ForbiddenCharacter => ("forbidden-character", None),
            InvalidReason::Malformed => ("malformed", None),
            InvalidReason::TooCommon => ("too-common", None),
            InvalidReason::TooMany { limit } => ("too-many", Some(limit)),
        };
        let of_field = format!("invalid-{}-{reason}", invalid.field.replace('_', "-"));
        let key = if self.has(&of_field) {
            of_field
        } else {
            format!("invalid-{reason}")
        };
        let args: Vec<_> = limit
            .map(|limit| ("limit", limit.into()))
            .into_iter()
            .collect();
        self.format(&key, &args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    #[test]
    fn every_word_of_the_domain_is_said_in_both_languages() {
        for language in Language::ALL {
            let localizer = Localizer::new(*language);
            let mut words = Vec::new();
            words.extend(Status::ALL.iter().map(|word| localizer.status(*word)));
            words.extend(Priority::ALL.iter().map(|word| localizer.priority(*word)));
            words.extend(Category::ALL.iter().map(|word| localizer.category(*word)));
            words.extend([Role::Owner, Role::Tenant].map(|word| localizer.role(word)));
            words.extend(MediaType::ALL.iter().map(|row| localizer.media_type(row.0)));
            words.extend(
                [
                    Denied::OwnersOnly,
                    Denied::LeaseEnded,
                    Denied::ImpossibleMove,
                    Denied::LastOwner,
                    Denied::InUse,
                    Denied::BelongsToOthers,
                ]
                .map(|rule| localizer.denied(rule)),
            );
            for word in words {
                let key = [
                    "status-",
                    "priority-",
                    "category-",
                    "role-",
                    "media-",
                    "denied-",
                ]
                .iter()
                .any(|prefix| word.starts_with(prefix));
                assert!(!key, "{language:?} has no words for {word}");
            }
        }
    }

    #[test]
    fn every_reason_has_a_sentence_with_its_limit_in_it() {
        use InvalidReason::*;
        for language in Language::ALL {
            let localizer = Localizer::new(*language);
            let reasons = [
                Empty,
                TooLong { limit: 77 },
                TooShort { limit: 77 },
                ForbiddenCharacter,
                Malformed,
                TooCommon,
                TooMany { limit: 77 },
            ];
            for reason in reasons {
                let limited = format!("{reason:?}").contains("77");
                let sentence = localizer.invalid(&Invalid::new("whatever", reason));
                assert!(!sentence.starts_with("invalid-"), "{sentence}");
                assert_eq!(sentence.contains("77"), limited, "{sentence}");
            }
        }
    }

    #[test]
    fn a_field_may_have_its_own_sentence() {
        let localizer = Localizer::new(Language::En);
        let empty = |field| localizer.invalid(&Invalid::new(field, InvalidReason::Empty));
        assert_ne!(empty("message"), empty("whatever"));
    }
}
