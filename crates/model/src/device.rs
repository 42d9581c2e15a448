//! A device: the engine, its journal and cache, and what is under way.
//!
//! It carries out the engine's commands as the client's driver does (crate `palier-client`), with
//! two differences: requests stand in a list until the world ends them, and the program may die at
//! any command.

use crate::{
    Tally,
    flight::{Flight, Stray, Stream},
    host::Person,
    host::temporary,
    judge::scopes_of,
    request::{Answer, Ask, Said, Source},
};
use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use palier_domain::TicketId;
use palier_engine::{
    Command, Config, Engine, Event, LinkState, Millis, NoVerdict, Outcome,
    notify::{self, Candidate, Focus, Hours, Wishes},
};
use palier_store::{EpochStanding, LaneChange, Store, StoreError};
use palier_wire::{Epoch, PushRequest, Scope};
use std::{
    collections::{BTreeSet, HashSet, VecDeque},
    future::Future,
    pin::pin,
    task::Poll,
    time::Duration,
};
use tempfile::TempDir;

/// A device of somebody's.
pub(crate) struct Device {
    pub(crate) name: &'static str,
    pub(crate) person: Person,
    /// The session it holds.
    pub(crate) token: Option<String>,
    /// Sessions that were not used yet.
    spare: Vec<String>,
    folder: TempDir,
    running: Option<Running>,
    fuse: Option<Fuse>,
    /// Its disk is full: nothing more fits into the journal.
    pub(crate) full: bool,
    /// How far its clock is off.
    pub(crate) skew: TimeDelta,
    /// Tickets that were announced.
    announced: HashSet<TicketId>,
    /// Requests that it gave up.
    pub(crate) strays: Vec<Stray>,
    pub(crate) tally: Tally,
}

/// A running program.
pub(crate) struct Running {
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    epoch: Option<Epoch>,
    pub(crate) flights: Vec<Flight>,
    pub(crate) stream: Option<Stream>,
    bootstrapped: bool,
    swept: bool,
}

/// When the program dies: before the so-many-th command, or after so many moments of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fuse {
    pub(crate) after: u8,
    pub(crate) within: Option<u8>,
}

impl Running {
    /// The life of the server's data that it knows.
    pub(crate) fn epoch(&self) -> Option<Epoch> {
        self.epoch
    }
}

impl Device {
    pub(crate) fn new(
        name: &'static str,
        person: Person,
        spare: Vec<String>,
        folder: TempDir,
    ) -> Self {
        let mut device = Self {
            name,
            person,
            token: None,
            spare,
            folder,
            running: None,
            fuse: None,
            full: false,
            skew: TimeDelta::zero(),
            announced: HashSet::new(),
            strays: Vec::new(),
            tally: Tally::default(),
        };
        device.take_a_session();
        device
    }

    /// Stops the program and leaves its folder.
    pub(crate) async fn leave(self) -> TempDir {
        if let Some(running) = self.running {
            running.store.close().await;
        }
        self.folder
    }

    /// Signs in, where it is signed out and a session is left.
    pub(crate) fn take_a_session(&mut self) -> bool {
        if self.token.is_some() || self.spare.is_empty() {
            return false;
        }
        self.token = self.spare.pop();
        true
    }

    /// What it is told about its session is not true: the next sign-in may take the same one.
    pub(crate) fn keeps_its_session(&mut self) {
        self.spare.extend(self.token.clone());
    }

    /// It has just been told of these scopes. If it takes itself to be up to date, it holds no other: what it
    /// is about to drop it has to drop before it says so.
    pub(crate) async fn holds_only(&self, told: &[Scope]) -> Result<()> {
        let Some(running) = &self.running else {
            return Ok(());
        };
        if !running.engine.status().up_to_date {
            return Ok(());
        }
        let held = scopes_of(&running.store.shown_cache()).await?;
        let told: BTreeSet<String> = told.iter().map(Scope::to_string).collect();
        let more: Vec<&String> = held.difference(&told).collect();
        ensure!(
            more.is_empty(),
            "{} is up to date, was told of {told:?} and holds rows of {more:?}",
            self.name
        );
        Ok(())
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(crate) fn running(&mut self) -> Option<&mut Running> {
        self.running.as_mut()
    }

    pub(crate) fn store(&self) -> Option<Store> {
        self.running.as_ref().map(|running| running.store.clone())
    }

    /// What its clock shows.
    pub(crate) fn wall(&self, now: Millis) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(i64::try_from(now).unwrap_or(0)) + self.skew
    }

    pub(crate) fn doom(&mut self, fuse: Fuse) {
        self.fuse = Some(fuse);
    }

    /// The program dies: what is under way may still arrive.
    pub(crate) fn crash(&mut self) {
        self.fuse = None;
        self.tally.count("crash");
        self.abandon();
        self.running = None;
    }

