//! Who may do what.
//!
//! Being allowed to *see* an incident comes first and is the caller's membership (portfolio or
//! lease); a foreign incident answers "not found" before any rule here is asked.

use chrono::{DateTime, NaiveDate, TimeDelta, TimeZone, Utc};
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
    /// Read or write owners' notes.
    Notes,
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
pub const GRACE_DAYS: i64 = 14;

impl LeaseStanding {
    /// The standing at `now` of a lease whose last day is `last_day` in the property's time zone.
    /// The lease ends at the midnight after that day, there.
    pub fn at(last_day: Option<NaiveDate>, zone: chrono_tz::Tz, now: DateTime<Utc>) -> Self {
        let Some(end) = last_day.and_then(|day| midnight_after(day, zone)) else {
            return Self::Running;
        };
        if now < end {
            Self::Running
        } else if now < end + TimeDelta::days(GRACE_DAYS) {
            Self::Grace
        } else {
            Self::Ended
        }
    }
}

/// The first instant of the day after `day` in `zone`.
// A daylight-saving gap can swallow midnight (it does in Beirut); then the day starts an hour later.
fn midnight_after(day: NaiveDate, zone: chrono_tz::Tz) -> Option<DateTime<Utc>> {
    let next = day.succ_opt()?;
    (0..3)
        .filter_map(|hour| next.and_hms_opt(hour, 0, 0))
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
        (Role::Owner, _) | (Role::Tenant, Act::MarkRead) => Ok(()),
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
