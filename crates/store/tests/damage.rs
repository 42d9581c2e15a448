//! Damaged journals: what can be read is saved under its old ids, the rest is said, and the damaged file
//! is kept as it was.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_domain::OutboxState;
use palier_store::{Rescued, Store};
use std::{collections::BTreeSet, path::Path};
use support::*;

/// Opens the folder and answers what was saved.
async fn opens(folder: &Path) -> (Store, Rescued) {
    let opened = Store::open(folder, AWA).await.unwrap();
    let rescued = opened.rescued.expect("the damage was noticed");
    (opened.store, rescued)
}

async fn unsent(store: &Store) -> BTreeSet<String> {
    let lines = store.outbox().await.unwrap().into_iter();
    lines.map(|line| format!("{:?}", line.entry.what)).collect()
}

/// A journal of some size: 300 messages, a draft on another incident, one that is being taken back.
async fn busy_desk() -> Desk {
    let mut desk = Desk::at_home().await;
    for number in 0..300 {
        desk.sends(&format!("Message {number} : {}", "mot ".repeat(40)))
            .await;
    }
    let words = "à moitié écrit";
    desk.store().save_draft(SINK, words, at(0)).await.unwrap();
    desk.store()
        .set_setting("undo_seconds", Some("7"))
        .await
        .unwrap();
    desk.stop().await;
    desk
}

#[tokio::test]
async fn a_page_that_cannot_be_read_costs_what_is_on_it_and_nothing_else() {
    let desk = busy_desk().await;
    let file = desk.path("journal.sqlite");
    let whole = std::fs::read(&file).unwrap();
    let pages = whole.len() / 4096;
    assert!(pages > 40, "{pages} pages");
    let mut all_saved = 0;
    let mut some_lost = 0;
    let mut inner = 0;
    for page in 1..pages {
        let mut bytes = whole.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0xAA);
        std::fs::write(&file, &bytes).unwrap();
        for log in ["journal.sqlite-wal", "journal.sqlite-shm"] {
            let _ = std::fs::remove_file(desk.path(log));
        }
        let opened = Store::open(desk.folder.path(), AWA).await.unwrap();
        let Some(rescued) = opened.rescued else {
            // A page that nothing is on.
            opened.store.close().await;
            continue;
        };
        assert_eq!(
            std::fs::read(&rescued.kept).unwrap(),
            bytes,
            "kept as it was"
        );
        let shown = unsent(&opened.store).await;
        assert_eq!(shown.len(), rescued.unsent as usize);
        let draft = opened.store.draft(SINK).await.unwrap();
        assert_eq!(draft.message == "à moitié écrit", rescued.drafts == 1);
        match rescued.incomplete {
            true => some_lost += 1,
            false => {
                all_saved += 1;
                assert_eq!((rescued.unsent, rescued.drafts), (300, 1), "page {page}");
            }
        }
        // A leaf holds a score of messages; whoever loses more has lost an inner page.
        inner += usize::from(rescued.unsent < 250);
        // It works like any other from now on, and says what happened until the person knows.
        assert_eq!(opened.store.rescued().await.unwrap(), Some(rescued));
        opened.store.forget_rescue().await.unwrap();
        // (Where the page had the epoch, the cache is fetched again before one can send.)
        let next = opened.store.save_draft(BOILER, "et après", at(9)).await;
        assert!(next.is_ok(), "page {page}: {next:?}");
        opened.store.close().await;
        let again = Store::open(desk.folder.path(), AWA).await.unwrap();
        assert_eq!(again.rescued, None);
        assert_eq!(again.store.rescued().await.unwrap(), None);
        again.store.close().await;
    }
    assert!(some_lost > 0, "no page mattered");
    assert!(inner <= 4, "{inner} pages took most of the others along");
    println!("{pages} pages: {all_saved} without loss, {some_lost} with some, {inner} with most");
}

#[tokio::test]
async fn what_is_saved_keeps_its_ids_states_and_files() {
    let mut desk = Desk::at_home().await;
    let (_, first) = desk.sends("parti ?").await;
    desk.attempts(first).await;
    let (taken_back, second) = desk.sends("repris").await;
    desk.attempts(second).await;
    desk.settles(second, palier_engine::Settle::State(OutboxState::Waiting))
        .await;
    desk.store().edit(taken_back, at(2)).await.unwrap();
    let before = desk.store().load(false).await.unwrap();
    desk.stop().await;
    // An index that lies is damage too, and costs nothing.
    let file = desk.path("journal.sqlite");
    damage_an_index(&file).await;
    let (store, rescued) = opens(desk.folder.path()).await;
    assert!(!rescued.incomplete);
    let after = store.load(false).await.unwrap();
    assert_eq!(after.device_id, before.device_id);
    let ids = |loaded: &palier_engine::Loaded| -> Vec<_> {
        let entries = loaded.entries.iter();
        entries
            .map(|entry| (entry.mutation_id, entry.attempts, entry.position))
            .collect()
    };
    assert_eq!(ids(&after), ids(&before));
    assert_eq!(
        after.cursor, before.cursor,
        "the same epoch, the same cache"
    );
    store.close().await;
}

