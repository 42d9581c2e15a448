//! How values stand in columns.

use crate::error::{Error, Result};
use palier_domain::Sha256;
use std::str::FromStr;

/// A word of a list in `domain`.
pub fn word<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| Error::Corrupt("word"))
}

/// A digest.
pub fn digest(bytes: &[u8]) -> Result<Sha256> {
    bytes
        .try_into()
        .map(Sha256)
        .map_err(|_| Error::Corrupt("digest"))
}

/// A count, which is never negative.
pub fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// A number from outside as a column takes it; what is too large stays larger than any column.
pub fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
