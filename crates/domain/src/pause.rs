//! Quiet for a while, beginning now: notifications are held as in quiet hours.

use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use serde::{Deserialize, Serialize};

/// Somebody who is still up at this hour means the morning after the present night.
const NIGHT_ENDS: u32 = 5;
/// A clock that was put right by so much has not begun anew.
const CORRECTION: TimeDelta = TimeDelta::minutes(10);

/// For how long a person wants quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseLength {
    /// An hour.
    Hour,
    /// To the next morning; at night, the one that follows it.
    UntilMorning,
}

/// Emergencies aside, nothing is to be heard between these moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When the person asked for it.
    pub from: DateTime<Utc>,
    /// The first moment after it.
    pub until: DateTime<Utc>,
}

impl Pause {
    /// A pause that begins `now`, by the clock on the wall. `morning` is when the person's mornings begin.
    ///
    /// ```
    /// use chrono::{NaiveTime, TimeDelta, Utc};
    /// use palier_domain::{Pause, PauseLength};
    ///
    /// let now = Utc::now();
    /// let pause = Pause::begin(PauseLength::Hour, &now, NaiveTime::MIN);
    /// assert_eq!(pause.left(now), Some(TimeDelta::hours(1)));
    /// assert_eq!(pause.left(pause.until), None);
    /// ```
    #[must_use]
    pub fn begin<Z: TimeZone>(length: PauseLength, now: &DateTime<Z>, morning: NaiveTime) -> Self {
        let from = now.to_utc();
        let until = match length {
            PauseLength::Hour => from + TimeDelta::hours(1),
            PauseLength::UntilMorning => next_morning(now, morning),
        };
        Self { from, until }
    }

    /// How long it still lasts; none when it is over. It is over too where the clock was set back before
    /// its beginning: it would last for days.
    #[must_use]
    pub fn left(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let began = self.from - CORRECTION <= now;
        (began && now < self.until).then(|| self.until - now)
    }
}

fn next_morning<Z: TimeZone>(now: &DateTime<Z>, morning: NaiveTime) -> DateTime<Utc> {
    let today = now.date_naive();
    let tonight = now.hour() < NIGHT_ENDS && now.time() < morning;
    let day = if tonight {
        Some(today)
    } else {
        today.succ_opt()
    };
    let zone = now.timezone();
    // Twice a year a time of the day is there twice, or not at all.
    day.and_then(|day| zone.from_local_datetime(&day.and_time(morning)).earliest())
        .map_or_else(|| now.to_utc() + TimeDelta::hours(8), |it| it.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Paris;

    fn seven() -> NaiveTime {
        NaiveTime::from_hms_opt(7, 0, 0).unwrap()
    }

    fn until_morning(now: &str) -> String {
        let now: chrono::NaiveDateTime = now.parse().unwrap();
        let now = Paris.from_local_datetime(&now).earliest().unwrap();
        let pause = Pause::begin(PauseLength::UntilMorning, &now, seven());
        assert_eq!(pause.from, now.to_utc());
        let until = pause.until.with_timezone(&Paris).naive_local();
        until.to_string()
    }

    #[test]
    fn the_next_morning_is_tomorrows_and_at_night_the_one_that_follows() {
        assert_eq!(until_morning("2026-11-24T18:30:00"), "2026-11-25 07:00:00");
        assert_eq!(until_morning("2026-11-24T06:10:00"), "2026-11-25 07:00:00");
        assert_eq!(until_morning("2026-11-25T01:15:00"), "2026-11-25 07:00:00");
    }

    #[test]
    fn a_morning_may_be_early_and_a_night_an_hour_shorter() {
        let early = NaiveTime::from_hms_opt(4, 0, 0).unwrap();
        let now = Paris.with_ymd_and_hms(2026, 11, 25, 4, 30, 0).unwrap();
        let pause = Pause::begin(PauseLength::UntilMorning, &now, early);
        assert_eq!(
            pause.left(now.to_utc()),
            Some(TimeDelta::minutes(23 * 60 + 30))
        );
        // The clocks go forward on the 28th of March 2027 at two.
        let now = Paris.with_ymd_and_hms(2027, 3, 27, 22, 0, 0).unwrap();
        let pause = Pause::begin(PauseLength::UntilMorning, &now, seven());
        assert_eq!(pause.left(now.to_utc()), Some(TimeDelta::hours(8)));
    }

    #[test]
    fn a_morning_that_the_clocks_leave_out_ends_the_pause_all_the_same() {
        let missing = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
        let now = Paris.with_ymd_and_hms(2027, 3, 27, 22, 0, 0).unwrap();
        let pause = Pause::begin(PauseLength::UntilMorning, &now, missing);
        assert_eq!(pause.left(now.to_utc()), Some(TimeDelta::hours(8)));
    }

    #[test]
    fn a_clock_that_is_set_makes_no_pause_longer_than_it_was_meant() {
        let now = Paris
            .with_ymd_and_hms(2026, 11, 24, 9, 0, 0)
            .unwrap()
            .to_utc();
        let pause = Pause::begin(PauseLength::Hour, &now, seven());
        let at = |minutes| pause.left(now + TimeDelta::minutes(minutes));
        assert_eq!(at(59), Some(TimeDelta::minutes(1)));
        assert_eq!(at(60), None, "its end");
        assert_eq!(at(60 * 24 * 30), None, "set forward");
        assert_eq!(at(-3), Some(TimeDelta::minutes(63)), "put right");
        assert_eq!(at(-60 * 24 * 30), None, "set back");
    }
}
