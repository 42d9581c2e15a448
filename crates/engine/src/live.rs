//! The live stream: a nudge that happens to carry data.
//!
//! Opened at the stored cursor once a pull is complete, and again whenever the set of scopes has
//! changed or a page starts above what is stored. A page that comes while the cache is being
//! written is not kept: a pull fetches the same rows.

use crate::{Command, Engine, Millis, Outcome, apply, backoff};
use palier_wire::{ChangesPage, Scope};
use std::collections::BTreeSet;

/// The one stream.
#[derive(Debug, Default)]
pub(crate) struct Live {
    phase: Phase,
    /// The scopes it was opened with.
    scopes: BTreeSet<Scope>,
    failures: u32,
    retry_at: Millis,
    /// It brought a page from beyond what is stored: its own cursor is of no use any more.
    astray: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Closed,
    Opening,
    Open,
}

impl Live {
    pub fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    pub fn nudge(&mut self, now: Millis) {
        self.retry_at = now;
    }
}

impl Engine {
    pub(crate) fn start_stream(&mut self, out: &mut Vec<Command>) {
        let Some(cursor) = &self.cursor else {
            return;
        };
        if !self.puller.is_settled() {
            return;
        }
        let scopes: BTreeSet<Scope> = cursor.at.keys().copied().collect();
        let outdated = self.live.astray || scopes != self.live.scopes;
        let closed = self.live.phase == Phase::Closed && self.live.retry_at <= self.now;
        if closed || (self.live.phase != Phase::Closed && outdated) {
            self.live.phase = Phase::Opening;
            self.live.astray = false;
            self.live.scopes = scopes;
            out.push(Command::OpenStream(cursor.clone()));
        }
    }

    pub(crate) fn live_wake(&self) -> Option<Millis> {
        let waits = self.live.phase == Phase::Closed && self.puller.is_settled() && !self.asleep();
        waits.then_some(self.live.retry_at)
    }

    pub(crate) fn stream_opened(&mut self) {
        if self.live.phase == Phase::Opening {
            self.live.phase = Phase::Open;
            self.live.failures = 0;
            self.heard();
        }
    }

    pub(crate) fn stream_page(&mut self, page: Box<ChangesPage>, out: &mut Vec<Command>) {
        if self.live.phase != Phase::Open {
            return;
        }
        self.heard();
        if let (Some(stored), Some(own)) = (&self.cursor, self.own_scope()) {
            self.live.astray |= apply::plan(stored, own, &page).hole;
        }
        if self.may_apply() {
            self.apply_page(page, out);
        } else {
            self.puller.want();
        }
    }

    pub(crate) fn stream_closed(&mut self, outcome: &Outcome<()>, out: &mut Vec<Command>) {
        if self.live.phase == Phase::Closed {
            return;
        }
        self.live.phase = Phase::Closed;
        let floor = crate::engine::retry_after(outcome);
        match outcome {
            Outcome::Refused { problem, .. } => {
                if self.session_refused(problem, out) {
                    return;
                }
            }
            Outcome::NoVerdict(why) => self.not_heard(*why),
            Outcome::Reply(()) => {}
        }
        let wait = backoff::wait(&self.config, &mut self.rng, self.live.failures, floor);
        self.live.failures = self.live.failures.saturating_add(1);
        self.live.retry_at = self.now.saturating_add(wait);
        // What came while it was down is fetched at once; polling goes on from there.
        self.puller.want();
    }
}
