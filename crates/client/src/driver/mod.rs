//! Carries out what the sync engine decides.
//!
//! One task owns the engine of an account. It tells the engine what happened, carries out the
//! commands in order and reports each one's end. What must survive a crash is committed before it
//! is reported, so this task may be cut off at any point, and is, when the application stops.
//!
//! - `local`: commands for journal and cache. A disk that fails is tried again until it works;
//!   nothing is skipped, because each command relies on those before it.
//! - `flight`: requests under way, and whose epoch answered.
//! - `announce`: notifications, badge, the sync pill.

mod announce;
mod flight;
mod local;

pub(crate) use announce::update_badge;

use crate::{
    account::{Session, Shared},
    api::Api,
    installation::Installation,
    rt::{Instant, JoinHandle, sleep_until, spawn},
};
use flight::{Flights, Landing};
use futures_util::FutureExt;
use palier_bridge::AppEvent;
use palier_domain::{DeviceId, IncidentId, failpoint};
use palier_engine::{Command, Engine, Event, LinkState};
use palier_store::Store;
use std::{
    collections::{BTreeSet, VecDeque},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::{CancellationToken, DropGuard};

/// What the driver is made of.
pub(crate) struct Parts {
    pub(crate) installation: Arc<Installation>,
    pub(crate) store: Store,
    pub(crate) api: Api,
    pub(crate) shared: Arc<Shared>,
    pub(crate) device_id: DeviceId,
    /// The account's key, under which its secret is kept.
    pub(crate) account: String,
}

/// What the driver is told from outside.
#[derive(Debug)]
pub(crate) enum Input {
    /// An act of the person is in the journal.
    Events(Vec<Event>),
    /// The session's secret is at hand.
    SignedIn,
    /// Something was read here: notifications may be withdrawn.
    Read,
    /// The person wants to be told of other things, or at other hours.
    Wishes,
}

/// The running driver. Dropping it stops the task at its next await.
pub(crate) struct DriverHandle {
    inputs: mpsc::UnboundedSender<Input>,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
    _stop_on_drop: DropGuard,
}

impl DriverHandle {
    pub(crate) fn tell(&self, input: Input) {
        // It is gone only when the application stops; the journal has everything by then.
        let _ = self.inputs.send(input);
    }

    /// Stops the task and waits for its end.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        if let Some(task) = self.task.lock().await.take() {
            let _ = task.await;
        }
    }
}

/// Starts the driver of an account.
pub(crate) fn start(parts: Parts) -> DriverHandle {
    let (sender, inputs) = mpsc::unbounded_channel();
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    // Made at once: a pause that is over is about to be taken out of the profile.
    let driver = Driver::new(parts, inputs);
    let task = spawn(async move {
        let installation = driver.parts.installation.clone();
        let driven = stopped.run_until_cancelled(driver.run());
        if AssertUnwindSafe(driven).catch_unwind().await.is_err() {
            installation.notice_stall("the driver broke down");
        }
    });
    DriverHandle {
        inputs: sender,
        _stop_on_drop: stop.clone().drop_guard(),
        stop,
        task: Mutex::new(Some(task)),
    }
}

