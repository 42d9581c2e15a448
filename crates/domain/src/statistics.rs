//! How owners do: what was opened, answered, resolved and reopened in a period.
//!
//! The server fetches [`Case`]s and [`StatusStep`]s, [`figures`] counts them; nothing here asks a
//! database, so every rule is a plain function. Days and weeks are those of a time zone: a week
//! begins on Monday at its first instant there, whatever daylight saving does to its length. How
//! long something took is real time, in seconds.
//!
//! - **opened**: incidents opened in the period.
//! - **first response**: of those that a tenant opened, from the opening to the first message of an
//!   owner. Those without one are counted as unanswered.
//! - **resolution**: of those opened in the period and done now, from the opening to the move since
//!   which they are done. One that was reopened and mended again took until the last mending.
//! - **resolved**, **reopened**: moves in the period, whenever the incident was opened.

use crate::{
    access::Role,
    id::PropertyId,
    incident::{Category, Status},
    text::{Invalid, InvalidReason},
};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

fn monday(day: NaiveDate) -> NaiveDate {
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

/// An incident as statistics see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// Where.
    pub property: PropertyId,
    /// What about.
    pub category: Category,
    /// Who opened it.
    pub opened_by: Role,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// The first message of an owner.
    pub first_answer_at: Option<DateTime<Utc>>,
    /// Since when it is done; none while it is not.
    pub resolved_at: Option<DateTime<Utc>>,
}

/// A move of an incident's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusStep {
    /// Where.
    pub property: PropertyId,
    /// What about.
    pub category: Category,
    /// When.
    pub at: DateTime<Utc>,
    /// The status before.
    pub from: Status,
    /// The status after.
    pub to: Status,
}

/// How long something took: of how many, and how that spreads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Spread {
    /// How many took any time at all.
    pub count: u64,
    /// Half took at most so many seconds (of an even number: the mean of the two in the middle).
    pub median_seconds: Option<u64>,
    /// Nine of ten took at most so many seconds (nearest rank).
    pub p90_seconds: Option<u64>,
}

impl Spread {
    /// How these seconds spread.
    pub fn of(mut seconds: Vec<u64>) -> Self {
        seconds.sort_unstable();
        let count = seconds.len();
        let middle = |at: usize| seconds.get(at).copied();
        let median = match count {
            0 => None,
            odd if odd % 2 == 1 => middle(odd / 2),
            even => middle(even / 2 - 1)
                .zip(middle(even / 2))
                .map(|(low, high)| low.midpoint(high)),
        };
        Self {
            count: count as u64,
            median_seconds: median,
            p90_seconds: middle((count * 9).div_ceil(10).saturating_sub(1)),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    /// Incidents opened.
    pub opened: u64,
    /// Moves to resolved or closed, of what was neither.
    pub resolved: u64,
    /// Moves back to open.
    pub reopened: u64,
    /// Opened by a tenant, and no owner has written yet.
    pub unanswered: u64,
    /// From the opening by a tenant to the first message of an owner.
    pub first_response: Spread,
    /// From the opening to the mending.
    pub resolution: Spread,
}

/// What happened, as a whole and in parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breakdown {
    /// As a whole.
    pub total: Figures,
    /// By the Monday of the week: every week of the period, those without anything too.
    pub weeks: BTreeMap<NaiveDate, Figures>,
    /// By property: those where something happened.
    pub properties: BTreeMap<PropertyId, Figures>,
    /// By category: those in which something happened.
    pub categories: BTreeMap<Category, Figures>,
}

/// Counts what happened in `period`; what lies outside is left out.
pub fn figures(period: &Period, cases: &[Case], steps: &[StatusStep]) -> Breakdown {
    let mut total = Tally::default();
    let mut weeks: BTreeMap<_, Tally> = period.weeks().map(|week| (week, <_>::default())).collect();
    let mut properties: BTreeMap<_, Tally> = BTreeMap::new();
    let mut categories: BTreeMap<_, Tally> = BTreeMap::new();
    let (start, end) = (period.start(), period.end());
    let inside = |at: DateTime<Utc>| (start..end).contains(&at);
    for case in cases.iter().filter(|case| inside(case.opened_at)) {
        total.case(case);
        let week = period.week_of(case.opened_at);
        weeks.entry(week).or_default().case(case);
        properties.entry(case.property).or_default().case(case);
        categories.entry(case.category).or_default().case(case);
    }
    for step in steps.iter().filter(|step| inside(step.at)) {
        total.step(step);
        let week = period.week_of(step.at);
        weeks.entry(week).or_default().step(step);
        properties.entry(step.property).or_default().step(step);
        categories.entry(step.category).or_default().step(step);
    }
    Breakdown {
        total: total.count(),
        weeks: counted(weeks),
        properties: counted(properties),
        categories: counted(categories),
    }
}

fn counted<K: Ord>(tallies: BTreeMap<K, Tally>) -> BTreeMap<K, Figures> {
    tallies
        .into_iter()
        .map(|(key, tally)| (key, tally.count()))
        .collect()
}

#[derive(Default)]
struct Tally {
    figures: Figures,
    responses: Vec<u64>,
    resolutions: Vec<u64>,
}

impl Tally {
    fn case(&mut self, case: &Case) {
        let took = |until: DateTime<Utc>| {
            u64::try_from((until - case.opened_at).num_seconds()).unwrap_or_default()
        };
        self.figures.opened += 1;
        match (case.opened_by, case.first_answer_at) {
            (Role::Tenant, Some(at)) => self.responses.push(took(at)),
            (Role::Tenant, None) => self.figures.unanswered += 1,
            (Role::Owner, _) => {}
        }
        self.resolutions.extend(case.resolved_at.map(took));
    }

