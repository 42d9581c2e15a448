//! What a dashboard says, and where its figures lead.

use super::find_in_list::ListFilters;
use chrono::{NaiveDate, TimeDelta};
use palier_bridge::view::{Behind, PropertyName};
use palier_domain::{Counted, Dashboard, Figures, PeriodChoice, PropertyId, Spread};
use palier_i18n::Localizer;
use serde::{Deserialize, Serialize};

/// Most bars of a ranking; what does not fit is in its table.
pub const MOST_BARS: usize = 8;

/// What the person wants to see, kept over a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DashboardChoice {
    /// Of which days.
    pub period: PeriodChoice,
    /// Of which property; all of them without.
    pub property: Option<PropertyId>,
}

/// The words of the periods, in the order in which they are offered.
pub const PERIODS: [&str; 5] = [
    "four-weeks",
    "twelve-weeks",
    "this-year",
    "last-year",
    "days",
];

/// The word of a period.
pub fn period_word(period: PeriodChoice) -> &'static str {
    match period {
        PeriodChoice::FourWeeks => PERIODS[0],
        PeriodChoice::TwelveWeeks => PERIODS[1],
        PeriodChoice::ThisYear => PERIODS[2],
        PeriodChoice::LastYear => PERIODS[3],
        PeriodChoice::Days { .. } => PERIODS[4],
    }
}

/// The period of a word; days begin as those that are shown.
pub fn period_of(word: &str, shown: Option<&Dashboard>) -> PeriodChoice {
    match (word, shown) {
        ("four-weeks", _) => PeriodChoice::FourWeeks,
        ("this-year", _) => PeriodChoice::ThisYear,
        ("last-year", _) => PeriodChoice::LastYear,
        ("days", Some(shown)) => PeriodChoice::Days {
            from: shown.from,
            to: shown.to,
        },
        _ => PeriodChoice::TwelveWeeks,
    }
}

/// The list behind a figure of the whole period.
pub fn counted(what: Counted, shown: &Dashboard, property: Option<&PropertyName>) -> ListFilters {
    within(ListFilters::all(), what, shown.from, shown.to, property)
}

/// The list of what was opened in a week, as far as it lies in the period.
pub fn opened_in_week(
    monday: NaiveDate,
    shown: &Dashboard,
    property: Option<&PropertyName>,
) -> ListFilters {
    let from = monday.max(shown.from);
    let to = (monday + TimeDelta::days(6)).min(shown.to);
    within(ListFilters::all(), Counted::Opened, from, to, property)
}

fn within(
    filters: ListFilters,
    what: Counted,
    from: NaiveDate,
    to: NaiveDate,
    property: Option<&PropertyName>,
) -> ListFilters {
    ListFilters {
        property: property.cloned(),
        behind: Some(Behind::Counted { what, from, to }),
        ..filters
    }
}

/// Half of them took so long; a dash where there are none.
pub fn median(i18n: &Localizer, spread: &Spread) -> String {
    took(i18n, spread.median_seconds)
}

/// Nine of ten took at most so long; a dash where there are none.
pub fn nine_of_ten(i18n: &Localizer, spread: &Spread) -> String {
    took(i18n, spread.p90_seconds)
}

fn took(i18n: &Localizer, seconds: Option<u64>) -> String {
    let span = seconds
        .and_then(|it| i64::try_from(it).ok())
        .and_then(TimeDelta::try_seconds);
    span.map_or_else(|| "–".to_owned(), |span| i18n.span(span))
}

/// What a bar says to who cannot see it.
pub fn bar_name(i18n: &Localizer, name: &str, figures: &Figures) -> String {
    let key = match figures.first_response.median_seconds {
        Some(_) => "dashboard-bar",
        None => "dashboard-bar-unanswered",
    };
    let args = [
        ("name", name.to_owned().into()),
        ("opened", figures.opened.into()),
        ("resolved", figures.resolved.into()),
        ("response", median(i18n, &figures.first_response).into()),
    ];
    i18n.format(key, &args)
}

