//! The session of a browser: a cookie that no script can read, and pages that may use it.
//!
//! The prefix `__Host-` makes browsers take it only over TLS (or from this very machine), for this host
//! alone and all of its paths. `SameSite=Strict` keeps other sites' pages from sending it at all; where a
//! browser should not know that, [`must_be_ours`] refuses what they send.

use super::problem::Failed;
use crate::{auth::session::ABSOLUTE, config::Config, error::Error};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use cookie::{Cookie, SameSite};
use palier_wire::ProblemKind;
use url::Url;

/// The cookie's name.
pub const NAME: &str = "__Host-palier";

/// `Set-Cookie` with a session's token.
// For as long as a session may last at all: when it ends is the server's to say.
pub fn carry(token: &str) -> HeaderValue {
    header_of(dressed(token).max_age(cookie::time::Duration::seconds(ABSOLUTE.num_seconds())))
}

/// `Set-Cookie` that takes it away.
pub fn forget() -> HeaderValue {
    header_of(dressed("").max_age(cookie::time::Duration::ZERO))
}

fn dressed(token: &str) -> cookie::CookieBuilder<'_> {
    Cookie::build((NAME, token))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
}

fn header_of(cookie: cookie::CookieBuilder<'_>) -> HeaderValue {
    // Tokens are letters, digits, `-` and `_`.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or(HeaderValue::from_static(""))
}

/// The token in a request's cookies.
pub fn token(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(header::COOKIE);
    lines
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == NAME)
        .map(|cookie| cookie.value().to_owned())
        .filter(|token| !token.is_empty())
}

/// Whether the request comes from a page of this server: its `Origin` is where the request goes to, or
/// the public address that the settings name.
///
/// # Errors
/// `foreign-origin`, also without an `Origin`: browsers say it with everything that changes something.
pub fn must_be_ours(headers: &HeaderMap, uri: &Uri, config: &Config) -> Result<(), Failed> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let ours = text(header::ORIGIN).is_some_and(|origin| {
        // HTTP/2 says in the request's own line what HTTP/1.1 has a header for.
        let host = uri.authority().map(|it| it.as_str());
        is_ours(
            origin,
            host.or_else(|| text(header::HOST)),
            config.public_url.as_ref(),
        )
    });
    if ours {
        return Ok(());
    }
    Err(Error::refused(
        ProblemKind::ForeignOrigin,
        "a cookie was sent from a page that is not this server's",
    )
    .into())
}

fn is_ours(origin: &str, host: Option<&str>, public: Option<&Url>) -> bool {
    let Ok(origin) = origin.parse::<Url>() else {
        return false; // `null`: a sandboxed page, or a file
    };
    if public.is_some_and(|public| public.origin() == origin.origin()) {
        return true;
    }
    // The scheme cannot be told behind a proxy; the authority can.
    let theirs = host.and_then(|host| format!("{}://{host}", origin.scheme()).parse::<Url>().ok());
    theirs.is_some_and(|theirs| theirs.origin() == origin.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_ours_by_host_and_port_or_by_the_public_address() {
        let public: Url = "https://palier.example.org/".parse().unwrap();
        let ours = |origin, host| is_ours(origin, Some(host), Some(&public));
        assert!(ours("https://palier.example.org", "10.0.0.7:4750"));
        assert!(ours("http://localhost:4750", "localhost:4750"));
        assert!(ours("https://a.example", "a.example:443"));
        assert!(!ours("https://palier.example.org:8443", "10.0.0.7"));
        assert!(!ours("http://localhost:4751", "localhost:4750"));
        assert!(!ours("https://evil.example", "a.example"));
        assert!(!ours("https://a.example.evil.example", "a.example"));
        assert!(!ours("null", "null"));
        assert!(!is_ours("https://a.example", None, None));
    }

    #[test]
    fn the_cookie_is_for_this_host_alone_and_no_script() {
        let set = carry("abc-_1");
        let set = set.to_str().unwrap();
        assert!(set.starts_with("__Host-palier=abc-_1;"), "{set}");
        for attribute in [
            "HttpOnly",
            "Secure",
            "SameSite=Strict",
            "Path=/",
            "Max-Age=15552000",
        ] {
            assert!(set.contains(attribute), "{set}");
        }
        assert!(!set.contains("Domain"), "{set}");
    }
}
