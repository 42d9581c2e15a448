//! Rows of the older system, whatever their columns are called and however they hold a value.

use chrono::{DateTime, NaiveDateTime, Utc};
use palier_domain::{Category, Priority, Role, Status};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt, str::FromStr};
use uuid::Uuid;

/// A row: its columns by their names.
pub(super) struct Old(pub(super) Map<String, Value>);

/// What columns and words are called there.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    columns: BTreeMap<String, String>,
    words: BTreeMap<String, String>,
}

/// Why a row cannot be taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(String);

impl Unreadable {
    pub(super) fn new(table: &str, id: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self(format!("{table} {id}: {why}"))
    }

    pub(super) fn no_table(table: &str) -> Self {
        Self(format!("there is no table {table}"))
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Mapping {
    /// Says that `ours`, such as `users.name`, is called `theirs`.
    #[must_use]
    pub fn column(mut self, ours: &str, theirs: &str) -> Self {
        self.columns.insert(ours.to_owned(), theirs.to_owned());
        self
    }

    /// Says that the word `theirs` means `ours`, such as `status.en_cours` and `acknowledged`.
    #[must_use]
    pub fn word(mut self, theirs: &str, ours: &str) -> Self {
        self.words.insert(theirs.to_lowercase(), ours.to_owned());
        self
    }

    fn called<'a>(&'a self, table: &str, column: &'a str) -> &'a str {
        let mapped = self.columns.get(&format!("{table}.{column}"));
        mapped.map_or(column, String::as_str)
    }

    /// The word that `text` stands for in the list `kind`.
    fn meaning<T: FromStr>(&self, kind: &str, text: &str) -> Option<T> {
        let text = text.trim().to_lowercase();
        let mapped = self.words.get(&format!("{kind}.{text}"));
        let known = || {
            let usual = USUAL
                .iter()
                .find(|usual| usual.0 == kind && usual.1 == text);
            usual.map(|usual| usual.2)
        };
        mapped
            .map(String::as_str)
            .or_else(known)
            .unwrap_or(&text)
            .parse()
            .ok()
    }
}

/// Words that such systems use, and ours.
const USUAL: &[(&str, &str, &str)] = &[
    ("status", "new", "open"),
    ("status", "nouveau", "open"),
    ("status", "ouvert", "open"),
    ("status", "pending", "open"),
    ("status", "en_attente", "open"),
    ("status", "reported", "open"),
    ("status", "in_progress", "acknowledged"),
    ("status", "en_cours", "acknowledged"),
    ("status", "scheduled", "planned"),
    ("status", "planifié", "planned"),
    ("status", "résolu", "resolved"),
    ("status", "resolu", "resolved"),
    ("status", "done", "resolved"),
    ("status", "fermé", "closed"),
    ("status", "ferme", "closed"),
    ("priority", "medium", "normal"),
    ("priority", "moyenne", "normal"),
    ("priority", "normale", "normal"),
    ("priority", "basse", "low"),
    ("priority", "haute", "high"),
    ("priority", "urgent", "emergency"),
    ("priority", "urgente", "emergency"),
    ("priority", "critical", "emergency"),
    ("category", "plomberie", "plumbing"),
    ("category", "chauffage", "heating"),
    ("category", "électricité", "electricity"),
    ("category", "electricite", "electricity"),
    ("category", "electrical", "electricity"),
    ("category", "autre", "other"),
    ("role", "landlord", "owner"),
    ("role", "proprietaire", "owner"),
    ("role", "propriétaire", "owner"),
    ("role", "locataire", "tenant"),
];

/// Reads the columns of one row of one table.
pub(super) struct Reader<'a> {
    pub(super) table: &'static str,
    pub(super) mapping: &'a Mapping,
    pub(super) row: &'a Old,
}

impl Reader<'_> {
    fn value(&self, column: &str) -> &Value {
        let called = self.mapping.called(self.table, column);
        self.row.0.get(called).unwrap_or(&Value::Null)
    }

