//! Which incidents the list shows.

use super::dashboard::behind_words;
use chrono::NaiveDate;
use palier_bridge::view::{Behind, IncidentFilter, IncidentRow, PropertyName};
use palier_domain::{Category, Priority, PropertyId, Status, is_in_sight};
use palier_i18n::Localizer;
use serde::{Deserialize, Serialize};

/// The statuses a person can choose to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusChoice {
    /// Whatever is not done, or still asks for the person.
    #[default]
    Active,
    /// Every one.
    All,
    /// One status.
    #[serde(untagged)]
    Only(Status),
}

impl StatusChoice {
    /// Every choice, in the order in which they are offered.
    pub fn every() -> Vec<Self> {
        let each = Status::ALL.iter().map(|status| Self::Only(*status));
        [Self::Active, Self::All].into_iter().chain(each).collect()
    }

    /// The word under which a form keeps it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::All => "all",
            Self::Only(status) => status.as_str(),
        }
    }

    /// What people call it.
    pub fn name(self, i18n: &Localizer) -> String {
        match self {
            Self::Active => i18n.text("list-filter-active"),
            Self::All => i18n.text("list-filter-all"),
            Self::Only(status) => i18n.status(status),
        }
    }

    /// The choice of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::every()
            .into_iter()
            .find(|choice| choice.word() == word)
    }
}

/// The filters above the list, as they are kept over a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ListFilters {
    /// Which statuses.
    pub status: StatusChoice,
    /// With unread messages only.
    pub unread_only: bool,
    /// Of this property only.
    pub property: Option<PropertyName>,
    /// About this only.
    pub category: Option<Category>,
    /// Those that press so much only.
    pub priority: Option<Priority>,
    /// Those that a figure of the dashboard counts.
    pub behind: Option<Behind>,
}

impl ListFilters {
    /// Every incident.
    pub fn all() -> Self {
        Self {
            status: StatusChoice::All,
            ..Self::default()
        }
    }

    /// What a figure of the dashboard counts.
    pub fn behind(behind: Behind) -> Self {
        Self {
            behind: Some(behind),
            ..Self::all()
        }
    }

    /// Something hides incidents beside their status.
    pub fn is_narrowed(&self) -> bool {
        let whole = Self {
            status: self.status,
            ..Self::default()
        };
        *self != whole
    }

    /// What the backend is asked for.
    pub fn request(&self) -> IncidentFilter {
        let statuses = match self.status {
            StatusChoice::All | StatusChoice::Active => Vec::new(),
            StatusChoice::Only(status) => vec![status],
        };
        IncidentFilter {
            statuses,
            in_sight: self.status == StatusChoice::Active,
            unread_only: self.unread_only,
            muted_only: false,
            property_id: self.property.as_ref().map(|property| property.id),
            category: self.category,
            priority: self.priority,
            behind: self.behind,
        }
    }
}

/// Behind the `?` of the list's address: its filters, as far as a person can choose them above it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FilterQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unread: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    property: Option<PropertyId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Category>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Priority>,
}

impl FilterQuery {
    /// The filters of an address. `known` tells what its property is called.
    pub fn filters(&self, known: &[PropertyName]) -> ListFilters {
        let status = self.status.as_deref().and_then(StatusChoice::from_word);
        let property = self.property.map(|id| {
            let known = known.iter().find(|property| property.id == id).cloned();
            known.unwrap_or(PropertyName {
                id,
                name: String::new(),
            })
        });
        ListFilters {
            status: status.unwrap_or_default(),
            unread_only: self.unread,
            property,
            category: self.category,
            priority: self.priority,
            behind: None,
        }
    }
}

impl ListFilters {
    /// Themselves in the list's address.
    pub fn query(&self) -> FilterQuery {
        let usual = self.status == StatusChoice::default();
        FilterQuery {
            status: (!usual).then(|| self.status.word().to_owned()),
            unread: self.unread_only,
            property: self.property.as_ref().map(|property| property.id),
            category: self.category,
            priority: self.priority,
        }
    }

