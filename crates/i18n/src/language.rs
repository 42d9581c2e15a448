//! The languages there are.

use unic_langid::{LanguageIdentifier, langid};

/// A language of screens, notifications and mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// French, the first.
    #[default]
    Fr,
    /// English.
    En,
}

impl Language {
    /// Every language, French first.
    pub const ALL: &[Self] = &[Self::Fr, Self::En];

    /// The two letters of BCP 47, for `<html lang>`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The name of the language in itself.
    pub fn endonym(self) -> &'static str {
        match self {
            Self::Fr => "Français",
            Self::En => "English",
        }
    }

    /// The language that a system's locale (`fr_FR.UTF-8`, `en-GB`, `C`) asks for: French for
    /// every kind of French and for none at all, else English.
    pub fn from_locale(locale: &str) -> Self {
        let first = locale
            .split(['-', '_', '.', '@'])
            .next()
            .unwrap_or_default();
        match first.to_ascii_lowercase().as_str() {
            "fr" | "" | "c" | "posix" => Self::Fr,
            _ => Self::En,
        }
    }

    pub(crate) fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::Fr => langid!("fr-FR"),
            Self::En => langid!("en-GB"),
        }
    }

    /// The Fluent files, each with its name for messages about mistakes in it.
    pub(crate) fn sources(self) -> [(&'static str, &'static str); 5] {
        macro_rules! files {
            ($folder:literal) => {
                [
                    (
                        "desktop",
                        include_str!(concat!("../../../locales/", $folder, "/desktop.ftl")),
                    ),
                    (
                        "errors",
                        include_str!(concat!("../../../locales/", $folder, "/errors.ftl")),
                    ),
                    (
                        "screens",
                        include_str!(concat!("../../../locales/", $folder, "/screens.ftl")),
                    ),
                    (
                        "time",
                        include_str!(concat!("../../../locales/", $folder, "/time.ftl")),
                    ),
                    (
                        "words",
                        include_str!(concat!("../../../locales/", $folder, "/words.ftl")),
                    ),
                ]
            };
        }
        match self {
            Self::Fr => files!("fr"),
            Self::En => files!("en"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_systems_locale_finds_its_language() {
        for french in ["fr", "fr_FR.UTF-8", "fr-CA", "FR", "", "C", "POSIX"] {
            assert_eq!(Language::from_locale(french), Language::Fr, "{french}");
        }
        for other in ["en", "en_GB.UTF-8", "de-DE", "frr"] {
            assert_eq!(Language::from_locale(other), Language::En, "{other}");
        }
    }
}
