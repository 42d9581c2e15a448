//! Opening a folder: what survives, what is made anew, what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_domain::OutboxState;
use palier_store::{EpochStanding, Store, StoreError};
use palier_wire::Epoch;
use support::*;
use uuid::Uuid;

#[tokio::test]
async fn one_program_at_a_time() {
    let mut desk = Desk::empty().await;
    let second = Store::open(desk.folder.path(), AWA).await;
    assert!(matches!(second, Err(StoreError::FolderInUse(_))));
    desk.stop().await;
    Store::open(desk.folder.path(), AWA).await.unwrap();
}

#[tokio::test]
async fn only_the_person_may_look_into_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::empty().await;
    for folder in ["", "blobs"] {
        let mode = std::fs::metadata(desk.path(folder)).unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o700);
    }
}

#[tokio::test]
async fn a_folder_belongs_to_one_user() {
    let mut desk = Desk::empty().await;
    desk.stop().await;
    let other = Store::open(desk.folder.path(), TOM).await;
    assert!(matches!(other, Err(StoreError::OtherUser(_))));
}

#[tokio::test]
async fn a_place_where_no_folder_can_be_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let refused = Store::open(&file.path().join("data"), AWA).await;
    assert!(matches!(refused, Err(StoreError::FolderNotWritable { .. })));
}

#[tokio::test]
async fn after_a_crash_everything_written_is_there_and_nothing_is_sending() {
    let mut desk = Desk::at_home().await;
    desk.store()
        .save_draft(SINK, "à moitié", at(0))
        .await
        .unwrap();
    let (_, first) = desk.sends("premier").await;
    let (_, second) = desk.sends("second").await;
    desk.attempts(first).await;
    let device = desk.store().device_id();

    assert!(!desk.crash_and_start().await, "the cache is as it was");
    let loaded = desk.store().load(false).await.unwrap();
    let states: Vec<_> = loaded
        .entries
        .iter()
        .map(|entry| (entry.mutation_id, entry.state, entry.attempts))
        .collect();
    assert_eq!(
        states,
        [
            (first, OutboxState::Queued, 1),
            (second, OutboxState::Queued, 0)
        ]
    );
    assert_eq!(loaded.cursor, Some(cursor(&[(OWN, 0), (HOME, 0)])));
    assert_eq!(loaded.device_id, device);
    assert_eq!(desk.store().draft(SINK).await.unwrap().message, "à moitié");
    assert_eq!(desk.unsent().await, ["premier", "second"]);
    assert_eq!(desk.sent().await.len(), 2);
}

#[tokio::test]
async fn the_undo_time_begins_anew_at_every_start() {
    let mut desk = Desk::at_home().await;
    desk.store()
        .send_ticket(BOILER, "bonjour", 5_000, at(0))
        .await
        .unwrap();
    desk.crash_and_start().await;
    let entry = desk.store().load(false).await.unwrap().entries.remove(0);
    assert_eq!((entry.state, entry.due_in), (OutboxState::Held, 5_000));
}

#[tokio::test]
async fn a_damaged_cache_is_made_anew_and_costs_no_words() {
    for damage in [Damage::Garbage, Damage::Page, Damage::OtherSchema] {
        let mut desk = Desk::at_home().await;
        desk.sends("toujours là").await;
        desk.stop().await;
        damage.strike(&desk).await;
        assert!(desk.start().await, "{damage:?} was noticed");
        let loaded = desk.store().load(false).await.unwrap();
        assert_eq!(loaded.cursor, Some(cursor(&[])), "fetched again");
        assert_eq!(loaded.entries.len(), 1);
    }
}

#[derive(Debug, Clone, Copy)]
enum Damage {
    Garbage,
    Page,
    OtherSchema,
}

impl Damage {
    async fn strike(self, desk: &Desk) {
        let file = desk.path("cache.sqlite");
        match self {
            Self::Garbage => std::fs::write(file, b"not a database, but long enough").unwrap(),
            Self::Page => {
                let mut bytes = std::fs::read(&file).unwrap();
                // Every page but the first and the one with the version.
                let from = bytes.len() / 2;
                bytes[from..].fill(0xAA);
                std::fs::write(file, bytes).unwrap();
            }
            Self::OtherSchema => {
                use sqlx::Connection;
                let url = format!("sqlite://{}", file.display());
                let mut conn = sqlx::SqliteConnection::connect(&url).await.unwrap();
                sqlx::raw_sql("update meta set schema_sha256 = 'another'")
                    .execute(&mut conn)
                    .await
                    .unwrap();
                conn.close().await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn a_cache_of_another_epoch_is_made_anew() {
    let mut desk = Desk::at_home().await;
    desk.stop().await;
    // As if the power had failed between the journal's commit and the cache's.
    use sqlx::Connection;
    let url = format!("sqlite://{}", desk.path("journal.sqlite").display());
    let mut conn = sqlx::SqliteConnection::connect(&url).await.unwrap();
    sqlx::query("update account set epoch = ?1")
        .bind(Uuid::from_u128(100))
        .execute(&mut conn)
        .await
        .unwrap();
    conn.close().await.unwrap();
    assert!(desk.start().await);
    let cursor = desk.store().cursor().await.unwrap().unwrap();
    assert_eq!(cursor.epoch, Epoch(Uuid::from_u128(100)));
    assert!(cursor.at.is_empty());
}

#[tokio::test]
async fn epochs_are_known_as_ours_left_or_new() {
    let desk = Desk::at_home().await;
    let other = Epoch(Uuid::from_u128(100));
    let judge = async |epoch| desk.store().judge_epoch(epoch).await.unwrap();
    assert_eq!(judge(EPOCH).await, EpochStanding::Ours);
    assert_eq!(judge(other).await, EpochStanding::New);
    desk.store().adopt_epoch(other, at(0)).await.unwrap();
    assert_eq!(judge(other).await, EpochStanding::Ours);
    assert_eq!(judge(EPOCH).await, EpochStanding::LeftBehind);
}

#[tokio::test]
async fn settings_are_kept() {
    let mut desk = Desk::empty().await;
    desk.store().set_setting("a", Some("1")).await.unwrap();
    desk.store().set_setting("b", Some("2")).await.unwrap();
    desk.store().set_setting("b", None).await.unwrap();
    desk.crash_and_start().await;
    assert_eq!(
        desk.store().setting("a").await.unwrap().as_deref(),
        Some("1")
    );
    assert_eq!(desk.store().setting("b").await.unwrap(), None);
}
