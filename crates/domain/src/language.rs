//! The languages there are.

use crate::access::UnknownWord;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A language of screens, notifications and mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
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

    /// The two letters of BCP 47, as SQL, JSON and `<html lang>` use them.
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
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Language {
    type Err = UnknownWord;

    fn from_str(code: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .iter()
            .find(|language| language.code() == code)
            .copied()
            .ok_or_else(|| UnknownWord(code.to_owned()))
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

    #[test]
    fn a_language_is_stored_and_sent_as_its_code() {
        for language in Language::ALL {
            assert_eq!(language.code().parse(), Ok(*language));
            let json = serde_json::to_string(language).unwrap();
            assert_eq!(json, format!("\"{language}\""));
        }
        assert!("de".parse::<Language>().is_err());
    }
}
