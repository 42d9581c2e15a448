//! What leaves, in which order, and what a verdict does.

mod support;

use palier_domain::{MutationId, OutboxState};
use palier_engine::{Command, Engine, Entry, Event, LinkState, NoVerdict, Outcome, Settle, Weight};
use palier_wire::{Change, EntityKind, Op, Problem, ProblemKind, Verdict};
use support::*;

#[test]
fn nothing_is_pushed_before_it_is_marked_as_sending() {
    let (mut engine, asked) = online(vec![entry(1)]);
    assert_eq!(marking(&asked), [id(1)]);
    assert!(!asked.iter().any(|c| matches!(c, Command::Push(_))));
    let asked = engine.step(1, Event::SendingMarked(vec![id(1)]));
    assert_eq!(asked, [Command::Push(vec![id(1)])]);
}

#[test]
fn a_lane_leaves_in_order_and_a_held_ticket_holds_its_lane_back() {
    let mut held = entry(1);
    held.state = OutboxState::Held;
    held.due_in = 5_000;
    let mut elsewhere = entry(3);
    elsewhere.incident_id = incident(2);
    let (mut engine, asked) = online(vec![held, entry(2), elsewhere]);
    assert_eq!(marking(&asked), [id(3)], "another incident does not wait");
    engine.step(1, Event::SendingMarked(vec![id(3)]));
    engine.step(2, reply(vec![applied(3)]));
    assert_eq!(engine.next_wake(), Some(5_000));
    let asked = engine.step(5_000, Event::Tick);
    assert_eq!(
        marking(&asked),
        [id(1), id(2)],
        "in the order they were written"
    );
}

#[test]
fn a_foreign_reply_judges_nothing_and_the_same_entry_goes_again() {
    let (mut engine, _) = online(vec![entry(1)]);
    engine.step(1, Event::SendingMarked(vec![id(1)]));
    let asked = engine.step(2, Event::PushEnded(Outcome::NoVerdict(NoVerdict::Foreign)));
    assert!(asked.contains(&Command::Settle(vec![(
        id(1),
        Settle::State(OutboxState::Waiting)
    )])));
    assert_eq!(engine.status().link, LinkState::Offline);
    let due = engine.next_wake().unwrap();
    assert_eq!(marking(&engine.step(due, Event::Tick)), [id(1)]);
}

#[test]
fn an_entry_that_the_reply_does_not_name_is_not_judged() {
    let (mut engine, _) = online(vec![entry(1), entry(2)]);
    engine.step(1, Event::SendingMarked(vec![id(1), id(2)]));
    let asked = engine.step(2, reply(vec![applied(1)]));
    assert!(asked.contains(&Command::Settle(vec![(
        id(2),
        Settle::State(OutboxState::Waiting)
    )])));
}

#[test]
fn a_done_entry_leaves_only_after_a_complete_pull_that_began_later() {
    let (mut engine, _) = online(vec![entry(1)]);
    engine.step(1, Event::SendingMarked(vec![id(1)]));
    let asked = engine.step(2, reply(vec![applied(1)]));
    assert!(asked.iter().any(|c| matches!(c, Command::Pull { .. })));
    assert!(!asked.iter().any(|c| matches!(c, Command::Retire(_))));
    let at = [(own(), 5), (portfolio(), 6)];
    let before = [(own(), 5), (portfolio(), 5)];
    engine.step(3, Event::PullEnded(Outcome::Reply(page(&before, &at))));
    let asked = engine.step(4, Event::Applied(cursor(&at)));
    assert!(asked.contains(&Command::Retire(vec![id(1)])));
    assert_eq!(engine.status().waiting, 0);
}

