//! Bringing a file to the server: tus 1.0.
//!
//! `POST` makes a place for it, or finds the one made before and says how far it came, so an attempt
//! after a cut or a restart goes on there. `PATCH` appends in chunks, and after any doubt `HEAD`
//! tells how far it came. A place that is gone (404, 410) is no failure: a new one is made.

use super::{Api, Reply, broken, chunk, reply};
use crate::rt::{Instant, sleep_until};
use palier_domain::{AttachmentId, Sha256};
use palier_engine::{NoVerdict, Outcome};
use palier_wire::{
    Epoch,
    upload::{PATCH_MEDIA_TYPE, TUS_VERSION, UploadMetadata},
};
use reqwest::{
    Method, Response, Url,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION},
};
use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
/// Most places made for one file in one attempt: a server that loses every place at once is ill.
const MAX_PLACES: usize = 3;

/// A file to be uploaded.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// The id that the ticket names.
    pub(crate) attachment_id: AttachmentId,
    /// Its name.
    pub(crate) name: String,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Its digest.
    pub(crate) sha256: Sha256,
    /// Where its bytes are.
    pub(crate) path: PathBuf,
}

/// What one step of an upload came to.
enum Step {
    /// The server holds this many bytes.
    At(u64),
    /// The place is gone.
    Gone,
}

impl Api {
    /// Brings `source` to the server. `progress` hears how many bytes have left.
    pub(crate) async fn upload(
        &self,
        epoch: Epoch,
        source: &Source,
        progress: impl Fn(u64) + Send + Sync + Clone + 'static,
    ) -> Reply<()> {
        for _ in 0..MAX_PLACES {
            let step = self.upload_to_one_place(epoch, source, &progress).await;
            if !matches!(step.outcome, Outcome::Reply(Step::Gone)) {
                return step.map(drop);
            }
        }
        Reply::none(NoVerdict::ServerError { retry_after: None })
    }

    /// Fills one place to its end, or as far as it goes.
    async fn upload_to_one_place(
        &self,
        epoch: Epoch,
        source: &Source,
        progress: &(impl Fn(u64) + Send + Sync + Clone + 'static),
    ) -> Reply<Step> {
        let made = self.make_place(epoch, source).await;
        let (place, mut offset) = match made.outcome {
            Outcome::Reply((ref place, offset)) => (place.clone(), offset),
            _ => return made.map(|_| Step::Gone),
        };
        let mut last = made.map(|(_, offset)| Step::At(offset));
        while offset < source.size {
            let sent = self
                .send_chunk(epoch, &place, source, offset, progress.clone())
                .await;
            last = match sent.outcome {
                // How far did it come?
                Outcome::NoVerdict(NoVerdict::Connection | NoVerdict::Timeout) => {
                    self.upload_offset(epoch, &place).await
                }
                _ => sent,
            };
            match last.outcome {
                // Only progress earns another chunk at once.
                Outcome::Reply(Step::At(next)) if next > offset => {
                    progress(next);
                    offset = next;
                }
                Outcome::Reply(Step::At(_)) => return Reply::none(NoVerdict::Connection),
                _ => return last,
            }
        }
        last
    }

    async fn make_place(&self, epoch: Epoch, source: &Source) -> Reply<(Url, u64)> {
        let metadata = UploadMetadata {
            attachment_id: source.attachment_id,
            filename: source.name.clone(),
            sha256: source.sha256,
        };
        let request = match self.request(&self.short, Method::POST, "api/uploads", Some(epoch)) {
            Ok(request) => request
                .header("tus-resumable", TUS_VERSION)
                .header("upload-length", source.size)
                .header("upload-metadata", metadata.to_header()),
            Err(reason) => return Reply::none(reason),
        };
        let reply = reply::empty(request.send().await).await;
        let Outcome::Reply(headers) = &reply.outcome else {
            return reply.and_then(|_| None);
        };
        let place = self.place(headers).zip(offset(headers).or(Some(0)));
        reply.and_then(|_| place)
    }

    /// Where `Location` leads, if that is at our server: a token must go nowhere else.
    fn place(&self, headers: &HeaderMap) -> Option<Url> {
        let location = headers.get(LOCATION)?.to_str().ok()?;
        let base = self.address.route("api/uploads").ok()?;
        let place = base.join(location).ok()?;
        self.address.is_home_of(&place).then_some(place)
    }

    async fn upload_offset(&self, epoch: Epoch, place: &Url) -> Reply<Step> {
        let request = self
            .signed(self.short.head(place.clone()), Some(epoch))
            .header("tus-resumable", TUS_VERSION);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Reply::none(broken(&error)),
        };
        // A reply to HEAD has no body, so a problem shows by its status alone.
        let gone = matches!(response.status().as_u16(), 404 | 410);
        self.stepped(response, gone).await
    }

    async fn send_chunk(
        &self,
        epoch: Epoch,
        place: &Url,
        source: &Source,
        offset: u64,
        progress: impl Fn(u64) + Send + Sync + 'static,
    ) -> Reply<Step> {
        let length = chunk::LARGEST.min(source.size - offset);
        let moved = Arc::new(AtomicU64::new(0));
        let taken = {
            let moved = moved.clone();
            move |sent| {
                moved.store(sent, Ordering::Relaxed);
                progress(offset + sent);
            }
        };
        let body = match chunk::body(source, offset, length, taken).await {
            Ok(body) => body,
            Err(error) => {
                tracing::warn!(%error, "a file to be uploaded cannot be read");
                return Reply::none(NoVerdict::Local);
            }
        };
        let request = self
            .signed(self.long.patch(place.clone()), Some(epoch))
            .header("tus-resumable", TUS_VERSION)
            .header("upload-offset", offset)
            .header(CONTENT_TYPE, PATCH_MEDIA_TYPE)
            .header(CONTENT_LENGTH, length)
            .body(body);
        let response = tokio::select! {
            sent = request.send() => match sent {
                Ok(response) => response,
                Err(error) => return Reply::none(broken(&error)),
            },
            () = standstill(&moved, self.limits.silence) => return Reply::none(NoVerdict::Timeout),
        };
        let gone = matches!(response.status().as_u16(), 404 | 410);
        self.stepped(response, gone).await
    }

    async fn stepped(&self, response: Response, gone: bool) -> Reply<Step> {
        let head = response.headers().clone();
        let epoch = head
            .get(palier_wire::header::EPOCH)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.parse().ok());
        if gone && epoch.is_some() {
            return Reply {
                epoch,
                outcome: Outcome::Reply(Step::Gone),
            };
        }
        reply::empty(Ok(response))
            .await
            .and_then(|headers| offset(&headers).map(Step::At))
    }
}

/// How far an upload came.
fn offset(headers: &HeaderMap) -> Option<u64> {
    headers.get("upload-offset")?.to_str().ok()?.parse().ok()
}

/// Ends when no byte has moved for `silence`.
async fn standstill(moved: &AtomicU64, silence: std::time::Duration) {
    let mut last = moved.load(Ordering::Relaxed);
    loop {
        sleep_until(Instant::now() + silence).await;
        let now = moved.load(Ordering::Relaxed);
        if now == last {
            return;
        }
        last = now;
    }
}