    /// Nothing more fits into the journal than is in it already.
    pub(crate) async fn fill(&mut self) {
        if let Some(running) = &self.running {
            running.store.limit_journal_pages(Some(1)).await;
            self.full = true;
        }
    }

    /// The person has made room.
    pub(crate) async fn make_room(&mut self) {
        self.full = false;
        if let Some(running) = &self.running {
            running.store.limit_journal_pages(None).await;
        }
    }

    /// Everything of the account leaves the disk, as after a sign-out; what is under way may still arrive.
    pub(crate) async fn forget(&mut self) -> Result<()> {
        self.abandon();
        if let Some(running) = self.running.take() {
            running.store.close().await;
        }
        self.token = None;
        // Whoever signs in here next begins with nothing, and is told of what comes then.
        self.announced.clear();
        self.folder = temporary()?;
        Ok(())
    }

    /// The program dies, and its cache with it.
    pub(crate) fn lose_cache(&mut self) -> Result<()> {
        self.crash();
        for entry in std::fs::read_dir(self.folder.path())? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("cache") {
                match std::fs::remove_file(entry.path()) {
                    // A connection that was just dropped takes its log along when it goes.
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                    removed => removed?,
                }
            }
        }
        Ok(())
    }

    /// The program starts.
    pub(crate) async fn start(&mut self, now: Millis, seed: u64) -> Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        self.full = false;
        let store = self.open().await?;
        // Every complete pull is held against the server.
        let config = Config {
            compare_every: 0,
            ..Config::default()
        };
        let engine = Engine::new(config, seed);
        let loaded = store.load(true).await?;
        self.running = Some(Running {
            epoch: loaded.cursor.as_ref().map(|cursor| cursor.epoch),
            store,
            engine,
            flights: Vec::new(),
            stream: None,
            bootstrapped: false,
            swept: false,
        });
        // As the application: a new cache learns the journal's epoch.
        self.happened(now, Event::Loaded(Box::new(loaded))).await?;
        if self.token.is_some() {
            self.happened(now, Event::SignedIn).await?;
        }
        Ok(())
    }

    async fn open(&self) -> Result<Store> {
        let mut tries = 0;
        loop {
            match Store::open(self.folder.path(), self.person.id).await {
                Ok(opened) => return Ok(opened.store),
                // The crashed program's last thread is still on its way out.
                Err(StoreError::FolderInUse(_)) if tries < 1_000 => {
                    tries += 1;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                Err(error) => return Err(error).context("opening a device's folder"),
            }
        }
    }

    fn abandon(&mut self) {
        let Some(running) = &mut self.running else {
            return;
        };
        running.stream = None;
        let flights = std::mem::take(&mut running.flights);
        let Some(token) = self.token.clone() else {
            return;
        };
        for flight in flights.into_iter().filter(|flight| flight.late.is_none()) {
            self.strays.push(Stray {
                ask: flight.ask,
                token: token.clone(),
            });
        }
    }

    /// Tells the engine about an act.
    pub(crate) async fn acted(&mut self, now: Millis, lane: LaneChange) -> Result<()> {
        for event in lane.into_events() {
            self.happened(now, event).await?;
        }
        Ok(())
    }

    /// Tells the engine what happened and carries out what it decides, to the end or to its death.
    pub(crate) async fn happened(&mut self, now: Millis, event: Event) -> Result<()> {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let Some(running) = &mut self.running else {
                return Ok(());
            };
            for command in running.engine.step(now, event) {
                self.tally
                    .count(format!("command {}", crate::world::word(&command)));
                match &mut self.fuse {
                    Some(Fuse { after: 0, within }) => {
                        let within = within.unwrap_or(0);
                        cut(self.carry_out(now, command), within).await;
                        self.crash();
                        return Ok(());
                    }
                    Some(fuse) => fuse.after -= 1,
                    None => {}
                }
                events.extend(self.carry_out_at_last(now, command).await?);
            }
        }
        Ok(())
    }

    /// A disk without room holds a command up until somebody has made some.
    async fn carry_out_at_last(&mut self, now: Millis, command: Command) -> Result<Vec<Event>> {
        match self.carry_out(now, command.clone()).await {
            Err(error) if self.full && is_full(&error) => {
                self.tally.count("command without room");
                self.make_room().await;
                self.carry_out(now, command).await
            }
            done => done,
        }
    }

    async fn carry_out(&mut self, now: Millis, command: Command) -> Result<Vec<Event>> {
        let wall = self.wall(now);
        let Some(running) = &mut self.running else {
            return Ok(Vec::new());
        };
        let store = running.store.clone();
        match command {
            Command::MarkSending(ids) => {
                let marked = store.mark_sending(&ids).await?;
                return Ok(vec![Event::SendingMarked(marked)]);
            }
            Command::Push(ids) => {
                let mutations = store.payloads(&ids).await?;
                let Some(epoch) = running.epoch.filter(|_| !mutations.is_empty()) else {
                    let nothing = Outcome::NoVerdict(NoVerdict::Local);
                    return Ok(vec![Event::PushEnded(nothing)]);
                };
                let request = PushRequest {
                    user_id: store.user_id(),
                    device_id: store.device_id(),
                    mutations,
                };
                running.flights.push(Flight::new(Ask::Push(epoch, request)));
            }
            Command::Settle(settled) => drop(store.settle(&settled).await?),
            Command::Retire(ids) => drop(store.retire(&ids, wall).await?),
            Command::Upload { attachment_id, .. } => {
                let row = store.attachment(attachment_id).await?;
                let row = row.context("a file to be uploaded has no row")?;
                let path = store.blobs().path(row.file.sha256);
                let source = Source {
                    id: attachment_id,
                    name: row.file.name,
                    sha256: row.file.sha256,
                    path: path.context("a file to be uploaded is not in its place")?,
                };
                let epoch = running.epoch.context("an upload before any epoch")?;
                running
                    .flights
                    .push(Flight::new(Ask::Upload(epoch, source)));
            }
            Command::Pull { cursor, limit } => {
                let ask = Ask::Pull(running.epoch, cursor, limit);
                running.flights.push(Flight::new(ask));
            }
            Command::FetchSnapshot { scope, after } => {
                let ask = Ask::Snapshot(running.epoch, scope, after);
                running.flights.push(Flight::new(ask));
            }
            Command::Apply { page, plan } => {
                let applied = store.apply_page(&page, &plan, wall).await?;
                let removed = applied.removed.into_iter().map(Event::Removed);
                return Ok(removed.chain([Event::Applied(applied.cursor)]).collect());
            }
            Command::ApplySnapshot { page, number } => {
                let written = store.apply_snapshot(&page, number, wall).await?;
                running.bootstrapped |= written.next.is_none();
                ensure!(
                    written.again == LaneChange::default(),
                    "{} misses on the server what was acknowledged",
                    self.name
                );
                let removed = written.removed.into_iter().map(Event::Removed);
                let applied = Event::SnapshotApplied {
                    scope: page.scope,
                    next: written.next,
                    cursor: written.cursor,
                };
                return Ok(removed.chain([applied]).collect());
            }
            Command::DropScopes(scopes) => {
                let dropped = store.drop_scopes(&scopes).await?;
                let left = store.sweep_blobs().await?;
                ensure!(left == 0, "{left} files of lost scopes stay on the disk");
                let mut events = dropped.lane.into_events();
                events.push(Event::ScopesDropped(dropped.cursor));
                return Ok(events);
            }
            Command::OpenStream(cursor) => {
                running.stream = Some(Stream {
                    cursor,
                    opened: false,
                });
            }
            Command::CloseStream => running.stream = None,
            Command::AdoptEpoch(epoch) => {
                self.abandon();
                store.adopt_epoch(epoch, wall).await?;
                let loaded = store.load(self.token.is_none()).await?;
                if let Some(running) = &mut self.running {
                    running.epoch = Some(epoch);
                }
                return Ok(vec![Event::EpochAdopted(Box::new(loaded))]);
            }
            Command::SwapCache => {
                let swapped = store.swap_cache(wall).await?;
                return Ok(swapped.removed.into_iter().map(Event::Removed).collect());
            }
            Command::CompareDigests(said) => {
                let differ = store.compare(&said).await?;
                ensure!(
                    differ.is_empty(),
                    "{} holds other rows of {differ:?}",
                    self.name
                );
            }
            Command::DecideNotifications => self.decide_notifications().await?,
            Command::SessionEnded => {
                self.abandon();
                self.token = None;
            }
        }
        Ok(Vec::new())
    }

    async fn decide_notifications(&mut self) -> Result<()> {
        let Some(running) = &mut self.running else {
            return Ok(());
        };
        let store = running.store.clone();
        let first = std::mem::take(&mut running.bootstrapped);
        if !std::mem::replace(&mut running.swept, true) {
            store.sweep_blobs().await?;
        }
        if !store.notifies().await? {
            store.start_notifying().await?;
            return Ok(());
        }
        store.take_withdrawals().await?;
        let rows = store.candidates().await?;
        let candidates: Vec<Candidate> = rows.into_iter().map(|row| row.candidate).collect();
        let wishes = Wishes {
            native: true,
            hours: Hours::Usual,
        };
        let decision = notify::decide(&candidates, Focus::default(), wishes, first);
        store.record_decided(&decision.decided).await?;
        for (ticket, shown) in decision.decided {
            self.tally
                .count(if shown { "announced" } else { "not announced" });
            if shown && !self.announced.insert(ticket) {
                bail!("{} announced {ticket} twice", self.name);
            }
        }
        Ok(())
    }

    /// A request ended.
    pub(crate) async fn landed(&mut self, now: Millis, answer: Answer) -> Result<()> {
        match answer.said {
            Said::Push(outcome) => {
                let (outcome, seen) = self.judge(answer.epoch, outcome).await?;
                self.ended(now, Event::PushEnded(outcome), seen).await
            }
            Said::Pull(outcome) => {
                let (outcome, seen) = self.judge(answer.epoch, outcome).await?;
                self.ended(now, Event::PullEnded(outcome), seen).await
            }
            Said::Snapshot(outcome) => {
                let (outcome, seen) = self.judge(answer.epoch, outcome).await?;
                self.ended(now, Event::SnapshotEnded(outcome), seen).await
            }
            Said::Upload(attachment_id, outcome) => {
                let (outcome, seen) = self.judge(answer.epoch, outcome).await?;
                if let (Outcome::Reply(()), Some(running)) = (&outcome, &self.running) {
                    let store = running.store.clone();
                    if store.file_uploaded(attachment_id).await.is_err() && self.full {
                        self.make_room().await;
                        store.file_uploaded(attachment_id).await?;
                    }
                }
                let event = Event::UploadEnded {
                    attachment_id,
                    outcome,
                };
                self.ended(now, event, seen).await
            }
        }
    }

    /// The stream ended, or brought something.
    pub(crate) async fn streamed(
        &mut self,
        now: Millis,
        epoch: Option<Epoch>,
        event: impl FnOnce(Outcome<()>) -> Event,
    ) -> Result<()> {
        let (outcome, seen) = self.judge(epoch, Outcome::Reply(())).await?;
        if !matches!(outcome, Outcome::Reply(())) {
            if let Some(running) = &mut self.running {
                running.stream = None;
            }
            return self.ended(now, Event::StreamClosed(outcome), seen).await;
        }
        self.ended(now, event(outcome), seen).await
    }

    async fn ended(&mut self, now: Millis, event: Event, seen: Option<Epoch>) -> Result<()> {
        self.happened(now, event).await?;
        match seen {
            Some(epoch) => self.happened(now, Event::EpochSeen(epoch)).await,
            None => Ok(()),
        }
    }

    async fn judge<T>(
        &mut self,
        epoch: Option<Epoch>,
        outcome: Outcome<T>,
    ) -> Result<(Outcome<T>, Option<Epoch>)> {
        let (Some(epoch), Some(running)) = (epoch, &self.running) else {
            return Ok((outcome, None));
        };
        Ok(match running.store.judge_epoch(epoch).await? {
            EpochStanding::Ours => (outcome, None),
            EpochStanding::LeftBehind => (Outcome::NoVerdict(NoVerdict::OtherEpoch), None),
            EpochStanding::New => (Outcome::NoVerdict(NoVerdict::OtherEpoch), Some(epoch)),
        })
    }

    /// Time passes: every alarm up to now rings.
    pub(crate) async fn tick(&mut self, now: Millis) -> Result<()> {
        // An engine that wakes itself for ever would be a stall of its own kind.
        for _ in 0..50 {
            let due = self.alarm().is_some_and(|at| at <= now);
            if !due {
                return self.happened(now, Event::Tick).await;
            }
            self.happened(now, Event::Tick).await?;
        }
        bail!("{} wakes again and again", self.name)
    }

    /// When its engine wants to be woken.
    pub(crate) fn alarm(&self) -> Option<Millis> {
        self.running.as_ref()?.engine.next_wake()
    }

    /// Nothing is left to do: all is told, all is known.
    pub(crate) fn is_quiet(&self) -> bool {
        let Some(running) = &self.running else {
            return false;
        };
        let status = running.engine.status();
        running.flights.is_empty()
            && status.waiting == 0
            && status.up_to_date
            && status.link != LinkState::SignedOut
    }

    /// How it stands, for a report.
    pub(crate) fn standing(&self) -> String {
        match &self.running {
            None => format!("{}: not running", self.name),
            Some(running) => format!(
                "{}: {:?}, under way {:?}",
                self.name,
                running.engine.status(),
                running.flights
            ),
        }
    }
}

/// Whether something failed because the disk is full.
pub(crate) fn is_full(error: &anyhow::Error) -> bool {
    let store = error.downcast_ref::<StoreError>();
    matches!(store, Some(StoreError::DiskFull { .. }))
}

/// Runs something for so many moments (polls), or to its end.
pub(crate) async fn cut<T>(work: impl Future<Output = T>, moments: u8) -> Option<T> {
    let mut work = pin!(work);
    let mut left = moments;
    std::future::poll_fn(move |context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}
