//! Words that could not be saved when their composer went.

use palier_domain::{IncidentId, UserId};
use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// What was typed, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The text as typed.
    pub text: Rc<str>,
    /// It is a note among owners.
    pub note: bool,
}

/// Whose words, on which incident.
pub type Place = (Option<UserId>, IncidentId);

/// Words that wait for the next composer of their incident. They last as long as the page.
#[derive(Clone, Default)]
pub struct UnsavedDrafts(Rc<RefCell<HashMap<Place, Words>>>);

impl UnsavedDrafts {
    /// Keeps words in the place of older ones.
    pub fn keep(&self, place: Place, words: Words) {
        self.0.borrow_mut().insert(place, words);
    }

    /// Hands them out, once.
    pub fn take(&self, place: Place) -> Option<Words> {
        self.0.borrow_mut().remove(&place)
    }
}

impl PartialEq for UnsavedDrafts {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
