//! Which tickets a person is told about.

use palier_domain::{IncidentId, Priority, TicketId};
use palier_engine::notify::{Candidate, EMERGENCIES_EACH, Focus, Hours, Summary, Wishes, decide};
use uuid::Uuid;

const ON: Wishes = Wishes {
    native: true,
    hours: Hours::Usual,
};

fn incident(n: u128) -> IncidentId {
    Uuid::from_u128(n).into()
}

fn ticket(on: u128, n: u64) -> Candidate {
    Candidate {
        incident_id: incident(on),
        ticket_id: TicketId(Uuid::from_u128(on * 1_000 + u128::from(n))),
        n,
        priority: Priority::Normal,
        muted: false,
    }
}

#[test]
fn a_window_in_the_background_gets_one_notification_per_incident_with_the_newest_words() {
    let tickets = [ticket(1, 4), ticket(1, 5), ticket(2, 1)];
    let decision = decide(&tickets, Focus::default(), ON, false);
    assert_eq!(decision.native, [(ticket(1, 5), 2), (ticket(2, 1), 1)]);
    assert!(decision.toasts.is_empty() && decision.summary.is_none());
    assert!(decision.decided.iter().all(|(_, shown)| *shown));
}

#[test]
fn nothing_is_said_about_what_is_in_front_of_the_person() {
    let focus = Focus {
        focused: true,
        incident_id: Some(incident(1)),
        at_end: true,
    };
    let decision = decide(&[ticket(1, 4), ticket(2, 1)], focus, ON, false);
    assert_eq!(
        decision.toasts,
        [(ticket(2, 1), 1)],
        "another incident: a toast"
    );
    assert!(decision.native.is_empty());
    assert_eq!(decision.decided[0], (ticket(1, 4).ticket_id, false));
}

#[test]
fn an_open_thread_that_is_scrolled_away_or_behind_another_window_is_not_in_front() {
    let open = Focus {
        focused: true,
        incident_id: Some(incident(1)),
        at_end: false,
    };
    let tickets = [ticket(1, 4)];
    assert_eq!(decide(&tickets, open, ON, false).toasts.len(), 1);
    let behind = Focus {
        focused: false,
        at_end: true,
        ..open
    };
    assert_eq!(decide(&tickets, behind, ON, false).native.len(), 1);
}

#[test]
fn many_at_once_and_the_history_of_a_first_sync_become_one_summary() {
    let tickets: Vec<Candidate> = (1..=6).map(|on| ticket(on, 1)).collect();
    let summary = Some(Summary {
        tickets: 6,
        incidents: 6,
        urgent: false,
    });
    let many = decide(&tickets, Focus::default(), ON, false);
    assert_eq!((many.summary, many.native.len()), (summary, 0));
    let first = decide(&tickets[..1], Focus::default(), ON, true);
    assert_eq!(first.summary.map(|summary| summary.tickets), Some(1));
}

#[test]
fn who_wants_no_notifications_gets_none_and_they_are_decided_all_the_same() {
    let off = Wishes {
        native: false,
        ..ON
    };
    let decision = decide(&[ticket(1, 1)], Focus::default(), off, false);
    assert!(decision.native.is_empty() && decision.summary.is_none());
    assert_eq!(decision.decided, [(ticket(1, 1).ticket_id, false)]);
}

#[test]
fn a_muted_incident_is_decided_on_in_silence() {
    let muted = Candidate {
        muted: true,
        ..ticket(1, 1)
    };
    let decision = decide(&[muted.clone(), ticket(2, 1)], Focus::default(), ON, false);
    assert_eq!(decision.native, [(ticket(2, 1), 1)]);
    assert_eq!(
        decision.decided,
        [(muted.ticket_id, false), (ticket(2, 1).ticket_id, true)]
    );
}

const QUIET: Wishes = Wishes {
    hours: Hours::Quiet,
    ..ON
};
const MORNING: Wishes = Wishes {
    hours: Hours::JustEnded,
    ..ON
};

