//! The doorbell: tells waiting streams that a scope moved.
//!
//! It carries nothing but "look again": a stream asks the database what is new, so a ring too many
//! is harmless, and a ring before the stream waits is kept for it. Where several nodes share a database,
//! `feed::nodes` takes what rings here to the others, and rings here for them.

use palier_wire::Scope;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Instant,
};
use tokio::sync::{Notify, mpsc};

type Waiting = HashMap<Scope, Vec<Arc<Clapper>>>;

/// What a ring moves: who waits, and since when there is something to look at.
#[derive(Default)]
struct Clapper {
    notify: Notify,
    since: Mutex<Option<Instant>>,
}

/// Who waits at which scope.
#[derive(Default)]
pub struct Doorbell {
    waiting: Mutex<Waiting>,
    // Where what rings here is told on, and what that was since somebody asked.
    others: OnceLock<mpsc::UnboundedSender<Vec<Scope>>>,
    lately: Mutex<HashSet<Scope>>,
}

/// One listener's bell, hung up at some scopes until it is dropped.
pub struct Bell {
    clapper: Arc<Clapper>,
    scopes: Vec<Scope>,
    doorbell: Arc<Doorbell>,
}

impl Doorbell {
    /// Hangs up a bell at `scopes`. Hang it up before the first query: then nothing is missed.
    pub fn hang_up(self: &Arc<Self>, scopes: impl IntoIterator<Item = Scope>) -> Bell {
        let bell = Bell {
            clapper: Arc::default(),
            scopes: scopes.into_iter().collect(),
            doorbell: self.clone(),
        };
        let mut waiting = self.lock();
        for scope in &bell.scopes {
            waiting
                .entry(*scope)
                .or_default()
                .push(bell.clapper.clone());
        }
        drop(waiting);
        bell
    }

    /// From now on what rings here is told on: each time, which scopes.
    pub fn told(&self) -> mpsc::UnboundedReceiver<Vec<Scope>> {
        let (others, told) = mpsc::unbounded_channel();
        let _ = self.others.set(others);
        told
    }

    /// The scopes that somebody waits at.
    pub fn watched(&self) -> Vec<Scope> {
        self.lock().keys().copied().collect()
    }

    /// What rang because of this node since this was asked last.
    pub fn rung_here_lately(&self) -> HashSet<Scope> {
        std::mem::take(&mut *self.lately.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Rings at `scopes`, here and on the other nodes.
    pub fn ring(&self, scopes: impl IntoIterator<Item = Scope>) {
        let scopes: Vec<Scope> = scopes.into_iter().collect();
        if let Some(others) = self.others.get() {
            let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
            lately.extend(scopes.iter().copied());
            drop(lately);
            // It ends with the server.
            let _ = others.send(scopes.clone());
        }
        self.ring_here(scopes);
    }

    /// Rings at `scopes`, here alone.
    pub fn ring_here(&self, scopes: impl IntoIterator<Item = Scope>) {
        let now = Instant::now();
        let waiting = self.lock();
        for bell in scopes
            .into_iter()
            .filter_map(|scope| waiting.get(&scope))
            .flatten()
        {
            let mut since = bell.since.lock().unwrap_or_else(PoisonError::into_inner);
            since.get_or_insert(now);
            drop(since);
            bell.notify.notify_one();
        }
    }

    // The map is whole after every statement, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bell {
    /// Waits for a ring; one that came since the last wait is answered at once.
    pub async fn rung(&self) {
        self.clapper.notify.notified().await;
    }

    /// When it was rung first since this was asked last.
    pub fn rung_at(&self) -> Option<Instant> {
        let since = self.clapper.since.lock();
        since.unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        let mut waiting = self.doorbell.lock();
        for scope in &self.scopes {
            if let Some(bells) = waiting.get_mut(scope) {
                bells.retain(|bell| !Arc::ptr_eq(bell, &self.clapper));
                if bells.is_empty() {
                    waiting.remove(scope);
                }
            }
        }
    }
}
