//! Push, changes and snapshot.

use super::{Api, Reply, reply};
use palier_wire::{ChangesPage, Cursor, Epoch, PushReply, PushRequest, Scope, SnapshotPage};
use reqwest::Method;

impl Api {
    /// Sends mutations. The epoch is required: another life of the data must run none of them.
    pub(crate) async fn push(&self, epoch: Epoch, push: &PushRequest) -> Reply<PushReply> {
        match self.request(&self.short, Method::POST, "api/sync/push", Some(epoch)) {
            Ok(request) => reply::json(request.json(push).send().await).await,
            Err(reason) => Reply::none(reason),
        }
    }

    /// Asks for changes after the cursor.
    pub(crate) async fn changes(
        &self,
        epoch: Option<Epoch>,
        cursor: Option<&Cursor>,
        limit: u32,
    ) -> Reply<Box<ChangesPage>> {
        let request = match self.request(&self.short, Method::GET, "api/sync/changes", epoch) {
            Ok(request) => request.query(&[("limit", limit)]),
            Err(reason) => return Reply::none(reason),
        };
        let request = match cursor {
            Some(cursor) => request.query(&[("cursor", cursor.to_string())]),
            None => request,
        };
        let sent = request.send().await;
        if let Ok(response) = &sent {
            self.hear_of_newest(response.headers());
        }
        reply::json(sent).await
    }

    /// Asks for a page of a scope's rows.
    pub(crate) async fn snapshot(
        &self,
        epoch: Option<Epoch>,
        scope: Scope,
        after: Option<&str>,
    ) -> Reply<Box<SnapshotPage>> {
        let request = match self.request(&self.short, Method::GET, "api/sync/snapshot", epoch) {
            Ok(request) => request.query(&[("scope", scope.to_string())]),
            Err(reason) => return Reply::none(reason),
        };
        let request = match after {
            Some(after) => request.query(&[("after", after)]),
            None => request,
        };
        reply::json(request.send().await).await
    }
}