    fn step(&mut self, step: &StatusStep) {
        match (step.from.is_done(), step.to.is_done()) {
            (false, true) => self.figures.resolved += 1,
            (true, false) => self.figures.reopened += 1,
            _ => {}
        }
    }

    fn count(self) -> Figures {
        Figures {
            first_response: Spread::of(self.responses),
            resolution: Spread::of(self.resolutions),
            ..self.figures
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America::St_Johns, Europe::Paris};
    use uuid::Uuid;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn opened(at: &str) -> Case {
        Case {
            property: PropertyId(Uuid::nil()),
            category: Category::Heating,
            opened_by: Role::Tenant,
            opened_at: utc(at),
            first_answer_at: None,
            resolved_at: None,
        }
    }

    fn period(from: &str, to: &str, zone: Tz) -> Period {
        Period::new(day(from), day(to), zone).unwrap()
    }

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
    fn what_happens_around_midnight_is_counted_on_its_side_of_it() {
        let period = period("2026-10-19", "2026-10-25", Paris);
        let cases = [
            opened("2026-10-18T21:59:59Z"),
            opened("2026-10-18T22:00:00Z"),
            opened("2026-10-25T22:59:59Z"),
            opened("2026-10-25T23:00:00Z"),
        ];
        let counted = figures(&period, &cases, &[]);
        assert_eq!(counted.total.opened, 2);
        assert_eq!(counted.weeks.len(), 1);
        assert_eq!(counted.weeks[&day("2026-10-19")].opened, 2);
    }

    #[test]
    fn weeks_without_anything_are_there_and_the_first_may_begin_before_the_period() {
        let period = period("2026-10-21", "2026-11-03", Paris);
        let weeks: Vec<_> = figures(&period, &[], &[]).weeks.into_keys().collect();
        assert_eq!(
            weeks,
            [day("2026-10-19"), day("2026-10-26"), day("2026-11-02")]
        );
    }

    #[test]
    fn only_what_a_tenant_opened_waits_for_a_first_response() {
        let period = period("2026-10-19", "2026-10-25", Paris);
        let answered = Case {
            first_answer_at: Some(utc("2026-10-20T11:00:00Z")),
            ..opened("2026-10-20T10:00:00Z")
        };
        let own = Case {
            opened_by: Role::Owner,
            ..answered
        };
        let figures = figures(
            &period,
            &[answered, own, opened("2026-10-20T10:00:00Z")],
            &[],
        );
        assert_eq!(figures.total.first_response.count, 1);
        assert_eq!(figures.total.first_response.median_seconds, Some(3600));
        assert_eq!(figures.total.unanswered, 1);
        assert_eq!(figures.total.opened, 3);
    }

    #[test]
    fn a_mending_counts_once_and_a_confirmation_not_again() {
        let period = period("2026-10-19", "2026-10-25", Paris);
        let step = |from, to| StatusStep {
            property: PropertyId(Uuid::nil()),
            category: Category::Gas,
            at: utc("2026-10-20T10:00:00Z"),
            from,
            to,
        };
        let steps = [
            step(Status::Open, Status::Resolved),
            step(Status::Resolved, Status::Closed),
            step(Status::Closed, Status::Open),
            step(Status::Open, Status::Planned),
        ];
        let total = figures(&period, &[], &steps).total;
        assert_eq!((total.resolved, total.reopened), (1, 1));
    }

    #[test]
    fn the_middle_and_nine_of_ten() {
        let spread = |seconds: &[u64]| {
            let spread = Spread::of(seconds.to_vec());
            (spread.median_seconds, spread.p90_seconds)
        };
        assert_eq!(spread(&[]), (None, None));
        assert_eq!(spread(&[5]), (Some(5), Some(5)));
        assert_eq!(spread(&[4, 1]), (Some(2), Some(4)));
        let ten: Vec<u64> = (1..=10).collect();
        assert_eq!(spread(&ten), (Some(5), Some(9)));
        let hundred: Vec<u64> = (1..=101).rev().collect();
        assert_eq!(spread(&hundred), (Some(51), Some(91)));
    }

    #[test]
    fn a_period_has_a_beginning_before_its_end_and_is_not_endless() {
        let refused = |from, to| Period::new(day(from), day(to), Paris).unwrap_err().field;
        assert_eq!(refused("2026-01-02", "2026-01-01"), "to");
        assert_eq!(refused("2020-01-01", "2026-01-01"), "from");
        assert_eq!(refused("-0044-03-15", "2026-01-01"), "from");
        assert_eq!(refused("2026-01-01", "+12026-01-01"), "to");
    }
}
