//! How owners do: what was opened, answered, resolved and reopened in a period.
//!
//! Server and device fetch [`Case`]s and [`StatusStep`]s from their own databases, [`figures`] counts
//! them; nothing here asks a database, so every rule is a plain function, and both count alike. Days
//! and weeks are those of a time zone: a week begins on Monday at its first instant there, whatever
//! daylight saving does to its length. How long something took is real time, in seconds.
//!
//! - **opened**: incidents opened in the period.
//! - **first response**: of those that a tenant opened, from the opening to the first message of an
//!   owner. Those without one are counted as unanswered.
//! - **resolution**: of those opened in the period and done now, from the opening to the move since
//!   which they are done. One that was reopened and mended again took until the last mending.
//! - **resolved**, **reopened**: moves in the period, whenever the incident was opened.
//!
//! How things stand now is in [`dashboard`], with the whole answer; the days are in [`period`].

pub mod dashboard;
pub mod period;
#[cfg(test)]
mod samples;

use crate::{
    access::Role,
    id::PropertyId,
    incident::{Category, Status},
};
use chrono::{DateTime, NaiveDate, Utc};
use period::Period;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// What a figure counts: the same question for the figure and for the list behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Incidents opened in the period.
    Opened,
    /// Of those that a tenant opened: an owner has answered.
    Answered,
    /// Of those that a tenant opened: no owner has answered yet.
    Unanswered,
    /// Of those opened: done now.
    Mended,
    /// Moves in the period to resolved or closed, of what was neither.
    Resolved,
    /// Moves in the period back to open.
    Reopened,
}

impl Counted {
    /// Whether it counts an incident that was opened in the period.
    pub fn case(self, case: &Case) -> bool {
        let by_tenant = case.opened_by == Role::Tenant;
        match self {
            Self::Opened => true,
            Self::Answered => by_tenant && case.first_answer_at.is_some(),
            Self::Unanswered => by_tenant && case.first_answer_at.is_none(),
            Self::Mended => case.resolved_at.is_some(),
            Self::Resolved | Self::Reopened => false,
        }
    }

    /// Whether it counts a move of the period.
    pub fn step(self, step: &StatusStep) -> bool {
        let moved = (step.from.is_done(), step.to.is_done());
        match self {
            Self::Resolved => moved == (false, true),
            Self::Reopened => moved == (true, false),
            _ => false,
        }
    }
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
        // In milliseconds, which is what a device keeps of a time: the server must not count finer.
        let took = |until: DateTime<Utc>| {
            let ms = until.timestamp_millis() - case.opened_at.timestamp_millis();
            u64::try_from(ms / 1_000).unwrap_or_default()
        };
        self.figures.opened += u64::from(Counted::Opened.case(case));
        self.figures.unanswered += u64::from(Counted::Unanswered.case(case));
        if Counted::Answered.case(case) {
            self.responses.extend(case.first_answer_at.map(took));
        }
        self.resolutions.extend(case.resolved_at.map(took));
    }

    fn step(&mut self, step: &StatusStep) {
        self.figures.resolved += u64::from(Counted::Resolved.step(step));
        self.figures.reopened += u64::from(Counted::Reopened.step(step));
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
    use super::{
        samples::{day, period, utc},
        *,
    };
    use chrono_tz::Europe::Paris;
    use uuid::Uuid;

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
}
