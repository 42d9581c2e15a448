//! Random faults against a small server in memory: whatever happens on the way, every ticket
//! arrives once, in the order of its lane, and nothing stalls.
//!
//! The journal and the server here are the least that the engine's contract asks of them; the real
//! ones are driven by the scenarios.
#![allow(clippy::unwrap_used)]

mod support;

use palier_domain::{MutationId, OutboxState};
use palier_engine::{
    ApplyPlan, Command, Config, Engine, Entry, Event, Loaded, NoVerdict, Outcome, Settle,
};
use palier_wire::{ChangesPage, Cursor, MutationResult, PushReply, Verdict};
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};
use support::*;

/// One thing that happens between two steps.
#[derive(Debug, Clone)]
enum Act {
    /// The person writes on this incident.
    Write(u8),
    /// The next request ends like this.
    Fault(Fault),
    /// The program dies and starts again.
    Crash,
    /// Time passes, to the engine's next wake.
    Wait,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    RequestLost,
    ReplyLost,
    Portal,
    ServerError,
    StreamLost,
    PageTwice,
}

fn act() -> impl Strategy<Value = Act> {
    let fault = prop_oneof![
        Just(Fault::RequestLost),
        Just(Fault::ReplyLost),
        Just(Fault::Portal),
        Just(Fault::ServerError),
        Just(Fault::StreamLost),
        Just(Fault::PageTwice),
    ];
    prop_oneof![
        3 => (0u8..3).prop_map(Act::Write),
        3 => fault.prop_map(Act::Fault),
        1 => Just(Act::Crash),
        4 => Just(Act::Wait),
    ]
}

#[derive(Default)]
struct Server {
    /// What was applied, in order: the feed. The number of a change is its place, from 1.
    feed: Vec<MutationId>,
}

impl Server {
    fn push(&mut self, ids: &[MutationId]) -> PushReply {
        let results = ids
            .iter()
            .map(|id| {
                let status = if self.feed.contains(id) {
                    Verdict::Duplicate
                } else {
                    self.feed.push(*id);
                    Verdict::Applied
                };
                MutationResult {
                    mutation_id: *id,
                    status,
                    problem: None,
                    entity: None,
                }
            })
            .collect();
        PushReply {
            results,
            server_time: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn page(&self, from: &Cursor) -> Box<ChangesPage> {
        let at = from.at.get(&portfolio()).copied().unwrap_or(0);
        page(
            &[(own(), 5), (portfolio(), at)],
            &[(own(), 5), (portfolio(), self.feed.len() as u64)],
        )
    }
}

/// What survives a crash.
struct Disk {
    outbox: BTreeMap<i64, Entry>,
    cursor: Cursor,
}

struct World {
    server: Server,
    disk: Disk,
    engine: Engine,
    now: u64,
    queue: VecDeque<Command>,
    faults: VecDeque<Fault>,
    stream: Option<Cursor>,
    written: Vec<Vec<MutationId>>,
    count: u128,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            server: Server::default(),
            disk: Disk {
                outbox: BTreeMap::new(),
                cursor: cursor(&[(own(), 5), (portfolio(), 0)]),
            },
            engine: Engine::new(Config::default(), 1),
            now: 0,
            queue: VecDeque::new(),
            faults: VecDeque::new(),
            stream: None,
            written: vec![vec![]; 3],
            count: 0,
        };
        world.start();
        world
    }

    /// As the program does at its start: `sending` becomes `queued`, everything is due.
    fn start(&mut self) {
        for entry in self.disk.outbox.values_mut() {
            if entry.state == OutboxState::Sending {
                entry.state = OutboxState::Queued;
            }
            entry.due_in = 0;
        }
        self.queue.clear();
        self.stream = None;
        self.engine = Engine::new(Config::default(), self.now);
        let loaded = Loaded {
            user_id: USER,
            device_id: uuid::Uuid::from_u128(3).into(),
            cursor: Some(self.disk.cursor.clone()),
            entries: self.disk.outbox.values().cloned().collect(),
            begun: vec![],
            rebuilding: false,
            signed_out: false,
        };
        self.feed(Event::Loaded(Box::new(loaded)));
    }

    fn feed(&mut self, event: Event) {
        let commands = self.engine.step(self.now, event);
        self.queue.extend(commands);
    }

    fn write(&mut self, lane: u8) {
        self.count += 1;
        let ticket = Entry {
            incident_id: incident(u128::from(lane)),
            state: OutboxState::Held,
            due_in: 5_000,
            ..entry(self.count)
        };
        self.written[lane as usize].push(ticket.mutation_id);
        self.disk.outbox.insert(ticket.position, ticket.clone());
        self.feed(Event::Enqueued(ticket));
    }

    fn on_disk(&mut self, id: MutationId) -> Option<&mut Entry> {
        self.disk
            .outbox
            .values_mut()
            .find(|entry| entry.mutation_id == id)
    }

