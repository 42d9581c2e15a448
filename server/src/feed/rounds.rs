//! Rounds: streams that are rung together are answered together.
//!
//! A change wakes everybody who may see it at the same moment, and what they ask is nearly the same. A
//! round takes all that wait then, as the writer takes what waits as one commit: it asks one snapshot
//! once which sessions stand, and reads one page for all streams of a person that stand at the same
//! place. What comes while the rounds are busy waits for the next one. Start at [`Rounds::ask`].

use super::changes::{self, Limits, heads};
use crate::{
    App,
    auth::session::{self, Caller},
    db::Conn,
    error::{Error, Result},
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use palier_domain::{SessionId, UserId};
use palier_wire::{ChangesPage, Cursor, MAX_PAGE_CHANGES, MAX_STREAM_BYTES};
use std::{
    collections::{BTreeMap, HashSet},
    panic::AssertUnwindSafe,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// Rounds under way at once: one reads while the other's answers are written out.
const MOST: usize = 2;
/// Most streams of a round, so that no snapshot is held for long.
const SEATS: usize = 1024;

const PAGE: Limits = Limits {
    changes: MAX_PAGE_CHANGES,
    bytes: MAX_STREAM_BYTES,
    digests: false,
};

/// What a stream has to do next.
#[derive(Debug, Clone)]
pub enum Turn {
    /// End: its session does.
    Over,
    /// Wait: there is nothing new.
    Nothing,
    /// Write this event, and go on from this cursor.
    Write(Bytes, Cursor),
}

struct Ask {
    caller: Caller,
    cursor: Cursor,
    answer: oneshot::Sender<Result<Turn>>,
}

/// The streams that wait for an answer.
#[derive(Default)]
pub struct Rounds(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    asks: Vec<Ask>,
    running: usize,
}

impl Rounds {
    /// What is new for `caller` after `cursor`.
    ///
    /// # Errors
    /// `cursor-gone`, or whatever the database says.
    pub async fn ask(app: &App, caller: Caller, cursor: Cursor) -> Result<Turn> {
        let (answer, answered) = oneshot::channel();
        let ask = Ask {
            caller,
            cursor,
            answer,
        };
        if app.rounds().wait(ask) {
            tokio::spawn(run(app.clone()));
        }
        // Nobody answers when the round broke.
        answered.await.map_err(|_| Error::unavailable())?
    }

    /// Lets `ask` wait; whether another round has to be run for it.
    fn wait(&self, ask: Ask) -> bool {
        let mut waiting = self.lock();
        waiting.asks.push(ask);
        let more = waiting.running < MOST;
        waiting.running += usize::from(more);
        more
    }

    /// Who is answered in the next round; when nobody waits, whoever asks runs no more.
    fn next(&self) -> Option<Vec<Ask>> {
        let mut waiting = self.lock();
        if waiting.asks.is_empty() {
            waiting.running -= 1;
            return None;
        }
        let seated = waiting.asks.len().min(SEATS);
        Some(waiting.asks.drain(..seated).collect())
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs rounds until nobody waits.
async fn run(app: App) {
    while let Some(asks) = app.rounds().next() {
        // Their streams end, which their readers answer by coming back.
        if AssertUnwindSafe(round(&app, asks))
            .catch_unwind()
            .await
            .is_err()
        {
            tracing::error!("a round of streams broke");
        }
    }
}

async fn round(app: &App, asks: Vec<Ask>) {
    let now = app.config().clock.now();
    let mut reading = match Reading::begin(app, &asks, now).await {
        Ok(reading) => reading,
        Err(error) => {
            crate::error::log(&error, "stream");
            return;
        }
    };
    for ask in asks {
        let turn = reading.turn(ask.caller, &ask.cursor).await;
        // Whoever hung up meanwhile is not missed.
        let _ = ask.answer.send(turn);
    }
}

/// One snapshot, and what was found in it for others of the round.
struct Reading {
    conn: Conn,
    now: DateTime<Utc>,
    standing: HashSet<SessionId>,
    found: BTreeMap<(UserId, String), Turn>,
}

impl Reading {
    async fn begin(app: &App, asks: &[Ask], now: DateTime<Utc>) -> Result<Self> {
        let mut conn = app.db().read().await?;
        let sessions = asks.iter().map(|ask| ask.caller.session);
        let standing = session::standing(&mut conn, sessions, now).await?;
        Ok(Self {
            conn,
            now,
            standing,
            found: BTreeMap::new(),
        })
    }

    async fn turn(&mut self, caller: Caller, cursor: &Cursor) -> Result<Turn> {
        if !self.standing.contains(&caller.session) {
            return Ok(Turn::Over);
        }
        let key = (caller.user, cursor.to_string());
        if let Some(turn) = self.found.get(&key) {
            return Ok(turn.clone());
        }
        let turn = read(&mut self.conn, caller.user, cursor, self.now).await?;
        self.found.insert(key, turn.clone());
        Ok(turn)
    }
}

/// What is new for `reader` after `cursor`, as one event.
async fn read(
    conn: &mut Conn,
    reader: UserId,
    cursor: &Cursor,
    now: DateTime<Utc>,
) -> Result<Turn> {
    let page = changes::page(conn, reader, cursor, PAGE, now).await?;
    if page.changes.is_empty() {
        return Ok(Turn::Nothing);
    }
    let data = serde_json::to_string(&page)?;
    if data.len() <= MAX_STREAM_BYTES && !page.more {
        let id = &page.to;
        palier_domain::failpoint::pass("server: before a page", "streaming");
        let event = format!("event: changes\nid: {id}\ndata: {data}\n\n");
        return Ok(Turn::Write(event.into(), page.to));
    }
    // The reader pulls from its stored cursor; the stream goes on from the heads. The event has no
    // new id: a reconnection with Last-Event-ID must not jump over what was never sent.
    let ChangesPage { mut to, from, .. } = page;
    for (scope, head) in heads(conn, from.at.keys()).await? {
        to.at.insert(scope, head.seq);
    }
    let event = Bytes::from_static(b"event: behind\ndata: {}\n\n");
    Ok(Turn::Write(event, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Config,
        db::{Stamp, query},
        ops::demo,
    };
    use palier_wire::Scope;
    use uuid::Uuid;

    /// An ask of `user` from the beginning of `scope`, in a session of his own, and its answer.
    async fn ask(app: &App, user: UserId, scope: Scope) -> (Ask, oneshot::Receiver<Result<Turn>>) {
        let session = SessionId(Uuid::now_v7());
        let write = app.db().write(move |tx| {
            async move {
                let now = Stamp(tx.now);
                query(
                    "insert into sessions (id, user_id, device_id, device_name, token_sha256,
                                           created_at, used_at, expires_at)
                     values ($1, $2, $1, '', $1, $3, $3, $4)",
                )
                .bind(session.0)
                .bind(user.0)
                .bind(now)
                .bind(Stamp(tx.now + chrono::TimeDelta::hours(1)))
                .execute(tx.conn())
                .await?;
                Ok(())
            }
            .boxed()
        });
        write.await.unwrap();
        let mut cursor = Cursor::start(app.epoch());
        cursor.at.insert(scope, 0);
        let (answer, answered) = oneshot::channel();
        let caller = Caller { user, session };
        let ask = Ask {
            caller,
            cursor,
            answer,
        };
        (ask, answered)
    }

    #[tokio::test]
    async fn a_round_asks_once_for_what_its_streams_share_and_answers_each_by_himself() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(Config::new(folder.path())).await.unwrap();
        let demo = demo::create(&app).await.unwrap().unwrap();
        let scope = Scope::Portfolio(demo.portfolio);

        let mut costs = Vec::new();
        for devices in [1, 20] {
            let mut asks = Vec::new();
            let mut answers = Vec::new();
            // His session is over; he is no owner; and she is one, on several devices.
            let mut ended = ask(&app, demo.claire, scope).await;
            ended.0.caller.session = SessionId(Uuid::now_v7());
            for (ask, answer) in [ended, ask(&app, demo.awa, scope).await] {
                asks.push(ask);
                answers.push(answer);
            }
            for _ in 0..devices {
                let (ask, answer) = ask(&app, demo.claire, scope).await;
                asks.push(ask);
                answers.push(answer);
            }
            let before = app.statements();
            round(&app, asks).await;
            costs.push(app.statements() - before);

            let mut turns = Vec::new();
            for answer in answers {
                turns.push(answer.await.unwrap().unwrap());
            }
            assert!(matches!(turns[0], Turn::Over));
            assert!(matches!(turns[1], Turn::Nothing), "a foreign scope");
            for turn in &turns[2..] {
                let Turn::Write(event, cursor) = turn else {
                    panic!("{turn:?}");
                };
                assert!(!event.is_empty());
                assert!(cursor.at[&scope] > 0);
            }
        }
        assert_eq!(costs[0], costs[1], "of 1 device and of 20");
    }

    #[tokio::test]
    async fn what_comes_while_rounds_run_waits_for_the_next_one() {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(Config::new(folder.path())).await.unwrap();
        let demo = demo::create(&app).await.unwrap().unwrap();
        let rounds = Rounds::default();
        for at in 0..SEATS + 2 {
            let (answer, _) = oneshot::channel();
            let caller = Caller {
                user: demo.claire,
                session: SessionId(Uuid::now_v7()),
            };
            let cursor = Cursor::start(app.epoch());
            let more = rounds.wait(Ask {
                caller,
                cursor,
                answer,
            });
            assert_eq!(more, at < MOST);
        }
        assert_eq!(rounds.next().map(|asks| asks.len()), Some(SEATS));
        assert_eq!(rounds.next().map(|asks| asks.len()), Some(2));
        assert!(rounds.next().is_none());
        assert_eq!(rounds.lock().running, MOST - 1);
    }
}
