//! The state, and the one function that changes it.

use crate::{
    Command, Config, Entry, Event, Loaded, Millis, NoVerdict, Outcome, Settle, Weight, live::Live,
    pull::Puller, push::Pusher, upload::Uploads,
};
use palier_domain::{MutationId, OutboxState, UserId};
use palier_wire::{Cursor, Problem, ProblemKind, Scope};
use std::collections::BTreeMap;

/// The sync engine of one account. See the crate's documentation.
#[derive(Debug)]
pub struct Engine {
    pub(crate) config: Config,
    pub(crate) rng: fastrand::Rng,
    pub(crate) now: Millis,
    pub(crate) user: Option<UserId>,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) link: LinkState,
    pub(crate) outbox: Outbox,
    pub(crate) pusher: Pusher,
    pub(crate) uploads: Uploads,
    pub(crate) puller: Puller,
    pub(crate) live: Live,
    /// [`Command::AdoptEpoch`] is under way: nothing else starts.
    pub(crate) adopting: bool,
}

/// How the connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Nothing is loaded: nobody is signed in.
    Idle,
    /// No answer yet since the start.
    Connecting,
    /// The server answered last time.
    Online,
    /// It did not.
    Offline,
    /// The session has ended; nothing leaves before [`Event::SignedIn`].
    SignedOut,
    /// The server wants a newer version: pulling goes on, nothing is pushed.
    UpdateRequired,
}

/// What a person is shown about the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// How the connection stands.
    pub link: LinkState,
    /// Ordinary entries that have still to leave.
    pub waiting: u32,
    /// Ordinary entries that failed, or are blocked by one that failed.
    pub failed: u32,
    /// Ordinary entries that the server had once and could not be put back (yet).
    pub not_put_back: u32,
    /// Scopes are being fetched for the first time.
    pub bootstrapping: bool,
    /// Nothing is known to be missing: the last pull reached its end.
    pub up_to_date: bool,
}

/// An outbox entry with what the engine remembers about it between two attempts.
#[derive(Debug, Clone)]
pub(crate) struct Tracked {
    pub entry: Entry,
    pub due_at: Millis,
    /// Server errors in a row while it was alone in its batch; each counts only if another push was
    /// answered since the one before.
    pub lonely_errors: u32,
    /// Most entries in the next batch that it is part of: half of the last one, where that got no answer.
    pub batch_limit: usize,
    /// How many pushes had been answered at its last server error.
    pub passed_before: u64,
    /// Failed uploads in a row.
    pub upload_failures: u32,
    /// Done: the pull that may retire it was started as this one or later.
    pub retire_after: u64,
    /// It goes again, what it belongs to is not there (yet), and it holds nothing back.
    pub parked: bool,
    /// Until when that is no verdict.
    pub put_back_until: Option<Millis>,
}

/// Entries by position, found by id.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    by_position: BTreeMap<i64, Tracked>,
    positions: std::collections::HashMap<MutationId, i64>,
}

impl Outbox {
    pub fn put(&mut self, entry: Entry, now: Millis) {
        self.remove(entry.mutation_id);
        self.positions.insert(entry.mutation_id, entry.position);
        let due_at = now.saturating_add(entry.due_in);
        let put_back_until = entry.replayed.map(|left| now.saturating_add(left));
        self.by_position.insert(
            entry.position,
            Tracked {
                entry,
                due_at,
                lonely_errors: 0,
                batch_limit: usize::MAX,
                passed_before: 0,
                upload_failures: 0,
                retire_after: 0,
                parked: false,
                put_back_until,
            },
        );
    }

    pub fn remove(&mut self, id: MutationId) -> Option<Tracked> {
        let position = self.positions.remove(&id)?;
        self.by_position.remove(&position)
    }