#[test]
fn a_rejected_ticket_fails_with_its_reason_and_holds_nothing_else_back() {
    let mut child = entry(2);
    child.depends_on = Some(id(1));
    let (mut engine, asked) = online(vec![entry(1), child, entry(3)]);
    assert_eq!(marking(&asked), [id(1), id(2), id(3)]);
    engine.step(1, Event::SendingMarked(vec![id(1), id(2), id(3)]));
    let why = Problem::new(ProblemKind::Forbidden, "no");
    let parent = Problem::new(ProblemKind::ParentFailed, "parent");
    let asked = engine.step(
        2,
        reply(vec![
            refused(1, Verdict::Rejected, why.clone()),
            refused(2, Verdict::Rejected, parent),
            applied(3),
        ]),
    );
    assert_eq!(
        asked[0],
        Command::Settle(vec![
            (id(1), Settle::Failed(Box::new(why))),
            (id(2), Settle::State(OutboxState::Blocked)),
            (id(3), Settle::Done { cancelled: None }),
        ])
    );
    assert_eq!(engine.status().failed, 2);
}

#[test]
fn a_refused_marker_is_forgotten_and_one_per_incident_is_in_flight() {
    let marker = |n| Entry {
        weight: Weight::Marker,
        ..entry(n)
    };
    let (mut engine, asked) = online(vec![marker(1), marker(2)]);
    assert_eq!(marking(&asked), [id(1)]);
    engine.step(1, Event::SendingMarked(vec![id(1)]));
    let gone = Problem::new(ProblemKind::NotFound, "gone");
    let asked = engine.step(2, reply(vec![refused(1, Verdict::Rejected, gone)]));
    assert_eq!(asked[0], Command::Settle(vec![(id(1), Settle::Forget)]));
    assert_eq!(marking(&asked), [id(2)]);
    assert_eq!(
        engine.status().waiting,
        0,
        "markers are not work a person waits for"
    );
}

/// An incident was read, and then marked unread: the other way round the mark would be gone.
#[test]
fn a_marker_that_waits_for_its_time_holds_back_the_later_ones_of_its_incident() {
    let marker = |n, of| Entry {
        weight: Weight::Marker,
        incident_id: incident(of),
        ..entry(n)
    };
    let waiting = Entry {
        state: OutboxState::Waiting,
        attempts: 1,
        ..marker(1, 1)
    };
    let (mut engine, asked) = online(vec![waiting, marker(2, 1), marker(3, 2)]);
    assert_eq!(
        marking(&asked),
        [id(1), id(3)],
        "after a start nothing has to wait"
    );
    engine.step(1, Event::SendingMarked(vec![id(1), id(3)]));
    let broken = NoVerdict::ServerError { retry_after: None };
    let asked = engine.step(2, Event::PushEnded(Outcome::NoVerdict(broken)));
    assert_eq!(marking(&asked), []);
    let asked = engine.step(3, Event::Enqueued(marker(4, 1)));
    assert_eq!(marking(&asked), []);
    let asked = engine.step(4, Event::Enqueued(marker(5, 3)));
    assert_eq!(
        marking(&asked),
        [id(5)],
        "another incident's waits for nothing"
    );
}

#[test]
fn missing_files_send_the_ticket_back_to_its_uploads() {
    let file = uuid::Uuid::from_u128(50);
    let (mut engine, _) = online(vec![entry(1)]);
    engine.step(1, Event::SendingMarked(vec![id(1)]));
    let mut problem = Problem::new(ProblemKind::FilesMissing, "files");
    problem.ids = vec![file];
    let asked = engine.step(2, reply(vec![refused(1, Verdict::Retry, problem)]));
    assert!(asked.contains(&Command::Upload {
        mutation_id: id(1),
        attachment_id: file.into()
    }));
    let asked = engine.step(
        3,
        Event::UploadEnded {
            attachment_id: file.into(),
            outcome: Outcome::Reply(()),
        },
    );
    assert_eq!(marking(&asked), [id(1)]);
}

