//! What a person is told about: once.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_domain::TicketId;
use palier_wire::Epoch;
use support::*;
use uuid::Uuid;

async fn candidates(desk: &Desk) -> Vec<String> {
    let rows = desk.store().candidates().await.unwrap();
    rows.into_iter().map(|row| row.words).collect()
}

async fn ids(desk: &Desk) -> Vec<TicketId> {
    let rows = desk.store().candidates().await.unwrap();
    rows.into_iter()
        .map(|row| row.candidate.ticket_id)
        .collect()
}

fn third() -> Vec<Row> {
    vec![incident(BOILER, 2, 3), ticket(BOILER, 3, TOM, "Alors ?")]
}

#[tokio::test]
async fn what_was_there_at_first_is_history() {
    let mut desk = Desk::at_home().await;
    assert!(!desk.store().notifies().await.unwrap());
    desk.store().start_notifying().await.unwrap();
    assert!(desk.store().notifies().await.unwrap());
    assert!(candidates(&desk).await.is_empty());
    desk.pull(HOME, third()).await;
    let row = desk.store().candidates().await.unwrap().remove(0);
    assert_eq!(row.words, "Alors ?");
    assert_eq!(row.author.as_deref(), Some("Tom Petit"));
    assert_eq!(row.unit.as_deref(), Some("3B"));
    assert_eq!(row.incident_title, "Pas d’eau chaude");
}

#[tokio::test]
async fn a_ticket_decided_on_never_comes_up_again() {
    let mut desk = Desk::at_home().await;
    desk.store().start_notifying().await.unwrap();
    desk.pull(HOME, third()).await;
    let id = ids(&desk).await[0];
    desk.store().record_decided(&[(id, true)]).await.unwrap();
    desk.crash_and_start().await;
    assert!(candidates(&desk).await.is_empty());
    // Not even after the cache was fetched again.
    desk.store().adopt_epoch(EPOCH, at(2)).await.unwrap();
    let mut rows = home();
    rows.extend(third());
    desk.bootstrap(HOME, rows).await;
    assert!(candidates(&desk).await.is_empty());
}

#[tokio::test]
async fn own_tickets_and_what_was_read_here_are_not_announced() {
    let mut desk = Desk::at_home().await;
    desk.store().start_notifying().await.unwrap();
    let mut rows = third();
    rows.push(ticket(BOILER, 4, AWA, "de moi"));
    desk.pull(HOME, rows).await;
    assert_eq!(candidates(&desk).await, ["Alors ?"]);
    desk.store().mark_read(BOILER, 3, at(1)).await.unwrap();
    assert!(candidates(&desk).await.is_empty());
}

#[tokio::test]
async fn an_incident_that_is_new_is_announced_from_its_first_ticket() {
    let mut desk = Desk::at_home().await;
    desk.store().start_notifying().await.unwrap();
    desk.pull(
        HOME,
        vec![incident(SINK, 1, 1), ticket(SINK, 1, TOM, "Ça fuit")],
    )
    .await;
    assert_eq!(candidates(&desk).await, ["Ça fuit"]);
}

#[tokio::test]
async fn a_notification_is_withdrawn_once_when_read_elsewhere() {
    let mut desk = Desk::at_home().await;
    desk.store().start_notifying().await.unwrap();
    desk.pull(HOME, third()).await;
    let decided: Vec<_> = ids(&desk).await.into_iter().map(|id| (id, true)).collect();
    desk.store().record_decided(&decided).await.unwrap();
    let withdrawn = async || desk.store().take_withdrawals().await.unwrap();
    assert!(withdrawn().await.is_empty());
    let read = incident(BOILER, 3, 3).mine(3, 3, 0);
    desk.pull(HOME, vec![read]).await;
    assert_eq!(desk.store().take_withdrawals().await.unwrap(), [BOILER]);
    assert!(desk.store().take_withdrawals().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_new_epoch_makes_everything_history_again() {
    let desk = Desk::at_home().await;
    desk.store().start_notifying().await.unwrap();
    let other = Epoch(Uuid::from_u128(100));
    desk.store().adopt_epoch(other, at(1)).await.unwrap();
    assert!(!desk.store().notifies().await.unwrap());
}
