//! Pages, scopes, streams, epochs.

mod support;

use palier_engine::{
    Bootstrap, Command, Config, Engine, Event, LinkState, Loaded, NoVerdict, Outcome,
};
use palier_wire::{Problem, ProblemKind, Scope, ScopeDigest, SnapshotPage};
use support::*;

fn pulls(commands: &[Command]) -> usize {
    let is_pull = |command: &&Command| matches!(command, Command::Pull { .. });
    commands.iter().filter(is_pull).count()
}

#[test]
fn a_start_pulls_then_opens_the_stream_at_the_stored_cursor() {
    let (_, asked) = online(vec![]);
    assert_eq!(pulls(&asked), 1);
    assert!(asked.contains(&Command::OpenStream(cursor(&[
        (own(), 5),
        (portfolio(), 5)
    ]))));
    assert!(asked.contains(&Command::DecideNotifications));
}

#[test]
fn a_page_delivered_twice_is_applied_once() {
    let (mut engine, _) = online(vec![]);
    let next = page(&[(portfolio(), 5)], &[(portfolio(), 6)]);
    let asked = engine.step(1, Event::StreamPage(next.clone()));
    let [Command::Apply { plan, .. }] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert_eq!(plan.apply.get(&portfolio()), Some(&6));
    engine.step(2, Event::Applied(cursor(&[(own(), 5), (portfolio(), 6)])));
    let asked = engine.step(3, Event::StreamPage(next));
    let [Command::Apply { plan, .. }] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert!(plan.apply.is_empty() && !plan.hole);
}

#[test]
fn a_page_from_beyond_the_stored_number_is_not_applied_but_pulled_for() {
    let (mut engine, _) = online(vec![]);
    let beyond = page(&[(portfolio(), 8)], &[(portfolio(), 9)]);
    let asked = engine.step(1, Event::StreamPage(beyond));
    let [Command::Apply { plan, .. }] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert!(plan.apply.is_empty() && plan.hole);
    let at = cursor(&[(own(), 5), (portfolio(), 5)]);
    assert_eq!(pulls(&engine.step(2, Event::Applied(at))), 1);
}

#[test]
fn a_page_that_overlaps_what_is_stored_loses_nothing() {
    let (mut engine, _) = online(vec![]);
    let overlapping = page(&[(portfolio(), 3)], &[(portfolio(), 9)]);
    engine.step(1, Event::StreamPage(overlapping));
    let at = cursor(&[(own(), 5), (portfolio(), 5)]);
    assert_eq!(pulls(&engine.step(2, Event::Applied(at))), 1);
}

#[test]
fn a_new_scope_is_fetched_whole_and_a_lost_one_is_dropped() {
    let (mut engine, _) = online(vec![]);
    let lease = palier_wire::Scope::Lease(uuid::Uuid::from_u128(8).into());
    let mut moved = page(&[(own(), 5)], &[(own(), 6)]);
    moved.scopes = vec![own(), lease];
    engine.step(1, Event::StreamPage(moved));
    let asked = engine.step(2, Event::Applied(cursor(&[(own(), 6), (portfolio(), 5)])));
    assert_eq!(asked, [Command::DropScopes(vec![portfolio()])]);
    let asked = engine.step(3, Event::ScopesDropped(cursor(&[(own(), 6)])));
    assert_eq!(
        asked,
        [Command::FetchSnapshot {
            scope: lease,
            after: None
        }]
    );
    let part = |number, next: Option<&str>| {
        Event::SnapshotEnded(Outcome::Reply(Box::new(SnapshotPage {
            scope: lease,
            number,
            changes: vec![],
            next: next.map(str::to_owned),
            server_time: chrono::DateTime::UNIX_EPOCH,
            schema: 1,
        })))
    };
    engine.step(4, part(Some(40), Some("k")));
    let asked = engine.step(
        5,
        Event::SnapshotApplied {
            scope: lease,
            next: Some("k".into()),
            cursor: cursor(&[(own(), 6)]),
        },
    );
    assert!(asked.contains(&Command::FetchSnapshot {
        scope: lease,
        after: Some("k".into())
    }));
    let asked = engine.step(6, part(None, None));
    let [Command::ApplySnapshot { number, .. }] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert_eq!(*number, 40, "the delta starts where the first page stood");
    let at = cursor(&[(own(), 6), (lease, 40)]);
    let asked = engine.step(
        7,
        Event::SnapshotApplied {
            scope: lease,
            next: None,
            cursor: at.clone(),
        },
    );
    assert_eq!(pulls(&asked), 1);
    let mut end = page(&[(own(), 6), (lease, 40)], &[(own(), 6), (lease, 40)]);
    end.scopes = vec![own(), lease];
    engine.step(8, Event::PullEnded(Outcome::Reply(end)));
    let asked = engine.step(9, Event::Applied(at.clone()));
    assert!(
        asked.contains(&Command::OpenStream(at)),
        "with the new scopes"
    );
}

