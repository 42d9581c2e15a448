//! Writing, sending, and taking back what was sent.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_domain::{IncidentId, MutationId, OutboxState, Priority, Status, TicketId};
use palier_engine::{Settle, Weight};
use palier_store::{ActError, LaneChange, act::NewIncident, view::UnsentWhat};
use palier_wire::{Payload, Problem, ProblemKind};
use support::*;
use uuid::Uuid;

fn refused(kind: ProblemKind) -> Settle {
    Settle::Failed(Box::new(Problem::new(kind, "no")))
}

async fn payload(desk: &Desk, id: MutationId) -> (String, Payload) {
    desk.attempts(id).await;
    let mutation = desk.store().payloads(&[id]).await.unwrap().remove(0);
    let bytes = mutation.payload.get().to_owned();
    let payload = Payload::decode(&mutation.kind, mutation.schema, &bytes).unwrap();
    (bytes, payload)
}

async fn states(desk: &Desk) -> Vec<(MutationId, OutboxState)> {
    let loaded = desk.store().load(false).await.unwrap();
    let entries = loaded.entries.into_iter();
    entries
        .map(|entry| (entry.mutation_id, entry.state))
        .collect()
}

#[tokio::test]
async fn a_draft_is_kept_as_typed_and_goes_when_it_is_emptied() {
    let desk = Desk::at_home().await;
    desk.store()
        .save_draft(BOILER, " bon ", at(0))
        .await
        .unwrap();
    assert_eq!(desk.draft().await, " bon ");
    desk.store().save_draft(BOILER, " ", at(0)).await.unwrap();
    assert_eq!(desk.draft().await, "");
    assert_eq!(desk.store().unsent_count().await.unwrap(), 0);
}

#[tokio::test]
async fn sending_clears_the_draft_and_shows_the_ticket_last() {
    let desk = Desk::at_home().await;
    desk.store()
        .save_draft(BOILER, "Le plombier vient", at(0))
        .await
        .unwrap();
    let sent = desk
        .store()
        .send_ticket(BOILER, "Le plombier vient  \n", 5_000, at(1))
        .await
        .unwrap();
    assert_eq!(desk.draft().await, "");
    assert_eq!(desk.unsent().await, ["Le plombier vient"]);
    let entry = &sent.lane.enqueued[0];
    assert_eq!(entry.state, OutboxState::Held);
    assert_eq!(entry.due_in, 5_000);
    assert_eq!(entry.weight, Weight::Ordinary);
}

#[tokio::test]
async fn what_cannot_be_sent_stays_in_the_draft() {
    let desk = Desk::at_home().await;
    desk.store()
        .save_draft(BOILER, "gardé", at(0))
        .await
        .unwrap();
    let long = "x".repeat(17 * 1024);
    for text in ["", " \n", long.as_str()] {
        let refused = desk.store().send_ticket(BOILER, text, 0, at(1)).await;
        assert!(matches!(refused, Err(ActError::Invalid(_))));
    }
    let nowhere = IncidentId(Uuid::from_u128(404));
    let refused = desk.store().send_ticket(nowhere, "où ?", 0, at(1)).await;
    assert!(matches!(refused, Err(ActError::NoSuchIncident)));
    assert_eq!(desk.draft().await, "gardé");
    assert!(states(&desk).await.is_empty());
}

#[tokio::test]
async fn a_payload_leaves_byte_for_byte_the_same_every_time() {
    let mut desk = Desk::at_home().await;
    let (ticket_id, id) = desk.sends("« été » \u{1F527}").await;
    let (first, payload_read) = payload(&desk, id).await;
    let Payload::AddTicket(ticket) = payload_read else {
        panic!("a ticket");
    };
    assert_eq!(ticket.ticket_id, ticket_id);
    desk.crash_and_start().await;
    assert_eq!(payload(&desk, id).await.0, first);
    let entry = desk.store().load(false).await.unwrap().entries.remove(0);
    assert_eq!(entry.payload_bytes as usize, first.len());
}