struct Driver {
    parts: Parts,
    engine: Engine,
    started: Instant,
    inputs: mpsc::UnboundedReceiver<Input>,
    flights: Flights,
    landings: mpsc::UnboundedReceiver<Landing>,
    /// Incidents that look different since the page was last told.
    changed: BTreeSet<IncidentId>,
    /// Lists look different, without a particular incident.
    lists_changed: bool,
    /// A scope came to its end since notifications were last decided.
    bootstrapped: bool,
    /// When to look next whether the quiet hours are over, while they hold something.
    quiet_until: Option<Instant>,
    /// A pause ended while the program was closed, and what came meanwhile is still to be told.
    pause_ended: bool,
    /// The folder of files was swept since the start.
    swept: bool,
    /// Scopes that were fetched again since the start, because their rows were not the server's.
    repairs: usize,
    /// Rows of snapshots written since the start.
    first_sync_rows: u64,
    up_to_date_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl Driver {
    fn new(parts: Parts, inputs: mpsc::UnboundedReceiver<Input>) -> Self {
        let (landed, landings) = mpsc::unbounded_channel();
        let seed = uuid::Uuid::new_v4().as_u64_pair().0;
        let pause_ended = parts.installation.pause_is_over();
        Self {
            engine: Engine::new(parts.installation.config.engine.clone(), seed),
            started: Instant::now(),
            flights: Flights::new(landed),
            parts,
            inputs,
            landings,
            changed: BTreeSet::new(),
            lists_changed: false,
            bootstrapped: false,
            quiet_until: None,
            pause_ended,
            swept: false,
            repairs: 0,
            first_sync_rows: 0,
            up_to_date_at: None,
        }
    }

    async fn run(mut self) {
        // Signed out until the session is known: held tickets are counted down, nothing leaves.
        let loaded = self.load(true).await;
        self.happened(Event::Loaded(Box::new(loaded))).await;
        // A fresh tray knows nothing; a fresh page asks by itself, and is not told to ask again.
        let parts = &self.parts;
        announce::update_badge(&parts.installation, &parts.store, &parts.account).await;
        if self.parts.shared.session() != Session::Loading {
            self.session_known().await;
        }
        loop {
            self.publish().await;
            let wake = self.engine.next_wake();
            let limit = self.parts.installation.config.limits.stall;
            let silent_at = self.parts.shared.heard_at() + limit;
            tokio::select! {
                input = self.inputs.recv() => match input {
                    Some(input) => self.take(input).await,
                    None => return,
                },
                Some(landing) = self.landings.recv() => self.landed(landing).await,
                () = alarm(self.started, wake) => self.happened(Event::Tick).await,
                () = at(self.quiet_until) => self.announce(false).await,
                () = sleep_until(silent_at), if self.engine.awaits_a_reply() => {
                    // A byte of an upload may have left since this sleep began.
                    if self.parts.shared.heard_at().elapsed() >= limit {
                        let installation = &self.parts.installation;
                        installation.notice_stall("a request ended without a word");
                        return;
                    }
                }
            }
        }
    }

    async fn take(&mut self, input: Input) {
        match input {
            Input::Events(events) => {
                for event in events {
                    self.happened(event).await;
                }
            }
            Input::SignedIn => self.session_known().await,
            Input::Read => self.withdraw_what_was_read().await,
            Input::Wishes => {
                if self.quiet_until.is_some() {
                    self.announce(false).await;
                }
            }
        }
    }

    /// Begins, if it has not begun: the vault may answer before the journal is read, and then this
    /// is told twice.
    async fn session_known(&mut self) {
        let held = matches!(self.parts.shared.session(), Session::Held { .. });
        if held && self.engine.status().link == LinkState::SignedOut {
            self.flights.abandon();
            self.happened(Event::SignedIn).await;
        }
    }

    /// Tells the engine what happened and carries out what it decides, to the end of it.
    async fn happened(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let now = self.started.elapsed().as_millis();
            let now = u64::try_from(now).unwrap_or(u64::MAX);
            for command in self.engine.step(now, event) {
                events.extend(self.carry_out(command).await);
            }
        }
    }

    async fn carry_out(&mut self, command: Command) -> Vec<Event> {
        self.parts.shared.hears();
        failpoint::pass("client: before a command", "driving");
        match command {
            Command::MarkSending(ids) => return self.mark_sending(ids).await,
            Command::Push(ids) => return self.push(ids).await,
            Command::Settle(settled) => self.settle(settled).await,
            Command::Retire(ids) => self.retire(ids).await,
            Command::Upload { attachment_id, .. } => return self.upload(attachment_id).await,
            Command::Pull { cursor, limit } => self.flights.pull(&self.parts, cursor, limit),
            Command::Apply { page, plan } => return self.apply(&page, &plan).await,
            Command::FetchSnapshot { scope, after } => {
                self.flights.snapshot(&self.parts, scope, after);
            }
            Command::ApplySnapshot { page, number } => {
                return self.apply_snapshot(&page, number).await;
            }
            Command::DropScopes(scopes) => return self.drop_scopes(&scopes).await,
            Command::OpenStream(cursor) => self.flights.open_stream(&self.parts, cursor),
            Command::CloseStream => self.flights.close_stream(),
            Command::AdoptEpoch(epoch) => return self.adopt_epoch(epoch).await,
            Command::SwapCache => return self.swap_cache().await,
            Command::CompareDigests(said) => return self.compare(&said).await,
            Command::DecideNotifications => self.decide_notifications().await,
            Command::SessionEnded => self.session_ended().await,
        }
        Vec::new()
    }

    /// The server has ended the session: everything stays readable and writable, nothing leaves.
    async fn session_ended(&mut self) {
        self.flights.abandon();
        self.parts.shared.set_session(Session::Ended);
        self.parts.api.set_token(None);
        let installation = &self.parts.installation;
        let account = self.parts.account.clone();
        let changed = installation
            .change_profile(|profile| {
                if let Some(known) = profile.known_mut(&account) {
                    known.session_ended = true;
                }
            })
            .await;
        if let Err(error) = changed {
            // The next request of the next start finds it out again.
            tracing::warn!(error = %crate::error::chain(&error), "the end of the session is not kept");
        }
        installation.shell.emit(AppEvent::SessionChanged);
    }
}

/// Ends at `wake` (milliseconds after `started`); never without one.
async fn alarm(started: Instant, wake: Option<palier_engine::Millis>) {
    at(wake.map(|wake| started + Duration::from_millis(wake))).await;
}

/// Ends at that instant; never without one.
async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
