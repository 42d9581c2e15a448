//! Who may do what.
//!
//! Being allowed to *see* an incident comes first and is the caller's membership (portfolio or
//! lease); a foreign incident answers "not found" before any rule here is asked.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The two sides of an incident; `author_type` of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the portfolio.
    Owner,
    /// Lives in the unit.
    Tenant,
}

impl Role {
    /// The word that SQL and JSON use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Tenant => "tenant",
        }
    }

    /// The other side: whose reading makes a ticket "read".
    pub fn other(self) -> Self {
        match self {
            Self::Owner => Self::Tenant,
            Self::Tenant => Self::Owner,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "owner" => Ok(Self::Owner),
            "tenant" => Ok(Self::Tenant),
            other => Err(UnknownWord(other.to_owned())),
        }
    }
}

/// A word that no list of this version knows (a role, a status, a priority …).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown word “{0}”")]
pub struct UnknownWord(pub String);

/// Something that a participant wants to do to an incident that he sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Open a new incident in the unit.
    OpenIncident,
    /// Write a ticket, with files or without.
    AddTicket,
    /// Move the marker up to which he has read.
    MarkRead,
    /// Change the priority.
    SetPriority,
    /// Change the category.
    SetCategory,
    /// Read or write owners' notes, or mark them read.
    Notes,
    /// Be told of an incident no more, or again; for himself.
    Mute,
    /// See how the portfolio does.
    SeeStatistics,
    /// See who runs the portfolio, with their mail addresses.
    SeeMembers,
    /// Change what is let: the portfolio, its properties, units and leases, and the people in them.
    ManageLetting,
}

/// How a tenant stands to the lease now; owners have no lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LeaseStanding {
    /// The lease runs (or the caller is an owner).
    Running,
    /// It ended at most [`GRACE_DAYS`] days ago: reads, and what was written offline before the
    /// end may still arrive.
    Grace,
    /// It ended earlier: reads only.
    Ended,
}

/// Days after the end of a lease in which a tenant's tickets are still accepted, because he may
/// have written them offline before the end.
pub const GRACE_DAYS: u64 = 14;

impl LeaseStanding {
    /// The standing at `now` of a lease whose last day is `last_day` in the property's time zone.
    ///
    /// The lease ends at the midnight after that day, there; the days of grace end at the midnight
    /// after the last of them, however many hours they had.
    pub fn at(last_day: Option<NaiveDate>, zone: chrono_tz::Tz, now: DateTime<Utc>) -> Self {
        let is_over = |day: Option<NaiveDate>| {
            day.and_then(|day| midnight_after(day, zone))
                .is_some_and(|end| now >= end)
        };
        let last_of_grace = last_day.and_then(|day| day.checked_add_days(Days::new(GRACE_DAYS)));
        if !is_over(last_day) {
            Self::Running
        } else if !is_over(last_of_grace) {
            Self::Grace
        } else {
            Self::Ended
        }
    }

    /// Whether what a tenant writes now is marked as received after the end of his lease.
    pub fn marks_late(self) -> bool {
        self != Self::Running
    }
}

/// The first instant of the day after `day` in `zone`.
// When clocks go forward at midnight that instant is later on the clock (01:00 in Beirut), and where a
// zone crossed the date line there is a day that nobody had (Apia, 30 December 2011): the day after it
// is the first one that comes.
fn midnight_after(day: NaiveDate, zone: chrono_tz::Tz) -> Option<DateTime<Utc>> {
    const QUARTERS_IN_TWO_DAYS: i64 = 2 * 24 * 4;
    let midnight = day.succ_opt()?.and_time(NaiveTime::MIN);
    (0..=QUARTERS_IN_TWO_DAYS)
        .filter_map(|quarters| midnight.checked_add_signed(TimeDelta::minutes(15 * quarters)))
        .find_map(|local| zone.from_local_datetime(&local).earliest())
        .map(|start| start.with_timezone(&Utc))
}

/// The rule that refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Denied {
    /// Only owners do this.
    #[error("only an owner may do this")]
    OwnersOnly,
    /// The lease has ended, so the tenant reads only.
    #[error("the lease has ended")]
    LeaseEnded,
    /// This status cannot follow the present one, for this role.
    #[error("this status cannot follow the present one")]
    ImpossibleMove,
    /// Nobody else runs the portfolio.
    #[error("the last owner cannot leave")]
    LastOwner,
    /// Something was made in it or written about it, so it stays.
    #[error("it is in use and stays")]
    InUse,
    /// The person is no tenant here, or writes to other owners too.
    #[error("the person also belongs to others")]
    BelongsToOthers,
}

impl Denied {
    /// The word that JSON and the audit log use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnersOnly => "owners_only",
            Self::LeaseEnded => "lease_ended",
            Self::ImpossibleMove => "impossible_move",
            Self::LastOwner => "last_owner",
            Self::InUse => "in_use",
            Self::BelongsToOthers => "belongs_to_others",
        }
    }
}

