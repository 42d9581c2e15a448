//! Fetching what changed: pages of changes, and whole scopes when they are new.
//!
//! One request at a time. A page is applied by the plan of [`crate::apply`]; scopes that the page
//! lists and the cache lacks are bootstrapped, scopes it lists no more are dropped, and then the
//! delta is pulled to its end. A bootstrap that is cut goes on at the same page as long as the
//! program runs, and after a restart, too.

use crate::{
    Bootstrap, Command, Config, Digests, Engine, LinkState, Millis, NoVerdict, Outcome, apply,
    backoff, engine::retry_after,
};
use palier_wire::{ChangesPage, Cursor, ProblemKind, Scope, SnapshotPage};
use std::collections::{BTreeSet, VecDeque};

/// The one pull or snapshot that may be under way.
#[derive(Debug)]
pub(crate) struct Puller {
    step: Step,
    /// Something is known or suspected to be new.
    wanted: bool,
    /// Pulls started so far; a done entry is retired by a complete pull started after its verdict.
    started: u64,
    failures: u32,
    retry_at: Millis,
    poll_at: Millis,
    page_limit: u32,
    to_drop: BTreeSet<Scope>,
    to_bootstrap: VecDeque<Bootstrap>,
    /// A pull reached its end with nothing left to fetch.
    complete: bool,
    /// What the last page of a pull says of its scopes.
    digests: Digests,
    /// When they are compared with what is here: at the first complete pull, after a scope was fetched,
    /// and then now and again.
    compare_at: Millis,
    /// Scopes that were fetched again: once a run, so that a server that errs is not asked for ever.
    repaired: BTreeSet<Scope>,
    /// What is fetched goes into a cache that is not shown yet.
    rebuilding: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Idle,
    Pulling,
    Applying { more: bool },
    Fetching,
    Writing,
    Dropping,
}

impl Puller {
    pub fn is_under_way(&self) -> bool {
        matches!(self.step, Step::Pulling | Step::Fetching)
    }

    pub fn new(config: &Config) -> Self {
        Self {
            step: Step::Idle,
            wanted: true,
            started: 0,
            failures: 0,
            retry_at: 0,
            poll_at: 0,
            page_limit: config.page_changes,
            to_drop: BTreeSet::new(),
            to_bootstrap: VecDeque::new(),
            complete: false,
            digests: Digests::new(),
            compare_at: 0,
            repaired: BTreeSet::new(),
            rebuilding: false,
        }
    }

    /// Goes on with what was fetched in part.
    pub fn go_on(&mut self, begun: Vec<Bootstrap>, rebuilding: bool) {
        self.to_bootstrap = begun.into();
        self.rebuilding = rebuilding;
    }

    /// What was fetched in part, or not yet, and whether into a new cache.
    pub fn begun(&mut self) -> (Vec<Bootstrap>, bool) {
        let begun = std::mem::take(&mut self.to_bootstrap);
        (begun.into(), self.rebuilding)
    }

    /// Asks for a pull as soon as one can start.
    pub fn want(&mut self) {
        self.wanted = true;
    }

    pub fn nudge(&mut self, now: Millis) {
        self.wanted = true;
        self.retry_at = now;
    }

    pub fn is_bootstrapping(&self) -> bool {
        !self.to_bootstrap.is_empty()
    }

    pub fn is_up_to_date(&self) -> bool {
        self.complete && !self.wanted && self.step == Step::Idle
    }

    /// The first pull that sees what is committed on the server by now.
    pub fn next_start(&self) -> u64 {
        self.started + 1
    }

    /// Nothing of the cache is being written or fetched.
    pub fn is_settled(&self) -> bool {
        self.complete && self.step == Step::Idle && self.to_bootstrap.is_empty()
    }
}

impl Engine {
    pub(crate) fn start_pull(&mut self, out: &mut Vec<Command>) {
        if self.puller.step != Step::Idle || self.now < self.puller.retry_at {
            return;
        }
        if !self.puller.to_drop.is_empty() {
            self.puller.step = Step::Dropping;
            let scopes = std::mem::take(&mut self.puller.to_drop);
            out.push(Command::DropScopes(scopes.into_iter().collect()));
        } else if let Some(next) = self.puller.to_bootstrap.front() {
            self.puller.step = Step::Fetching;
            out.push(Command::FetchSnapshot {
                scope: next.scope,
                after: next.after.clone(),
            });
        } else if self.puller.wanted || (!self.live.is_open() && self.puller.poll_at <= self.now) {
            self.puller.step = Step::Pulling;
            self.puller.wanted = false;
            self.puller.started += 1;
            out.push(Command::Pull {
                cursor: self.cursor.clone(),
                limit: self.puller.page_limit,
            });
        }
    }

