//! Tickets: one message on an incident.

use crate::{
    access::UnknownWord,
    text::{Invalid, InvalidReason, refuse_control},
};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Largest message, in bytes of UTF-8.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024;

/// Most files on one ticket.
pub const MAX_ATTACHMENTS: usize = 10;

/// What kind of row a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    /// Somebody wrote it.
    Message,
    /// The server wrote it because a status moved. Shown, never counted as unread.
    System,
}

impl TicketKind {
    /// The word that SQL and JSON use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::System => "system",
        }
    }
}

impl FromStr for TicketKind {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "message" => Ok(Self::Message),
            "system" => Ok(Self::System),
            other => Err(UnknownWord(other.to_owned())),
        }
    }
}

/// The text of a ticket that may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketText(String);

impl TicketText {
    /// Reads what was typed: white space at the end goes, at most [`MAX_MESSAGE_BYTES`] remain,
    /// and it is empty only when the ticket carries files.
    ///
    /// # Errors
    /// `message` with the reason; `attachments` when there are more than [`MAX_ATTACHMENTS`].
    pub fn parse(text: &str, attachments: usize) -> Result<Self, Invalid> {
        if attachments > MAX_ATTACHMENTS {
            return Err(Invalid::new(
                "attachments",
                InvalidReason::TooMany {
                    limit: MAX_ATTACHMENTS as u32,
                },
            ));
        }
        let text = text.trim_end();
        if text.trim_start().is_empty() && attachments == 0 {
            return Err(Invalid::new("message", InvalidReason::Empty));
        }
        if text.len() > MAX_MESSAGE_BYTES {
            return Err(Invalid::new(
                "message",
                InvalidReason::TooLong {
                    limit: MAX_MESSAGE_BYTES as u32,
                },
            ));
        }
        refuse_control("message", text)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_needs_some_text_or_a_file() {
        assert!(TicketText::parse(" \n\t", 0).is_err());
        assert_eq!(TicketText::parse(" \n\t", 1).unwrap().as_str(), "");
        assert_eq!(TicketText::parse("  oui \n", 0).unwrap().as_str(), "  oui");
    }

    #[test]
    fn the_limit_is_counted_in_bytes() {
        let fits = "é".repeat(MAX_MESSAGE_BYTES / 2);
        assert!(TicketText::parse(&fits, 0).is_ok());
        assert!(TicketText::parse(&(fits + "é"), 0).is_err());
    }

    #[test]
    fn nul_and_too_many_files_are_refused() {
        assert!(TicketText::parse("a\0b", 0).is_err());
        assert_eq!(TicketText::parse("a", 11).unwrap_err().field, "attachments");
    }
}
