//! Pages of a search after the first.

use palier_bridge::{
    CommandError,
    view::{SearchHit, SearchResults},
};

/// What was fetched below the first page, for as long as the words stay the same.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MoreHits {
    words: String,
    /// In the order in which they came.
    pub hits: Vec<SearchHit>,
    next: Option<Option<String>>,
    /// A page is on its way.
    pub loading: bool,
    /// Why the last one did not come.
    pub error: Option<CommandError>,
}

impl MoreHits {
    /// What there is of these words: nothing, when it was of others.
    #[must_use]
    pub fn of(&self, words: &str) -> Self {
        if self.words == words {
            return self.clone();
        }
        Self {
            words: words.to_owned(),
            ..Self::default()
        }
    }

    /// Where the next page begins; `first` is what the first page says.
    pub fn next(&self, first: Option<String>) -> Option<String> {
        self.next.clone().unwrap_or(first)
    }

    /// A page is asked for. None while one is on its way: the same one would come twice.
    pub fn ask(&self) -> Option<Self> {
        (!self.loading).then(|| Self {
            loading: true,
            error: None,
            ..self.clone()
        })
    }

    /// A page of these words came, or did not. What is shown for other words meanwhile stays.
    #[must_use]
    pub fn came(&self, words: &str, page: Result<SearchResults, CommandError>) -> Self {
        if self.words != words {
            return self.clone();
        }
        let mut now = Self {
            loading: false,
            ..self.clone()
        };
        match page {
            Ok(page) => {
                now.hits.extend(page.hits);
                now.next = Some(page.next);
            }
            Err(error) => now.error = Some(error),
        }
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_bridge::view::SearchWhat;
    use palier_domain::{Category, Status};

    fn page(words: &str, next: Option<&str>) -> SearchResults {
        let hit = SearchHit {
            what: SearchWhat::Incident {
                status: Status::Open,
                category: Category::Plumbing,
            },
            incident_id: None,
            title: words.to_owned(),
            place: String::new(),
            excerpt: Vec::new(),
            at: None,
            unsent: false,
        };
        SearchResults {
            hits: vec![hit],
            next: next.map(str::to_owned),
        }
    }

    #[test]
    fn a_page_is_asked_for_once_and_follows_the_one_before() {
        let begun = MoreHits::default().of("eau");
        assert_eq!(begun.next(Some("2".to_owned())).as_deref(), Some("2"));
        let asked = begun.ask().unwrap();
        assert_eq!(asked.ask(), None, "pressed twice");
        let second = asked.came("eau", Ok(page("eau", Some("3"))));
        assert_eq!(second.next(Some("2".to_owned())).as_deref(), Some("3"));
        let third = second.ask().unwrap().came("eau", Ok(page("eau", None)));
        assert_eq!(third.hits.len(), 2);
        assert_eq!(third.next(Some("2".to_owned())), None, "that was the last");
    }

    #[test]
    fn a_failure_is_said_and_keeps_what_came_and_the_way_on() {
        let second = MoreHits::default().of("eau").ask().unwrap();
        let second = second.came("eau", Ok(page("eau", Some("3"))));
        let failed = second
            .ask()
            .unwrap()
            .came("eau", Err(CommandError::NoSuchIncident));
        assert_eq!(failed.error, Some(CommandError::NoSuchIncident));
        assert_eq!((failed.hits.len(), failed.loading), (1, false));
        assert_eq!(failed.next(None).as_deref(), Some("3"));
        assert_eq!(failed.ask().unwrap().error, None);
    }

    #[test]
    fn what_comes_for_other_words_is_not_shown_below_these() {
        let asked = MoreHits::default().of("eau").ask().unwrap();
        let other = asked.of("gaz").ask().unwrap();
        assert!(other.hits.is_empty());
        assert_eq!(other.came("eau", Ok(page("eau", None))), other);
    }
}
