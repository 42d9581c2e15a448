//! Dates and times as people say them.
//!
//! Every function takes local date-times (who asks knows the time zone), so all of it is plain
//! and tested without a clock.

use crate::{Language, Localizer};
use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_FR_SHORT: [&str; 12] = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS_FR: [&str; 7] = [
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
];
const DAYS_EN: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

fn month(language: Language, date: NaiveDate) -> &'static str {
    let index = date.month0() as usize;
    match language {
        Language::Fr => MONTHS_FR[index],
        Language::En => MONTHS_EN[index],
    }
}

fn month_short(language: Language, date: NaiveDate) -> &'static str {
    let index = date.month0() as usize;
    match language {
        Language::Fr => MONTHS_FR_SHORT[index],
        Language::En => &MONTHS_EN[index][..3],
    }
}

fn weekday(language: Language, date: NaiveDate) -> &'static str {
    let index = date.weekday().num_days_from_monday() as usize;
    match language {
        Language::Fr => DAYS_FR[index],
        Language::En => DAYS_EN[index],
    }
}

/// The number of a day in a month; French has `1er`.
fn day_number(language: Language, date: NaiveDate) -> String {
    match (language, date.day()) {
        (Language::Fr, 1) => "1er".to_owned(),
        (_, day) => day.to_string(),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

impl Localizer {
    /// The time of day: `10:42`.
    pub fn time_of_day(&self, at: NaiveDateTime) -> String {
        format!("{:02}:{:02}", at.hour(), at.minute())
    }

    /// How long ago, as a list shows it: `à l’instant`, `5 min`, `10:42`, `hier`, `lundi`,
    /// `12 nov.`, `12 nov. 2024`.
    pub fn ago(&self, at: NaiveDateTime, now: NaiveDateTime) -> String {
        let elapsed = now - at;
        let days = now.date().signed_duration_since(at.date()).num_days();
        // A clock that is behind the server's must not make messages from the future.
        if elapsed < TimeDelta::minutes(1) && elapsed > TimeDelta::minutes(-10) {
            return self.text("time-just-now");
        }
        match (elapsed.num_minutes(), days) {
            (1..60, _) => self.format("time-minutes", &[("count", minutes(elapsed).into())]),
            (_, 0) => self.time_of_day(at),
            (_, 1) => self.text("time-yesterday"),
            (_, 2..7) => weekday(self.language(), at.date()).to_owned(),
            _ => self.short_date(at.date(), now.date()),
        }
    }

    /// A day of the year: `12 nov.`, with the year when it is another one.
    pub fn short_date(&self, date: NaiveDate, today: NaiveDate) -> String {
        let language = self.language();
        let day = format!(
            "{}\u{a0}{}",
            day_number(language, date),
            month_short(language, date)
        );
        if date.year() == today.year() {
            day
        } else {
            format!("{day}\u{a0}{}", date.year())
        }
    }

    /// A day as a separator in a thread: `Aujourd’hui`, `Hier`, `Lundi 16 novembre`, with the year
    /// when it is another one.
    pub fn day(&self, date: NaiveDate, today: NaiveDate) -> String {
        match today.signed_duration_since(date).num_days() {
            0 => return self.text("time-today"),
            1 => return capital(&self.text("time-yesterday")),
            _ => {}
        }
        let long = self.long_date(date);
        let with_year = date.year() != today.year();
        capital(&if with_year {
            format!("{long} {}", date.year())
        } else {
            long
        })
    }

    /// The exact time, for whoever points at a short one: `lundi 23 novembre 2026 à 10:42`.
    pub fn exact(&self, at: NaiveDateTime) -> String {
        let date = format!("{} {}", self.long_date(at.date()), at.year());
        self.format(
            "time-exact",
            &[("date", date.into()), ("time", self.time_of_day(at).into())],
        )
    }

    /// A moment of the next days that something lasts until: `15:42`, `dimanche à 07:00`. It stays true
    /// where it is said once and shown for long.
    pub fn until(&self, at: NaiveDateTime, now: NaiveDateTime) -> String {
        let time = self.time_of_day(at);
        if at.date() == now.date() {
            return time;
        }
        let day = weekday(self.language(), at.date()).into();
        self.format("time-day-at", &[("day", day), ("time", time.into())])
    }

    /// A span as people say it: `45 s`, `12 min`, `3 h`, `2 jours`.
    pub fn span(&self, span: TimeDelta) -> String {
        let seconds = span.num_seconds().unsigned_abs();
        let (key, count) = match seconds {
            0..60 => ("time-span-seconds", seconds),
            60..3_600 => ("time-span-minutes", seconds / 60),
            3_600..172_800 => ("time-span-hours", seconds / 3_600),
            _ => ("time-span-days", seconds / 86_400),
        };
        self.format(key, &[("count", count.into())])
    }

    fn long_date(&self, date: NaiveDate) -> String {
        let language = self.language();
        format!(
            "{} {} {}",
            weekday(language, date),
            day_number(language, date),
            month(language, date)
        )
    }
}

fn minutes(elapsed: TimeDelta) -> u64 {
    elapsed.num_minutes().unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    fn ago(language: Language, then: &str) -> String {
        Localizer::new(language)
            .ago(at(then), at("2026-11-23T10:42:30"))
            .replace('\u{a0}', " ")
    }

    #[test]
    fn a_list_shows_how_long_ago() {
        let fr = |then| ago(Language::Fr, then);
        assert_eq!(fr("2026-11-23T10:42:10"), "à l’instant");
        assert_eq!(
            fr("2026-11-23T10:45:00"),
            "à l’instant",
            "a clock that is behind"
        );
        assert_eq!(fr("2026-11-23T10:37:00"), "5 min");
        assert_eq!(fr("2026-11-23T08:05:00"), "08:05");
        assert_eq!(fr("2026-11-22T23:59:00"), "hier");
        assert_eq!(fr("2026-11-18T12:00:00"), "mercredi");
        assert_eq!(fr("2026-11-16T12:00:00"), "16 nov.");
        assert_eq!(fr("2026-08-01T12:00:00"), "1er août");
        assert_eq!(fr("2025-11-23T12:00:00"), "23 nov. 2025");
        assert_eq!(ago(Language::En, "2026-11-22T23:59:00"), "yesterday");
        assert_eq!(ago(Language::En, "2026-11-16T12:00:00"), "16 Nov");
    }

    #[test]
    fn minutes_ago_pass_midnight() {
        let localizer = Localizer::new(Language::Fr);
        let said = localizer.ago(at("2026-11-22T23:50:00"), at("2026-11-23T00:05:00"));
        assert_eq!(said.replace('\u{a0}', " "), "15 min");
    }

    #[test]
    fn a_thread_separates_days() {
        let localizer = Localizer::new(Language::Fr);
        let today = at("2026-11-23T00:00:00").date();
        let day = |text: &str| localizer.day(text.parse().unwrap(), today);
        assert_eq!(day("2026-11-23"), "Aujourd’hui");
        assert_eq!(day("2026-11-22"), "Hier");
        assert_eq!(day("2026-11-16"), "Lundi 16 novembre");
        assert_eq!(day("2025-12-31"), "Mercredi 31 décembre 2025");
    }

    #[test]
    fn the_exact_time_has_everything() {
        let exact = |language| Localizer::new(language).exact(at("2026-11-01T09:05:00"));
        assert_eq!(exact(Language::Fr), "dimanche 1er novembre 2026 à 09:05");
        assert_eq!(exact(Language::En), "Sunday 1 November 2026 at 09:05");
    }

    #[test]
    fn the_end_of_something_names_its_day_unless_it_is_today() {
        let until = |language, text: &str| {
            Localizer::new(language).until(at(text), at("2026-11-23T22:42:30"))
        };
        assert_eq!(until(Language::Fr, "2026-11-23T23:42:30"), "23:42");
        assert_eq!(until(Language::Fr, "2026-11-24T07:00:00"), "mardi à 07:00");
        assert_eq!(
            until(Language::En, "2026-11-24T07:00:00"),
            "Tuesday at 07:00"
        );
    }

    #[test]
    fn spans_keep_one_unit() {
        let localizer = Localizer::new(Language::Fr);
        let span = |seconds| {
            localizer
                .span(TimeDelta::seconds(seconds))
                .replace('\u{a0}', " ")
        };
        assert_eq!(span(45), "45 s");
        assert_eq!(span(720), "12 min");
        assert_eq!(span(3 * 3600 + 59), "3 h");
        assert_eq!(span(-86_400), "24 h");
        assert_eq!(span(3 * 86_400), "3 jours");
    }
}
