//! What is let: how portfolios, properties and units are called, where they are, and from when to
//! when somebody lives there.
//!
//! A unit has one lease at a time ([`LeaseTerm::overlaps`]): an incident belongs to the lease that
//! runs where it is opened, so two leases at once would leave open who may read it. People who share
//! a flat are tenants of one lease.

use crate::{
    access::Denied,
    text::{Invalid, InvalidReason, line, refuse_control},
};
use chrono::{Datelike, NaiveDate};
use std::fmt;

/// Refuses what makes a name look like another: marks that change the direction of writing, and
/// names of which nothing can be seen.
fn visible(field: &str, text: String) -> Result<String, Invalid> {
    if text.chars().any(is_direction_mark) {
        return Err(Invalid::new(field, InvalidReason::ForbiddenCharacter));
    }
    let blank = |c: char| c.is_whitespace() || is_invisible(c);
    if !text.is_empty() && text.chars().all(blank) {
        return Err(Invalid::new(field, InvalidReason::Empty));
    }
    Ok(text)
}

/// The overrides and isolates of Unicode Standard Annex #9. Its plain marks (U+200E, U+200F) stay:
/// names in Arabic and Hebrew need them.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{3164}' | '\u{FEFF}'
    )
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident($field:literal, $limit:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Largest, in bytes of UTF-8.
            pub const MAX_BYTES: usize = $limit;

            /// Reads one line of text, without the white space around it.
            ///
            /// # Errors
            /// The field with the reason.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                visible($field, line($field, text, Self::MAX_BYTES)?).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

names! {
    /// What a portfolio is called: one line, 1–120 bytes.
    PortfolioName("name", 120);
    /// What a property is called: one line, 1–200 bytes.
    PropertyName("name", 200);
    /// What a unit is called in its property, for instance `3B`: one line, 1–80 bytes.
    UnitLabel("label", 80);
}

/// Where a property is: some lines, at most 500 bytes, or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PropertyAddress(String);

impl PropertyAddress {
    /// Largest, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 500;

    /// Reads an address, without the white space around it.
    ///
    /// # Errors
    /// `address` with the reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.len() > Self::MAX_BYTES {
            let limit = Self::MAX_BYTES as u32;
            return Err(Invalid::new("address", InvalidReason::TooLong { limit }));
        }
        refuse_control("address", text)?;
        visible("address", text.to_owned()).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a property's days begin and end: a zone of the IANA list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeZone(pub chrono_tz::Tz);

impl TimeZone {
    /// Reads a name such as `Europe/Paris`, spelled as the list spells it.
    ///
    /// # Errors
    /// `time_zone` when the list has no such name.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        let malformed = |_| Invalid::new("time_zone", InvalidReason::Malformed);
        name.parse().map(Self).map_err(malformed)
    }

    /// Its name.
    pub fn as_str(&self) -> &'static str {
        self.0.name()
    }
}

/// From which day to which a lease runs, both included, in the property's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTerm {
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
}

impl LeaseTerm {
    /// Years in which leases may begin and end: four digits, so that their days sort as text.
    const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

    /// A term from `starts_on` to `ends_on`, or without an end.
    ///
    /// # Errors
    /// The day that is out of range, or an end before the start.
    pub fn new(starts_on: NaiveDate, ends_on: Option<NaiveDate>) -> Result<Self, Invalid> {
        let decent = |field, day: NaiveDate| {
            if Self::YEARS.contains(&day.year()) {
                Ok(())
            } else {
                Err(Invalid::new(field, InvalidReason::Malformed))
            }
        };
        decent("starts_on", starts_on)?;
        if let Some(last) = ends_on {
            decent("ends_on", last)?;
            if last < starts_on {
                return Err(Invalid::new("ends_on", InvalidReason::Malformed));
            }
        }
        Ok(Self { starts_on, ends_on })
    }

