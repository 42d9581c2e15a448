//! How values stand in columns.

use crate::error::{Error, Result};
use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::Sha256;
use std::str::FromStr;
use uuid::Uuid;

/// A time as microseconds since 1970.
pub fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// The time that [`micros`] wrote.
pub fn time(micros: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros).ok_or(Error::Corrupt("time"))
}

/// An optional time.
pub fn time_opt(micros: Option<i64>) -> Result<Option<DateTime<Utc>>> {
    micros.map(time).transpose()
}

/// A day.
pub fn day(text: &str) -> Result<NaiveDate> {
    text.parse().map_err(|_| Error::Corrupt("day"))
}

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

/// Ids as one bound value, for `in (select unhex(value) from json_each(?))`.
pub fn id_list(ids: impl IntoIterator<Item = Uuid>) -> String {
    let hex: Vec<String> = ids.into_iter().map(|id| id.simple().to_string()).collect();
    serde_json::Value::from(hex).to_string()
}
