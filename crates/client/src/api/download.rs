//! Fetching a file that a ticket carries.

use super::{
    Api, Reply, broken,
    reply::{Speaker, problem_reply, speaker},
    transport::Body,
};
use bytes::Bytes;
use palier_domain::AttachmentId;
use palier_engine::{NoVerdict, Outcome};
use palier_wire::Epoch;
use reqwest::Method;

/// A file on its way. What it holds is judged by the caller.
pub(crate) struct Download {
    body: Body,
    /// Bytes that may still come.
    left: u64,
}

/// More than any small picture that the server makes has.
const MAX_THUMBNAIL: u64 = 512 * 1024;

impl Api {
    /// Asks for a file; no more than `limit` bytes of it are taken.
    pub(crate) async fn download(
        &self,
        epoch: Option<Epoch>,
        id: AttachmentId,
        limit: u64,
    ) -> Reply<Download> {
        self.fetch(epoch, format!("api/attachments/{id}"), limit)
            .await
    }

    /// Asks for the small picture that the server made of a file.
    pub(crate) async fn download_thumbnail(
        &self,
        epoch: Option<Epoch>,
        id: AttachmentId,
    ) -> Reply<Download> {
        let route = format!("api/attachments/{id}/thumbnail");
        self.fetch(epoch, route, MAX_THUMBNAIL).await
    }

    /// Asks for all of the person's own data.
    pub(crate) async fn export(&self, epoch: Option<Epoch>) -> Reply<Download> {
        self.fetch(epoch, "api/export".to_owned(), u64::MAX).await
    }

    async fn fetch(&self, epoch: Option<Epoch>, route: String, limit: u64) -> Reply<Download> {
        let request = match self.request(&self.short, Method::GET, &route, epoch) {
            Ok(request) => request,
            Err(reason) => return Reply::none(reason),
        };
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Reply::none(broken(&error)),
        };
        match speaker(response.status(), response.headers(), None) {
            Speaker::Success(epoch) => Reply {
                epoch: Some(epoch),
                outcome: Outcome::Reply(Download {
                    body: Body::of(response),
                    left: limit,
                }),
            },
            Speaker::Problem(epoch) => problem_reply(epoch, response).await,
            Speaker::Nobody(reason) => Reply::none(reason),
        }
    }
}

impl Download {
    /// The next bytes; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, NoVerdict> {
        let chunk = self.body.next().await.map_err(|error| broken(&error))?;
        if let Some(chunk) = &chunk {
            self.left = self
                .left
                .checked_sub(chunk.len() as u64)
                .ok_or(NoVerdict::Foreign)?;
        }
        Ok(chunk)
    }

    /// All of it at once: for what is small.
    pub(crate) async fn whole(mut self) -> Result<Vec<u8>, NoVerdict> {
        let mut bytes = Vec::new();
        while let Some(chunk) = self.next().await? {
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }
}
