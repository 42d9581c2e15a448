//! One's own data as a ZIP file, made while it is sent.
//!
//! A task of its own reads page by page and writes into the archive, whose bytes go through a short
//! channel: whoever downloads slowly slows the task down, and neither rows nor files are ever whole
//! in memory. What is in it is asked for as everywhere: the scopes that the person belongs to now
//! say which incidents, `files::serve` which file.
//!
//! Every page is a snapshot of its own, so that a slow download holds no version of the database
//! back; what changes meanwhile is in it as it was when its page was read.
//!
//! Start at [`begin`].

mod archive;
mod contents;
mod rows;

use crate::{App, config::Config};
use archive::{Archive, Pieces};
use bytes::Bytes;
use contents::Export;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock as _};
use palier_domain::UserId;
use std::{
    collections::HashSet,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{runtime::Handle, sync::mpsc};

/// Pieces of the archive that wait for a slow reader.
const WAITING: usize = 4;

/// How soon somebody may ask again who has another export under way.
const ANOTHER: Duration = Duration::from_secs(60);

/// Who is fetching his data just now, and how often he did.
#[derive(Clone)]
pub struct Exports(Arc<Inner>);

struct Inner {
    busy: Mutex<HashSet<UserId>>,
    often: DefaultKeyedRateLimiter<UserId>,
}

/// The right to be the only export of a person, until it is dropped.
pub struct Turn {
    exports: Exports,
    user: UserId,
}

impl Exports {
    /// The limit that `config` sets.
    pub fn new(config: &Config) -> Self {
        Self(Arc::new(Inner {
            busy: Mutex::default(),
            often: RateLimiter::keyed(Quota::per_hour(config.exports_per_hour)),
        }))
    }

    /// The turn of `user`; else how long he has to wait: one at a time, and not too often.
    pub fn turn(&self, user: UserId) -> Result<Turn, Duration> {
        let mut busy = self.busy();
        if busy.contains(&user) {
            return Err(ANOTHER);
        }
        let clock = governor::clock::DefaultClock::default();
        let allowed = self.0.often.check_key(&user);
        allowed.map_err(|not_until| not_until.wait_time_from(clock.now()))?;
        busy.insert(user);
        Ok(Turn {
            exports: self.clone(),
            user,
        })
    }

    // The set is whole after every statement, so a panic elsewhere does not spoil it.
    fn busy(&self) -> MutexGuard<'_, HashSet<UserId>> {
        self.0.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.exports.busy().remove(&self.user);
    }
}

/// Begins to make the archive of the person whose `turn` it is; its bytes come as they are made. The
/// last is an error when it could not be finished.
pub fn begin(app: App, turn: Turn) -> mpsc::Receiver<io::Result<Bytes>> {
    let (pieces, made) = mpsc::channel(WAITING);
    let handle = Handle::current();
    tokio::task::spawn_blocking(move || {
        let user = turn.user;
        let out = Pieces(pieces.clone());
        let archive = Archive::new(out);
        let export = Export {
            app,
            user,
            archive,
            handle,
        };
        if let Err(error) = export.run() {
            crate::error::log(&error, "export");
            // Without it the reader would take the rest for the end.
            let broken = io::Error::other("the export broke off");
            let _ = pieces.blocking_send(Err(broken));
        }
        drop(turn);
    });
    made
}
