//! The server as seen over HTTP: one method per route, each outcome judged in one place.
//!
//! Nothing here decides anything: a method sends one request and says how it ended
//! ([`Reply`]), and which epoch answered. Whether that epoch is ours is judged by the caller, who
//! knows the journal. [`reply`] holds the rule that only *our* server's words count.

mod chunk;
mod download;
mod letting;
mod reply;
mod session;
mod sse;
mod stream;
mod sync;
mod transport;
mod upload;

pub(crate) use download::Download;
pub(crate) use reply::Reply;
pub(crate) use stream::StreamItem;
pub(crate) use upload::Source;

use crate::{address::ServerAddress, config::Limits, rt::IN_BROWSER};
use palier_domain::UserId;
use palier_engine::NoVerdict;
use palier_wire::{Epoch, header};
use reqwest::{Client, Method, RequestBuilder, header::HeaderMap};
use semver::Version;
use std::sync::{Arc, PoisonError, RwLock};

/// The server could not even be asked: the HTTP client cannot be built on this machine.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be built")]
pub struct ApiError(#[from] reqwest::Error);

/// A server, and the session at it.
#[derive(Clone)]
pub(crate) struct Api {
    address: ServerAddress,
    limits: Limits,
    /// For short replies: fails when no byte comes for a while.
    short: Client,
    /// For uploads and the live stream, whose own watch knows when a byte moved.
    long: Client,
    token: Arc<RwLock<Option<String>>>,
    /// Whose account it speaks for.
    user: Option<UserId>,
    newest: Arc<RwLock<Option<Version>>>,
}

impl Api {
    pub(crate) fn new(address: ServerAddress, limits: Limits) -> Result<Self, ApiError> {
        let (short, long) = transport::clients(&address, &limits)?;
        Ok(Self {
            short,
            long,
            address,
            limits,
            token: Arc::default(),
            user: None,
            newest: Arc::default(),
        })
    }

    /// The secret that the next requests carry.
    pub(crate) fn set_token(&self, token: Option<String>) {
        *self.token.write().unwrap_or_else(PoisonError::into_inner) = token;
    }

    pub(crate) fn has_token(&self) -> bool {
        self.token().is_some()
    }

    /// The newest version of the application that the server knows of, where it says one.
    pub(crate) fn newest(&self) -> Option<Version> {
        self.newest
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Hears what a reply says of newer versions. A portal's page says nothing.
    fn hear_of_newest(&self, headers: &HeaderMap) {
        if !headers.contains_key(header::EPOCH) {
            return;
        }
        let said = headers.get(header::NEWEST);
        let newest = said
            .and_then(|value| value.to_str().ok())
            .and_then(|text| Version::parse(text).ok());
        *self.newest.write().unwrap_or_else(PoisonError::into_inner) = newest;
    }

    /// The same server, for the account of this person.
    pub(crate) fn of(self, user: UserId) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }

    fn token(&self) -> Option<String> {
        self.token
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn request(
        &self,
        client: &Client,
        method: Method,
        path: &str,
        epoch: Option<Epoch>,
    ) -> Result<RequestBuilder, NoVerdict> {
        let url = self.address.route(path).map_err(|_| NoVerdict::Local)?;
        Ok(self.signed(client.request(method, url), epoch))
    }

    fn signed(&self, mut request: RequestBuilder, epoch: Option<Epoch>) -> RequestBuilder {
        request = request.header(header::SCHEMA, palier_wire::SCHEMA);
        // A browser has its session in a cookie and sends that by itself, whoever's it is by now.
        if IN_BROWSER {
            if let Some(user) = self.user {
                request = request.header(header::USER, user.to_string());
            }
        } else if let Some(token) = self.token() {
            request = request.bearer_auth(token);
        }
        if let Some(epoch) = epoch {
            request = request.header(header::EPOCH, epoch.to_string());
        }
        request
    }
}

/// Why a request broke, as far as the engine cares.
fn broken(error: &reqwest::Error) -> NoVerdict {
    tracing::debug!(error = %crate::error::chain(error), "a request broke");
    if error.is_timeout() {
        NoVerdict::Timeout
    } else if error.is_builder() {
        NoVerdict::Local
    } else {
        NoVerdict::Connection
    }
}
