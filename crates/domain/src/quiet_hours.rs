//! The hours in which a person wants to hear of emergencies only.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// From one time of the day to another, by the clock on the wall; over midnight when `from` is the
/// later one.
///
/// ```
/// use chrono::NaiveTime;
/// use palier_domain::QuietHours;
///
/// let night = QuietHours::default();
/// assert!(night.cover(NaiveTime::from_hms_opt(23, 30, 0).unwrap()));
/// assert!(!night.cover(NaiveTime::from_hms_opt(7, 0, 0).unwrap()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// Their first minute.
    pub from: NaiveTime,
    /// The first minute after them. The same as `from`: never quiet.
    pub to: NaiveTime,
}

impl QuietHours {
    /// Whether it is quiet at this time of the day.
    #[must_use]
    pub fn cover(&self, time: NaiveTime) -> bool {
        if self.from <= self.to {
            self.from <= time && time < self.to
        } else {
            self.from <= time || time < self.to
        }
    }
}

impl Default for QuietHours {
    /// From ten in the evening to seven in the morning.
    fn default() -> Self {
        let at = |hour| NaiveTime::MIN + chrono::TimeDelta::hours(hour);
        Self {
            from: at(22),
            to: at(7),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    #[test]
    fn a_night_goes_over_midnight_and_ends_on_the_minute() {
        let night = QuietHours {
            from: at(22, 0),
            to: at(7, 0),
        };
        assert_eq!(night, QuietHours::default());
        for quiet in [at(22, 0), at(23, 59), at(0, 0), at(6, 59)] {
            assert!(night.cover(quiet), "{quiet}");
        }
        for loud in [at(21, 59), at(7, 0), at(12, 0)] {
            assert!(!night.cover(loud), "{loud}");
        }
    }

    #[test]
    fn a_nap_stays_within_its_day_and_an_empty_one_is_never() {
        let nap = QuietHours {
            from: at(13, 0),
            to: at(14, 30),
        };
        assert!(nap.cover(at(13, 0)) && nap.cover(at(14, 29)));
        assert!(!nap.cover(at(14, 30)) && !nap.cover(at(0, 0)));
        let never = QuietHours {
            from: at(9, 0),
            to: at(9, 0),
        };
        assert!(!never.cover(at(9, 0)) && !never.cover(at(10, 0)));
    }
}