#[tokio::test]
async fn undo_puts_words_before_what_was_typed_since() {
    let desk = Desk::at_home().await;
    let sent = desk
        .store()
        .send_ticket(BOILER, "un", 5_000, at(1))
        .await
        .unwrap();
    desk.store()
        .save_draft(BOILER, "deux", at(2))
        .await
        .unwrap();
    let undone = desk.store().undo(sent.ticket_id, at(3)).await.unwrap();
    assert_eq!(undone.lane.removed, [sent.mutation_id]);
    assert_eq!(desk.draft().await, "un\ndeux");
    assert!(desk.unsent().await.is_empty());
    let again = desk.store().undo(sent.ticket_id, at(3)).await;
    assert!(matches!(again, Err(ActError::NoSuchEntry)));
}

#[tokio::test]
async fn undo_is_too_late_once_an_attempt_began() {
    let desk = Desk::at_home().await;
    let (ticket, id) = desk.sends("parti").await;
    desk.attempts(id).await;
    for settle in [None, Some(Settle::State(OutboxState::Waiting))] {
        if let Some(settle) = settle {
            desk.settles(id, settle).await;
        }
        let late = desk.store().undo(ticket, at(2)).await;
        assert!(matches!(late, Err(ActError::MayHaveLeft)));
    }
    assert_eq!(desk.unsent().await, ["parti"], "nothing was changed");
}

#[tokio::test]
async fn what_was_taken_back_cannot_be_marked_as_sending() {
    let desk = Desk::at_home().await;
    let (ticket, id) = desk.sends("non").await;
    desk.store().undo(ticket, at(2)).await.unwrap();
    assert!(desk.store().mark_sending(&[id]).await.unwrap().is_empty());
}

#[tokio::test]
async fn send_now_ends_the_undo_time() {
    let desk = Desk::at_home().await;
    let sent = desk
        .store()
        .send_ticket(BOILER, "vite", 5_000, at(1))
        .await
        .unwrap();
    let lane = desk.store().send_now(sent.ticket_id).await.unwrap();
    assert_eq!(lane.changed[0].state, OutboxState::Queued);
    assert_eq!(lane.changed[0].due_in, 0);
    let again = desk.store().send_now(sent.ticket_id).await.unwrap();
    assert_eq!(again, LaneChange::default());
}

#[tokio::test]
async fn a_refused_ticket_that_is_edited_keeps_its_id_under_a_new_mutation() {
    let desk = Desk::at_home().await;
    let (ticket, first) = desk.sends("faute").await;
    desk.attempts(first).await;
    desk.settles(first, refused(ProblemKind::Forbidden)).await;
    let edited = desk.store().edit(ticket, at(2)).await.unwrap();
    assert_eq!(edited.lane.removed, [first]);
    assert!(
        edited.lane.enqueued.is_empty(),
        "the server said no: nothing to cancel"
    );
    assert_eq!(desk.draft().await, "faute");
    let (same, second) = desk.sends("corrigé").await;
    assert_eq!(same, ticket);
    assert_ne!(second, first);
}

#[tokio::test]
async fn a_ticket_refused_for_its_id_gets_another() {
    let desk = Desk::at_home().await;
    let (ticket, id) = desk.sends("pris").await;
    desk.attempts(id).await;
    desk.settles(id, refused(ProblemKind::IdTaken)).await;
    desk.store().edit(ticket, at(2)).await.unwrap();
    assert_ne!(desk.sends("pris").await.0, ticket);
}