fn emergency(on: u128, n: u64) -> Candidate {
    Candidate {
        priority: Priority::Emergency,
        ..ticket(on, n)
    }
}

#[test]
fn in_quiet_hours_an_emergency_passes_and_the_rest_is_held_undecided() {
    let tickets = [ticket(1, 4), emergency(2, 1), ticket(3, 1)];
    let decision = decide(&tickets, Focus::default(), QUIET, false);
    assert_eq!(decision.native, [(emergency(2, 1), 1)]);
    assert_eq!(decision.decided, [(emergency(2, 1).ticket_id, true)]);
    assert_eq!(decision.held, 2);
}

#[test]
fn the_end_of_the_quiet_hours_is_one_notification() {
    let night = [ticket(1, 4), ticket(1, 5), ticket(3, 1)];
    let morning = decide(&night, Focus::default(), MORNING, false);
    let told = Summary {
        tickets: 3,
        incidents: 2,
        urgent: false,
    };
    assert_eq!((morning.summary, morning.native.len()), (Some(told), 0));
    assert_eq!((morning.decided.len(), morning.held), (3, 0));
    let one = decide(&night[..2], Focus::default(), MORNING, false);
    assert_eq!(
        (one.summary, one.native),
        (None, vec![(ticket(1, 5), 2)]),
        "one incident is said by name"
    );
}

#[test]
fn quiet_hours_hold_nothing_of_what_would_make_no_noise() {
    let at_the_window = Focus {
        focused: true,
        ..Focus::default()
    };
    let tickets = [ticket(1, 4)];
    let seen = decide(&tickets, at_the_window, QUIET, false);
    assert_eq!((seen.toasts.len(), seen.held), (1, 0));
    let silent = Wishes {
        native: false,
        ..QUIET
    };
    let off = decide(&tickets, Focus::default(), silent, false);
    assert_eq!((off.decided.len(), off.held), (1, 0));
    let muted = Candidate {
        muted: true,
        ..ticket(1, 4)
    };
    let decision = decide(&[muted], Focus::default(), QUIET, false);
    assert_eq!((decision.decided.len(), decision.held), (1, 0));
}

#[test]
fn no_emergency_is_lost_in_a_summary() {
    let many: Vec<Candidate> = (1..=6).map(|on| ticket(on, 1)).collect();
    let with_a_flood = [many.as_slice(), &[emergency(9, 1), emergency(9, 2)]].concat();
    let rest = Some(Summary {
        tickets: 6,
        incidents: 6,
        urgent: false,
    });
    for (wishes, first) in [(ON, false), (ON, true), (MORNING, false)] {
        let decision = decide(&with_a_flood, Focus::default(), wishes, first);
        assert_eq!(decision.native, [(emergency(9, 2), 2)]);
        assert_eq!(decision.summary, rest);
        assert_eq!(decision.decided.len(), 8);
    }
    let at_the_window = Focus {
        focused: true,
        ..Focus::default()
    };
    let seen = decide(&with_a_flood, at_the_window, ON, false);
    assert_eq!(
        (seen.toasts, seen.summary),
        (vec![(emergency(9, 2), 2)], rest)
    );
    let alone = decide(&[emergency(9, 1)], Focus::default(), ON, true);
    assert_eq!((alone.native.len(), alone.summary), (1, None));
}

#[test]
fn more_emergencies_than_a_person_can_take_in_end_in_an_urgent_summary() {
    let floods: Vec<Candidate> = (1..=8).map(|on| emergency(on, 1)).collect();
    for wishes in [ON, QUIET] {
        let decision = decide(&floods, Focus::default(), wishes, false);
        assert_eq!(decision.native.len(), EMERGENCIES_EACH);
        let over = Summary {
            tickets: 3,
            incidents: 3,
            urgent: true,
        };
        assert_eq!(decision.summary, Some(over));
    }
}
