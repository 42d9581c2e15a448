//! What the page's address says.

use palier_bridge::view::{Language, Theme};
use serde::{Deserialize, Serialize};
use yew_router::history::{BrowserHistory, History};

/// In which language and colours something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taste {
    /// Language of the screens. What people wrote is French in both.
    pub language: Language,
    /// Light, dark or as the system has it.
    pub theme: Theme,
}

/// Behind the `?` of the page's address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// The name of a scene; none leads to the index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Language of the screens.
    pub lang: Language,
    /// Light, dark or as the system has it.
    pub theme: Theme,
}

impl Default for Address {
    fn default() -> Self {
        Self {
            state: None,
            lang: Language::Fr,
            theme: Theme::System,
        }
    }
}

impl Address {
    /// The address of this page; what does not read is left out.
    pub fn of_page() -> Self {
        let location = BrowserHistory::new().location();
        location.query::<Self>().unwrap_or_default()
    }

    /// How it is shown.
    pub fn taste(&self) -> Taste {
        Taste {
            language: self.lang,
            theme: self.theme,
        }
    }

    /// As a link.
    ///
    /// ```
    /// use palier_bridge::view::{Language, Theme};
    /// use palier_gallery::address::Address;
    /// let address = Address { state: Some("thread".into()), lang: Language::En, theme: Theme::Dark };
    /// assert_eq!(address.href(), "/?state=thread&lang=en&theme=dark");
    /// ```
    pub fn href(&self) -> String {
        let state = self.state.iter().map(|state| format!("state={state}&"));
        format!(
            "/?{}lang={}&theme={}",
            state.collect::<String>(),
            language_word(self.lang),
            theme_word(self.theme)
        )
    }
}

/// The word of a language, in addresses and in the page's `lang`.
pub fn language_word(language: Language) -> &'static str {
    match language {
        Language::Fr => "fr",
        Language::En => "en",
    }
}

/// The word of a theme.
pub fn theme_word(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}
