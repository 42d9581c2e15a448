//! The figures of a dashboard as a table for a spreadsheet.
//!
//! Spreadsheets guess: that a file is UTF-8 they see by its mark, that a line has cells by the separator of
//! the language they speak, and a cell that begins like a formula they compute. So the mark is there, French
//! tables have semicolons and decimal commas, and no name is left to look like a formula.

use csv::WriterBuilder;
use palier_domain::{Dashboard, Figures, Spread};
use palier_i18n::{Language, Localizer};
use std::io;

/// By this spreadsheets know UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// What formulas begin with, wide forms included.
const FORMULAS: &[char] = &['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Keys of the words above the columns.
const COLUMNS: &[&str] = &[
    "table-part",
    "table-name",
    "table-opened",
    "table-resolved",
    "table-reopened",
    "table-unanswered",
    "table-responses",
    "table-response-median",
    "table-response-p90",
    "table-resolutions",
    "table-resolution-median",
    "table-resolution-p90",
];

/// What the file is called unless the person says otherwise; the period is in it.
pub(crate) fn file_name(words: &Localizer, figures: &Dashboard) -> String {
    let name = words.text("table-file");
    format!("{name}-{}-{}.csv", figures.from, figures.to)
}

/// The table: the whole, then weeks, properties and categories. Times are hours.
///
/// # Errors
/// None that memory does not have.
pub(crate) fn write(
    words: &Localizer,
    figures: &Dashboard,
    property: Option<&str>,
) -> io::Result<Vec<u8>> {
    let french = words.language() == Language::Fr;
    let mut table = WriterBuilder::new()
        .delimiter(if french { b';' } else { b',' })
        .terminator(csv::Terminator::CRLF)
        .from_writer(MARK.to_vec());
    table.write_record(COLUMNS.iter().map(|key| words.text(key)))?;
    let mut add = |part: &str, name: &str, of: &Figures| {
        let hours = |seconds| hours(seconds, french);
        let cells = [words.text(part), text(name)]
            .into_iter()
            .chain([of.opened, of.resolved, of.reopened, of.unanswered].map(|it| it.to_string()))
            .chain(
                [of.first_response, of.resolution]
                    .into_iter()
                    .flat_map(|it: Spread| {
                        [
                            it.count.to_string(),
                            hours(it.median_seconds),
                            hours(it.p90_seconds),
                        ]
                    }),
            );
        table.write_record(cells)
    };
    let days = format!("{} – {}", figures.from, figures.to);
    let whole = property.map_or_else(|| days.clone(), |name| format!("{name}, {days}"));
    add("table-whole", &whole, &figures.total)?;
    for week in &figures.weeks {
        add("table-week", &week.week.to_string(), &week.figures)?;
    }
    for property in &figures.properties {
        add("table-property", &property.name, &property.figures)?;
    }
    for category in &figures.categories {
        let name = words.category(category.category);
        add("table-category", &name, &category.figures)?;
    }
    table.into_inner().map_err(|error| error.into_error())
}

/// What somebody wrote, so that no spreadsheet computes it: an apostrophe makes it text.
fn text(written: &str) -> String {
    match written.trim_start_matches(' ').starts_with(FORMULAS) {
        true => format!("'{written}"),
        false => written.to_owned(),
    }
}

fn hours(seconds: Option<u64>, comma: bool) -> String {
    let Some(seconds) = seconds else {
        return String::new();
    };
    // Hundredths, rounded.
    let hundredths = (seconds + 18) / 36;
    let point = if comma { ',' } else { '.' };
    format!("{}{point}{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Paris;
    use palier_domain::{
        Category, Period, PropertyId, Role, Status,
        statistics::{Case, StatusStep, dashboard::Present, figures},
    };
    use uuid::Uuid;

    const HOUSE: PropertyId = PropertyId(Uuid::from_u128(1));
    const TRAP: PropertyId = PropertyId(Uuid::from_u128(2));

    fn dashboard() -> Dashboard {
        let day = |text: &str| text.parse().unwrap();
        let period = Period::new(day("2026-11-16"), day("2026-11-28"), Paris).unwrap();
        let at = |text: &str| format!("2026-11-{text}:00Z").parse().unwrap();
        let case = |property, category, opened: &str, answered: Option<&str>| Case {
            property,
            category,
            opened_by: Role::Tenant,
            opened_at: at(opened),
            first_answer_at: answered.map(at),
            resolved_at: None,
        };
        let cases = [
            case(HOUSE, Category::Heating, "17T08:00", Some("17T09:15")),
            case(HOUSE, Category::CommonParts, "24T08:00", Some("26T08:00")),
            case(TRAP, Category::Heating, "25T08:00", None),
        ];
        let steps = [StatusStep {
            property: HOUSE,
            category: Category::Heating,
            at: at("25T10:00"),
            from: Status::Open,
            to: Status::Resolved,
        }];
        let names = [
            (HOUSE, "12, rue des « Lilas »; \"fond\" de cour".to_owned()),
            (TRAP, "=HYPERLINK(\"https://exemple.fr\")".to_owned()),
        ];
        let counted = figures(&period, &cases, &steps);
        Dashboard::new(&period, Present::default(), counted, names.into())
    }

    fn written(language: Language, property: Option<&str>) -> String {
        let table = write(&Localizer::new(language), &dashboard(), property).unwrap();
        String::from_utf8(table).unwrap()
    }

    #[test]
    fn a_french_table_has_semicolons_and_decimal_commas() {
        insta::assert_snapshot!("french", written(Language::Fr, None));
    }

    #[test]
    fn an_english_table_has_commas_and_decimal_points() {
        insta::assert_snapshot!("english", written(Language::En, Some("12 rue des Lilas")));
    }

    #[test]
    fn it_reads_back_as_it_was_meant_and_says_that_it_is_utf_8() {
        let table = written(Language::Fr, None);
        let plain = table.strip_prefix('\u{feff}').unwrap();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(b';')
            .from_reader(plain.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1 + 2 + 2 + 2);
        assert!(rows.iter().all(|row| row.len() == COLUMNS.len()));
        let names: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
        assert!(names.contains(&"12, rue des « Lilas »; \"fond\" de cour"));
        assert!(names.contains(&"'=HYPERLINK(\"https://exemple.fr\")"));
        assert_eq!(&rows[0][7], "24,63", "the middle of 1 h 15 and 48 h");
    }

    #[test]
    fn nothing_that_looks_like_a_formula_is_left_to_be_one() {
        for trap in [
            "=1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", "＝1", "\n=1",
        ] {
            assert_eq!(text(trap), format!("'{trap}"));
        }
        for plain in ["12 rue des Lilas", "Résidence A-B", "", "l’=entrée"] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn hours_are_rounded_to_hundredths() {
        assert_eq!(hours(None, true), "");
        assert_eq!(hours(Some(0), true), "0,00");
        assert_eq!(hours(Some(4_500), true), "1,25");
        assert_eq!(hours(Some(17), false), "0.00");
        assert_eq!(hours(Some(18), false), "0.01");
    }

    #[test]
    fn the_file_is_named_after_its_period() {
        let name = |language| file_name(&Localizer::new(language), &dashboard());
        assert_eq!(
            name(Language::Fr),
            "palier-tableau-2026-11-16-2026-11-28.csv"
        );
        assert_eq!(
            name(Language::En),
            "palier-dashboard-2026-11-16-2026-11-28.csv"
        );
    }
}
