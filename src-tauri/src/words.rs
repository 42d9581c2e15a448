//! What the shell itself says, in the person's language.

use palier_bridge::{
    CommandError,
    view::{self, Settings},
};
use palier_i18n::{Arg, Language, Localizer};
use std::sync::{Arc, PoisonError, RwLock};

/// The language that the desktop asks for.
pub fn system_language() -> view::Language {
    let locale = sys_locale::get_locale().unwrap_or_default();
    match Language::from_locale(&locale) {
        Language::Fr => view::Language::Fr,
        Language::En => view::Language::En,
    }
}

/// The sentences of the present language; it may change while the application runs.
pub struct Words {
    system: view::Language,
    present: RwLock<Arc<Localizer>>,
}

impl Words {
    /// Sentences in the desktop's language.
    pub fn new(system: view::Language) -> Self {
        Self {
            system,
            present: RwLock::new(Arc::new(localizer(system))),
        }
    }

    /// Follows the person's choice. True when the language changed.
    pub fn follow(&self, settings: &Settings) -> bool {
        let wanted = localizer(settings.language.unwrap_or(self.system));
        if *self.present() == wanted {
            return false;
        }
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(wanted);
        true
    }

    /// The present sentences.
    pub fn present(&self) -> Arc<Localizer> {
        self.present
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn localizer(language: view::Language) -> Localizer {
    Localizer::new(match language {
        view::Language::Fr => Language::Fr,
        view::Language::En => Language::En,
    })
}

/// Why the application cannot start, as a sentence.
pub fn start_error(words: &Localizer, error: &CommandError) -> String {
    let args: &[(&str, Arg)] = match error {
        CommandError::Internal { reference } => &[("reference", reference.clone().into())],
        _ => &[],
    };
    words.format(&format!("error-{}", error.code()), args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_persons_choice_wins_over_the_systems_language() {
        let words = Words::new(view::Language::En);
        assert_eq!(words.present().text("tray-quit"), "Quit");
        let french = Settings {
            language: Some(view::Language::Fr),
            ..Settings::default()
        };
        assert!(words.follow(&french));
        assert!(!words.follow(&french));
        assert_eq!(words.present().text("tray-quit"), "Quitter");
        assert!(words.follow(&Settings::default()));
    }

    #[test]
    fn every_error_of_a_start_is_a_whole_sentence() {
        let errors = [
            CommandError::FolderInUse,
            CommandError::FolderNotWritable,
            CommandError::DiskFull,
            CommandError::Internal {
                reference: "1234abcd".into(),
            },
        ];
        for language in [view::Language::Fr, view::Language::En] {
            let words = localizer(language);
            for error in &errors {
                let sentence = start_error(&words, error);
                assert!(sentence.ends_with(['.', 'd']), "{sentence}");
                assert!(!sentence.contains('{'), "{sentence}");
            }
        }
    }
}
