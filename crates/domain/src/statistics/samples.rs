//! Days and moments as the tests of the statistics write them.

use super::period::Period;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn period(from: &str, to: &str, zone: Tz) -> Period {
    Period::new(day(from), day(to), zone).unwrap()
}
