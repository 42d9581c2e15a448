//! How requests leave: by sockets of our own, or by the browser.

use super::ApiError;
use crate::{address::ServerAddress, config::Limits};
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use reqwest::{Client, Response};
use std::pin::Pin;

/// A client for short replies, which fails when no byte comes for a while, and one for uploads and the
/// live stream, whose own watch knows when a byte moved.
#[cfg(not(target_family = "wasm"))]
pub(super) fn clients(
    address: &ServerAddress,
    limits: &Limits,
) -> Result<(Client, Client), ApiError> {
    use reqwest::redirect::Policy;
    use std::sync::Once;

    static CRYPTO: Once = Once::new();
    // Fails only when one is installed already, which serves as well.
    CRYPTO.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let client = || {
        let builder = Client::builder()
            .connect_timeout(limits.connect)
            // A redirect is somebody else speaking: judged, never followed.
            .redirect(Policy::none())
            .tcp_nodelay(true)
            .user_agent(concat!("palier/", env!("CARGO_PKG_VERSION")));
        if address.is_this_machine() {
            builder.no_proxy()
        } else {
            builder
        }
    };
    Ok((
        client().read_timeout(limits.silence).build()?,
        client().build()?,
    ))
}

/// The browser has its own connections, and its own limits.
#[cfg(target_family = "wasm")]
pub(super) fn clients(_: &ServerAddress, _: &Limits) -> Result<(Client, Client), ApiError> {
    let client = Client::builder().build()?;
    Ok((client.clone(), client))
}

#[cfg(not(target_family = "wasm"))]
type Bits = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;
#[cfg(target_family = "wasm")]
type Bits = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>>>>;

/// What a reply brings beyond its head, as it comes.
pub(super) struct Body(Bits);

impl Body {
    pub(super) fn of(response: Response) -> Self {
        Self(Box::pin(response.bytes_stream()))
    }

    /// The next bytes; none at the end.
    pub(super) async fn next(&mut self) -> reqwest::Result<Option<Bytes>> {
        self.0.try_next().await
    }
}
