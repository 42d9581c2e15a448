//! The live stream: a nudge that happens to carry data, never the truth.
//!
//! Loop: wait for the doorbell → ask for what is new after the cursor ([`Rounds`]) → write. What does
//! not fit into a small page is announced as `behind`, and the reader pulls. Each turn asks again
//! whether the session stands, so a revoked one is closed by the doorbell that its revocation rings,
//! at worst by the next heartbeat.

use super::{
    Bell,
    rounds::{Rounds, Turn},
};
use crate::{
    App,
    auth::session::Caller,
    error::Result,
    ops::metrics::{self, OpenStream},
};
use bytes::Bytes;
use futures_util::stream;
use palier_wire::{Cursor, Scope};
use rand::Rng;
use std::{convert::Infallible, time::Instant};
use tokio::sync::watch;
use tokio_stream::Stream;

/// Opens a stream of `caller` after `cursor`.
///
/// It is asked for the next event only when the one before was taken: a slow reader gets one larger
/// page later, not a queue now.
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
    let first = Rounds::ask(&app, caller, cursor.clone()).await?;
    let mut live = Live {
        stopping: app.stopping(),
        app,
        caller,
        cursor,
        bell,
        state: State::Over,
        _open: OpenStream::new(),
    };
    let frame = live.after(first, b": open\n\n");
    live.state = frame.map_or(State::Over, State::First);
    Ok(stream::unfold(live, async |mut live| {
        let frame = live.next().await?;
        Some((Ok(frame), live))
    }))
}

struct Live {
    app: App,
    caller: Caller,
    cursor: Cursor,
    bell: Bell,
    stopping: watch::Receiver<bool>,
    state: State,
    _open: OpenStream,
}

enum State {
    /// This was found when it was opened.
    First(Bytes),
    Open,
    Over,
}

impl Live {
    /// The next frame, as soon as there is one; none at the end.
    async fn next(&mut self) -> Option<Bytes> {
        match std::mem::replace(&mut self.state, State::Open) {
            State::First(frame) => return Some(frame),
            State::Open => {}
            State::Over => return None,
        }
        loop {
            let heartbeat = self.app.config().heartbeat;
            let rung = tokio::select! {
                biased;
                _ = self.stopping.wait_for(|stop| *stop) => {
                    self.state = State::Over;
                    return Some(farewell());
                }
                rung = tokio::time::timeout(heartbeat, self.bell.rung()) => rung.is_ok(),
            };
            let rung_at = self.bell.rung_at();
            let turn = match Rounds::ask(&self.app, self.caller, self.cursor.clone()).await {
                Ok(turn) => turn,
                Err(error) => {
                    crate::error::log(&error, "stream");
                    return None;
                }
            };
            if rung && matches!(turn, Turn::Nothing) {
                continue;
            }
            let frame = self.after(turn, b": \n\n");
            if let Some(at) = rung_at {
                metrics::delivered(Instant::elapsed(&at));
            }
            return frame;
        }
    }

    /// The frame of a turn: `idle` when it brought nothing, none when it was the last.
    fn after(&mut self, turn: Turn, idle: &'static [u8]) -> Option<Bytes> {
        match turn {
            Turn::Over => None,
            Turn::Nothing => Some(Bytes::from_static(idle)),
            Turn::Write(frame, cursor) => {
                self.cursor = cursor;
                Some(frame)
            }
        }
    }
}

/// Asks readers to come back spread out, so that they do not all meet the restarted server at once.
fn farewell() -> Bytes {
    let wait = rand::rng().random_range(1_000..15_000);
    format!("retry: {wait}\n\n").into()
}
