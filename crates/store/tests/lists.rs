//! The incident list, units and counters.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_domain::{IncidentId, Priority, Role, Status};
use palier_store::view::ListWanted;
use support::*;
use uuid::Uuid;

#[tokio::test]
async fn newest_activity_comes_first_with_the_last_words() {
    let mut desk = Desk::at_home().await;
    desk.pull(
        HOME,
        vec![incident(SINK, 9, 1), ticket(SINK, 1, TOM, "Ça fuit")],
    )
    .await;
    let rows = desk.store().incidents(&[], false).await.unwrap();
    let titles: Vec<_> = rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(titles, ["Fuite évier", "Pas d’eau chaude"]);
    let last = rows[1].last.clone().unwrap();
    assert_eq!(last.words, "Toujours rien");
    assert_eq!(last.author.as_deref(), Some("Tom Petit"));
    assert!(!last.mine);
    assert_eq!(rows[1].property.as_deref(), Some("12 rue des Lilas"));
    assert_eq!(rows[1].my_role, Role::Owner);
    assert_eq!(rows[1].unread, 2);
}

#[tokio::test]
async fn own_unsent_words_are_the_last_and_move_the_incident_up() {
    let mut desk = Desk::at_home().await;
    desk.pull(HOME, vec![incident(SINK, 2, 0)]).await;
    desk.store()
        .send_ticket(BOILER, "J’arrive", 0, at(30))
        .await
        .unwrap();
    let row = desk.store().incidents(&[], false).await.unwrap().remove(0);
    assert_eq!(row.id, BOILER);
    assert!(row.has_waiting && !row.has_failed && !row.has_draft);
    let last = row.last.unwrap();
    assert!(last.mine);
    assert_eq!(
        (last.words.as_str(), last.author_type),
        ("J’arrive", Role::Owner)
    );
}

#[tokio::test]
async fn filters_see_what_the_person_sees() {
    let mut desk = Desk::at_home().await;
    desk.pull(HOME, vec![incident(SINK, 2, 0)]).await;
    desk.store()
        .set_status(SINK, Status::Open, Status::Resolved, at(1))
        .await
        .unwrap();
    let ids = async |statuses: &[Status], unread| {
        let rows = desk.store().incidents(statuses, unread).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[Status::Resolved], false).await, [SINK]);
    assert_eq!(ids(&[Status::Open], false).await, [BOILER]);
    assert_eq!(ids(&[], true).await, [BOILER]);
    desk.store().mark_read(BOILER, 2, at(1)).await.unwrap();
    assert!(ids(&[], true).await.is_empty());
}