    /// Gives entries other places among themselves; where they stand otherwise stays.
    pub fn reorder(&mut self, places: &[(MutationId, i64)]) {
        let moved: Vec<(Tracked, i64)> = places
            .iter()
            .filter_map(|(id, place)| Some((self.remove(*id)?, *place)))
            .collect();
        for (mut tracked, place) in moved {
            tracked.entry.position = place;
            self.positions.insert(tracked.entry.mutation_id, place);
            self.by_position.insert(place, tracked);
        }
    }

    pub fn get_mut(&mut self, id: MutationId) -> Option<&mut Tracked> {
        self.by_position.get_mut(self.positions.get(&id)?)
    }

    /// In the order in which they were written.
    pub fn iter(&self) -> impl Iterator<Item = &Tracked> {
        self.by_position.values()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Tracked> {
        self.by_position.values_mut()
    }
}

impl Engine {
    /// An engine that waits for [`Event::Loaded`]. `seed` makes its jitter.
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            pusher: Pusher::new(&config),
            puller: Puller::new(&config),
            config,
            rng: fastrand::Rng::with_seed(seed),
            now: 0,
            user: None,
            cursor: None,
            link: LinkState::Idle,
            outbox: Outbox::default(),
            uploads: Uploads::default(),
            live: Live::default(),
            adopting: false,
        }
    }

    /// Takes what happened and says what to do. `now` is the monotonic clock; going backwards
    /// counts as standing still.
    pub fn step(&mut self, now: Millis, event: Event) -> Vec<Command> {
        self.now = self.now.max(now);
        let mut out = Vec::new();
        self.take(event, &mut out);
        self.start_what_can(&mut out);
        out
    }

    /// The next time at which [`Event::Tick`] is wanted; none while everything waits for an event.
    pub fn next_wake(&self) -> Option<Millis> {
        self.outbox
            .iter()
            .filter_map(|tracked| self.entry_wake(tracked))
            .chain(self.puller_wake())
            .chain(self.live_wake())
            .filter(|at| *at > self.now)
            .min()
    }

    /// What a person is shown.
    pub fn status(&self) -> Status {
        let (mut waiting, mut failed, mut not_put_back) = (0, 0, 0);
        for tracked in self.outbox.iter() {
            let refused = matches!(
                tracked.entry.state,
                OutboxState::Failed | OutboxState::Blocked
            );
            match (tracked.entry.weight, tracked.entry.state) {
                (Weight::Marker, _) | (_, OutboxState::Done) => {}
                _ if tracked.parked => not_put_back += 1,
                _ if refused && tracked.entry.replayed.is_some() => not_put_back += 1,
                _ if refused => failed += 1,
                _ => waiting += 1,
            }
        }
        Status {
            link: self.link,
            waiting,
            failed,
            not_put_back,
            bootstrapping: self.puller.is_bootstrapping(),
            up_to_date: self.puller.is_up_to_date(),
        }
    }

    /// Whether a request is under way, as far as was reported: its end is still to come. A watchdog
    /// judges by it whether one ended without a word.
    pub fn awaits_a_reply(&self) -> bool {
        self.pusher.is_under_way() || self.uploads.are_under_way() || self.puller.is_under_way()
    }

    /// Where the cache stands, as last reported.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    fn take(&mut self, event: Event, out: &mut Vec<Command>) {
        match event {
            Event::Loaded(loaded) => self.load(*loaded),
            Event::EpochAdopted(loaded) => {
                self.adopting = false;
                let link = self.link;
                self.load(*loaded);
                // The reply that named the epoch proved that the server answers.
                if self.link == LinkState::Connecting && link != LinkState::Idle {
                    self.link = link;
                }
            }
            Event::Tick => {}
            Event::Enqueued(entry) | Event::Changed(entry) => self.outbox.put(entry, self.now),
            Event::Removed(id) => {
                self.outbox.remove(id);
            }
            Event::Acted(events) => {
                for event in events {
                    self.take(event, out);
                }
            }
            Event::Moved(places) => self.outbox.reorder(&places),
            Event::Nudge => self.nudge(),
            Event::SignedIn => self.signed_in(out),
            Event::SendingMarked(ids) => self.sending_marked(ids, out),
            Event::PushEnded(outcome) => self.push_ended(outcome, out),
            Event::UploadEnded {
                attachment_id,
                outcome,
            } => self.upload_ended(attachment_id, outcome, out),
            Event::PullEnded(outcome) => self.pull_ended(outcome, out),
            Event::Applied(cursor) => self.applied(cursor, out),
            Event::SnapshotEnded(outcome) => self.snapshot_ended(outcome, out),
            Event::SnapshotApplied {
                scope,
                next,
                cursor,
            } => self.snapshot_applied(scope, next, cursor),
            Event::ScopesDropped(cursor) => self.scopes_dropped(cursor),
            Event::DigestsDiffer(scopes) => self.fetch_again(scopes),
            Event::StreamOpened => self.stream_opened(),
            Event::StreamPage(page) => self.stream_page(page, out),
            Event::StreamBehind => self.puller.want(),
            Event::StreamClosed(outcome) => self.stream_closed(&outcome, out),
            Event::EpochSeen(epoch) => {
                if self.user.is_some() && !self.adopting {
                    self.adopting = true;
                    out.push(Command::CloseStream);
                    out.push(Command::AdoptEpoch(epoch));
                }
            }
        }
    }

    fn start_what_can(&mut self, out: &mut Vec<Command>) {
        if self.user.is_none() || self.adopting {
            return;
        }
        self.release_held(out);
        if self.link == LinkState::SignedOut {
            return;
        }
        self.start_uploads(out);
        self.start_push(out);
        self.start_pull(out);
        self.start_stream(out);
    }

    fn load(&mut self, loaded: Loaded) {
        self.user = Some(loaded.user_id);
        self.cursor = loaded.cursor;
        self.link = if loaded.signed_out {
            LinkState::SignedOut
        } else {
            LinkState::Connecting
        };
        self.outbox = Outbox::default();
        for entry in loaded.entries {
            self.outbox.put(entry, self.now);
        }
        self.pusher = Pusher::new(&self.config);
        self.puller = Puller::new(&self.config);
        self.puller.go_on(loaded.begun, loaded.rebuilding);
        self.uploads = Uploads::default();
        self.live = Live::default();
    }

    /// The own scope of the signed-in user.
    pub(crate) fn own_scope(&self) -> Option<Scope> {
        self.user.map(Scope::User)
    }

    /// The server answered: when it had not before, what waits need not wait longer than a
    /// random moment (everybody's network may have come back at once).
    pub(crate) fn heard(&mut self) {
        let was_away = matches!(self.link, LinkState::Offline | LinkState::Connecting);
        if !was_away {
            return;
        }
        self.link = LinkState::Online;
        let soon = self.now + self.rng.u64(0..=self.config.backoff_base / 4);
        let prompt = |tracked: &&mut Tracked| !tracked.entry.troubled && !tracked.parked;
        for tracked in self.outbox.iter_mut().filter(prompt) {
            tracked.due_at = match tracked.entry.state {
                OutboxState::Held => tracked.due_at,
                _ => tracked.due_at.min(soon),
            };
        }
    }

    /// A request judged nothing.
    pub(crate) fn not_heard(&mut self, why: NoVerdict) {
        let away = matches!(
            why,
            NoVerdict::Connection | NoVerdict::Timeout | NoVerdict::Foreign
        );
        if away && matches!(self.link, LinkState::Online | LinkState::Connecting) {
            self.link = LinkState::Offline;
        }
    }

    /// Handles what concerns the whole session; `true` when it has ended and nothing is to be tried
    /// again.
    pub(crate) fn session_refused(&mut self, problem: &Problem, out: &mut Vec<Command>) -> bool {
        match problem.kind {
            ProblemKind::Unauthenticated | ProblemKind::WrongUser => {
                self.sign_out(out);
                true
            }
            ProblemKind::UpdateRequired => {
                self.link = LinkState::UpdateRequired;
                false
            }
            _ => false,
        }
    }

    fn sign_out(&mut self, out: &mut Vec<Command>) {
        if self.link == LinkState::SignedOut {
            return;
        }
        self.link = LinkState::SignedOut;
        let mut settled = Vec::new();
        for tracked in self.outbox.iter_mut() {
            if matches!(
                tracked.entry.state,
                OutboxState::Uploading
                    | OutboxState::Queued
                    | OutboxState::Sending
                    | OutboxState::Waiting
            ) {
                tracked.entry.state = OutboxState::SignedOut;
                settled.push((
                    tracked.entry.mutation_id,
                    Settle::State(OutboxState::SignedOut),
                ));
            }
        }
        self.pusher = Pusher::new(&self.config);
        self.uploads.forget_all();
        self.live = Live::default();
        out.push(Command::CloseStream);
        if !settled.is_empty() {
            out.push(Command::Settle(settled));
        }
        out.push(Command::SessionEnded);
    }

    fn signed_in(&mut self, out: &mut Vec<Command>) {
        if self.link != LinkState::SignedOut {
            return;
        }
        self.link = LinkState::Connecting;
        let mut settled = Vec::new();
        let now = self.now;
        for tracked in self.outbox.iter_mut() {
            if tracked.entry.state == OutboxState::SignedOut {
                tracked.entry.state = tracked.ready_state();
                tracked.due_at = now;
                settled.push((
                    tracked.entry.mutation_id,
                    Settle::State(tracked.entry.state),
                ));
            }
        }
        if !settled.is_empty() {
            out.push(Command::Settle(settled));
        }
        let (begun, rebuilding) = self.puller.begun();
        self.puller = Puller::new(&self.config);
        self.puller.go_on(begun, rebuilding);
        self.live = Live::default();
    }

    fn nudge(&mut self) {
        let now = self.now;
        for tracked in self.outbox.iter_mut() {
            if tracked.entry.state != OutboxState::Held && !tracked.entry.troubled {
                tracked.due_at = now;
            }
        }
        self.puller.nudge(now);
        self.live.nudge(now);
    }

    /// Held entries whose undo time is over move on.
    fn release_held(&mut self, out: &mut Vec<Command>) {
        let now = self.now;
        let mut settled = Vec::new();
        for tracked in self.outbox.iter_mut() {
            if tracked.entry.state == OutboxState::Held && tracked.due_at <= now {
                tracked.entry.state = tracked.ready_state();
                settled.push((
                    tracked.entry.mutation_id,
                    Settle::State(tracked.entry.state),
                ));
            }
        }
        if !settled.is_empty() {
            out.push(Command::Settle(settled));
        }
    }

    fn entry_wake(&self, tracked: &Tracked) -> Option<Millis> {
        let signed_out = self.link == LinkState::SignedOut;
        match tracked.entry.state {
            OutboxState::Held => Some(tracked.due_at),
            OutboxState::Waiting
            | OutboxState::Uploading
            | OutboxState::Queued
            | OutboxState::Cancelling
                if !signed_out =>
            {
                Some(tracked.due_at)
            }
            _ => None,
        }
    }
}

impl Tracked {
    /// Where an entry stands that is ready to leave.
    pub fn ready_state(&self) -> OutboxState {
        if self.entry.missing_files.is_empty() {
            OutboxState::Queued
        } else {
            OutboxState::Uploading
        }
    }
}

/// The `Retry-After` of an outcome, in milliseconds.
pub(crate) fn retry_after<T>(outcome: &Outcome<T>) -> Option<u64> {
    match outcome {
        Outcome::Refused { retry_after, .. }
        | Outcome::NoVerdict(NoVerdict::ServerError { retry_after }) => *retry_after,
        _ => None,
    }
}
