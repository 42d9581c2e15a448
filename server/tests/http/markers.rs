//! Read markers, the unread count and `is_read`.

use crate::support::Person;
use crate::support::{House, mark_read, mutation};
use palier_domain::{IncidentId, Status, counts_as_unread};
use palier_wire::{
    Cursor, EntityKind, Mine, Payload, Scope, Verdict,
    sync::{ClearUnread, MarkRead, MarkUnread},
};
use reqwest::Method;

/// `mine` of an incident, from a snapshot of a scope.
async fn mine(person: &Person, scope: Scope, incident: IncidentId) -> Mine {
    let page = person.snapshot(scope, None, 500).await;
    let change = page.changes.into_iter();
    let mut change = change.filter(|it| it.kind == EntityKind::Incident && it.id == incident.0);
    change.next().unwrap().mine.unwrap()
}

#[tokio::test]
async fn unread_equals_a_recount_at_every_step() {
    let house = House::start().await;
    let incident = house.incident().await;
    let (owner, tenant) = (&house.owner, &house.tenant);
    for step in 0..12 {
        match step % 6 {
            0 | 3 => drop(tenant.writes(incident, "?").await),
            1 => drop(owner.writes(incident, "!").await),
            2 => owner.reads_up_to(incident, step).await,
            4 => drop(
                owner
                    .moves(
                        incident,
                        [Status::Planned, Status::Resolved][step as usize / 6],
                    )
                    .await,
            ),
            _ => tenant.reads_up_to(incident, step / 2).await,
        }
        for person in [owner, tenant] {
            let view = person.sees(incident).await;
            let thread = person.thread(incident).await;
            let counts = |it: &&palier_wire::rest::IncidentResponse| {
                counts_as_unread(it.kind, Some(it.author_id), it.n, person.id, view.read_n)
            };
            assert_eq!(
                view.unread,
                thread.iter().filter(counts).count() as u64,
                "step {step}"
            );
        }
    }
}

#[tokio::test]
async fn sending_does_not_move_the_own_marker() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.tenant.writes(incident, "Il fait froid").await;
    house.owner.writes(incident, "Je m’en occupe").await;
    assert_eq!(house.owner.sees(incident).await.unread, 1);
}

#[tokio::test]
async fn a_ticket_is_read_when_somebody_of_the_other_role_has_passed_it() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.tenant.writes(incident, "un").await;
    house.tenant.writes(incident, "deux").await;
    house.owner.writes(incident, "trois").await;
    house.tenant.reads_up_to(incident, 2).await;
    let is_read = |thread: Vec<palier_wire::rest::IncidentResponse>| -> Vec<bool> {
        thread.iter().map(|it| it.is_read).collect()
    };
    assert_eq!(
        is_read(house.owner.thread(incident).await),
        [false, false, false]
    );
    house.owner.reads_up_to(incident, 1).await;
    assert_eq!(
        is_read(house.owner.thread(incident).await),
        [true, false, false]
    );
    house.tenant.reads_up_to(incident, 3).await;
    assert_eq!(
        is_read(house.owner.thread(incident).await),
        [true, false, true]
    );
}

#[tokio::test]
async fn a_marker_never_goes_back_and_never_beyond_the_last_ticket() {
    let house = House::start().await;
    let incident = house.incident().await;
    for _ in 0..3 {
        house.tenant.writes(incident, "?").await;
    }
    house.owner.reads_up_to(incident, 2).await;
    house.owner.reads_up_to(incident, 1).await;
    assert_eq!(house.owner.sees(incident).await.read_n, 2);
    house.owner.reads_up_to(incident, u64::MAX).await;
    assert_eq!(house.owner.sees(incident).await.read_n, 3);
}

#[tokio::test]
async fn a_participant_enters_the_feed_with_his_first_marker() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.tenant.writes(incident, "?").await;
    let participants = || async {
        let scope = Scope::Lease(house.lease);
        let page = house.tenant.snapshot(scope, None, 500).await;
        let rows = page
            .changes
            .into_iter()
            .filter(|it| it.kind == EntityKind::Participant);
        rows.collect::<Vec<_>>()
    };
    assert!(participants().await.is_empty());
    house.owner.reads_up_to(incident, 1).await;
    let rows = participants().await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].data.as_ref().unwrap()["read_n"], 1);
    assert_eq!(
        rows[0].mine, None,
        "somebody else's marker says nothing about mine"
    );
}

#[tokio::test]
async fn only_who_saw_the_hand_made_mark_takes_it_away() {
    let house = House::start().await;
    let scope = Scope::Portfolio(house.portfolio);
    let incident = house.incident().await;
    house.tenant.writes(incident, "?").await;
    house.owner.reads_up_to(incident, 1).await;
    let unread = || {
        mutation(&Payload::MarkUnread(MarkUnread {
            incident_id: incident,
        }))
    };
    let answer = |seen_flag| {
        mutation(&Payload::MarkRead(MarkRead {
            up_to_m: None,
            incident_id: incident,
            up_to_n: Some(1),
            seen_flag,
        }))
    };
    house.owner.push(vec![unread(), unread()]).await;
    let flagged = mine(&house.owner, scope, incident).await;
    assert!(flagged.view.flagged);
    assert_eq!(flagged.view.read_n, 1, "no receipt is withdrawn");

    house
        .owner
        .push(vec![
            mark_read(incident, 1),
            answer(Some(flagged.flag_rev - 1)),
        ])
        .await;
    assert!(mine(&house.owner, scope, incident).await.view.flagged);
    house.owner.push(vec![answer(Some(flagged.flag_rev))]).await;
    assert!(!mine(&house.owner, scope, incident).await.view.flagged);

    house.owner.push(vec![unread()]).await;
    house.tenant.writes(incident, "encore").await;
    house.owner.push(vec![mark_read(incident, 2)]).await;
    assert!(
        !mine(&house.owner, scope, incident).await.view.flagged,
        "reading on answers it"
    );

    house.owner.push(vec![unread()]).await;
    let clear = mutation(&Payload::ClearUnread(ClearUnread {
        incident_id: incident,
    }));
    assert_eq!(house.owner.push_one(clear).await.status, Verdict::Applied);
    assert!(!mine(&house.owner, scope, incident).await.view.flagged);
}

#[tokio::test]
async fn the_flag_has_routes_of_its_own() {
    let house = House::start().await;
    let scope = Scope::Portfolio(house.portfolio);
    let incident = house.incident().await;
    let path = format!("/api/incidents/{incident}/unread-flag");
    for (method, flagged) in [(Method::PUT, true), (Method::DELETE, false)] {
        let reply = house.owner.request(method, &path).send().await.unwrap();
        assert_eq!(reply.status(), 204);
        assert_eq!(
            mine(&house.owner, scope, incident).await.view.flagged,
            flagged
        );
    }
}

#[tokio::test]
async fn the_own_marker_comes_with_the_own_numbers() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.tenant.writes(incident, "?").await;
    let scope = Scope::Portfolio(house.portfolio);
    let number = house.owner.snapshot(scope, None, 500).await.number.unwrap();
    house.owner.reads_up_to(incident, 1).await;
    let mut cursor = Cursor::start(house.server.app.epoch());
    cursor.at.insert(scope, number);
    let page = house.owner.changes(&cursor, 500).await;
    assert_eq!(
        page.changes.len(),
        1,
        "a marker moves nothing but the participant"
    );
    let mine = page.changes[0].mine.unwrap();
    assert_eq!(
        (mine.view.read_n, mine.view.unread, mine.participant_rev),
        (1, 0, 1)
    );
}