    /// The first day.
    pub fn starts_on(&self) -> NaiveDate {
        self.starts_on
    }

    /// The last day; none while it runs on.
    pub fn ends_on(&self) -> Option<NaiveDate> {
        self.ends_on
    }

    /// Whether there is a day that both have. Then they cannot be leases of the same unit.
    ///
    /// ```
    /// # use palier_domain::LeaseTerm;
    /// let day = |text: &str| text.parse().unwrap();
    /// let first = LeaseTerm::new(day("2024-01-01"), Some(day("2026-03-31"))).unwrap();
    /// let next = |from| LeaseTerm::new(day(from), None).unwrap();
    /// assert!(first.overlaps(&next("2026-03-31")));
    /// assert!(!first.overlaps(&next("2026-04-01")));
    /// ```
    pub fn overlaps(&self, other: &Self) -> bool {
        let begins_in_time =
            |one: &Self, other: &Self| other.ends_on.is_none_or(|last| one.starts_on <= last);
        begins_in_time(self, other) && begins_in_time(other, self)
    }
}

/// Most tenants of one lease.
pub const MAX_TENANTS: u32 = 20;

/// Whether a lease may have so many tenants.
///
/// # Errors
/// `tenants` when they are more than [`MAX_TENANTS`].
pub fn may_live_together(tenants: u64) -> Result<(), Invalid> {
    if tenants > MAX_TENANTS.into() {
        let limit = MAX_TENANTS;
        return Err(Invalid::new("tenants", InvalidReason::TooMany { limit }));
    }
    Ok(())
}

/// Most invitations of a portfolio that are open at once.
pub const MAX_INVITATIONS: u32 = 200;
/// Days that an invitation stands.
pub const INVITATION_DAYS: u32 = 7;

/// Whether a portfolio may have so many open invitations.
///
/// # Errors
/// `email` when they are more than [`MAX_INVITATIONS`]: each is a mail to somebody who did not ask.
pub fn may_invite(open: u64) -> Result<(), Invalid> {
    if open > MAX_INVITATIONS.into() {
        let limit = MAX_INVITATIONS;
        return Err(Invalid::new("email", InvalidReason::TooMany { limit }));
    }
    Ok(())
}

/// Minutes that a link to a new password stands.
pub const PASSWORD_RESET_MINUTES: u32 = 60;

/// Whether an owner may make a link to a new password for somebody, who lives in the owner's portfolio
/// or not and who belongs to so many other portfolios, as owner or tenant.
///
/// Whoever holds the link can write as that person. An owner is trusted with his own tenants where the
/// server sends no mail, as he hands them the first link too; not with anybody who also writes to others.
///
/// # Errors
/// [`Denied::BelongsToOthers`].
pub fn may_make_reset_link(lives_here: bool, other_portfolios: u64) -> Result<(), Denied> {
    if !lives_here || other_portfolios > 0 {
        return Err(Denied::BelongsToOthers);
    }
    Ok(())
}

/// Whether an owner may leave a portfolio in which so many others stay owners.
///
/// # Errors
/// [`Denied::LastOwner`]: what nobody runs, nobody answers for.
pub fn may_leave(others: u64) -> Result<(), Denied> {
    if others == 0 {
        return Err(Denied::LastOwner);
    }
    Ok(())
}

