//! A full disk: what does not fit is said, and nothing that was kept is lost.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_store::{ActError, Store, StoreError};
use support::*;

/// Nothing more fits: the limit is what the journal has already.
async fn fills_up(store: &Store) {
    store.limit_journal_pages(Some(1)).await;
}

#[tokio::test]
async fn a_draft_that_does_not_fit_leaves_the_one_before() {
    let mut desk = Desk::at_home().await;
    desk.store()
        .save_draft(BOILER, "court", at(1))
        .await
        .unwrap();
    fills_up(desk.store()).await;
    let long = "x".repeat(200_000);
    let full = desk.store().save_draft(BOILER, &long, at(2)).await;
    assert!(matches!(full, Err(StoreError::DiskFull { .. })));
    assert_eq!(desk.draft().await, "court");
    desk.crash_and_start().await;
    assert_eq!(desk.draft().await, "court");
}

#[tokio::test]
async fn a_ticket_that_does_not_fit_stays_in_the_draft() {
    let desk = Desk::at_home().await;
    let text = "y".repeat(16_000);
    desk.store().save_draft(BOILER, &text, at(1)).await.unwrap();
    fills_up(desk.store()).await;
    let full = desk.store().send_ticket(BOILER, &text, 0, at(2)).await;
    assert!(matches!(
        full,
        Err(ActError::Store(StoreError::DiskFull { .. }))
    ));
    assert_eq!(desk.draft().await, text);
    assert!(desk.unsent().await.is_empty());
}

#[tokio::test]
async fn writing_goes_on_as_soon_as_there_is_room() {
    let desk = Desk::at_home().await;
    fills_up(desk.store()).await;
    let text = "z".repeat(16_000);
    assert!(
        desk.store()
            .send_ticket(BOILER, &text, 0, at(1))
            .await
            .is_err()
    );
    desk.store().limit_journal_pages(None).await;
    desk.store()
        .send_ticket(BOILER, &text, 0, at(1))
        .await
        .unwrap();
    assert_eq!(desk.unsent().await, [text]);
}
