//! The rules that every text a person types has in common.

use serde::{Deserialize, Serialize};

/// A text was refused; which one, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[error("{field}: {reason}")]
pub struct Invalid {
    /// The field as the wire names it, for instance `message`.
    pub field: String,
    /// What is wrong with it.
    pub reason: InvalidReason,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum InvalidReason {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// More than the limit.
    #[error("is longer than {limit} bytes")]
    TooLong {
        /// Largest accepted length, in bytes of UTF-8.
        limit: u32,
    },
    /// Fewer characters than asked for.
    #[error("is shorter than {limit} characters")]
    TooShort {
        /// Smallest accepted length, in Unicode scalar values.
        limit: u32,
    },
    /// A control character that no keyboard types, such as NUL.
    #[error("holds a character that is not allowed")]
    ForbiddenCharacter,
    /// It does not look like what the field asks for.
    #[error("is not well formed")]
    Malformed,
    /// It is on the list of passwords that everybody tries first.
    #[error("is too easy to guess")]
    TooCommon,
    /// More items than a list may hold.
    #[error("holds more than {limit}")]
    TooMany {
        /// Largest accepted count.
        limit: u32,
    },
}

impl Invalid {
    /// A refusal of `field` for `reason`.
    pub fn new(field: &str, reason: InvalidReason) -> Self {
        Self {
            field: field.to_owned(),
            reason,
        }
    }
}

/// Refuses control characters other than tab and line ends.
// NUL ends strings in PostgreSQL and in C; the others only ever come from attacks or accidents.
pub(crate) fn refuse_control(field: &str, text: &str) -> Result<(), Invalid> {
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        return Err(Invalid::new(field, InvalidReason::ForbiddenCharacter));
    }
    Ok(())
}

/// One line: trimmed, not empty, at most `limit` bytes, no control character at all.
pub(crate) fn line(field: &str, text: &str, limit: usize) -> Result<String, Invalid> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Invalid::new(field, InvalidReason::Empty));
    }
    if text.len() > limit {
        return Err(Invalid::new(
            field,
            InvalidReason::TooLong {
                limit: u32::try_from(limit).unwrap_or(u32::MAX),
            },
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::new(field, InvalidReason::ForbiddenCharacter));
    }
    Ok(text.to_owned())
}