#[test]
fn an_old_list_of_scopes_is_not_obeyed() {
    let (mut engine, _) = online(vec![]);
    let mut old = page(&[(own(), 3)], &[(own(), 4)]);
    old.scopes = vec![own()];
    let asked = engine.step(1, Event::StreamPage(old));
    let [Command::Apply { plan, .. }] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert!(plan.lost.is_empty());
}

#[test]
fn the_first_reply_of_a_server_brings_its_epoch() {
    let mut engine = Engine::new(Config::default(), 1);
    let fresh = |cursor| Loaded {
        user_id: USER,
        device_id: uuid::Uuid::from_u128(3).into(),
        cursor,
        entries: vec![entry(1)],
        begun: vec![],
        rebuilding: false,
        signed_out: false,
    };
    let asked = engine.step(0, Event::Loaded(Box::new(fresh(None))));
    assert_eq!(
        asked,
        [Command::Pull {
            cursor: None,
            limit: 500
        }],
        "nothing is pushed under no epoch"
    );
    let asked = engine.step(1, Event::EpochSeen(EPOCH));
    assert_eq!(asked, [Command::CloseStream, Command::AdoptEpoch(EPOCH)]);
    let start = palier_wire::Cursor::start(EPOCH);
    let asked = engine.step(2, Event::EpochAdopted(Box::new(fresh(Some(start)))));
    assert_eq!(marking(&asked), [id(1)]);
    assert_eq!(pulls(&asked), 1);
}

#[test]
fn without_a_stream_it_polls_and_tries_the_stream_again() {
    let (mut engine, _) = online(vec![]);
    let lost = Event::StreamClosed(Outcome::NoVerdict(NoVerdict::Connection));
    assert_eq!(pulls(&engine.step(10, lost)), 1);
    assert_eq!(engine.status().link, LinkState::Offline);
    let at = [(own(), 5), (portfolio(), 5)];
    engine.step(11, Event::PullEnded(Outcome::Reply(page(&at, &at))));
    engine.step(12, Event::Applied(cursor(&at)));
    assert_eq!(engine.status().link, LinkState::Online);
    let wake = engine.next_wake().unwrap();
    let asked = engine.step(wake, Event::Tick);
    assert!(
        asked.iter().any(|c| matches!(c, Command::OpenStream(_))),
        "before the next poll is due"
    );
    let wake = engine.next_wake().unwrap();
    assert_eq!(pulls(&engine.step(wake, Event::Tick)), 1);
}

#[test]
fn a_network_that_is_away_is_asked_ever_more_rarely() {
    let mut engine = Engine::new(Config::default(), 3);
    engine.step(0, loaded(vec![]));
    let mut asked = 0;
    let mut now = 0;
    while now < 3_600_000 {
        engine.step(
            now,
            Event::PullEnded(Outcome::NoVerdict(NoVerdict::Connection)),
        );
        now = engine.next_wake().unwrap();
        asked += pulls(&engine.step(now, Event::Tick));
    }
    assert!((12..120).contains(&asked), "{asked} pulls in an hour");
}