#[test]
fn a_file_that_the_server_refuses_fails_its_ticket_visibly() {
    let file = uuid::Uuid::from_u128(50).into();
    let mut with_file = entry(1);
    with_file.state = OutboxState::Uploading;
    with_file.missing_files = vec![file];
    let (mut engine, asked) = online(vec![with_file, entry(2)]);
    assert_eq!(marking(&asked), [], "text waits behind the file before it");
    let problem = Problem::new(ProblemKind::UnsupportedFile, "an executable");
    let asked = engine.step(
        1,
        Event::UploadEnded {
            attachment_id: file,
            outcome: Outcome::Refused {
                problem: Box::new(problem.clone()),
                retry_after: None,
            },
        },
    );
    assert!(asked.contains(&Command::Settle(vec![(
        id(1),
        Settle::Failed(Box::new(problem))
    )])));
    assert_eq!(marking(&asked), [id(2)], "and then no longer");
}

#[test]
fn an_expired_session_keeps_everything_until_the_same_person_signs_in_again() {
    let (mut engine, _) = online(vec![entry(1), entry(2)]);
    engine.step(1, Event::SendingMarked(vec![id(1), id(2)]));
    let asked = engine.step(
        2,
        Event::PushEnded(Outcome::Refused {
            problem: Box::new(Problem::new(ProblemKind::Unauthenticated, "expired")),
            retry_after: None,
        }),
    );
    assert!(asked.contains(&Command::SessionEnded));
    assert_eq!(engine.status().link, LinkState::SignedOut);
    assert_eq!(engine.step(100_000, Event::Nudge), [], "nothing leaves");
    assert_eq!(engine.next_wake(), None);
    let asked = engine.step(200_000, Event::SignedIn);
    assert_eq!(marking(&asked), [id(1), id(2)]);
}

/// Sends what it wants to send, as often as it wants within `turns`; pushes with ticket 1 break the
/// server, `passes` says of others whether they do. Answers how often each was sent, and what was settled.
fn with_a_ticket_that_breaks_the_server(
    engine: &mut Engine,
    mut batch: Vec<MutationId>,
    turns: u64,
    passes: impl Fn(&[MutationId]) -> bool,
) -> (u64, Vec<Command>) {
    let (mut said, mut now, mut sent_first) = (vec![], 1, 0);
    for turn in 0..turns {
        now += 400_000;
        let asked = engine.step(now, Event::Tick);
        batch = [batch, marking(&asked)].concat();
        // Somebody writes elsewhere.
        let other = Entry {
            incident_id: incident(2),
            ..entry(100 + u128::from(turn))
        };
        let mut asked = engine.step(now, Event::Enqueued(other));
        batch = [batch, marking(&asked)].concat();
        while !batch.is_empty() {
            sent_first += u64::from(batch == [id(1)]);
            engine.step(now, Event::SendingMarked(batch.clone()));
            let outcome = match !batch.contains(&id(1)) && passes(&batch) {
                true => reply(batch.iter().map(|id| applied(id.0.as_u128())).collect()),
                false => Event::PushEnded(Outcome::NoVerdict(NoVerdict::ServerError {
                    retry_after: None,
                })),
            };
            asked = engine.step(now, outcome);
            batch = marking(&asked);
            said.append(&mut asked);
        }
    }
    (sent_first, said)
}

fn is_troubled(said: &[Command]) -> bool {
    said.iter().any(|command| match command {
        Command::Settle(settled) => settled
            .iter()
            .any(|(of, settle)| *of == id(1) && matches!(settle, Settle::Troubled(_))),
        _ => false,
    })
}

#[test]
fn a_ticket_that_breaks_the_server_while_others_pass_is_shown_set_aside_and_tried_rarely() {
    let (mut engine, asked) = online(vec![entry(1), entry(2)]);
    let (tries, said) =
        with_a_ticket_that_breaks_the_server(&mut engine, marking(&asked), 200, |_| true);
    assert!(is_troubled(&said), "{said:?}");
    // Ten within the first two of these 22 hours, then one every six.
    assert_eq!(tries, 13);
    let second = Settle::Done { cancelled: None };
    assert!(
        said.contains(&Command::Settle(vec![(id(2), second)])),
        "the one behind it left"
    );
    assert_eq!(engine.status().waiting, 1, "and it is not dropped");
    assert_eq!(
        marking(&engine.step(200 * 400_000 + 2, Event::Nudge)),
        [],
        "whatever comes to the front"
    );
}

