//! What is asked and changed online only, by plain REST: what is let, and the account itself.

use super::{Api, Reply, reply};
use palier_wire::Epoch;
use reqwest::{
    Method,
    header::{HeaderMap, IF_MATCH},
};
use serde::{Serialize, de::DeserializeOwned};

impl Api {
    /// Asks for something.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        epoch: Option<Epoch>,
        path: &str,
    ) -> Reply<T> {
        match self.request(&self.short, Method::GET, path, epoch) {
            Ok(request) => reply::json(request.send().await).await,
            Err(reason) => Reply::none(reason),
        }
    }

    /// Makes something, under the id that the body names.
    pub(crate) async fn make<T: DeserializeOwned>(
        &self,
        epoch: Option<Epoch>,
        path: &str,
        body: &impl Serialize,
    ) -> Reply<T> {
        match self.request(&self.short, Method::POST, path, epoch) {
            Ok(request) => reply::json(request.json(body).send().await).await,
            Err(reason) => Reply::none(reason),
        }
    }

    /// Changes something, whatever it is by now.
    pub(crate) async fn change<T: DeserializeOwned>(
        &self,
        epoch: Option<Epoch>,
        path: &str,
        body: &impl Serialize,
    ) -> Reply<T> {
        match self.request(&self.short, Method::PATCH, path, epoch) {
            Ok(request) => reply::json(request.header(IF_MATCH, "*").json(body).send().await).await,
            Err(reason) => Reply::none(reason),
        }
    }

    /// Does something; nothing but the end of it is answered.
    pub(crate) async fn post(
        &self,
        epoch: Option<Epoch>,
        path: &str,
        body: &impl Serialize,
    ) -> Reply<HeaderMap> {
        match self.request(&self.short, Method::POST, path, epoch) {
            Ok(request) => reply::empty(request.json(body).send().await).await,
            Err(reason) => Reply::none(reason),
        }
    }

    /// Puts something in the place of what is there; nothing but the end of it is answered.
    pub(crate) async fn put(
        &self,
        epoch: Option<Epoch>,
        path: &str,
        body: &impl Serialize,
    ) -> Reply<HeaderMap> {
        match self.request(&self.short, Method::PUT, path, epoch) {
            Ok(request) => reply::empty(request.json(body).send().await).await,
            Err(reason) => Reply::none(reason),
        }
    }

    /// Takes something away.
    pub(crate) async fn remove(&self, epoch: Option<Epoch>, path: &str) -> Reply<HeaderMap> {
        match self.request(&self.short, Method::DELETE, path, epoch) {
            Ok(request) => reply::empty(request.send().await).await,
            Err(reason) => Reply::none(reason),
        }
    }
}