/// Whether something may be deleted that so many rows refer to: the units of a property, the leases
/// and incidents of a unit, the incidents of a lease.
///
/// # Errors
/// [`Denied::InUse`]: only a mistake may be deleted. What people wrote stays, and with it the place
/// that they wrote about.
pub fn may_delete(uses: u64) -> Result<(), Denied> {
    if uses > 0 {
        return Err(Denied::InUse);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_one_line_that_can_be_seen_and_says_what_it_seems_to() {
        let reason = |text: &str| PropertyName::parse(text).unwrap_err().reason;
        assert_eq!(
            PropertyName::parse("  12 rue des Lilas \n")
                .unwrap()
                .as_str(),
            "12 rue des Lilas"
        );
        assert_eq!(PropertyName::parse("日本橋").unwrap().as_str(), "日本橋");
        for empty in ["", "   ", "\u{200B}", "\u{FEFF} \u{2060}"] {
            assert_eq!(reason(empty), InvalidReason::Empty, "{empty:?}");
        }
        for deceiving in ["a\nb", "a\0b", "rue \u{202E}saliL", "\u{2066}x"] {
            assert_eq!(reason(deceiving), InvalidReason::ForbiddenCharacter);
        }
        assert!(UnitLabel::parse(&"é".repeat(40)).is_ok());
        let too_long = UnitLabel::parse(&"é".repeat(41)).unwrap_err();
        assert_eq!(too_long.reason, InvalidReason::TooLong { limit: 80 });
        assert_eq!(too_long.field, "label");
    }

    #[test]
    fn an_address_has_lines_and_may_be_missing() {
        let lines = "12 rue des Lilas\n44000 Nantes";
        assert_eq!(PropertyAddress::parse(lines).unwrap().as_str(), lines);
        assert_eq!(PropertyAddress::parse("  ").unwrap().as_str(), "");
        assert!(PropertyAddress::parse("a\0").is_err());
        assert!(PropertyAddress::parse(&"x".repeat(501)).is_err());
    }

    #[test]
    fn a_time_zone_is_one_of_the_list() {
        assert_eq!(
            TimeZone::parse("Europe/Paris").unwrap().as_str(),
            "Europe/Paris"
        );
        for wrong in ["", "Paris", "europe/paris", "UTC+1", "Europe/Paris "] {
            assert!(TimeZone::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_term_ends_no_sooner_than_it_begins() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let term = |from, to| LeaseTerm::new(day(from), Some(day(to)));
        assert!(term("2026-01-01", "2026-01-01").is_ok());
        assert_eq!(
            term("2026-01-02", "2026-01-01").unwrap_err().field,
            "ends_on"
        );
        assert_eq!(
            term("0026-01-02", "2026-01-01").unwrap_err().field,
            "starts_on"
        );
        assert_eq!(
            term("2026-01-02", "2626-01-01").unwrap_err().field,
            "ends_on"
        );
    }

    proptest! {
        #[test]
        fn two_terms_overlap_when_a_day_is_in_both(
            a in 0u64..40, b in 0u64..40,
            a_days in proptest::option::of(0u64..20), b_days in proptest::option::of(0u64..20),
        ) {
            let first = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
            let day = |n| first + chrono::Days::new(n);
            let term = |from: u64, days: Option<u64>| {
                LeaseTerm::new(day(from), days.map(|days| day(from + days))).unwrap()
            };
            let has = |from: u64, days: Option<u64>, n: u64| {
                n >= from && days.is_none_or(|days| n <= from + days)
            };
            let shared = (0..60).any(|n| has(a, a_days, n) && has(b, b_days, n));
            prop_assert_eq!(term(a, a_days).overlaps(&term(b, b_days)), shared);
            prop_assert_eq!(term(b, b_days).overlaps(&term(a, a_days)), shared);
        }
    }

    #[test]
    fn the_last_owner_stays_and_what_is_used_too() {
        assert!(may_invite(200).is_ok() && may_invite(201).is_err());
        assert_eq!(may_make_reset_link(true, 0), Ok(()));
        for (lives_here, others) in [(true, 1), (false, 0)] {
            let refused = may_make_reset_link(lives_here, others);
            assert_eq!(refused, Err(Denied::BelongsToOthers));
        }
        assert_eq!(may_leave(0), Err(Denied::LastOwner));
        assert_eq!(may_leave(1), Ok(()));
        assert_eq!(may_delete(0), Ok(()));
        assert_eq!(may_delete(1), Err(Denied::InUse));
    }
}
