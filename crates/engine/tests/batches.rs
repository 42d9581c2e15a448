//! How much is asked for and sent at once: less where the network or the server fails at it, and more
//! again when it works.
#![allow(clippy::unwrap_used)]

mod support;

use palier_domain::MutationId;
use palier_engine::{Command, Engine, Event, NoVerdict, Outcome, Settle};
use palier_wire::{Problem, ProblemKind, PushReply};
use support::*;

const BROKEN: Outcome<PushReply> = Outcome::NoVerdict(NoVerdict::ServerError { retry_after: None });

/// Each in an incident of its own.
fn scattered(numbers: std::ops::RangeInclusive<u128>) -> Vec<palier_engine::Entry> {
    numbers
        .map(|n| palier_engine::Entry {
            incident_id: incident(n),
            ..entry(n)
        })
        .collect()
}

fn too_large() -> Outcome<PushReply> {
    Outcome::Refused {
        problem: Box::new(Problem::new(ProblemKind::TooLarge, "")),
        retry_after: None,
    }
}

/// Lets a batch end like this and answers the next one, when everything is due again.
fn ends(
    engine: &mut Engine,
    now: &mut u64,
    batch: Vec<MutationId>,
    outcome: Outcome<PushReply>,
) -> Vec<MutationId> {
    engine.step(*now, Event::SendingMarked(batch));
    let mut asked = engine.step(*now, Event::PushEnded(outcome));
    *now += 400_000;
    asked.extend(engine.step(*now, Event::Tick));
    marking(&asked)
}

/// The server takes all of a batch; answers the next one.
fn passes(engine: &mut Engine, now: &mut u64, batch: Vec<MutationId>) -> Vec<MutationId> {
    let results = batch.iter().map(|id| applied(id.0.as_u128())).collect();
    let Event::PushEnded(outcome) = reply(results) else {
        unreachable!()
    };
    ends(engine, now, batch, outcome)
}

#[test]
fn a_batch_that_times_out_is_halved() {
    let (mut engine, asked) = online((1..=8).map(entry).collect());
    assert_eq!(marking(&asked).len(), 8);
    engine.step(1, Event::SendingMarked(marking(&asked)));
    engine.step(2, Event::PushEnded(Outcome::NoVerdict(NoVerdict::Timeout)));
    let asked = engine.step(3, Event::Nudge);
    assert_eq!(marking(&asked).len(), 4);
}

#[test]
fn a_batch_that_breaks_the_server_is_halved_down_to_one_and_grows_again_when_it_is_well() {
    let (mut engine, asked) = online(scattered(1..=8));
    let (mut now, mut batch) = (1, marking(&asked));
    let mut sizes = vec![batch.len()];
    for _ in 0..4 {
        batch = ends(&mut engine, &mut now, batch, BROKEN);
        sizes.push(batch.len());
    }
    assert_eq!(sizes, [8, 4, 2, 1, 1]);
    // What was in a batch that failed comes in half of it at most: nothing in more than four.
    let mut sizes = vec![];
    while !batch.is_empty() {
        sizes.push(batch.len());
        batch = passes(&mut engine, &mut now, batch);
    }
    assert_eq!(sizes.iter().sum::<usize>(), 8, "{sizes:?}");
    assert!(sizes.iter().all(|size| *size <= 4), "{sizes:?}");
    let mut asked = vec![];
    let new = scattered(11..=26).into_iter().map(Event::Enqueued);
    asked.extend(engine.step(now, Event::Acted(new.collect())));
    assert_eq!(marking(&asked).len(), 16, "and what is new, in any");
}

#[test]
fn a_push_that_is_too_large_is_halved_at_once_and_what_is_too_large_alone_fails_visibly() {
    let (mut engine, asked) = online(scattered(1..=4));
    let mut batch = marking(&asked);
    let mut sizes = vec![batch.len()];
    for _ in 0..2 {
        engine.step(1, Event::SendingMarked(batch));
        batch = marking(&engine.step(1, Event::PushEnded(too_large())));
        sizes.push(batch.len());
    }
    assert_eq!(sizes, [4, 2, 1], "without a wait between");
    engine.step(1, Event::SendingMarked(batch));
    let asked = engine.step(1, Event::PushEnded(too_large()));
    let Outcome::Refused { problem, .. } = too_large() else {
        unreachable!()
    };
    assert!(asked.contains(&Command::Settle(vec![(id(1), Settle::Failed(problem))])));
    assert_eq!(marking(&asked), [id(2)], "and the others leave");
    assert_eq!(engine.status().failed, 1);
}

#[test]
fn a_page_that_does_not_come_in_time_is_halved_and_pages_grow_again() {
    let limit = |asked: &[Command]| {
        asked.iter().find_map(|command| match command {
            Command::Pull { limit, .. } => Some(*limit),
            _ => None,
        })
    };
    let mut engine = Engine::new(palier_engine::Config::default(), 1);
    let mut next = limit(&engine.step(0, loaded(vec![])));
    let (mut now, mut limits) = (0, vec![]);
    for _ in 0..11 {
        limits.extend(next);
        let timeout = Outcome::NoVerdict(NoVerdict::Timeout);
        engine.step(now, Event::PullEnded(timeout));
        now += 400_000;
        next = limit(&engine.step(now, Event::Tick));
    }
    assert_eq!(limits, [500, 250, 125, 62, 31, 15, 7, 3, 1, 1, 1]);
    let at = [(own(), 5), (portfolio(), 5)];
    let mut limits = vec![];
    for _ in 0..11 {
        limits.extend(next);
        engine.step(now, Event::PullEnded(Outcome::Reply(page(&at, &at))));
        engine.step(now, Event::Applied(cursor(&at)));
        now += 400_000;
        next = limit(&engine.step(now, Event::Tick));
    }
    assert_eq!(limits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 500, 500]);
}