#[test]
fn a_server_that_is_ill_for_everybody_makes_nobody_suspect() {
    let (mut engine, asked) = online(vec![entry(1)]);
    let (tries, said) =
        with_a_ticket_that_breaks_the_server(&mut engine, marking(&asked), 60, |_| false);
    assert!(tries > 20, "{tries}");
    assert!(!is_troubled(&said));
    // It is well again: the ticket leaves within the longest ordinary wait.
    let asked = engine.step(61 * 400_000, Event::Tick);
    assert!(marking(&asked).contains(&id(1)));
}

#[test]
fn what_broke_the_server_before_a_restart_holds_nothing_back_after_it() {
    let troubled = Entry {
        troubled: true,
        ..entry(1)
    };
    let (mut engine, asked) = online(vec![troubled, entry(2)]);
    assert_eq!(marking(&asked), [id(1), id(2)], "a start tries everything");
    engine.step(1, Event::SendingMarked(vec![id(1), id(2)]));
    let broken = NoVerdict::ServerError { retry_after: None };
    engine.step(2, Event::PushEnded(Outcome::NoVerdict(broken)));
    let asked = engine.step(400_000, Event::Tick);
    assert_eq!(marking(&asked), [id(2)], "the one behind it leaves alone");
    engine.step(400_001, Event::SendingMarked(vec![id(2)]));
    engine.step(400_002, reply(vec![applied(2)]));
    let asked = engine.step(2 + 6 * HOUR, Event::Tick);
    assert_eq!(marking(&asked), [id(1)]);
    // Any verdict makes it a ticket like others.
    engine.step(7 * HOUR, Event::SendingMarked(vec![id(1)]));
    let later = Problem::new(ProblemKind::Unavailable, "not now");
    let asked = engine.step(7 * HOUR, reply(vec![refused(1, Verdict::Retry, later)]));
    let waits = Settle::State(OutboxState::Waiting);
    assert!(asked.contains(&Command::Settle(vec![(id(1), waits)])));
    assert_eq!(
        marking(&engine.step(7 * HOUR + 300_000, Event::Tick)),
        [id(1)]
    );
}

#[test]
fn what_the_person_took_away_is_not_judged_any_more() {
    let (mut engine, _) = online(vec![entry(1)]);
    engine.step(1, Event::SendingMarked(vec![id(1)]));
    engine.step(2, Event::Removed(id(1)));
    let asked = engine.step(3, reply(vec![applied(1)]));
    assert!(!asked.iter().any(|c| matches!(c, Command::Settle(_))));
}

#[test]
fn a_marker_that_is_refused_is_forgotten_however_it_is_refused() {
    let marker = Entry {
        weight: Weight::Marker,
        ..entry(1)
    };
    let (mut engine, _) = online(vec![marker]);
    engine.step(1, Event::SendingMarked(vec![id(1)]));
    let refused = Outcome::Refused {
        problem: Box::new(Problem::new(ProblemKind::TooLarge, "")),
        retry_after: None,
    };
    let asked = engine.step(2, Event::PushEnded(refused));
    assert!(asked.contains(&Command::Settle(vec![(id(1), Settle::Forget)])));
    assert_eq!(engine.status().failed, 0);
}

/// Something that the server had acknowledged before its data came from an older copy.
fn replayed(n: u128) -> Entry {
    Entry {
        replayed: Some(30 * DAY),
        attempts: 1,
        ..entry(n)
    }
}

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

