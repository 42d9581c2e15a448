//! A server's address as a person types it.

use url::{Host, Url};

/// What was typed cannot be a server's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a server's address")]
pub struct BadAddress(pub String);

/// The address of a Palier server: scheme, host, port and perhaps a path, nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServerAddress(Url);

impl ServerAddress {
    /// Reads what a person typed. `https://` may be left out; for this very machine, where no
    /// certificate is to be had, it is `http://` that may be left out.
    ///
    /// # Errors
    /// When it names no host, or more than scheme, host, port and path.
    ///
    /// ```
    /// use palier_client::ServerAddress;
    /// let address = ServerAddress::parse(" palier.exemple.fr ")?;
    /// assert_eq!(address.to_string(), "https://palier.exemple.fr");
    /// # Ok::<(), palier_client::BadAddress>(())
    /// ```
    pub fn parse(typed: &str) -> Result<Self, BadAddress> {
        let bad = || BadAddress(typed.trim().chars().take(200).collect());
        let text = typed.trim();
        let mut url = if text.contains("://") {
            Url::parse(text)
        } else {
            let secure = Url::parse(&format!("https://{text}"));
            match secure {
                Ok(url) if is_this_machine(&url) => Url::parse(&format!("http://{text}")),
                other => other,
            }
        }
        .map_err(|_| bad())?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        // `https://http:/x` reads as a host called "http": a typing mistake, not an address.
        if !plain || matches!(url.host_str(), Some("http" | "https")) {
            return Err(bad());
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Self(url))
    }

    /// The address of a route, given without its leading slash.
    ///
    /// # Errors
    /// Never for the routes of this crate, which are plain paths.
    pub(crate) fn route(&self, path: &str) -> Result<Url, url::ParseError> {
        self.0.join(path)
    }

    /// Whether `url` is at this server: same scheme, host and port.
    pub(crate) fn is_home_of(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }

    /// Whether the server runs on this very machine.
    pub fn is_this_machine(&self) -> bool {
        is_this_machine(&self.0)
    }
}

impl std::fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Option<String> {
        ServerAddress::parse(typed)
            .ok()
            .map(|address| address.to_string())
    }

    #[test]
    fn https_may_be_left_out() {
        for (typed, meant) in [
            ("palier.exemple.fr", "https://palier.exemple.fr"),
            ("Palier.Exemple.FR:8443/", "https://palier.exemple.fr:8443"),
            ("http://palier.lan", "http://palier.lan"),
            ("https://exemple.fr/palier", "https://exemple.fr/palier"),
            ("été.example", "https://xn--t-9fab.example"),
        ] {
            assert_eq!(read(typed).as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn on_this_machine_http_may_be_left_out() {
        for typed in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert_eq!(read(typed), Some(format!("http://{typed}")));
        }
        assert_eq!(
            read("https://localhost").as_deref(),
            Some("https://localhost")
        );
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for typed in [
            "",
            "   ",
            "https://",
            "awa@exemple.fr",
            "ftp://exemple.fr",
            "exemple.fr?x=1",
            "exemple.fr#a",
            "two words",
            "http:/exemple.fr",
            "exemple.fr:99999",
        ] {
            assert_eq!(read(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn routes_keep_the_path_of_the_address() {
        let address = ServerAddress::parse("exemple.fr/palier").unwrap();
        let route = address.route("api/session").unwrap();
        assert_eq!(route.as_str(), "https://exemple.fr/palier/api/session");
        assert!(address.is_home_of(&route));
        assert!(!address.is_home_of(&"https://elsewhere.fr/".parse().unwrap()));
    }
}
