//! What mails say, in the reader's language.

use crate::error::Result;
use palier_i18n::{Language, Localizer};
use serde::{Deserialize, Serialize};

/// What a letter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// Somebody is invited, as a tenant or as an owner.
    Invitation {
        /// Name of who invites.
        inviter: String,
        /// Name of the portfolio.
        portfolio: String,
        /// A tenant's home; none for an owner.
        home: Option<String>,
        /// The secret link.
        link: String,
        /// How many days the link is valid.
        days: u32,
    },
    /// A new password was asked for.
    PasswordReset {
        /// The secret link.
        link: String,
        /// How many minutes the link is valid.
        minutes: u32,
    },
    /// The password was changed, by whoever.
    PasswordChanged,
}

/// A letter's words: a subject and paragraphs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The language.
    pub language: Language,
    /// The subject, one line.
    pub subject: String,
    /// What it says.
    pub parts: Vec<Part>,
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A sentence of ours, with somebody's names in it.
    Text(String),
    /// A link with its label.
    Link(String, String),
}

impl Content {
    /// The word that the table uses.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::PasswordReset { .. } => "password_reset",
            Self::PasswordChanged => "password_changed",
        }
    }

    /// Everything, as JSON.
    pub fn arguments(&self) -> Result<String> {
        Ok(serde_json::to_string(self)?)
    }

    /// The words for a reader called `name`, if he has a name yet.
    pub fn words(&self, language: Language, name: Option<&str>) -> Words {
        let say = Localizer::new(language);
        let text = |key: &str| Part::Text(say.text(key));
        let greeting = match name {
            Some(name) => say.format("mail-greeting", &[("name", line(name).into())]),
            None => say.text("mail-greeting-unknown"),
        };
        let mut parts = vec![Part::Text(greeting)];
        let subject = match self {
            Self::Invitation {
                inviter,
                portfolio,
                home,
                link,
                days,
            } => {
                let inviter = ("inviter", line(inviter).into());
                parts.push(Part::Text(match home {
                    Some(home) => {
                        let home = ("home", line(home).into());
                        say.format("mail-invitation-home", &[inviter.clone(), home])
                    }
                    None => {
                        let portfolio = ("portfolio", line(portfolio).into());
                        say.format("mail-invitation-portfolio", &[inviter.clone(), portfolio])
                    }
                }));
                let label = say.text("mail-invitation-button");
                parts.push(Part::Link(label, link.clone()));
                let days = [("days", (*days).into())];
                parts.push(Part::Text(say.format("mail-invitation-days", &days)));
                parts.push(text("mail-invitation-unexpected"));
                say.format("mail-invitation-subject", &[inviter])
            }
            Self::PasswordReset { link, minutes } => {
                parts.push(text("mail-reset-why"));
                parts.push(Part::Link(say.text("mail-reset-button"), link.clone()));
                let minutes = [("minutes", (*minutes).into())];
                parts.push(Part::Text(say.format("mail-reset-minutes", &minutes)));
                parts.push(text("mail-reset-unexpected"));
                say.text("mail-reset-subject")
            }
            Self::PasswordChanged => {
                parts.push(text("mail-changed-what"));
                parts.push(text("mail-changed-unexpected"));
                say.text("mail-changed-subject")
            }
        };
        Words {
            language,
            subject,
            parts,
        }
    }
}

/// Somebody's words as one line: no line end, no control character, so that they stay where they
/// were put.
pub fn line(text: &str) -> String {
    let plain = text.replace(|c: char| c.is_control() || is_line_end(c), " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Content> {
        vec![
            Content::Invitation {
                inviter: "Claire\r\nBcc: x@y.z".into(),
                portfolio: "Maisons".into(),
                home: Some("1 rue Haute, 3B".into()),
                link: "https://a.example/i/t".into(),
                days: 7,
            },
            Content::Invitation {
                inviter: "Claire".into(),
                portfolio: "Maisons".into(),
                home: None,
                link: "https://a.example/i/t".into(),
                days: 1,
            },
            Content::PasswordReset {
                link: "https://a.example/r/t".into(),
                minutes: 60,
            },
            Content::PasswordChanged,
        ]
    }

    #[test]
    fn every_letter_is_said_in_both_languages_with_nothing_left_open() {
        for content in all() {
            for language in Language::ALL {
                let words = content.words(*language, Some("Awa\nDiallo"));
                let said = format!("{words:?}");
                assert!(!said.contains("mail-"), "{said}");
                assert!(!said.contains('{') || !said.contains("{$"), "{said}");
                assert!(said.contains("Awa Diallo"), "{said}");
                assert!(!words.subject.contains(['\r', '\n']), "{said}");
            }
        }
    }

    #[test]
    fn a_letter_in_the_queue_is_read_as_it_was_written() {
        for content in all() {
            let stored = content.arguments().unwrap();
            assert_eq!(serde_json::from_str::<Content>(&stored).unwrap(), content);
        }
    }

    #[test]
    fn somebodys_words_stay_on_their_line() {
        assert_eq!(line(" a\r\nb\u{2028}c\0 \td "), "a b c d");
    }
}