#[test]
fn what_goes_again_waits_for_its_incident_and_holds_nothing_back() {
    let (mut engine, _) = online(vec![replayed(1), entry(2)]);
    engine.step(1, Event::SendingMarked(vec![id(1), id(2)]));
    let gone = Problem::new(ProblemKind::NotFound, "no such incident");
    let asked = engine.step(
        2,
        reply(vec![
            refused(1, Verdict::Rejected, gone.clone()),
            refused(2, Verdict::Rejected, gone.clone()),
        ]),
    );
    assert_eq!(
        asked[0],
        Command::Settle(vec![
            (id(1), Settle::Parked(Box::new(gone.clone()))),
            (id(2), Settle::Failed(Box::new(gone))),
        ]),
        "what is new is refused as ever"
    );
    let status = engine.status();
    assert_eq!(
        (status.waiting, status.failed, status.not_put_back),
        (0, 1, 1)
    );
    let asked = engine.step(3, Event::Enqueued(entry(3)));
    assert_eq!(marking(&asked), [id(3)], "the lane goes on");
}

#[test]
fn what_goes_again_is_tried_when_its_incident_appears_and_every_day_for_thirty_days() {
    let gone = || Problem::new(ProblemKind::NotFound, "no such incident");
    let (mut engine, _) = online(vec![replayed(1)]);
    engine.step(1, Event::SendingMarked(vec![id(1)]));
    engine.step(2, reply(vec![refused(1, Verdict::Rejected, gone())]));
    let at = [(own(), 5), (portfolio(), 5)];
    engine.step(3, Event::PullEnded(Outcome::Reply(page(&at, &at))));
    engine.step(3, Event::Applied(cursor(&at)));

    let mut news = page(&at, &[(own(), 5), (portfolio(), 6)]);
    news.changes.push(Change {
        scope: portfolio(),
        kind: EntityKind::Incident,
        id: incident(1).0,
        rev: 1,
        op: Op::Put,
        data: None,
        mine: None,
    });
    let asked = engine.step(4, Event::StreamPage(news));
    assert_eq!(marking(&asked), [id(1)], "its incident is there");

    let mut days = 0;
    let mut now = 5;
    loop {
        engine.step(now, Event::SendingMarked(vec![id(1)]));
        let asked = engine.step(now, reply(vec![refused(1, Verdict::Rejected, gone())]));
        let Some(Command::Settle(settled)) = asked.first() else {
            panic!("{asked:?}");
        };
        if matches!(settled[0].1, Settle::Failed(_)) {
            break;
        }
        now += DAY;
        days += 1;
        assert!(days <= 31, "for ever");
        assert_eq!(marking(&engine.step(now, Event::Tick)), [id(1)]);
    }
    assert_eq!(days, 30);
    assert_eq!(engine.status().not_put_back, 1, "it is still shown");
}

#[test]
fn what_depends_on_what_could_not_be_put_back_waits_with_it() {
    let child = |n| Entry {
        depends_on: Some(id(1)),
        ..replayed(n)
    };
    let new = Entry {
        depends_on: Some(id(1)),
        ..entry(3)
    };
    let (mut engine, _) = online(vec![replayed(1), child(2)]);
    engine.step(1, Event::SendingMarked(vec![id(1), id(2)]));
    let gone = Problem::new(ProblemKind::NotFound, "no such unit");
    let parent = Problem::new(ProblemKind::ParentFailed, "parent");
    engine.step(
        2,
        reply(vec![
            refused(1, Verdict::Rejected, gone),
            refused(2, Verdict::Rejected, parent),
        ]),
    );
    assert_eq!(engine.status().not_put_back, 2);
    let asked = engine.step(3, Event::Enqueued(new));
    let blocked = Settle::State(OutboxState::Blocked);
    assert!(
        asked.contains(&Command::Settle(vec![(id(3), blocked)])),
        "what is new says so at once"
    );
    let asked = engine.step(3 + DAY, Event::Tick);
    assert_eq!(marking(&asked), [id(1), id(2)], "both are tried together");
}