    pub(crate) fn puller_wake(&self) -> Option<Millis> {
        if self.puller.step != Step::Idle || self.asleep() {
            return None;
        }
        let has_work = self.puller.wanted
            || !self.puller.to_bootstrap.is_empty()
            || !self.puller.to_drop.is_empty();
        if has_work {
            Some(self.puller.retry_at)
        } else if self.live.is_open() {
            None
        } else {
            Some(self.puller.poll_at.max(self.puller.retry_at))
        }
    }

    /// Nobody is signed in, or the session has ended.
    pub(crate) fn asleep(&self) -> bool {
        matches!(self.link, LinkState::Idle | LinkState::SignedOut)
    }

    pub(crate) fn pull_ended(
        &mut self,
        outcome: Outcome<Box<ChangesPage>>,
        out: &mut Vec<Command>,
    ) {
        if self.puller.step != Step::Pulling {
            return;
        }
        self.puller.step = Step::Idle;
        match outcome {
            Outcome::Reply(page) => {
                self.fetched();
                self.puller.digests = digests_of(&page);
                self.apply_page(page, out);
            }
            failed => {
                self.puller.wanted = true;
                self.fetch_failed(failed, out);
            }
        }
    }

    /// Judges a page against the stored cursor and has it written. Nothing else may be writing.
    pub(crate) fn apply_page(&mut self, page: Box<ChangesPage>, out: &mut Vec<Command>) {
        let (Some(stored), Some(own)) = (&self.cursor, self.own_scope()) else {
            return;
        };
        let plan = apply::plan(stored, own, &page);
        let more = page.more || plan.hole;
        self.puller.to_drop.extend(plan.lost.iter().copied());
        for scope in &plan.gained {
            let known = self.puller.to_bootstrap.iter();
            if !known.into_iter().any(|waiting| waiting.scope == *scope) {
                self.puller.to_bootstrap.push_back(Bootstrap {
                    scope: *scope,
                    number: None,
                    after: None,
                });
            }
        }
        self.forget_bootstraps(|waiting| page.scopes.contains(&waiting.scope));
        self.unpark(&page.changes);
        self.puller.step = Step::Applying { more };
        out.push(Command::Apply { page, plan });
    }

    /// Leaves scopes out that may not be seen any more; what is here of them goes.
    fn forget_bootstraps(&mut self, keep: impl Fn(&Bootstrap) -> bool) {
        let waiting = std::mem::take(&mut self.puller.to_bootstrap);
        let (kept, gone): (VecDeque<_>, VecDeque<_>) = waiting.into_iter().partition(keep);
        self.puller.to_bootstrap = kept;
        let in_part = gone.iter().filter(|gone| gone.after.is_some());
        self.puller.to_drop.extend(in_part.map(|gone| gone.scope));
    }

    pub(crate) fn applied(&mut self, cursor: Cursor, out: &mut Vec<Command>) {
        let Step::Applying { more } = self.puller.step else {
            return;
        };
        self.puller.step = Step::Idle;
        self.cursor = Some(cursor);
        let work_left = !self.puller.to_drop.is_empty() || !self.puller.to_bootstrap.is_empty();
        if more || work_left {
            self.puller.wanted = true;
            self.puller.complete = false;
            return;
        }
        self.puller.complete = true;
        let every = self.config.poll_every;
        self.puller.poll_at = self.now + backoff::spread(&mut self.rng, every);
        if std::mem::take(&mut self.puller.rebuilding) {
            out.push(Command::SwapCache);
        }
        self.retire(self.puller.started, out);
        let digests = std::mem::take(&mut self.puller.digests);
        if !digests.is_empty() && self.puller.compare_at <= self.now {
            self.puller.compare_at = self.now.saturating_add(self.config.compare_every);
            out.push(Command::CompareDigests(digests));
        }
        out.push(Command::DecideNotifications);
    }

