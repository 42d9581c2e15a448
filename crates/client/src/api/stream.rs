//! The live stream: pages as they are made.
//!
//! It is a nudge that happens to carry data, never the truth: what it misses is pulled.

use super::{
    Api, Reply, broken,
    reply::{Speaker, problem_reply, speaker},
    sse::{SseEvent, SseParser},
    transport::Body,
};
use crate::rt::timeout;
use palier_engine::{NoVerdict, Outcome};
use palier_wire::{ChangesPage, Cursor, Epoch};
use reqwest::{Method, header};

/// What a stream brings.
#[derive(Debug)]
pub(crate) enum StreamItem {
    /// Changes.
    Page(Box<ChangesPage>),
    /// There is more than the stream wants to carry: pull.
    Behind,
}

/// An open stream.
pub(crate) struct LiveStream {
    body: Body,
    parser: SseParser,
    ready: std::vec::IntoIter<SseEvent>,
    silence: std::time::Duration,
}

impl Api {
    /// Opens the stream at the cursor.
    pub(crate) async fn open_stream(&self, epoch: Epoch, cursor: &Cursor) -> Reply<LiveStream> {
        let request = match self.request(&self.long, Method::GET, "api/sync/stream", Some(epoch)) {
            Ok(request) => request
                .query(&[("cursor", cursor.to_string())])
                .header(header::ACCEPT, "text/event-stream"),
            Err(reason) => return Reply::none(reason),
        };
        let response = match timeout(self.limits.silence, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Reply::none(broken(&error)),
            Err(_) => return Reply::none(NoVerdict::Timeout),
        };
        match speaker(
            response.status(),
            response.headers(),
            Some("text/event-stream"),
        ) {
            Speaker::Success(epoch) => Reply {
                epoch: Some(epoch),
                outcome: Outcome::Reply(LiveStream {
                    body: Body::of(response),
                    parser: SseParser::default(),
                    ready: Vec::new().into_iter(),
                    silence: self.limits.stream_silence,
                }),
            },
            Speaker::Problem(epoch) => problem_reply(epoch, response).await,
            Speaker::Nobody(reason) => Reply::none(reason),
        }
    }
}

impl LiveStream {
    /// The next thing it brings; none when the server has ended it. Silence is
    /// [`NoVerdict::Timeout`].
    pub(crate) async fn next(&mut self) -> Result<Option<StreamItem>, NoVerdict> {
        loop {
            for event in self.ready.by_ref() {
                match event.name.as_str() {
                    "changes" => {
                        return serde_json::from_str(&event.data)
                            .map(|page| Some(StreamItem::Page(page)))
                            .map_err(|error| {
                                tracing::warn!(%error, "a page of the stream could not be read");
                                NoVerdict::Foreign
                            });
                    }
                    "behind" => return Ok(Some(StreamItem::Behind)),
                    // Of a later version.
                    _ => {}
                }
            }
            let chunk = match timeout(self.silence, self.body.next()).await {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => return Ok(None),
                Ok(Err(error)) => return Err(broken(&error)),
                Err(_) => return Err(NoVerdict::Timeout),
            };
            let events = self.parser.feed(&chunk).map_err(|_| NoVerdict::Foreign)?;
            self.ready = events.into_iter();
        }
    }

    /// How long the server asks to wait before the next opening.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        self.parser.retry_ms()
    }
}