/// The words of a filter that came from the dashboard.
pub fn behind_words(i18n: &Localizer, behind: Behind, today: NaiveDate) -> String {
    let key = match behind {
        Behind::UnderWay => return i18n.text("dashboard-open"),
        Behind::WaitsFor { role } => {
            return i18n.text(match role {
                palier_domain::Role::Owner => "dashboard-waiting-owner",
                palier_domain::Role::Tenant => "dashboard-waiting-tenant",
            });
        }
        Behind::Counted { what, .. } => match what {
            Counted::Opened => "dashboard-behind-opened",
            Counted::Answered => "dashboard-behind-answered",
            Counted::Unanswered => "dashboard-behind-unanswered",
            Counted::Mended => "dashboard-behind-mended",
            Counted::Resolved => "dashboard-behind-resolved",
            Counted::Reopened => "dashboard-behind-reopened",
        },
    };
    let Behind::Counted { from, to, .. } = behind else {
        return i18n.text(key);
    };
    let days = days(i18n, from, to, today);
    i18n.format(key, &[("days", days.into())])
}

/// `du 2 nov. au 28 nov.`, with the years where they are others.
pub fn days(i18n: &Localizer, from: NaiveDate, to: NaiveDate, today: NaiveDate) -> String {
    let args = [
        ("from", i18n.short_date(from, today).into()),
        ("to", i18n.short_date(to, today).into()),
    ];
    match from == to {
        true => i18n.format("dashboard-day", &args[..1]),
        false => i18n.format("dashboard-days", &args),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Utc;
    use palier_domain::{
        Period, Role,
        statistics::{dashboard::Present, figures},
    };
    use palier_i18n::Language;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shown() -> Dashboard {
        // A Wednesday to a Saturday.
        let zone = "Europe/Paris".parse().unwrap();
        let period = Period::new(day("2026-11-04"), day("2026-11-28"), zone).unwrap();
        Dashboard::new(
            &period,
            Present::default(),
            figures(&period, &[], &[]),
            <_>::default(),
        )
    }

    #[test]
    fn a_weeks_list_ends_where_the_period_does() {
        let shown = shown();
        let days = |monday: &str| match opened_in_week(day(monday), &shown, None).behind {
            Some(Behind::Counted { from, to, .. }) => (from.to_string(), to.to_string()),
            other => panic!("{other:?}"),
        };
        let is = |monday, from: &str, to: &str| {
            assert_eq!(days(monday), (from.to_owned(), to.to_owned()));
        };
        is("2026-11-02", "2026-11-04", "2026-11-08");
        is("2026-11-09", "2026-11-09", "2026-11-15");
        is("2026-11-23", "2026-11-23", "2026-11-28");
    }

    #[test]
    fn every_period_has_its_word_and_days_begin_as_those_that_are_shown() {
        let shown = shown();
        for word in PERIODS {
            assert_eq!(period_word(period_of(word, Some(&shown))), word);
        }
        let days = period_of("days", Some(&shown));
        assert_eq!(
            days,
            PeriodChoice::Days {
                from: shown.from,
                to: shown.to
            }
        );
    }

    #[test]
    fn what_is_kept_over_a_restart_reads_back() {
        let kept = DashboardChoice {
            period: PeriodChoice::Days {
                from: day("2026-01-01"),
                to: day("2026-02-01"),
            },
            property: Some(PropertyId(uuid::Uuid::nil())),
        };
        let json = serde_json::to_string(&kept).unwrap();
        assert_eq!(
            serde_json::from_str::<DashboardChoice>(&json).unwrap(),
            kept,
            "{json}"
        );
        assert_eq!(
            serde_json::from_str::<DashboardChoice>("{}").unwrap(),
            <_>::default()
        );
    }

    #[test]
    fn figures_are_said_in_words() {
        let french = Localizer::new(Language::Fr);
        let plain = |text: String| text.replace('\u{a0}', " ");
        let spread = Spread {
            count: 3,
            median_seconds: Some(2 * 3_600 + 1_800),
            p90_seconds: None,
        };
        assert_eq!(plain(median(&french, &spread)), "2 h");
        assert_eq!(nine_of_ten(&french, &spread), "–");
        let today = Utc::now().date_naive();
        for behind in [
            Behind::UnderWay,
            Behind::WaitsFor { role: Role::Owner },
            Behind::WaitsFor { role: Role::Tenant },
        ] {
            assert!(!behind_words(&french, behind, today).contains("dashboard"));
        }
        let words = behind_words(
            &french,
            Behind::Counted {
                what: Counted::Reopened,
                from: day("2026-11-02"),
                to: day("2026-11-28"),
            },
            day("2026-11-28"),
        );
        assert_eq!(plain(words), "Rouverts du 2 nov. au 28 nov.");
    }
}