    /// Whether the table has the column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.row
            .0
            .contains_key(self.mapping.called(self.table, column))
    }

    /// What is wrong with this row.
    pub(super) fn wrong(&self, why: impl fmt::Display) -> Unreadable {
        let id = match self.value("id") {
            Value::String(id) => id.clone(),
            other => other.to_string(),
        };
        Unreadable::new(self.table, id, why)
    }

    /// An id, or none where there is nothing.
    pub(super) fn id_if_any(&self, column: &str) -> Result<Option<Uuid>, Unreadable> {
        match self.value(column) {
            Value::Null => Ok(None),
            Value::String(text) if text.is_empty() => Ok(None),
            Value::String(text) => match text.parse() {
                Ok(id) => Ok(Some(id)),
                Err(_) => Err(self.wrong(format!("{column} is no UUID"))),
            },
            _ => Err(self.wrong(format!("{column} is no UUID"))),
        }
    }

    /// An id.
    pub(super) fn id(&self, column: &str) -> Result<Uuid, Unreadable> {
        self.id_if_any(column)?
            .ok_or_else(|| self.wrong(format!("{column} is missing")))
    }

    /// A text; empty where there is nothing.
    pub(super) fn text(&self, column: &str) -> String {
        match self.value(column) {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// A moment; none where there is nothing.
    pub(super) fn time_if_any(&self, column: &str) -> Result<Option<DateTime<Utc>>, Unreadable> {
        match self.value(column) {
            Value::Null => Ok(None),
            value => match time(value) {
                Some(time) => Ok(Some(time)),
                None => Err(self.wrong(format!("{column} is no time"))),
            },
        }
    }

    /// A moment.
    pub(super) fn time(&self, column: &str) -> Result<DateTime<Utc>, Unreadable> {
        self.time_if_any(column)?
            .ok_or_else(|| self.wrong(format!("{column} is missing")))
    }

    /// Yes or no; none where there is nothing.
    pub(super) fn flag(&self, column: &str) -> Option<bool> {
        match self.value(column) {
            Value::Null => None,
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => Some(number.as_f64() != Some(0.0)),
            Value::String(text) => Some(matches!(text.to_lowercase().as_str(), "true" | "t" | "1")),
            _ => Some(false),
        }
    }

    /// Several texts: a list, a JSON list in a text, or one text.
    pub(super) fn list(&self, column: &str) -> Vec<String> {
        let texts = |values: &[Value]| {
            let text = |value: &Value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            values.iter().map(text).collect()
        };
        match self.value(column) {
            Value::Array(values) => texts(values),
            Value::String(text) => match serde_json::from_str(text) {
                Ok(Value::Array(values)) => texts(&values),
                _ if text.is_empty() => Vec::new(),
                _ => vec![text.clone()],
            },
            _ => Vec::new(),
        }
    }

    fn word<T: FromStr>(&self, kind: &str, column: &str, usual: T) -> Result<T, Unreadable> {
        let text = self.text(column);
        if text.trim().is_empty() {
            return Ok(usual);
        }
        let meaning = self.mapping.meaning(kind, &text);
        meaning.ok_or_else(|| {
            self.wrong(format!(
                "{column} {text:?} is no word we know: say --word '{kind}.{text}=…'"
            ))
        })
    }

    /// A status; open where there is nothing.
    pub(super) fn status(&self) -> Result<Status, Unreadable> {
        self.word("status", "status", Status::Open)
    }

    /// A priority; normal where there is nothing.
    pub(super) fn priority(&self) -> Result<Priority, Unreadable> {
        self.word("priority", "priority", Priority::Normal)
    }

    /// A category; other where there is nothing.
    pub(super) fn category(&self) -> Result<Category, Unreadable> {
        self.word("category", "category", Category::Other)
    }

    /// A role; `usual` where there is nothing.
    pub(super) fn role(&self, column: &str, usual: Role) -> Result<Role, Unreadable> {
        self.word("role", column, usual)
    }
}

/// A moment as databases hold one: a text with or without its zone (then it is UTC), or a number of
/// seconds, milliseconds or microseconds since 1970.
fn time(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::Number(number) => {
            let number = number.as_f64()?;
            let micros = match number.abs() {
                small if small < 1e11 => number * 1e6,
                middle if middle < 1e14 => number * 1e3,
                _ => number,
            };
            #[allow(
                clippy::cast_possible_truncation,
                reason = "a time out of range is none"
            )]
            DateTime::from_timestamp_micros(micros as i64)
        }
        Value::String(text) => {
            let text = text.trim();
            let zoned = DateTime::parse_from_rfc3339(text)
                .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z"));
            if let Ok(time) = zoned {
                return Some(time.to_utc());
            }
            let plain = |format| NaiveDateTime::parse_from_str(text, format).ok();
            let plain = plain("%Y-%m-%d %H:%M:%S%.f").or_else(|| plain("%Y-%m-%dT%H:%M:%S%.f"));
            plain.map(|time| time.and_utc())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_are_read_as_databases_write_them() {
        let noon = DateTime::parse_from_rfc3339("2024-03-01T12:00:00.5Z").unwrap();
        for value in [
            json!("2024-03-01T12:00:00.5Z"),
            json!("2024-03-01T13:00:00.5+01:00"),
            json!("2024-03-01 12:00:00.5"),
            json!("2024-03-01T12:00:00.500000"),
            json!("2024-03-01 12:00:00.5+00"),
            json!(1_709_294_400.5),
            json!(1_709_294_400_500_i64),
            json!(1_709_294_400_500_000_i64),
        ] {
            assert_eq!(time(&value), Some(noon.to_utc()), "{value}");
        }
        assert_eq!(time(&json!("yesterday")), None);
    }

    #[test]
    fn columns_and_words_may_be_called_otherwise() {
        let mapping = Mapping::default()
            .column("incidents.owner_id", "landlord")
            .word("status.Chez le plombier", "planned");
        let id = Uuid::from_u128(7);
        let row = json!({"id": "x", "landlord": id, "status": "chez le plombier",
                         "priority": "Urgent", "category": "sorcery",
                         "attachments": "[\"a\", \"b\"]"});
        let row = Old(row.as_object().unwrap().clone());
        let reader = Reader {
            table: "incidents",
            mapping: &mapping,
            row: &row,
        };
        assert_eq!(reader.id("owner_id"), Ok(id));
        assert_eq!(reader.status(), Ok(Status::Planned));
        assert_eq!(reader.priority(), Ok(Priority::Emergency));
        let refused = reader.category().unwrap_err().to_string();
        assert!(refused.contains("category.sorcery"), "{refused}");
        assert_eq!(reader.list("attachments"), ["a", "b"]);
        assert!(reader.id("tenant_id").is_err());
    }
}