#[test]
fn a_server_that_wants_an_update_is_not_hammered() {
    let mut engine = Engine::new(Config::default(), 3);
    engine.step(0, loaded(vec![entry(1)]));
    let update = Problem::new(ProblemKind::UpdateRequired, "update");
    let asked = engine.step(
        1,
        Event::PullEnded(Outcome::Refused {
            problem: Box::new(update),
            retry_after: None,
        }),
    );
    assert_eq!(pulls(&asked), 0);
    assert_eq!(engine.status().link, LinkState::UpdateRequired);
    assert!(engine.next_wake().is_some_and(|at| at > 1));
}

fn lease() -> Scope {
    Scope::Lease(uuid::Uuid::from_u128(4).into())
}

/// An engine whose last run fetched a lease in part.
fn fetched_in_part() -> (Engine, Vec<Command>) {
    let mut engine = Engine::new(Config::default(), 7);
    let Event::Loaded(mut loaded) = loaded(vec![]) else {
        unreachable!("it is what was loaded");
    };
    loaded.begun = vec![Bootstrap {
        scope: lease(),
        number: Some(3),
        after: Some("newest.4".into()),
    }];
    let asked = engine.step(0, Event::Loaded(loaded));
    (engine, asked)
}

#[test]
fn a_scope_that_was_fetched_in_part_goes_on_where_it_stood() {
    let (mut engine, asked) = fetched_in_part();
    let next = Command::FetchSnapshot {
        scope: lease(),
        after: Some("newest.4".into()),
    };
    assert_eq!(asked, [next]);
    let rest = SnapshotPage {
        scope: lease(),
        number: None,
        changes: vec![],
        next: None,
        server_time: chrono::DateTime::UNIX_EPOCH,
        schema: palier_wire::SCHEMA,
    };
    let asked = engine.step(1, Event::SnapshotEnded(Outcome::Reply(Box::new(rest))));
    let [Command::ApplySnapshot { number, .. }] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert_eq!(*number, 3, "the delta begins where the first page stood");
}

#[test]
fn what_was_fetched_in_part_goes_with_its_scope() {
    let (mut engine, _) = fetched_in_part();
    let gone = Outcome::Refused {
        problem: Box::new(Problem::new(ProblemKind::NotFound, "")),
        retry_after: None,
    };
    engine.step(1, Event::SnapshotEnded(gone));
    let now = engine.next_wake().unwrap();
    let asked = engine.step(now, Event::Tick);
    assert_eq!(asked, [Command::DropScopes(vec![lease()])]);
}

fn said(xor: u64) -> Box<palier_wire::ChangesPage> {
    let at = [(own(), 5), (portfolio(), 5)];
    let mut page = page(&at, &at);
    page.digests = [(portfolio(), ScopeDigest { xor, rows: 1 })].into();
    page
}

#[test]
fn a_complete_pull_is_compared_once_and_a_scope_that_differs_is_fetched_again() {
    let mut engine = Engine::new(Config::default(), 7);
    engine.step(0, loaded(vec![]));
    engine.step(1, Event::PullEnded(Outcome::Reply(said(3))));
    let at = cursor(&[(own(), 5), (portfolio(), 5)]);
    let asked = engine.step(2, Event::Applied(at.clone()));
    let compare =
        Command::CompareDigests([(portfolio(), (5, ScopeDigest { xor: 3, rows: 1 }))].into());
    assert!(asked.contains(&compare), "{asked:?}");
    let asked = engine.step(3, Event::DigestsDiffer(vec![portfolio()]));
    let again = Command::FetchSnapshot {
        scope: portfolio(),
        after: None,
    };
    assert!(asked.contains(&again), "{asked:?}");

    // Another one is compared a day later, not with every pull.
    let mut engine = Engine::new(Config::default(), 7);
    engine.step(0, loaded(vec![]));
    for now in 1..4 {
        engine.step(now, Event::PullEnded(Outcome::Reply(said(3))));
        let asked = engine.step(now, Event::Applied(at.clone()));
        let compares = |it: &Command| matches!(it, Command::CompareDigests(_));
        assert_eq!(asked.iter().any(compares), now == 1, "{asked:?}");
        engine.step(now, Event::Nudge);
    }
}