#[tokio::test]
async fn a_list_of_what_presses_follows_what_the_person_chose() {
    let mut desk = Desk::at_home().await;
    let mut sink = incident(SINK, 2, 0);
    sink.data.as_mut().unwrap()["priority"] = serde_json::json!(Priority::Emergency);
    desk.pull(HOME, vec![sink]).await;
    let store = desk.store();
    let of = async |priority| {
        let wanted = ListWanted {
            priority: Some(priority),
            ..ListWanted::default()
        };
        let rows = store.list(&wanted).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(of(Priority::Emergency).await, [SINK]);
    let boiler = store.incident(BOILER).await.unwrap().unwrap().priority;
    assert_eq!(of(boiler).await, [BOILER]);
    // Also before the server knows of it.
    store
        .set_priority(SINK, Priority::Emergency, Priority::Low, at(1))
        .await
        .unwrap();
    assert_eq!(of(Priority::Low).await, [SINK]);
    assert!(of(Priority::Emergency).await.is_empty());
}

#[tokio::test]
async fn a_list_of_a_few_is_the_beginning_of_the_whole_one() {
    let mut desk = Desk::at_home().await;
    let id = |n: usize| IncidentId(Uuid::from_u128(0x5000 + n as u128));
    let of = |n: usize| {
        let mut row = incident(id(n), 2, 0);
        let data = row.data.as_mut().unwrap();
        data["status"] = serde_json::json!(Status::ALL[n % Status::ALL.len()]);
        // Some at the same moment.
        data["updated_at"] = serde_json::json!(at(n as i64 * 7 % 13));
        row
    };
    desk.pull(HOME, (0..40).map(of).collect()).await;
    let store = desk.store();
    // What is in the journal stands elsewhere than the cache says.
    store.save_draft(id(3), "…", at(60)).await.unwrap();
    store
        .send_ticket(id(5), "J’arrive", 0, at(61))
        .await
        .unwrap();
    let status = Status::ALL[8 % Status::ALL.len()];
    store
        .set_status(id(8), status, Status::Resolved, at(62))
        .await
        .unwrap();
    let unread = ListWanted {
        unread_only: true,
        ..ListWanted::default()
    };
    let in_sight = ListWanted {
        in_sight: true,
        open: Some(id(8)),
        ..ListWanted::default()
    };
    for wanted in [ListWanted::default(), unread, in_sight] {
        let whole = store.list(&wanted).await.unwrap();
        for limit in [1, 2, 7, 30, 41, 100] {
            let few = ListWanted {
                limit: Some(limit),
                ..wanted.clone()
            };
            let few = store.list(&few).await.unwrap();
            assert_eq!(
                few,
                whole[..limit.min(whole.len())],
                "{limit} of {wanted:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_done_is_out_of_sight_unless_it_asks_or_is_open() {
    let mut desk = Desk::at_home().await;
    let mut done = incident(SINK, 2, 0);
    done.data.as_mut().unwrap()["status"] = serde_json::json!(Status::Closed);
    desk.pull(HOME, vec![done]).await;
    let ids = async |open| {
        let wanted = ListWanted {
            in_sight: true,
            open,
            ..ListWanted::default()
        };
        let rows = desk.store().list(&wanted).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(None).await, [BOILER]);
    assert_eq!(ids(Some(SINK)).await.len(), 2);
    desk.store().save_draft(SINK, "…", at(1)).await.unwrap();
    assert_eq!(ids(None).await.len(), 2);
}

#[tokio::test]
async fn a_draft_is_marked_in_the_list() {
    let desk = Desk::at_home().await;
    desk.store().save_draft(BOILER, "…", at(1)).await.unwrap();
    assert!(desk.store().incidents(&[], false).await.unwrap()[0].has_draft);
}

#[tokio::test]
async fn units_say_who_lives_there() {
    let desk = Desk::at_home().await;
    let units = desk
        .store()
        .units("2026-11-23".parse().unwrap())
        .await
        .unwrap();
    assert_eq!(units.len(), 1);
    assert_eq!(units[0].unit, "3B");
    assert_eq!(units[0].tenants, ["Tom Petit"]);
    assert_eq!(units[0].my_role, Role::Owner);
    let before = desk
        .store()
        .units("2023-11-23".parse().unwrap())
        .await
        .unwrap();
    assert!(before[0].tenants.is_empty(), "the lease had not begun");
}

#[tokio::test]
async fn the_newest_unread_incidents_are_named_and_what_is_read_is_not() {
    let mut desk = Desk::at_home().await;
    desk.pull(
        HOME,
        vec![incident(SINK, 9, 1), ticket(SINK, 1, TOM, "Ça fuit")],
    )
    .await;
    let newest = async |desk: &Desk, limit| desk.store().newest_unread(limit).await.unwrap();
    let all = newest(&desk, 5).await;
    let ids: Vec<_> = all.iter().map(|row| row.id).collect();
    assert_eq!(ids, [SINK, BOILER]);
    assert_eq!(
        (all[1].title.as_str(), all[1].unread),
        ("Pas d’eau chaude", 2)
    );
    assert!(all[1].unit.is_some());
    assert_eq!(newest(&desk, 1).await.len(), 1);
    desk.store().mark_read(SINK, 1, at(40)).await.unwrap();
    assert_eq!(newest(&desk, 5).await, all[1..]);
}
