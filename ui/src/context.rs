//! What every component may ask for, one context per concern, so that typing does not redraw the
//! list.

use crate::backend::BackendHandle;
use crate::hooks::SerialQueue;
use crate::logic::error_text::{say_error, say_failure};
use crate::logic::unsaved_drafts::UnsavedDrafts;
use palier_bridge::{
    CommandError,
    view::{Account, FailureReason, Settings},
};
use palier_i18n::Localizer;
use std::{ops::Deref, rc::Rc};
use yew::prelude::*;

/// The sentences in the person's language.
#[derive(Clone, Debug, PartialEq)]
pub struct I18n(Rc<Localizer>);

impl I18n {
    /// Shares the sentences of a language.
    pub fn new(localizer: Localizer) -> Self {
        Self(Rc::new(localizer))
    }

    /// The sentence for a refused command.
    pub fn error(&self, error: &CommandError) -> String {
        say_error(self, error)
    }

    /// The sentence for what the server refused.
    pub fn failure(&self, reason: &FailureReason) -> String {
        say_failure(self, reason)
    }
}

impl Deref for I18n {
    type Target = Localizer;
    fn deref(&self) -> &Localizer {
        &self.0
    }
}

/// The sentences in the person's language.
#[hook]
pub fn use_i18n() -> I18n {
    use_context::<I18n>().unwrap_or_else(|| I18n::new(Localizer::new(Default::default())))
}

/// What answers behind the screens. Every screen is below the provider that [`crate::app::App`]
/// sets up, and none is drawn without a backend.
///
/// # Panics
/// When a component is used outside of the application.
#[hook]
#[expect(
    clippy::expect_used,
    reason = "a component outside the application is a bug in the program"
)]
pub fn use_backend() -> BackendHandle {
    use_context::<BackendHandle>().expect("a component is below the application")
}

/// The settings of this device.
#[hook]
pub fn use_settings() -> Rc<Settings> {
    use_context::<Rc<Settings>>().unwrap_or_default()
}

/// Who is signed in.
#[hook]
pub fn use_account() -> Option<Rc<Account>> {
    use_context::<Option<Rc<Account>>>().flatten()
}

/// The one queue through which drafts are saved and sent, so that somebody can wait for its end.
#[hook]
pub fn use_saving() -> SerialQueue {
    use_context::<SerialQueue>().unwrap_or_default()
}

/// Words that could not be saved when their composer went.
#[hook]
pub fn use_unsaved_drafts() -> UnsavedDrafts {
    use_context::<UnsavedDrafts>().unwrap_or_default()
}

/// How many rows the first synchronisation has brought, while it runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirstSync(pub Option<u64>);

/// Something to tell in a corner of the window.
#[derive(Debug, Clone, PartialEq)]
pub enum Announcement {
    /// A message came on another incident.
    Message {
        /// On which.
        incident_id: palier_domain::IncidentId,
        /// Author and place.
        title: String,
        /// First words.
        body: String,
    },
    /// Something is done.
    Done(String),
    /// Something was refused.
    Error(CommandError),
    /// A sentence, by its key.
    Sentence(&'static str),
}

/// Tells something in a corner of the window.
#[hook]
pub fn use_announce() -> Callback<Announcement> {
    use_context::<Callback<Announcement>>().unwrap_or_default()
}
