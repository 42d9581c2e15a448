//! The days that statistics are about.

use crate::text::{Invalid, InvalidReason};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Longest period, in days: three years and a little.
pub const MAX_PERIOD_DAYS: i64 = 1_100;

/// Days from the first to the last, both counted, in a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: NaiveDate,
    to: NaiveDate,
    zone: Tz,
}

impl Period {
    /// The days `from` to `to`.
    ///
    /// # Errors
    /// `to` when it comes before `from`; `from` when it lies more than [`MAX_PERIOD_DAYS`] before
    /// `to`, or out of any calendar.
    pub fn new(from: NaiveDate, to: NaiveDate, zone: Tz) -> Result<Self, Invalid> {
        let malformed = |field| Invalid::new(field, InvalidReason::Malformed);
        // Years that RFC 3339 can write, with room for a week and a time zone on both sides.
        let writable = |day: NaiveDate| (1..=9998).contains(&day.year());
        if !writable(to) {
            return Err(malformed("to"));
        }
        if !writable(from) {
            return Err(malformed("from"));
        }
        if to < from {
            return Err(malformed("to"));
        }
        if (to - from).num_days() >= MAX_PERIOD_DAYS {
            return Err(Invalid::new(
                "from",
                InvalidReason::TooMany {
                    limit: MAX_PERIOD_DAYS as u32,
                },
            ));
        }
        Ok(Self { from, to, zone })
    }

    /// The first day.
    pub fn from(&self) -> NaiveDate {
        self.from
    }

    /// The last day.
    pub fn to(&self) -> NaiveDate {
        self.to
    }

    /// Where its days are.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// Its first instant.
    pub fn start(&self) -> DateTime<Utc> {
        start_of(self.from, self.zone)
    }

    /// The first instant after it.
    pub fn end(&self) -> DateTime<Utc> {
        start_of(self.to + TimeDelta::days(1), self.zone)
    }

    /// Whether `at` lies in it.
    pub fn contains(&self, at: DateTime<Utc>) -> bool {
        (self.start()..self.end()).contains(&at)
    }

    /// The Monday of the week of `at`.
    pub fn week_of(&self, at: DateTime<Utc>) -> NaiveDate {
        monday(at.with_timezone(&self.zone).date_naive())
    }

    /// The Mondays of its weeks; the first may lie before the period.
    pub fn weeks(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.to;
        monday(self.from)
            .iter_weeks()
            .take_while(move |monday| *monday <= last)
    }
}

pub(super) fn monday(day: NaiveDate) -> NaiveDate {
    day - TimeDelta::days(i64::from(day.weekday().num_days_from_monday()))
}

/// The first instant of a day. Where the clocks skip midnight the day begins later, where they pass
/// it twice it begins with the first.
fn start_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    // A skipped stretch is an hour as a rule, a day where an island crossed the date line.
    (0..=48)
        .filter_map(|halves| {
            let local = midnight + TimeDelta::minutes(30 * halves);
            zone.from_local_datetime(&local).earliest()
        })
        .next()
        .map_or_else(|| midnight.and_utc(), |start| start.with_timezone(&Utc))
}

/// The periods that a dashboard offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PeriodChoice {
    /// This week and the three before it.
    FourWeeks,
    /// This week and the eleven before it.
    #[default]
    TwelveWeeks,
    /// From the first of January until today.
    ThisYear,
    /// The whole year before.
    LastYear,
    /// From a day to a day.
    Days {
        /// The first.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
    },
}

