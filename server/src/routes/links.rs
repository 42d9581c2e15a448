//! Secret links: where they lead, and who is told.
//!
//! The secret is the link's fragment: browsers do not send it, so no log on the way holds it. The page
//! reads it there and asks with it.

use crate::{App, config::Config};
use axum::http::{HeaderMap, header};
use chrono::{DateTime, Utc};
use palier_wire::invitation::LinkMade;

/// A page that a link leads to.
#[derive(Debug, Clone, Copy)]
pub enum Page {
    /// Accepting an invitation.
    Invitation,
    /// Choosing a new password.
    PasswordReset,
}

impl Page {
    fn path(self) -> &'static str {
        match self {
            Self::Invitation => "/invitation",
            Self::PasswordReset => "/password-reset",
        }
    }

    /// The link with `token`, under the server's public address, else under the one that the request
    /// came to.
    pub fn link(self, config: &Config, headers: &HeaderMap, token: &str) -> String {
        let page = format!("{}#{token}", self.path());
        config.public_link(&page).unwrap_or_else(|| {
            let scheme = if config.tls_cert.is_some() {
                "https"
            } else {
                "http"
            };
            let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
            format!("{scheme}://{}{page}", host.unwrap_or("localhost"))
        })
    }
}

/// The reply to who made a link: he gets it to pass it on, unless it was mailed.
pub fn made(app: &App, link: String, expires_at: DateTime<Utc>) -> LinkMade {
    LinkMade {
        link: (!app.mail().configured()).then_some(link),
        expires_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_under_the_public_address_or_where_the_request_came_to() {
        let mut config = Config::new("data");
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "127.0.0.1:4750".parse().unwrap());
        let link = Page::Invitation.link(&config, &headers, "t");
        assert_eq!(link, "http://127.0.0.1:4750/invitation#t");
        config.public_url = Some("https://palier.example.org/x/".parse().unwrap());
        let link = Page::PasswordReset.link(&config, &headers, "t");
        assert_eq!(link, "https://palier.example.org/x/password-reset#t");
    }
}
