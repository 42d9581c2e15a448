//! Who lives somewhere.

use palier_bridge::view::{LeaseStanding, LeaseView};

/// The leases of a unit that matter today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home<'a> {
    /// The one that runs.
    pub now: Option<&'a LeaseView>,
    /// The next one.
    pub to_come: Option<&'a LeaseView>,
}

/// The lease that runs and the next one, of leases whose newest stands first.
pub fn home_of(leases: &[LeaseView]) -> Home<'_> {
    let of = |standing| move |lease: &&LeaseView| lease.standing == standing;
    Home {
        now: leases.iter().find(of(LeaseStanding::Running)),
        to_come: leases.iter().rev().find(of(LeaseStanding::ToCome)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn what_runs_and_what_comes_next_matter() {
        let lease = |year, standing| LeaseView {
            id: uuid::Uuid::from_u128(year as u128).into(),
            starts_on: NaiveDate::from_ymd_opt(year, 1, 1).unwrap(),
            ends_on: None,
            standing,
            tenants: Vec::new(),
        };
        let leases = [
            lease(2032, LeaseStanding::ToCome),
            lease(2030, LeaseStanding::ToCome),
            lease(2026, LeaseStanding::Running),
            lease(2020, LeaseStanding::Ended),
        ];
        let home = home_of(&leases);
        assert_eq!(home.now, Some(&leases[2]));
        assert_eq!(home.to_come, Some(&leases[1]), "the sooner of the two");
        assert_eq!(home_of(&leases[3..]).now, None);
    }
}
