//! Signing in and out.

use super::{Api, Reply, reply};
use palier_engine::NoVerdict;
use palier_wire::{SessionCreated, SignIn};
use reqwest::Method;

impl Api {
    /// Begins a session. The token in the reply is not taken over: the caller stores it first.
    pub(crate) async fn sign_in(&self, sign_in: &SignIn) -> Reply<SessionCreated> {
        match self.request(&self.short, Method::POST, "api/session", None) {
            Ok(request) => reply::json(request.json(sign_in).send().await).await,
            Err(reason) => Reply::none(reason),
        }
    }

    /// Ends the session on the server.
    pub(crate) async fn sign_out(&self) -> Reply<()> {
        if !self.has_token() {
            return Reply::none(NoVerdict::Local);
        }
        match self.request(&self.short, Method::DELETE, "api/session", None) {
            Ok(request) => reply::empty(request.send().await).await.map(drop),
            Err(reason) => Reply::none(reason),
        }
    }
}