#[tokio::test]
async fn what_was_being_taken_back_is_taken_back_though_its_cancel_was_lost() {
    let mut desk = Desk::at_home().await;
    let (ticket, id) = desk.sends("repris").await;
    desk.attempts(id).await;
    desk.settles(id, palier_engine::Settle::State(OutboxState::Waiting))
        .await;
    desk.store().edit(ticket, at(2)).await.unwrap();
    // Without a ticket: the two indexes have to differ for their damage to be seen.
    desk.store().mark_read(BOILER, 2, at(2)).await.unwrap();
    desk.stop().await;
    let file = desk.path("journal.sqlite");
    run(&file, "delete from outbox where kind = 'cancel'").await;
    damage_an_index(&file).await;
    let (store, rescued) = opens(desk.folder.path()).await;
    assert!(rescued.incomplete);
    let loaded = store.load(false).await.unwrap();
    let weights: Vec<_> = loaded.entries.iter().map(|entry| entry.weight).collect();
    use palier_engine::Weight;
    assert_eq!(weights, [Weight::Cancel, Weight::Marker], "no words leave");
    assert_eq!(store.draft(BOILER).await.unwrap().message, "repris");
    store.close().await;
}

async fn run(file: &Path, statements: &'static str) {
    use sqlx::{ConnectOptions, Connection};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut conn = options.connect().await.unwrap();
    sqlx::raw_sql(statements).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
}

/// Swaps the roots of two indexes: every table can be read, and no index finds anything.
async fn damage_an_index(file: &Path) {
    run(
        file,
        "pragma writable_schema = on;
         create temp table roots as
            select name, rootpage from sqlite_schema
            where name in ('outbox_by_lane', 'outbox_by_ticket');
         update sqlite_schema set rootpage =
            (select rootpage from roots r where r.name <> sqlite_schema.name)
         where name in ('outbox_by_lane', 'outbox_by_ticket');
         pragma writable_schema = off",
    )
    .await;
}

#[tokio::test]
async fn a_journal_that_is_no_database_any_more_is_kept_and_begun_anew() {
    let mut desk = Desk::at_home().await;
    desk.sends("un mot").await;
    desk.stop().await;
    let file = desk.path("journal.sqlite");
    let nothing = b"not a database, but long enough to look like one".repeat(100);
    std::fs::write(&file, &nothing).unwrap();
    let (store, rescued) = opens(desk.folder.path()).await;
    assert_eq!(std::fs::read(&rescued.kept).unwrap(), nothing);
    assert!(rescued.incomplete);
    assert_eq!((rescued.unsent, rescued.drafts), (0, 0));
    store.save_draft(BOILER, "encore", at(3)).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_rescue_that_was_cut_short_is_finished_or_begun_again() {
    let desk = busy_desk().await;
    let file = desk.path("journal.sqlite");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 8192 * 4096;
    bytes[middle..middle + 4096].fill(0xAA);
    std::fs::write(&file, &bytes).unwrap();
    let (store, rescued) = opens(desk.folder.path()).await;
    store.close().await;
    let saved = std::fs::read(&file).unwrap();

    // Saved, and not yet in its place.
    std::fs::write(desk.path("journal.rescue.sqlite"), &saved).unwrap();
    std::fs::write(&file, &bytes).unwrap();
    let opened = Store::open(desk.folder.path(), AWA).await.unwrap();
    assert_eq!(opened.rescued, None, "it is done");
    let told = opened.store.rescued().await.unwrap();
    assert_eq!(told.as_ref(), Some(&rescued), "and still to be told");
    opened.store.close().await;

    // Cut off while it was being saved.
    std::fs::write(desk.path("journal.rescue.sqlite"), &saved[..8192]).unwrap();
    std::fs::write(&file, &bytes).unwrap();
    let (store, again) = opens(desk.folder.path()).await;
    assert_eq!(again.unsent, rescued.unsent);
    assert!(!desk.path("journal.rescue.sqlite").exists());
    store.close().await;
}
