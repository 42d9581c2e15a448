//! What the engine's tests share: entries, replies and an engine that is past its first pull.
#![allow(dead_code)]

use chrono::DateTime;
use palier_domain::{IncidentId, MutationId, OutboxState, UserId};
use palier_engine::{Command, Config, Engine, Entry, Event, Loaded, Outcome, Weight};
use palier_wire::{ChangesPage, Cursor, Epoch, MutationResult, Problem, PushReply, Scope, Verdict};
use uuid::Uuid;

pub const USER: UserId = UserId(Uuid::from_u128(1));
pub const EPOCH: Epoch = Epoch(Uuid::from_u128(99));

pub fn own() -> Scope {
    Scope::User(USER)
}

pub fn portfolio() -> Scope {
    Scope::Portfolio(Uuid::from_u128(2).into())
}

pub fn id(n: u128) -> MutationId {
    Uuid::from_u128(n).into()
}

pub fn incident(n: u128) -> IncidentId {
    Uuid::from_u128(1_000 + n).into()
}

/// A queued ticket on incident 1, written as the `n`th.
pub fn entry(n: u128) -> Entry {
    Entry {
        mutation_id: id(n),
        incident_id: incident(1),
        position: n as i64,
        weight: Weight::Ordinary,
        state: OutboxState::Queued,
        attempts: 0,
        due_in: 0,
        depends_on: None,
        missing_files: vec![],
        payload_bytes: 100,
        replayed: None,
        troubled: false,
    }
}

pub fn cursor(numbers: &[(Scope, u64)]) -> Cursor {
    Cursor {
        epoch: EPOCH,
        at: numbers.iter().copied().collect(),
    }
}

pub fn page(from: &[(Scope, u64)], to: &[(Scope, u64)]) -> Box<ChangesPage> {
    Box::new(ChangesPage {
        from: cursor(from),
        to: cursor(to),
        more: false,
        scopes: vec![own(), portfolio()],
        changes: vec![],
        digests: Default::default(),
        server_time: DateTime::UNIX_EPOCH,
        schema: palier_wire::SCHEMA,
    })
}

pub fn loaded(entries: Vec<Entry>) -> Event {
    Event::Loaded(Box::new(Loaded {
        user_id: USER,
        device_id: Uuid::from_u128(3).into(),
        cursor: Some(cursor(&[(own(), 5), (portfolio(), 5)])),
        entries,
        begun: vec![],
        rebuilding: false,
        signed_out: false,
    }))
}

/// An engine that holds these entries and whose first pull has found nothing new; the stream is
/// open. Returns what it asked for on the way.
pub fn online(entries: Vec<Entry>) -> (Engine, Vec<Command>) {
    let mut engine = Engine::new(Config::default(), 7);
    let mut asked = engine.step(0, loaded(entries));
    let at = [(own(), 5), (portfolio(), 5)];
    asked.extend(engine.step(0, Event::PullEnded(Outcome::Reply(page(&at, &at)))));
    asked.extend(engine.step(0, Event::Applied(cursor(&at))));
    asked.extend(engine.step(0, Event::StreamOpened));
    (engine, asked)
}

pub fn reply(results: Vec<MutationResult>) -> Event {
    Event::PushEnded(Outcome::Reply(PushReply {
        results,
        server_time: DateTime::UNIX_EPOCH,
    }))
}

pub fn applied(n: u128) -> MutationResult {
    MutationResult {
        mutation_id: id(n),
        status: Verdict::Applied,
        problem: None,
        entity: None,
    }
}

pub fn refused(n: u128, status: Verdict, problem: Problem) -> MutationResult {
    MutationResult {
        mutation_id: id(n),
        status,
        problem: Some(problem),
        entity: None,
    }
}

/// The ids that the commands ask to mark as sending.
pub fn marking(commands: &[Command]) -> Vec<MutationId> {
    commands
        .iter()
        .find_map(|command| match command {
            Command::MarkSending(ids) => Some(ids.clone()),
            _ => None,
        })
        .unwrap_or_default()
}