    /// Carries out one command, with the fault that is waiting, if any.
    fn carry_out(&mut self) -> bool {
        let Some(command) = self.queue.pop_front() else {
            return false;
        };
        match command {
            Command::MarkSending(ids) => {
                for id in &ids {
                    if let Some(entry) = self.on_disk(*id) {
                        entry.state = OutboxState::Sending;
                        entry.attempts += 1;
                    }
                }
                self.feed(Event::SendingMarked(ids));
            }
            Command::Push(ids) => {
                let outcome = match self.faults.pop_front() {
                    Some(Fault::RequestLost) => Outcome::NoVerdict(NoVerdict::Connection),
                    Some(Fault::Portal) => Outcome::NoVerdict(NoVerdict::Foreign),
                    Some(Fault::ServerError) => {
                        Outcome::NoVerdict(NoVerdict::ServerError { retry_after: None })
                    }
                    Some(Fault::ReplyLost) => {
                        self.server.push(&ids);
                        Outcome::NoVerdict(NoVerdict::Timeout)
                    }
                    _ => Outcome::Reply(self.server.push(&ids)),
                };
                self.feed(Event::PushEnded(outcome));
            }
            Command::Settle(settled) => {
                for (id, settle) in settled {
                    let state = match settle {
                        Settle::State(state) => state,
                        Settle::Done { .. } => OutboxState::Done,
                        other => panic!("nothing here fails: {other:?}"),
                    };
                    if let Some(entry) = self.on_disk(id) {
                        entry.state = state;
                    }
                }
            }
            Command::Retire(ids) => self
                .disk
                .outbox
                .retain(|_, entry| !ids.contains(&entry.mutation_id)),
            Command::Pull { cursor, .. } => {
                let reply = Outcome::Reply(self.server.page(&cursor.unwrap()));
                let outcome = match self.faults.pop_front() {
                    None | Some(Fault::StreamLost | Fault::PageTwice) => reply,
                    Some(Fault::Portal) => Outcome::NoVerdict(NoVerdict::Foreign),
                    Some(_) => Outcome::NoVerdict(NoVerdict::Connection),
                };
                self.feed(Event::PullEnded(outcome));
            }
            Command::Apply { page, plan } => self.apply(&page, plan),
            Command::OpenStream(cursor) => {
                self.stream = Some(cursor);
                self.feed(Event::StreamOpened);
            }
            Command::CloseStream => self.stream = None,
            Command::DecideNotifications => {}
            other => panic!("not in this world: {other:?}"),
        }
        true
    }

    /// Rows and cursor in one go; rows that came settle their entries.
    fn apply(&mut self, page: &ChangesPage, plan: ApplyPlan) {
        let mut settled = vec![];
        for (scope, to) in plan.apply {
            if scope == portfolio() {
                let from = page.from.at[&scope] as usize;
                let came = self.server.feed[from..to as usize].to_vec();
                for id in came {
                    let known = self.on_disk(id).map(|entry| entry.position);
                    settled.extend(known.map(|position| (position, id)));
                }
            }
            self.disk.cursor.at.insert(scope, to);
        }
        for (position, id) in settled {
            self.disk.outbox.remove(&position);
            self.feed(Event::Removed(id));
        }
        self.feed(Event::Applied(self.disk.cursor.clone()));
    }

    /// The stream brings what is new, maybe twice, maybe it breaks.
    fn stream(&mut self) {
        let Some(at) = self.stream.clone() else {
            return;
        };
        let page = self.server.page(&at);
        if page.to.at == at.at {
            return;
        }
        match self.faults.front() {
            Some(Fault::StreamLost) => {
                self.faults.pop_front();
                self.stream = None;
                let lost = Outcome::NoVerdict(NoVerdict::Connection);
                return self.feed(Event::StreamClosed(lost));
            }
            Some(Fault::PageTwice) => {
                self.faults.pop_front();
                self.feed(Event::StreamPage(page.clone()));
            }
            _ => {}
        }
        self.stream = Some(page.to.clone());
        self.feed(Event::StreamPage(page));
    }

    fn wait(&mut self) {
        if let Some(wake) = self.engine.next_wake() {
            self.now = wake;
            self.feed(Event::Tick);
        }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Write(lane) => self.write(lane),
            Act::Fault(fault) => self.faults.push_back(fault),
            Act::Crash => self.start(),
            Act::Wait => self.wait(),
        }
        self.carry_out();
        self.stream();
    }

    /// Everything works from here on: the world comes to rest.
    fn heal(&mut self) {
        self.faults.clear();
        for _ in 0..2_000 {
            if self.carry_out() {
                continue;
            }
            self.stream();
            if self.queue.is_empty() {
                if self.disk.outbox.is_empty() {
                    return;
                }
                self.wait();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_happens_every_ticket_arrives_once_in_order(
        acts in proptest::collection::vec(act(), 1..80)
    ) {
        let mut world = World::new();
        for act in acts {
            world.act(act);
        }
        world.heal();
        prop_assert!(world.disk.outbox.is_empty(), "stuck: {:?}", world.disk.outbox);
        prop_assert_eq!(world.server.feed.len(), world.count as usize, "lost or doubled");
        for lane in &world.written {
            let arrived: Vec<_> = world.server.feed.iter().filter(|id| lane.contains(id)).collect();
            prop_assert_eq!(arrived, lane.iter().collect::<Vec<_>>());
        }
        prop_assert_eq!(world.engine.status().waiting, 0);
    }
}
