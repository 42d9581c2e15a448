//! Who really calls when a proxy stands in between.
//!
//! Only a proxy that the operator named is believed, and only what it added itself: each proxy
//! appends the address it was called from, so the list is read from its end up to the first address
//! that is no trusted proxy. What stands further left was said by the caller, who may say anything.

use super::listener::Peer;
use crate::App;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

const HEADER: &str = "x-forwarded-for";

/// Replaces the address of a trusted proxy by the one of its caller, for the limits per address.
pub async fn see_through(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let trusted = &app.config().trusted_proxy;
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    if let Some(ConnectInfo(Peer(address))) = peer.copied()
        && !trusted.is_empty()
    {
        let caller = caller(address, request.headers(), trusted);
        request.extensions_mut().insert(ConnectInfo(Peer(caller)));
    }
    next.run(request).await
}

/// The address of the caller behind `peer`.
fn caller(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let trusts = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut nearest = peer.to_canonical();
    let lines: Vec<_> = headers.get_all(HEADER).iter().collect();
    let hops = lines
        .into_iter()
        .rev()
        .flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    for hop in hops {
        if !trusts(nearest) {
            break;
        }
        // What cannot be read hides everything before it.
        let Some(address) = address(hop.trim()) else {
            break;
        };
        nearest = address.to_canonical();
    }
    nearest
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let with_port = || text.parse::<SocketAddr>().map(|address| address.ip());
    bare.parse().or_else(|_| with_port()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(HEADER, line.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8", "::1/128"].map(|network| network.parse().unwrap());
        caller(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_is_not_believed() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_names_its_caller() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(seen("::1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
    }

    #[test]
    fn what_the_caller_claimed_himself_does_not_count() {
        let claimed = "1.1.1.1, 198.51.100.1, 10.0.0.7";
        assert_eq!(seen("10.0.0.1", &[claimed]), "198.51.100.1");
        assert_eq!(
            seen("10.0.0.1", &["1.1.1.1", "198.51.100.1"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn what_cannot_be_read_ends_the_search() {
        assert_eq!(seen("10.0.0.1", &["198.51.100.1, unknown"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }
}