#[tokio::test]
async fn editing_what_may_have_left_cancels_it_in_its_place() {
    let desk = Desk::at_home().await;
    let (ticket, first) = desk.sends("peut-être parti").await;
    let (_, second) = desk.sends("derrière").await;
    desk.attempts(first).await;
    desk.settles(first, Settle::State(OutboxState::Waiting))
        .await;

    let edited = desk.store().edit(ticket, at(2)).await.unwrap();
    assert_eq!(edited.lane.removed, [first]);
    let cancel = edited.lane.enqueued[0].clone();
    assert_eq!(cancel.weight, Weight::Cancel);
    let order: Vec<_> = states(&desk).await.into_iter().map(|(id, _)| id).collect();
    assert_eq!(
        order,
        [cancel.mutation_id, second],
        "in the place of what it takes back"
    );
    assert_eq!(desk.draft().await, "peut-être parti");
    assert_ne!(
        desk.sends("autre").await.0,
        ticket,
        "the words are a new ticket"
    );

    // The payload never leaves again, whatever the engine still believes.
    assert!(
        desk.store()
            .mark_sending(&[first])
            .await
            .unwrap()
            .is_empty()
    );
    desk.settles(first, Settle::State(OutboxState::Queued))
        .await;
    assert!(
        desk.store()
            .mark_sending(&[first])
            .await
            .unwrap()
            .is_empty()
    );
    let (_, read) = payload(&desk, cancel.mutation_id).await;
    assert!(matches!(read, Payload::Cancel(it) if it.mutation_id == first));
}

