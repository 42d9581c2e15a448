//! The live stream: a nudge that happens to carry data, never the truth.
//!
//! Loop: wait for the doorbell → query after the cursor → write. What does not fit into a small
//! page is announced as `behind`, and the reader pulls. Each turn asks again whether the session
//! stands, so a revoked one is closed by the doorbell that its revocation rings, at worst by the
//! next heartbeat.

use super::{
    Bell,
    changes::{self, Limits, heads},
};
use crate::{
    App,
    auth::session::{self, Caller},
    error::Result,
    ops::metrics::{self, OpenStream},
};
use bytes::Bytes;
use palier_wire::{ChangesPage, Cursor, MAX_PAGE_CHANGES, MAX_STREAM_BYTES, Scope};
use rand::Rng;
use std::{convert::Infallible, time::Instant};
use tokio::sync::{mpsc, watch};
use tokio_stream::{Stream, StreamExt, wrappers::ReceiverStream};

const PAGE: Limits = Limits {
    changes: MAX_PAGE_CHANGES,
    bytes: MAX_STREAM_BYTES,
};

/// Opens a stream of `caller` after `cursor`.
///
/// # Errors
/// What the first page is refused with; later ones end the stream.
pub async fn open(
    app: App,
    caller: Caller,
    cursor: Cursor,
) -> Result<impl Stream<Item = Result<Bytes, Infallible>>> {
    // Hung up before the first query: what is committed in between rings.
    let scopes = cursor.at.keys().copied();
    let bell = app
        .doorbell()
        .hang_up(scopes.chain([Scope::User(caller.user)]));
    let mut live = Live {
        app,
        caller,
        cursor,
    };
    let first = live.turn().await?;
    // One frame at a time: a slow reader gets one larger page later, not a queue now.
    let (frames, sent) = mpsc::channel(1);
    tokio::spawn(live.run(bell, first, frames));
    Ok(ReceiverStream::new(sent).map(Ok))
}

struct Live {
    app: App,
    caller: Caller,
    cursor: Cursor,
}

impl Live {
    async fn run(mut self, bell: Bell, first: Option<Bytes>, frames: mpsc::Sender<Bytes>) {
        let mut stopping = self.app.stopping();
        let heartbeat = self.app.config().heartbeat;
        let mut next = Some(first.unwrap_or(Bytes::from_static(b": open\n\n")));
        let mut rung_at = None;
        let _open = OpenStream::new();
        loop {
            if let Some(frame) = next.take() {
                if frames.send(frame).await.is_err() {
                    return;
                }
                if let Some(at) = rung_at.take() {
                    metrics::delivered(Instant::elapsed(&at));
                }
            }
            let rung = tokio::select! {
                biased;
                () = stops(&mut stopping) => {
                    // Behind what a busy reader has not taken yet, for as long as the server waits.
                    let patience = self.app.config().farewell;
                    let _ = frames.send_timeout(farewell(), patience).await;
                    return;
                }
                rung = tokio::time::timeout(heartbeat, bell.rung()) => rung.is_ok(),
                () = frames.closed() => return,
            };
            let stands = session::stands(
                self.app.db(),
                self.caller.session,
                self.app.config().clock.now(),
            );
            if !stands.await.unwrap_or(false) {
                return;
            }
            rung_at = bell.rung_at();
            next = match self.turn().await {
                Ok(None) if !rung => Some(Bytes::from_static(b": \n\n")),
                Ok(frame) => frame,
                Err(error) => {
                    crate::error::log(&error, "stream");
                    return;
                }
            };
        }
    }

    /// What is new after the cursor, as one event; moves the cursor past it.
    async fn turn(&mut self) -> Result<Option<Bytes>> {
        let mut read = self.app.db().read().await?;
        let now = self.app.config().clock.now();
        let page = changes::page(&mut read, self.caller.user, &self.cursor, PAGE, now).await?;
        if page.changes.is_empty() {
            return Ok(None);
        }
        let data = serde_json::to_string(&page)?;
        if data.len() <= MAX_STREAM_BYTES && !page.more {
            self.cursor = page.to;
            let id = &self.cursor;
            return Ok(Some(
                format!("event: changes\nid: {id}\ndata: {data}\n\n").into(),
            ));
        }
        // The reader pulls from its stored cursor; we go on from the heads. The event has no new
        // id: a reconnection with Last-Event-ID must not jump over what was never sent.
        let ChangesPage { mut to, from, .. } = page;
        for (scope, head) in heads(&mut read, from.at.keys()).await? {
            to.at.insert(scope, head.seq);
        }
        self.cursor = to;
        Ok(Some(Bytes::from_static(b"event: behind\ndata: {}\n\n")))
    }
}

async fn stops(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Asks readers to come back spread out, so that they do not all meet the restarted server at once.
fn farewell() -> Bytes {
    let wait = rand::rng().random_range(1_000..15_000);
    format!("retry: {wait}\n\n").into()
}
