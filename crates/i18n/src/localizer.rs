//! Looking a sentence up.

use crate::{
    Language,
    language::{identifier, sources},
};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::fmt;

/// A value that stands in a sentence.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// A name or other text, put in as it is.
    Text(String),
    /// A number, which also chooses singular or plural.
    Number(u64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

macro_rules! from_numbers {
    ($($number:ty)*) => {$(
        impl From<$number> for Arg {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}
from_numbers!(u8 u16 u32 u64);

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

/// The sentences of one language. Made once; looking up is cheap.
pub struct Localizer {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Localizer {
    /// Reads the sentences of a language.
    pub fn new(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![identifier(language)]);
        // The marks around names are for mixed directions of writing, which neither language has;
        // they show as boxes in some notification daemons.
        bundle.set_use_isolating(false);
        for (_, source) in sources(language) {
            // What is wrong with a file is found by a test, at run time the rest of it counts.
            let resource =
                FluentResource::try_new(source.to_owned()).unwrap_or_else(|(rest, _)| rest);
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// Which language it is.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether there is a sentence under `key`.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.has_message(key)
    }

    /// The sentence under `key`, which takes no arguments.
    pub fn text(&self, key: &str) -> String {
        self.format(key, &[])
    }

    /// The sentence under `key` with its arguments put in. An unknown key answers itself, so that
    /// a mistake is seen and nothing breaks.
    pub fn format(&self, key: &str, args: &[(&str, Arg)]) -> String {
        let Some(pattern) = self
            .bundle
            .get_message(key)
            .and_then(|message| message.value())
        else {
            return key.to_owned();
        };
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, arg)| {
                let value = match arg {
                    Arg::Text(text) => FluentValue::from(text.as_str()),
                    Arg::Number(number) => FluentValue::from(*number),
                };
                (*name, value)
            })
            .collect();
        self.bundle
            .format_pattern(pattern, Some(&args), &mut Vec::new())
            .into_owned()
    }
}

impl fmt::Debug for Localizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Localizer").field(&self.language).finish()
    }
}

impl PartialEq for Localizer {
    fn eq(&self, other: &Self) -> bool {
        self.language == other.language
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_follow_the_language() {
        let french = Localizer::new(Language::Fr);
        let english = Localizer::new(Language::En);
        let say = |localizer: &Localizer, count: u64| {
            localizer.format("tray-tooltip", &[("count", count.into())])
        };
        assert_eq!(say(&french, 0), "Palier");
        assert_eq!(say(&french, 1), "Palier · 1 message non lu");
        assert_eq!(say(&french, 2), "Palier · 2 messages non lus");
        assert_eq!(say(&english, 1), "Palier · 1 unread message");
        assert_eq!(say(&english, 2), "Palier · 2 unread messages");
    }

    #[test]
    fn an_unknown_key_answers_itself() {
        assert_eq!(
            Localizer::new(Language::Fr).text("no-such-key"),
            "no-such-key"
        );
    }

    #[test]
    fn it_may_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Localizer>();
    }
}