impl PeriodChoice {
    /// Its days in a time zone where it is `today`. Weeks begin on Monday, and none is cut in two.
    ///
    /// # Errors
    /// What [`Period::new`] refuses.
    pub fn period(self, today: NaiveDate, zone: Tz) -> Result<Period, Invalid> {
        let weeks = |count: i64| monday(today) - TimeDelta::weeks(count - 1);
        let first_of = |year: i32| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(today);
        let year = today.year();
        let (from, to) = match self {
            Self::FourWeeks => (weeks(4), today),
            Self::TwelveWeeks => (weeks(12), today),
            Self::ThisYear => (first_of(year), today),
            Self::LastYear => (first_of(year - 1), first_of(year) - TimeDelta::days(1)),
            Self::Days { from, to } => (from, to),
        };
        Period::new(from, to, zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::samples::{day, period, utc};
    use chrono_tz::{America::St_Johns, Europe::Paris};

    #[test]
    fn the_day_the_clocks_go_forward_in_paris_has_twenty_three_hours() {
        let period = period("2026-03-29", "2026-03-29", Paris);
        assert_eq!(period.start(), utc("2026-03-28T23:00:00Z"));
        assert_eq!(period.end(), utc("2026-03-29T22:00:00Z"));
    }

    #[test]
    fn the_day_the_clocks_go_back_in_paris_has_twenty_five_hours() {
        let period = period("2026-10-25", "2026-10-25", Paris);
        assert_eq!(period.start(), utc("2026-10-24T22:00:00Z"));
        assert_eq!(period.end(), utc("2026-10-25T23:00:00Z"));
        // Both half past two o'clocks are of that day, and of the week that ends with it.
        for at in ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"] {
            assert!(period.contains(utc(at)));
            assert_eq!(period.week_of(utc(at)), day("2026-10-19"));
        }
        assert_eq!(
            period.week_of(utc("2026-10-25T23:00:00Z")),
            day("2026-10-26")
        );
    }

    #[test]
    fn st_johns_is_half_an_hour_off_on_its_change_days_too() {
        let spring = period("2026-03-08", "2026-03-08", St_Johns);
        assert_eq!(spring.start(), utc("2026-03-08T03:30:00Z"));
        assert_eq!(spring.end(), utc("2026-03-09T02:30:00Z"));
        let autumn = period("2026-11-01", "2026-11-01", St_Johns);
        assert_eq!(autumn.start(), utc("2026-11-01T02:30:00Z"));
        assert_eq!(autumn.end(), utc("2026-11-02T03:30:00Z"));
        // 02:29 in UTC is still Sunday there, 02:30 begins the week.
        assert_eq!(
            spring.week_of(utc("2026-03-09T02:29:59Z")),
            day("2026-03-02")
        );
        assert_eq!(
            spring.week_of(utc("2026-03-09T02:30:00Z")),
            day("2026-03-09")
        );
    }

    #[test]
    fn a_midnight_that_is_skipped_and_one_that_comes_twice_begin_their_day() {
        // Beirut 2022-03-27 began at one o'clock; St John's 2006-10-29 had 00:00 to 00:01 twice.
        let skipped = period("2022-03-27", "2022-03-27", chrono_tz::Asia::Beirut);
        assert_eq!(skipped.start(), utc("2022-03-26T22:00:00Z"));
        let twice = period("2006-10-29", "2006-10-29", St_Johns);
        assert_eq!(twice.start(), utc("2006-10-29T02:30:00Z"));
    }

    #[test]
    fn a_period_has_a_beginning_before_its_end_and_is_not_endless() {
        let refused = |from, to| Period::new(day(from), day(to), Paris).unwrap_err().field;
        assert_eq!(refused("2026-01-02", "2026-01-01"), "to");
        assert_eq!(refused("2020-01-01", "2026-01-01"), "from");
        assert_eq!(refused("-0044-03-15", "2026-01-01"), "from");
        assert_eq!(refused("2026-01-01", "+12026-01-01"), "to");
    }

    #[test]
    fn what_a_dashboard_offers_are_whole_weeks_and_years() {
        // A Saturday.
        let chosen = |choice: PeriodChoice| {
            let period = choice.period(day("2026-11-28"), Paris).unwrap();
            (period.from().to_string(), period.to().to_string())
        };
        let is = |choice, from: &str, to: &str| {
            assert_eq!(chosen(choice), (from.to_owned(), to.to_owned()));
        };
        is(PeriodChoice::FourWeeks, "2026-11-02", "2026-11-28");
        is(PeriodChoice::TwelveWeeks, "2026-09-07", "2026-11-28");
        is(PeriodChoice::ThisYear, "2026-01-01", "2026-11-28");
        is(PeriodChoice::LastYear, "2025-01-01", "2025-12-31");
        let weeks = PeriodChoice::FourWeeks.period(day("2026-11-28"), Paris);
        assert_eq!(weeks.unwrap().weeks().count(), 4);
        let backwards = PeriodChoice::Days {
            from: day("2026-11-28"),
            to: day("2026-11-27"),
        };
        let refused = backwards.period(day("2026-11-28"), Paris).unwrap_err();
        assert_eq!(refused.field, "to");
    }
}