#[tokio::test]
async fn what_is_on_its_way_is_not_pushed_once_it_is_taken_back() {
    let desk = Desk::at_home().await;
    let (ticket, id) = desk.sends("en route").await;
    desk.attempts(id).await;
    desk.store().edit(ticket, at(2)).await.unwrap();
    assert!(desk.store().payloads(&[id]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_cancel_that_stopped_its_ticket_leaves_nothing() {
    let desk = Desk::at_home().await;
    let (ticket, id) = desk.sends("oublie").await;
    desk.attempts(id).await;
    let lane = desk.store().discard(id, at(2)).await.unwrap();
    assert_eq!(
        desk.store().outbox().await.unwrap()[0].entry.state,
        OutboxState::Cancelling
    );
    let cancel = lane.enqueued[0].mutation_id;
    desk.attempts(cancel).await;
    desk.settles(
        cancel,
        Settle::Done {
            cancelled: Some(true),
        },
    )
    .await;
    assert!(desk.unsent().await.is_empty());
    desk.store().retire(&[cancel], at(3)).await.unwrap();
    assert!(states(&desk).await.is_empty());
    assert!(matches!(
        desk.store().entry_of(ticket).await,
        Err(ActError::NoSuchEntry)
    ));
}

#[tokio::test]
async fn a_cancel_that_came_too_late_shows_the_ticket_as_sent() {
    let mut desk = Desk::at_home().await;
    let (ticket, id) = desk.sends("arrivé").await;
    desk.attempts(id).await;
    let lane = desk.store().discard(id, at(2)).await.unwrap();
    let cancel = lane.enqueued[0].mutation_id;
    desk.attempts(cancel).await;
    desk.settles(
        cancel,
        Settle::Done {
            cancelled: Some(false),
        },
    )
    .await;
    assert_eq!(desk.unsent().await, ["arrivé"], "until its row comes");
    desk.pull(HOME, vec![ticket_as(ticket, BOILER, 3, AWA, "arrivé")])
        .await;
    desk.store().retire(&[cancel], at(3)).await.unwrap();
    assert_eq!(desk.sent().await.last().unwrap(), "arrivé");
    assert!(desk.unsent().await.is_empty());
    assert!(states(&desk).await.is_empty());
}

#[tokio::test]
async fn what_is_being_taken_back_can_be_hurried_but_not_discarded_again() {
    let desk = Desk::at_home().await;
    let (ticket, id) = desk.sends("reviens").await;
    desk.attempts(id).await;
    let cancel = desk.store().discard(id, at(2)).await.unwrap().enqueued[0].mutation_id;
    for either in [id, cancel] {
        let lane = desk.store().discard(either, at(2)).await.unwrap();
        assert_eq!(lane, LaneChange::default());
    }
    assert!(matches!(
        desk.store().edit(ticket, at(2)).await,
        Err(ActError::NoSuchEntry)
    ));
    desk.attempts(cancel).await;
    desk.settles(cancel, Settle::State(OutboxState::Waiting))
        .await;
    for either in [id, cancel] {
        let lane = desk.store().retry(either).await.unwrap();
        assert_eq!(lane.changed[0].mutation_id, cancel);
        assert_eq!(lane.changed[0].state, OutboxState::Queued);
    }
}

#[tokio::test]
async fn discarding_before_any_attempt_needs_no_cancel() {
    let desk = Desk::at_home().await;
    let (_, id) = desk.sends("rien").await;
    let lane = desk.store().discard(id, at(2)).await.unwrap();
    assert_eq!(lane.removed, [id]);
    assert!(lane.enqueued.is_empty());
    assert!(matches!(
        desk.store().discard(id, at(2)).await,
        Err(ActError::NoSuchEntry)
    ));
}

#[tokio::test]
async fn what_the_server_has_can_be_neither_edited_nor_discarded() {
    let desk = Desk::at_home().await;
    let (ticket, id) = desk.sends("là-bas").await;
    desk.attempts(id).await;
    desk.settles(id, Settle::Done { cancelled: None }).await;
    assert!(matches!(
        desk.store().edit(ticket, at(2)).await,
        Err(ActError::AlreadyDelivered)
    ));
    assert!(matches!(
        desk.store().discard(id, at(2)).await,
        Err(ActError::AlreadyDelivered)
    ));
    assert!(matches!(
        desk.store().undo(ticket, at(2)).await,
        Err(ActError::MayHaveLeft)
    ));
}

#[tokio::test]
async fn a_refused_entry_says_why_survives_a_restart_and_can_be_tried_again() {
    let mut desk = Desk::at_home().await;
    let (_, id) = desk.sends("refusé").await;
    desk.attempts(id).await;
    desk.settles(id, refused(ProblemKind::Forbidden)).await;
    desk.crash_and_start().await;
    let line = desk.store().outbox().await.unwrap().remove(0);
    assert_eq!(line.entry.state, OutboxState::Failed);
    assert_eq!(line.entry.problem.unwrap().kind, ProblemKind::Forbidden);
    assert_eq!(line.incident_title.as_deref(), Some("Pas d’eau chaude"));
    let lane = desk.store().retry(id).await.unwrap();
    assert_eq!(lane.changed[0].state, OutboxState::Queued);
    assert!(
        desk.store().outbox().await.unwrap()[0]
            .entry
            .problem
            .is_none()
    );
}

async fn opens(desk: &Desk) -> (IncidentId, MutationId) {
    let incident = NewIncident {
        id: None,
        unit_id: UNIT,
        title: "Serrure bloquée".into(),
        description: String::new(),
        category: palier_domain::Category::Lock,
        priority: Priority::High,
    };
    let (id, lane) = desk.store().open_incident(incident, at(3)).await.unwrap();
    (id, lane.enqueued[0].mutation_id)
}

#[tokio::test]
async fn an_incident_opened_offline_can_be_written_on_at_once() {
    let desk = Desk::at_home().await;
    let (incident_id, opening) = opens(&desk).await;
    let sent = desk
        .store()
        .send_ticket(incident_id, "vite", 0, at(1))
        .await
        .unwrap();
    assert_eq!(sent.lane.enqueued[0].depends_on, Some(opening));
    let thread = desk
        .store()
        .thread(incident_id, None, 10)
        .await
        .unwrap()
        .unwrap();
    assert!(thread.head.unsent);
    assert_eq!(thread.head.title, "Serrure bloquée");
    assert_eq!(thread.head.unit.as_deref(), Some("3B"));
    assert_eq!(thread.unsent.len(), 1);
    let row = desk.store().incidents(&[], false).await.unwrap().remove(0);
    assert_eq!((row.id, row.unsent), (incident_id, true));
    assert_eq!(row.last.unwrap().words, "vite");
}

#[tokio::test]
async fn what_depends_on_a_refused_incident_follows_its_fate() {
    let desk = Desk::at_home().await;
    let (incident_id, opening) = opens(&desk).await;
    let child = desk
        .store()
        .send_ticket(incident_id, "vite", 0, at(1))
        .await
        .unwrap();
    desk.attempts(opening).await;
    desk.settles(opening, refused(ProblemKind::Forbidden)).await;
    desk.settles(child.mutation_id, Settle::State(OutboxState::Blocked))
        .await;

    let lane = desk.store().retry(opening).await.unwrap();
    let queued: Vec<_> = lane
        .changed
        .iter()
        .map(|entry| (entry.mutation_id, entry.state))
        .collect();
    let both = [
        (opening, OutboxState::Queued),
        (child.mutation_id, OutboxState::Queued),
    ];
    assert_eq!(queued, both, "both are tried again");

    desk.attempts(opening).await;
    desk.settles(opening, refused(ProblemKind::Forbidden)).await;
    let lane = desk.store().discard(opening, at(2)).await.unwrap();
    assert_eq!(lane.removed, [child.mutation_id, opening]);
    // Tried twice: the first attempt may still arrive, so the server is asked.
    let cancel = lane.enqueued[0].mutation_id;
    assert_eq!(states(&desk).await, [(cancel, OutboxState::Queued)]);
}

#[tokio::test]
async fn a_title_that_cannot_be_is_refused() {
    let desk = Desk::at_home().await;
    let incident = NewIncident {
        id: None,
        unit_id: UNIT,
        title: " ".into(),
        description: String::new(),
        category: palier_domain::Category::Other,
        priority: Priority::Low,
    };
    let refused = desk.store().open_incident(incident, at(1)).await;
    assert!(matches!(refused, Err(ActError::Invalid(invalid)) if invalid.field == "title"));
}

#[tokio::test]
async fn an_unsent_move_of_the_status_is_shown_until_it_fails() {
    let desk = Desk::at_home().await;
    let lane = desk
        .store()
        .set_status(BOILER, Status::Open, Status::Planned, at(1))
        .await
        .unwrap();
    let id = lane.enqueued[0].mutation_id;
    let head = desk.store().incident(BOILER).await.unwrap().unwrap();
    assert_eq!(head.status, Status::Planned);
    let line = desk.store().outbox().await.unwrap().remove(0);
    assert!(matches!(line.entry.what, UnsentWhat::Status(change) if change.to == Status::Planned));
    desk.attempts(id).await;
    desk.settles(id, refused(ProblemKind::ChangedMeanwhile))
        .await;
    let head = desk.store().incident(BOILER).await.unwrap().unwrap();
    assert_eq!(head.status, Status::Open);
    let row = desk
        .store()
        .incidents(&[Status::Open], false)
        .await
        .unwrap()
        .remove(0);
    assert!(row.has_failed && !row.has_waiting);
}

#[tokio::test]
async fn an_unknown_ticket_is_said_to_be_unknown() {
    let desk = Desk::at_home().await;
    let nobody = TicketId(Uuid::from_u128(404));
    assert!(matches!(
        desk.store().undo(nobody, at(1)).await,
        Err(ActError::NoSuchEntry)
    ));
    assert!(matches!(
        desk.store().edit(nobody, at(1)).await,
        Err(ActError::NoSuchEntry)
    ));
    assert!(matches!(
        desk.store().send_now(nobody).await,
        Err(ActError::NoSuchEntry)
    ));
}

#[tokio::test]
async fn what_was_sent_long_ago_is_forgotten_by_the_servers_clock() {
    let mut desk = Desk::at_home().await;
    let (_, old) = desk.sends("vieux").await;
    desk.attempts(old).await;
    desk.settles(old, Settle::Done { cancelled: None }).await;
    desk.store().retire(&[old], at(0)).await.unwrap();
    assert_eq!(count(&desk, "select count(*) from sent_log").await, 1);
    let mut page = desk.page(HOME, vec![]).await;
    page.server_time = at(60 * 24 * 31);
    desk.apply(&page).await;
    desk.store().retire(&[], at(0)).await.unwrap();
    assert_eq!(count(&desk, "select count(*) from sent_log").await, 0);
}

async fn count(desk: &Desk, query: &'static str) -> i64 {
    use sqlx::Connection;
    let url = format!("sqlite://{}", desk.path("journal.sqlite").display());
    let mut conn = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query_scalar(query)
        .fetch_one(&mut conn)
        .await
        .unwrap()
}

#[tokio::test]
async fn what_was_refused_after_several_attempts_is_taken_back_at_the_server_too() {
    let desk = Desk::at_home().await;
    // An earlier attempt may still be on its way, and be taken when it arrives.
    let (_, id) = desk.sends("Bonjour").await;
    desk.attempts(id).await;
    desk.settles(id, Settle::State(OutboxState::Waiting)).await;
    desk.attempts(id).await;
    desk.settles(id, refused(ProblemKind::NotFound)).await;
    let lane = desk.store().discard(id, at(2)).await.unwrap();
    assert_eq!(lane.enqueued[0].weight, Weight::Cancel);

    let (_, once) = desk.sends("Une fois").await;
    desk.attempts(once).await;
    desk.settles(once, refused(ProblemKind::NotFound)).await;
    let lane = desk.store().discard(once, at(3)).await.unwrap();
    assert_eq!(lane.removed, [once], "the only attempt was judged");
    assert_eq!(lane.enqueued, []);
}

#[tokio::test]
async fn what_may_have_left_is_not_failed_when_its_scope_is_lost() {
    let desk = Desk::at_home().await;
    let (_, tried) = desk.sends("Essayé").await;
    desk.attempts(tried).await;
    desk.settles(tried, Settle::State(OutboxState::Waiting))
        .await;
    let (_, new) = desk.sends("Jamais parti").await;
    desk.store().drop_scopes(&[HOME]).await.unwrap();
    assert_eq!(
        states(&desk).await,
        [(tried, OutboxState::Waiting), (new, OutboxState::Failed)]
    );
}

#[tokio::test]
async fn what_is_applied_all_the_same_takes_its_earlier_attempts_back() {
    for attempts in [1, 2] {
        let mut desk = Desk::at_home().await;
        let head = desk.store().incident(BOILER).await.unwrap().unwrap();
        let lane = desk
            .store()
            .set_priority(BOILER, head.priority, Priority::High, at(1))
            .await
            .unwrap();
        let id = lane.enqueued[0].mutation_id;
        for _ in 1..attempts {
            desk.attempts(id).await;
            desk.settles(id, Settle::State(OutboxState::Waiting)).await;
        }
        desk.attempts(id).await;
        desk.settles(id, refused(ProblemKind::ChangedMeanwhile))
            .await;
        let mut row = incident(BOILER, 5, 2);
        row.data.as_mut().unwrap()["priority"] = serde_json::json!("low");
        desk.pull(HOME, vec![row]).await;
        let lane = desk.store().apply_anyway(id, at(3)).await.unwrap();
        assert_eq!(lane.removed, [id]);
        let mut kinds = Vec::new();
        for entry in &lane.enqueued {
            kinds.push(payload(&desk, entry.mutation_id).await.1.kind().to_owned());
        }
        match attempts {
            1 => assert_eq!(kinds, ["set_priority"], "the only attempt was judged"),
            _ => assert_eq!(kinds, ["cancel", "set_priority"]),
        }
    }
}