    pub(crate) fn snapshot_ended(
        &mut self,
        outcome: Outcome<Box<SnapshotPage>>,
        out: &mut Vec<Command>,
    ) {
        if self.puller.step != Step::Fetching {
            return;
        }
        self.puller.step = Step::Idle;
        match outcome {
            Outcome::Reply(page) => {
                self.fetched();
                let Some(current) = self.puller.to_bootstrap.front_mut() else {
                    return;
                };
                current.number = current.number.or(page.number);
                let number = current.number.unwrap_or(0);
                self.unpark(&page.changes);
                self.puller.step = Step::Writing;
                out.push(Command::ApplySnapshot { page, number });
            }
            Outcome::Refused { problem, .. } if problem.kind == ProblemKind::NotFound => {
                // The scope was taken away meanwhile; the delta will say so.
                self.heard();
                let gone = self.puller.to_bootstrap.front().map(|it| it.scope);
                self.forget_bootstraps(|waiting| Some(waiting.scope) != gone);
                self.puller.wanted = true;
                self.fetch_later(None);
            }
            failed => self.fetch_failed(failed, out),
        }
    }

    pub(crate) fn snapshot_applied(&mut self, scope: Scope, next: Option<String>, cursor: Cursor) {
        if self.puller.step != Step::Writing {
            return;
        }
        self.puller.step = Step::Idle;
        self.cursor = Some(cursor);
        match self.puller.to_bootstrap.front_mut() {
            Some(current) if current.scope == scope && next.is_some() => current.after = next,
            _ => {
                self.puller.to_bootstrap.pop_front();
                self.puller.compare_at = self.now;
            }
        }
        self.puller.wanted = true;
    }

    /// These scopes hold other rows here than on the server: they are fetched again as a whole, over
    /// what is here. A second difference in the same run is left to the next one.
    pub(crate) fn fetch_again(&mut self, scopes: Vec<Scope>) {
        for scope in scopes {
            if !self.puller.repaired.insert(scope) {
                continue;
            }
            self.puller.complete = false;
            self.puller.to_bootstrap.push_back(Bootstrap {
                scope,
                number: None,
                after: None,
            });
        }
    }

    pub(crate) fn scopes_dropped(&mut self, cursor: Cursor) {
        if self.puller.step == Step::Dropping {
            self.puller.step = Step::Idle;
            self.cursor = Some(cursor);
            self.puller.wanted = true;
        }
    }

    fn fetched(&mut self) {
        self.heard();
        self.puller.failures = 0;
        self.puller.page_limit = (self.puller.page_limit * 2).min(self.config.page_changes);
    }

    fn fetch_failed<T>(&mut self, outcome: Outcome<T>, out: &mut Vec<Command>) {
        let floor = retry_after(&outcome);
        match outcome {
            Outcome::Refused { problem, .. } => {
                self.heard();
                if self.session_refused(&problem, out) {
                    return;
                }
                if let (ProblemKind::CursorGone, Some(cursor)) = (problem.kind, &self.cursor) {
                    // Rebuild: the same life of the data, an empty cache.
                    self.adopting = true;
                    out.push(Command::CloseStream);
                    out.push(Command::AdoptEpoch(cursor.epoch));
                    return;
                }
            }
            Outcome::NoVerdict(why) => {
                self.not_heard(why);
                if why == NoVerdict::Timeout {
                    self.puller.page_limit = (self.puller.page_limit / 2).max(1);
                }
            }
            Outcome::Reply(_) => {}
        }
        self.fetch_later(floor);
    }

    fn fetch_later(&mut self, floor: Option<u64>) {
        let wait = backoff::wait(&self.config, &mut self.rng, self.puller.failures, floor);
        self.puller.failures = self.puller.failures.saturating_add(1);
        self.puller.retry_at = self.now.saturating_add(wait);
    }

    /// Whether a page may be applied now.
    pub(crate) fn may_apply(&self) -> bool {
        self.puller.step == Step::Idle && !self.adopting
    }
}

/// What a page says of its scopes, with the numbers at which they stand.
fn digests_of(page: &ChangesPage) -> Digests {
    let at = |scope: &Scope| page.to.at.get(scope).copied();
    let digests = page.digests.iter();
    digests
        .filter_map(|(scope, digest)| Some((*scope, (at(scope)?, *digest))))
        .collect()
}