/// Whether a participant of `role` whose lease stands so may do `act`.
///
/// ```
/// use palier_domain::{may, Act, Denied, LeaseStanding, Role};
/// assert_eq!(may(Role::Owner, LeaseStanding::Running, Act::SetPriority), Ok(()));
/// assert_eq!(may(Role::Tenant, LeaseStanding::Running, Act::SetPriority), Err(Denied::OwnersOnly));
/// assert_eq!(may(Role::Tenant, LeaseStanding::Grace, Act::AddTicket), Ok(()));
/// assert_eq!(may(Role::Tenant, LeaseStanding::Ended, Act::AddTicket), Err(Denied::LeaseEnded));
/// ```
pub fn may(role: Role, standing: LeaseStanding, act: Act) -> Result<(), Denied> {
    match (role, act) {
        (Role::Owner, _) | (Role::Tenant, Act::MarkRead | Act::Mute) => Ok(()),
        (
            Role::Tenant,
            Act::SetPriority
            | Act::SetCategory
            | Act::Notes
            | Act::SeeStatistics
            | Act::SeeMembers
            | Act::ManageLetting,
        ) => Err(Denied::OwnersOnly),
        (Role::Tenant, Act::AddTicket) if standing != LeaseStanding::Ended => Ok(()),
        (Role::Tenant, Act::OpenIncident) if standing == LeaseStanding::Running => Ok(()),
        (Role::Tenant, Act::AddTicket | Act::OpenIncident) => Err(Denied::LeaseEnded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paris(text: &str) -> DateTime<Utc> {
        chrono_tz::Europe::Paris
            .from_local_datetime(&text.parse().unwrap())
            .unwrap()
            .with_timezone(&Utc)
    }

    #[test]
    fn a_lease_ends_at_midnight_in_the_propertys_time_zone() {
        let last = NaiveDate::from_ymd_opt(2026, 10, 25); // the day summer time ends in Paris
        let at = |now| LeaseStanding::at(last, chrono_tz::Europe::Paris, now);
        assert_eq!(at(paris("2026-10-25T23:59:59")), LeaseStanding::Running);
        assert_eq!(at(paris("2026-10-26T00:00:00")), LeaseStanding::Grace);
        assert_eq!(at(paris("2026-11-08T23:59:59")), LeaseStanding::Grace);
        assert_eq!(at(paris("2026-11-09T00:00:00")), LeaseStanding::Ended);
    }

    #[test]
    fn the_days_of_grace_are_days_of_the_calendar() {
        // Spring in Paris: the fourteen days have an hour less.
        let last = NaiveDate::from_ymd_opt(2026, 3, 20);
        let at = |now| LeaseStanding::at(last, chrono_tz::Europe::Paris, now);
        assert_eq!(at(paris("2026-04-03T23:59:59")), LeaseStanding::Grace);
        assert_eq!(at(paris("2026-04-04T00:00:00")), LeaseStanding::Ended);
    }

    #[test]
    fn a_day_that_a_zone_left_out_ends_the_lease_with_the_day_before() {
        // Samoa went from 29 to 31 December 2011.
        let last = NaiveDate::from_ymd_opt(2011, 12, 29);
        let end = Utc.with_ymd_and_hms(2011, 12, 30, 10, 0, 0).unwrap();
        let at = |now| LeaseStanding::at(last, chrono_tz::Pacific::Apia, now);
        assert_eq!(at(end - TimeDelta::seconds(1)), LeaseStanding::Running);
        assert_eq!(at(end), LeaseStanding::Grace);
    }

    #[test]
    fn a_midnight_that_comes_twice_ends_the_lease_the_first_time() {
        // Havana 2026-11-01: at 01:00 clocks go back to 00:00.
        let last = NaiveDate::from_ymd_opt(2026, 10, 31);
        let end = Utc.with_ymd_and_hms(2026, 11, 1, 4, 0, 0).unwrap();
        let at = |now| LeaseStanding::at(last, chrono_tz::America::Havana, now);
        assert_eq!(at(end - TimeDelta::seconds(1)), LeaseStanding::Running);
        assert_eq!(at(end), LeaseStanding::Grace);
    }

    proptest! {
        /// In every zone, on every day: before the end it is still that day there or earlier, from
        /// the end on it is later.
        #[test]
        fn a_lease_ends_with_its_last_day_wherever_it_is(
            zone in proptest::sample::select(&chrono_tz::TZ_VARIANTS[..]),
            days in 0u64..80 * 365,
        ) {
            let day = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + Days::new(days);
            let end = midnight_after(day, zone).unwrap();
            let there = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
            prop_assert!(there(end) > day, "{zone} {day} {end}");
            prop_assert!(there(end - TimeDelta::seconds(1)) <= day, "{zone} {day} {end}");
            let at = |now| LeaseStanding::at(Some(day), zone, now);
            prop_assert_eq!(at(end - TimeDelta::seconds(1)), LeaseStanding::Running);
            prop_assert_eq!(at(end), LeaseStanding::Grace);
        }
    }

    #[test]
    fn a_lease_without_an_end_runs() {
        assert_eq!(
            LeaseStanding::at(None, chrono_tz::UTC, DateTime::UNIX_EPOCH),
            LeaseStanding::Running
        );
    }

    #[test]
    fn a_midnight_that_does_not_exist_ends_the_lease_an_hour_later() {
        // Beirut 2022-03-27: clocks went from 00:00 to 01:00.
        let last = NaiveDate::from_ymd_opt(2022, 3, 26);
        let gap_end = Utc.with_ymd_and_hms(2022, 3, 26, 22, 0, 0).unwrap();
        let at = |now| LeaseStanding::at(last, chrono_tz::Asia::Beirut, now);
        assert_eq!(at(gap_end - TimeDelta::seconds(1)), LeaseStanding::Running);
        assert_eq!(at(gap_end), LeaseStanding::Grace);
    }
}
