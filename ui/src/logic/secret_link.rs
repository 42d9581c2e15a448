//! Secret links: joining, and choosing a new password.
//!
//! The secret is the fragment of the page's address, which no browser sends.

/// A link that brought somebody here, with its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretLink {
    /// To accept an invitation.
    Invitation(String),
    /// To choose a new password.
    PasswordReset(String),
}

impl SecretLink {
    /// The link that opened this page, if one did.
    pub fn followed() -> Option<Self> {
        let location = web_sys::window()?.location();
        Self::parse(&location.pathname().ok()?, &location.hash().ok()?)
    }

    /// The link of a page at `path` with this fragment.
    ///
    /// ```
    /// use palier_ui::logic::secret_link::SecretLink;
    ///
    /// let link = SecretLink::parse("/invitation", "#t0ken");
    /// assert_eq!(link, Some(SecretLink::Invitation("t0ken".into())));
    /// assert_eq!(SecretLink::parse("/invitation", ""), None);
    /// assert_eq!(SecretLink::parse("/settings", "#t0ken"), None);
    /// ```
    pub fn parse(path: &str, fragment: &str) -> Option<Self> {
        let secret = fragment.strip_prefix('#').filter(|it| !it.is_empty())?;
        match path.trim_end_matches('/') {
            "/invitation" => Some(Self::Invitation(secret.to_owned())),
            "/password-reset" => Some(Self::PasswordReset(secret.to_owned())),
            _ => None,
        }
    }
}