    /// What hides incidents, each in its words. `known` tells what the property is called.
    pub fn words(&self, i18n: &Localizer, known: &[PropertyName], today: NaiveDate) -> Vec<String> {
        let status = (self.status != StatusChoice::All).then(|| self.status.name(i18n));
        let unread = self.unread_only.then(|| i18n.text("list-filter-unread"));
        let property = self.property.as_ref().map(|property| {
            let known = known.iter().find(|it| it.id == property.id);
            known.unwrap_or(property).name.clone()
        });
        let category = self.category.map(|category| i18n.category(category));
        let priority = self.priority.map(|priority| {
            let priority = i18n.priority(priority);
            i18n.format("list-filter-of-priority", &[("priority", priority.into())])
        });
        let behind = self.behind.map(|behind| behind_words(i18n, behind, today));
        [status, unread, property, category, priority, behind]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Whether a row of what was asked for is shown: that of the thread that was open then is among it.
    pub fn keeps(&self, row: &IncidentRow) -> bool {
        let asks = row.unread > 0 || row.has_draft || row.has_failed || row.has_waiting;
        self.status != StatusChoice::Active || is_in_sight(row.status, asks)
    }
}

/// Whether a row holds every word that was typed, accents and case aside.
pub fn matches(row: &IncidentRow, typed: &str) -> bool {
    let place = [
        row.title.as_str(),
        &row.place,
        row.last_author.as_deref().unwrap_or_default(),
        &row.last_words,
    ]
    .map(plain)
    .join("\n");
    plain(typed)
        .split_whitespace()
        .all(|word| place.contains(word))
}

/// Lower case, with the accents of the languages here taken off.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => out.push('a'),
            'ç' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ñ' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'ö' | 'õ' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'ÿ' | 'ý' => out.push('y'),
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            '’' => out.push('\''),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_domain::{Counted, IncidentId};
    use palier_i18n::Language;

    fn row() -> IncidentRow {
        IncidentRow {
            id: IncidentId(uuid::Uuid::nil()),
            title: "Fuite sous l’évier".to_owned(),
            place: "3B, 12 rue des Lilas".to_owned(),
            status: Status::Open,
            priority: Priority::Normal,
            category: Category::Plumbing,
            unread: 0,
            new_notes: 0,
            has_draft: false,
            has_failed: false,
            has_waiting: false,
            muted: false,
            last_author: Some("Noël Cœur".to_owned()),
            last_is_mine: false,
            last_words: "À demain".to_owned(),
            activity_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn accents_case_and_order_do_not_matter() {
        for typed in [
            "",
            "EVIER",
            "l'évier",
            "lilas fuite",
            "coeur",
            "noel a demain",
        ] {
            assert!(matches(&row(), typed), "{typed}");
        }
        assert!(!matches(&row(), "lilas gaz"));
    }

    #[test]
    fn what_is_under_way_hides_what_is_done_unless_it_still_asks_for_the_person() {
        let filters = ListFilters::default();
        let done = IncidentRow {
            status: Status::Resolved,
            ..row()
        };
        assert!(filters.keeps(&row()));
        assert!(!filters.keeps(&done));
        assert!(filters.keeps(&IncidentRow {
            unread: 1,
            ..done.clone()
        }));
        assert!(filters.keeps(&IncidentRow {
            has_failed: true,
            ..done
        }));
    }

    fn lilas() -> PropertyName {
        PropertyName {
            id: PropertyId(uuid::Uuid::nil()),
            name: "12 rue des Lilas".to_owned(),
        }
    }

    #[test]
    fn an_address_has_the_filters_and_gives_them_back() {
        assert_eq!(ListFilters::default().query(), FilterQuery::default());
        for status in StatusChoice::every() {
            let filters = ListFilters {
                status,
                unread_only: true,
                property: Some(lilas()),
                category: Some(Category::CommonParts),
                priority: Some(Priority::High),
                behind: None,
            };
            assert_eq!(filters.query().filters(&[lilas()]), filters);
            let unknown = filters.query().filters(&[]);
            assert_eq!(unknown.query(), filters.query(), "a property of old");
        }
    }

    #[test]
    fn what_hides_everything_is_said_in_words() {
        let french = Localizer::new(Language::Fr);
        let words = |filters: ListFilters| {
            let today = "2026-11-28".parse().unwrap();
            filters.words(&french, &[lilas()], today)
        };
        assert_eq!(words(ListFilters::default()), ["En cours"]);
        let filters = ListFilters {
            unread_only: true,
            property: Some(PropertyName {
                name: String::new(),
                ..lilas()
            }),
            category: Some(Category::Gas),
            priority: Some(Priority::Emergency),
            behind: Some(Behind::UnderWay),
            ..ListFilters::all()
        };
        let named = words(filters);
        let priority = "Priorité\u{a0}: Urgence";
        assert_eq!(named[..4], ["Non lus", "12 rue des Lilas", "Gaz", priority]);
        assert_eq!(named.len(), 5);
    }

    #[test]
    fn filters_survive_being_kept() {
        for status in StatusChoice::every() {
            let kept = ListFilters {
                status,
                unread_only: true,
                property: Some(lilas()),
                category: Some(Category::Gas),
                priority: Some(Priority::Emergency),
                behind: Some(Behind::Counted {
                    what: Counted::Reopened,
                    from: "2026-11-01".parse().unwrap(),
                    to: "2026-11-28".parse().unwrap(),
                }),
            };
            assert!(kept.is_narrowed());
            let json = serde_json::to_string(&kept).unwrap();
            assert_eq!(
                serde_json::from_str::<ListFilters>(&json).unwrap(),
                kept,
                "{json}"
            );
            assert_eq!(StatusChoice::from_word(status.word()), Some(status));
        }
        assert_eq!(
            serde_json::from_str::<ListFilters>("{}").unwrap(),
            ListFilters::default()
        );
    }
}
