//! Pages, snapshots and scopes: twice, late, in any order, cut in the middle.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_domain::{OutboxState, Role, TicketId};
use palier_engine::Bootstrap;
use palier_engine::Settle;
use palier_store::ActError;
use palier_wire::{EntityKind, Epoch, ProblemKind, Scope, ScopeDigest};
use serde_json::json;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use support::*;
use uuid::Uuid;

fn third() -> Row {
    ticket(BOILER, 3, TOM, "Et maintenant ?")
}

#[tokio::test]
async fn a_page_that_comes_twice_changes_nothing_more() {
    let mut desk = Desk::at_home().await;
    let page = desk.page(HOME, vec![third()]).await;
    let first = desk.apply(&page).await;
    assert_eq!(first.incidents, [BOILER].into());
    let again = desk.apply(&page).await;
    assert_eq!(again.cursor, first.cursor);
    assert!(again.incidents.is_empty(), "nothing of it was taken");
    assert_eq!(desk.sent().await.len(), 3);
}

#[tokio::test]
async fn a_page_planned_before_another_one_was_applied_does_no_harm() {
    let mut desk = Desk::at_home().await;
    let page = desk.page(HOME, vec![third()]).await;
    let stored = desk.store().cursor().await.unwrap().unwrap();
    let plan = palier_engine::plan(&stored, OWN, &page);
    let newer = ticket(BOILER, 3, TOM, "Et maintenant ?").rev(2);
    let other = desk.page(HOME, vec![newer]).await;
    desk.apply(&other).await;
    let late = desk.store().apply_page(&page, &plan, at(0)).await.unwrap();
    assert_eq!(late.cursor.at[&HOME], 2, "the cursor never goes back");
}

#[tokio::test]
async fn an_older_version_of_a_row_never_replaces_a_newer_one() {
    let mut desk = Desk::at_home().await;
    let named = |rev, name: &str| {
        let mut row = card(TOM, name);
        row.rev = rev;
        row
    };
    desk.pull(HOME, vec![named(3, "Tom P.")]).await;
    desk.pull(HOME, vec![named(2, "Tom le Petit")]).await;
    let name = desk.store().name_of(TOM).await.unwrap();
    assert_eq!(name.as_deref(), Some("Tom P."));
    desk.pull(HOME, vec![named(4, "Utilisateur effacé")]).await;
    let name = desk.store().name_of(TOM).await.unwrap();
    assert_eq!(name.as_deref(), Some("Utilisateur effacé"));
}

#[tokio::test]
async fn a_ticket_is_written_over_by_its_newer_version_alone_and_holds_up_no_page() {
    let mut desk = Desk::at_home().await;
    let second = |rev, n, message: &str| {
        let id = ticket(BOILER, 2, TOM, "").id;
        ticket_as(id.into(), BOILER, n, TOM, message).rev(rev)
    };
    desk.pull(HOME, vec![second(3, 2, "Ça va mieux")]).await;
    desk.pull(HOME, vec![second(2, 2, "Rien ne va")]).await;
    let said = ["La chaudière affiche E4", "Ça va mieux"];
    assert_eq!(desk.sent().await, said);
    // No server gives a ticket another place; should one do so, the rest of the page comes in all the same.
    let page = vec![second(4, 3, "Ça va"), ticket(BOILER, 4, TOM, "Merci")];
    desk.pull(HOME, page).await;
    assert_eq!(
        desk.sent().await,
        ["La chaudière affiche E4", "Ça va", "Merci"]
    );
}

#[tokio::test]
async fn a_row_goes_when_its_last_scope_goes() {
    let mut desk = Desk::at_home().await;
    let lease = Scope::Lease(LEASE);
    desk.bootstrap(lease, vec![incident(BOILER, 1, 2), third()])
        .await;
    let third_id = third().id;
    desk.pull(HOME, vec![Row::drop(EntityKind::Ticket, third_id)])
        .await;
    assert_eq!(desk.sent().await.len(), 3, "the lease still holds it");
    let dropped = desk
        .pull(lease, vec![Row::drop(EntityKind::Ticket, third_id)])
        .await;
    assert_eq!(dropped.incidents, [BOILER].into());
    assert_eq!(desk.sent().await.len(), 2);
}

#[tokio::test]
async fn put_and_drop_in_two_scopes_of_one_page_keep_the_row() {
    let mut desk = Desk::at_home().await;
    let lease = Scope::Lease(LEASE);
    desk.bootstrap(lease, vec![]).await;
    let mut page = desk
        .page(HOME, vec![Row::drop(EntityKind::Incident, BOILER.0)])
        .await;
    page.to.at.insert(lease, 5);
    page.changes.push(incident(BOILER, 2, 2).change(lease));
    desk.apply(&page).await;
    assert!(desk.store().incident(BOILER).await.unwrap().is_some());
}

#[tokio::test]
async fn a_row_that_this_version_cannot_read_is_kept_and_skipped() {
    let mut desk = Desk::at_home().await;
    let mut strange = incident(SINK, 1, 0);
    strange.data.as_mut().unwrap()["category"] = json!("spaceship");
    let unknown = Row::put(
        EntityKind::Unknown,
        Uuid::from_u128(7),
        1,
        &json!({ "a": 1 }),
    );
    let applied = desk.pull(HOME, vec![unknown, strange, third()]).await;
    assert_eq!(applied.cursor.at[&HOME], 1);
    assert_eq!(desk.sent().await.len(), 3);
    assert!(desk.store().incident(SINK).await.unwrap().is_none());

    desk.store().drop_scopes(&[HOME]).await.unwrap();
    desk.stop().await;
    let bytes = std::fs::read(desk.path("cache.sqlite")).unwrap();
    let left = bytes.windows(9).any(|window| window == b"spaceship");
    assert!(!left, "it goes with its scope");
}

/// The next version can read what this one could not: it is fetched again, and is a row like any other.
#[tokio::test]
async fn a_row_that_could_not_be_read_appears_with_the_version_that_can() {
    let mut desk = Desk::at_home().await;
    let mut strange = incident(SINK, 1, 3);
    strange.data.as_mut().unwrap()["category"] = json!("spaceship");
    desk.pull(HOME, vec![strange]).await;
    desk.stop().await;
    desk.start().await;
    let held = async |desk: &Desk| {
        let cursor = desk.store().cursor().await.unwrap().unwrap();
        cursor.at.contains_key(&HOME)
    };
    assert!(held(&desk).await, "this version still cannot");
    desk.stop().await;

    // Stands for a version that knows spaceships.
    let mut cache = SqliteConnectOptions::new()
        .filename(desk.path("cache.sqlite"))
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql("update unknown set data = replace(data, 'spaceship', 'heating')")
        .execute(&mut cache)
        .await
        .unwrap();
    cache.close().await.unwrap();
    assert!(!desk.start().await, "the cache is not made anew for it");
    assert!(!held(&desk).await);
    assert_eq!(
        desk.sent().await.len(),
        2,
        "what is here is shown meanwhile"
    );

    let mut rows = home();
    rows.extend([incident(BOILER, 1, 2), incident(SINK, 1, 3)]);
    rows.push(ticket(BOILER, 1, TOM, "La chaudière affiche E4"));
    rows.push(ticket(BOILER, 2, TOM, "Toujours rien"));
    desk.bootstrap(HOME, rows).await;
    let sink = desk.store().incident(SINK).await.unwrap().unwrap();
    assert_eq!(sink.last_n, 3);
    assert_eq!(desk.sent().await.len(), 2);
    desk.stop().await;
    desk.start().await;
    assert!(held(&desk).await, "once");
}

#[tokio::test]
async fn changes_of_a_scope_that_is_not_held_are_left_out() {
    let mut desk = Desk::at_home().await;
    let mut page = desk.page(HOME, vec![]).await;
    let foreign = Scope::Lease(Uuid::from_u128(77).into());
    page.from.at.insert(foreign, 0);
    page.to.at.insert(foreign, 9);
    page.changes.push(incident(SINK, 1, 0).change(foreign));
    let applied = desk.apply(&page).await;
    assert!(!applied.cursor.at.contains_key(&foreign));
    assert!(desk.store().incident(SINK).await.unwrap().is_none());
}

#[tokio::test]
async fn a_snapshot_in_pages_enters_the_cursor_with_its_last_page() {
    let mut desk = Desk::empty().await;
    desk.store().adopt_epoch(EPOCH, at(0)).await.unwrap();
    let mut rows = home();
    rows.push(incident(BOILER, 1, 2));
    let first = snapshot(HOME, Some(7), rows, Some("2"));
    let written = desk.store().apply_snapshot(&first, 7, at(0)).await.unwrap();
    assert_eq!(written.next.as_deref(), Some("2"));
    assert!(written.cursor.at.is_empty());
    assert!(
        desk.store().incident(BOILER).await.unwrap().is_some(),
        "the list is usable"
    );
    assert!(!desk.crash_and_start().await);
    let begun = desk.store().load(false).await.unwrap().begun;
    let stood = Bootstrap {
        scope: HOME,
        number: Some(7),
        after: Some("2".into()),
    };
    assert_eq!(begun, [stood], "it goes on where it stood");
    let last = snapshot(HOME, None, vec![ticket(BOILER, 1, TOM, "bonjour")], None);
    let written = desk.store().apply_snapshot(&last, 7, at(0)).await.unwrap();
    assert_eq!(written.cursor, cursor(&[(HOME, 7)]));
    assert!(desk.store().load(false).await.unwrap().begun.is_empty());
}

#[tokio::test]
async fn what_a_scope_fetched_again_does_not_bring_is_gone() {
    let mut desk = Desk::at_home().await;
    desk.bootstrap(HOME, vec![incident(SINK, 1, 0)]).await;
    assert!(desk.store().incident(SINK).await.unwrap().is_some());
    assert!(desk.store().incident(BOILER).await.unwrap().is_none());
}

#[tokio::test]
async fn what_the_server_had_acknowledged_and_lacks_goes_again() {
    let mut desk = Desk::at_home().await;
    let mut rows = home();
    rows.push(incident(BOILER, 1, 2));
    rows.push(ticket(BOILER, 1, TOM, "La chaudière affiche E4"));
    rows.push(ticket(BOILER, 2, TOM, "Toujours rien"));
    let mut sent = Vec::new();
    for (n, words) in [(3, "Le plombier vient"), (4, "Demain à 9 h")] {
        let (ticket_id, id) = desk.sends(words).await;
        desk.attempts(id).await;
        let row = ticket_as(ticket_id, BOILER, n, AWA, words);
        desk.pull(HOME, vec![row.clone()]).await;
        sent.push((id, row));
    }
    assert!(desk.unsent().await.is_empty());
    // The scope is fetched again, in two pages; the server has lost the second of the two.
    rows.push(sent[0].1.clone());
    let last = rows.split_off(4);
    let first = snapshot(HOME, Some(9), rows, Some("4"));
    let written = desk.store().apply_snapshot(&first, 9, at(2)).await.unwrap();
    assert!(written.again.enqueued.is_empty());
    let last = snapshot(HOME, None, last, None);
    let written = desk.store().apply_snapshot(&last, 9, at(2)).await.unwrap();
    let again: Vec<_> = written.again.enqueued;
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].mutation_id, sent[1].0);
    assert_eq!(again[0].attempts, 1, "the server may have it after all");
    assert_eq!(again[0].replayed, Some(30 * 24 * 3_600_000));
    assert_eq!(desk.unsent().await, ["Demain à 9 h"]);
    assert_eq!(desk.sent().await.len(), 3);
}

#[tokio::test]
async fn what_makes_the_server_fail_is_known_for_it_also_after_a_restart_until_it_is_judged() {
    let mut desk = Desk::at_home().await;
    let (_, id) = desk.sends("Le plombier vient").await;
    desk.attempts(id).await;
    let broken = Box::new(palier_wire::Problem::new(ProblemKind::Internal, "500"));
    desk.settles(id, Settle::Troubled(broken)).await;
    // A session that ends and begins again says nothing about it.
    desk.settles(id, Settle::State(OutboxState::SignedOut))
        .await;
    desk.settles(id, Settle::State(OutboxState::Queued)).await;
    desk.crash_and_start().await;
    desk.attempts(id).await;
    desk.crash_and_start().await;
    let row = &desk.store().outbox().await.unwrap()[0].entry;
    assert!(row.troubled && !row.is_parked());
    let entry = &desk.store().load(false).await.unwrap().entries[0];
    assert!(entry.troubled);
    assert_eq!(entry.state, OutboxState::Queued, "due at the start");
    desk.attempts(id).await;
    desk.settles(id, Settle::State(OutboxState::Waiting)).await;
    assert!(!desk.store().outbox().await.unwrap()[0].entry.troubled);
    assert!(!desk.store().load(false).await.unwrap().entries[0].troubled);
}

#[tokio::test]
async fn what_cannot_be_put_back_stands_apart_and_is_tried_again_by_the_next_life() {
    let mut desk = Desk::at_home().await;
    let (ticket_id, id) = desk.sends("Le plombier vient").await;
    desk.attempts(id).await;
    let row = ticket_as(ticket_id, BOILER, 3, AWA, "Le plombier vient");
    desk.pull(HOME, vec![row]).await;
    let later = Epoch(Uuid::from_u128(100));
    desk.store().adopt_epoch(later, at(2)).await.unwrap();
    desk.attempts(id).await;
    let gone = Box::new(palier_wire::Problem::new(ProblemKind::NotFound, "gone"));
    desk.settles(id, Settle::Parked(gone.clone())).await;
    desk.crash_and_start().await;
    let outbox = desk.store().outbox().await.unwrap();
    assert!(outbox[0].entry.replayed && outbox[0].entry.is_parked());
    let entry = &desk.store().load(false).await.unwrap().entries[0];
    assert_eq!(entry.state, OutboxState::Waiting, "due at the start");
    desk.attempts(id).await;
    desk.settles(id, Settle::Failed(gone)).await;
    let outbox = desk.store().outbox().await.unwrap();
    assert_eq!(outbox[0].entry.state, OutboxState::Failed);
    assert!(!outbox[0].entry.is_parked());
    // Somebody puts a better copy back.
    let better = Epoch(Uuid::from_u128(101));
    desk.store().adopt_epoch(better, at(3)).await.unwrap();
    let entry = &desk.store().load(false).await.unwrap().entries[0];
    assert_eq!(entry.state, OutboxState::Queued);
}

#[tokio::test]
async fn a_snapshot_page_of_a_scope_dropped_meanwhile_is_not_written() {
    let mut desk = Desk::at_home().await;
    let first = snapshot(HOME, Some(7), vec![], Some("2"));
    desk.store().apply_snapshot(&first, 7, at(0)).await.unwrap();
    desk.store().drop_scopes(&[HOME]).await.unwrap();
    let late = snapshot(HOME, None, vec![incident(BOILER, 1, 0)], Some("3"));
    let written = desk.store().apply_snapshot(&late, 7, at(0)).await.unwrap();
    assert_eq!(written.next, None);
    assert!(desk.store().incident(BOILER).await.unwrap().is_none());
    desk.number += 1;
}

#[tokio::test]
async fn a_ticket_is_shown_once_from_outbox_to_cache() {
    let mut desk = Desk::at_home().await;
    let (ticket_id, id) = desk.sends("Le plombier vient").await;
    desk.attempts(id).await;
    desk.settles(id, Settle::Done { cancelled: None }).await;
    assert_eq!(
        desk.unsent().await,
        ["Le plombier vient"],
        "done, its row not here yet"
    );
    let row = ticket_as(ticket_id, BOILER, 3, AWA, "Le plombier vient");
    let applied = desk.pull(HOME, vec![row]).await;
    assert_eq!(applied.removed, [id], "settled by its row");
    assert!(desk.unsent().await.is_empty());
    assert_eq!(desk.sent().await.last().unwrap(), "Le plombier vient");
    desk.store().retire(&[id], at(1)).await.unwrap();
}

#[tokio::test]
async fn a_ticket_whose_reply_was_lost_is_settled_by_its_row() {
    let mut desk = Desk::at_home().await;
    let (ticket_id, id) = desk.sends("Perdu en route").await;
    desk.attempts(id).await;
    desk.settles(id, Settle::State(OutboxState::Waiting)).await;
    let row = ticket_as(ticket_id, BOILER, 3, AWA, "Perdu en route");
    let applied = desk.pull(HOME, vec![row]).await;
    assert_eq!(applied.removed, [id]);
    assert!(desk.store().load(false).await.unwrap().entries.is_empty());
}

#[tokio::test]
async fn an_older_text_that_was_delivered_after_all_leaves_the_newer_one_as_a_draft() {
    let mut desk = Desk::at_home().await;
    let (ticket_id, id) = desk.sends("nouveau texte").await;
    let row = ticket_as(ticket_id, BOILER, 3, AWA, "ancien texte");
    let applied = desk.pull(HOME, vec![row]).await;
    assert_eq!(applied.removed, [id]);
    assert_eq!(desk.draft().await, "nouveau texte");
    assert_ne!(desk.sends("nouveau texte").await.0, ticket_id);
}

#[tokio::test]
async fn a_row_settles_what_is_being_taken_back_and_its_cancel() {
    let mut desk = Desk::at_home().await;
    let (ticket_id, id) = desk.sends("trop tard").await;
    desk.attempts(id).await;
    let lane = desk.store().discard(id, at(2)).await.unwrap();
    let cancel = lane.enqueued[0].mutation_id;
    let row = ticket_as(ticket_id, BOILER, 3, AWA, "trop tard");
    let applied = desk.pull(HOME, vec![row]).await;
    assert_eq!(applied.removed, [cancel]);
    assert!(desk.store().outbox().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_dropped_scope_fails_unsent_work_keeps_its_words_and_removes_others() {
    let mut desk = Desk::at_home().await;
    let (_, id) = desk.sends("mes mots").await;
    desk.store().mark_read(BOILER, 2, at(1)).await.unwrap();
    desk.store()
        .save_draft(BOILER, "mon brouillon", at(1))
        .await
        .unwrap();
    let dropped = desk.store().drop_scopes(&[HOME]).await.unwrap();
    assert_eq!(dropped.incidents, [BOILER].into());
    assert_eq!(dropped.cursor, cursor(&[(OWN, 0)]));
    assert_eq!(dropped.lane.changed[0].mutation_id, id);
    assert_eq!(dropped.lane.removed.len(), 1, "the marker is gone");
    let line = desk.store().outbox().await.unwrap().remove(0);
    assert_eq!(line.entry.state, OutboxState::Failed);
    assert_eq!(line.entry.problem.unwrap().kind, ProblemKind::NotFound);
    assert_eq!(desk.draft().await, "mon brouillon");
    desk.stop().await;
    for file in ["cache.sqlite", "cache.sqlite-wal"] {
        let bytes = std::fs::read(desk.path(file)).unwrap_or_default();
        let words = "La chaudière affiche E4".as_bytes();
        let found = bytes.windows(words.len()).any(|window| window == words);
        assert!(!found, "others' words left {file}");
    }
}

#[tokio::test]
async fn a_new_epoch_fills_a_new_cache_and_queues_what_was_done() {
    let mut desk = Desk::at_home().await;
    let (_, sending) = desk.sends("en route").await;
    desk.attempts(sending).await;
    let (_, done) = desk.sends("arrivé").await;
    desk.attempts(done).await;
    desk.settles(done, Settle::Done { cancelled: None }).await;
    desk.store().mark_read(BOILER, 2, at(1)).await.unwrap();

    let other = Epoch(Uuid::from_u128(100));
    desk.store().adopt_epoch(other, at(2)).await.unwrap();
    let loaded = desk.store().load(false).await.unwrap();
    let cursor = loaded.cursor.unwrap();
    assert_eq!((cursor.epoch, cursor.at.len()), (other, 0));
    let states: Vec<_> = loaded
        .entries
        .iter()
        .map(|entry| (entry.mutation_id, entry.state))
        .collect();
    let queued = [(sending, OutboxState::Queued), (done, OutboxState::Queued)];
    assert_eq!(
        states, queued,
        "and the marker of the other life is forgotten"
    );
    assert!(loaded.rebuilding);
    let shown = async |desk: &Desk| desk.store().incident(BOILER).await.unwrap().is_some();
    assert!(shown(&desk).await, "the old one is still shown");
    let lane = desk.store().mark_read(BOILER, 2, at(3)).await.unwrap();
    assert!(lane.enqueued.is_empty(), "its numbers mean nothing now");

    // After a crash, too; and what is fetched is not shown before it is whole.
    assert!(!desk.crash_and_start().await);
    assert!(shown(&desk).await);
    let mut rows = home();
    rows.push(incident(SINK, 1, 0));
    let page = snapshot(HOME, Some(1), rows, None);
    desk.store().apply_snapshot(&page, 1, at(4)).await.unwrap();
    assert!(desk.store().incident(SINK).await.unwrap().is_none());

    let swapped = desk.store().swap_cache(at(5)).await.unwrap();
    assert_eq!(swapped.incidents, [BOILER, SINK].into());
    for _ in 0..2 {
        assert!(!shown(&desk).await);
        assert!(desk.store().incident(SINK).await.unwrap().is_some());
        assert!(!desk.path("cache.sqlite").exists(), "the old one is gone");
        assert!(!desk.store().load(false).await.unwrap().rebuilding);
        assert!(!desk.crash_and_start().await);
    }
}

#[tokio::test]
async fn what_a_new_cache_answers_is_settled_when_it_is_shown() {
    let desk = Desk::at_home().await;
    let (ticket_id, id) = desk.sends("perdu et retrouvé").await;
    desk.attempts(id).await;
    let other = Epoch(Uuid::from_u128(100));
    desk.store().adopt_epoch(other, at(2)).await.unwrap();
    let mut rows = home();
    rows.push(incident(BOILER, 1, 1));
    rows.push(ticket_as(ticket_id, BOILER, 1, AWA, "perdu et retrouvé"));
    let page = snapshot(HOME, Some(1), rows, None);
    let written = desk.store().apply_snapshot(&page, 1, at(3)).await.unwrap();
    assert!(written.removed.is_empty());
    assert_eq!(
        desk.unsent().await,
        ["perdu et retrouvé"],
        "never in neither"
    );
    let swapped = desk.store().swap_cache(at(4)).await.unwrap();
    assert_eq!(swapped.removed, [id]);
    assert_eq!(desk.sent().await, ["perdu et retrouvé"]);
    assert!(desk.unsent().await.is_empty());
}

#[tokio::test]
async fn a_rebuild_that_loses_its_half_or_what_it_shows_begins_again() {
    let mut desk = Desk::at_home().await;
    let other = Epoch(Uuid::from_u128(100));
    desk.store().adopt_epoch(other, at(2)).await.unwrap();
    desk.stop().await;
    std::fs::write(
        desk.path("cache-2.sqlite"),
        b"not a database, but long enough",
    )
    .unwrap();
    assert!(!desk.start().await);
    assert!(desk.store().incident(BOILER).await.unwrap().is_some());
    assert!(desk.store().load(false).await.unwrap().rebuilding);
    desk.stop().await;
    std::fs::write(
        desk.path("cache.sqlite"),
        b"not a database, but long enough",
    )
    .unwrap();
    assert!(desk.start().await, "there is nothing to show");
    assert!(desk.store().incident(BOILER).await.unwrap().is_none());
    let loaded = desk.store().load(false).await.unwrap();
    assert_eq!(loaded.cursor.unwrap().epoch, other);
    assert!(!loaded.rebuilding);
}

#[tokio::test]
async fn what_was_sent_goes_again_before_what_waits_when_the_epoch_is_left() {
    let mut desk = Desk::at_home().await;
    let mut sent = Vec::new();
    for (n, words) in [(3, "un"), (4, "deux")] {
        let (ticket_id, mutation_id) = desk.sends(words).await;
        desk.attempts(mutation_id).await;
        let row = ticket_as(ticket_id, BOILER, n, AWA, words);
        desk.pull(HOME, vec![row]).await;
        sent.push((ticket_id, mutation_id));
    }
    assert_eq!(desk.sent().await[2..], ["un", "deux"]);
    let (_, waits) = desk.sends("trois").await;

    let other = Epoch(Uuid::from_u128(100));
    desk.store().adopt_epoch(other, at(2)).await.unwrap();
    let entries = desk.store().load(false).await.unwrap().entries;
    let order: Vec<_> = entries.iter().map(|entry| entry.mutation_id).collect();
    assert_eq!(order, [sent[0].1, sent[1].1, waits]);

    // The restored server may have it: it is taken back by asking.
    let undone = desk.store().undo(sent[0].0, at(3)).await;
    assert!(matches!(undone, Err(ActError::MayHaveLeft)), "{undone:?}");

    // And once more, from the restored one: each is there once.
    desk.crash_and_start().await;
    desk.store().adopt_epoch(EPOCH, at(4)).await.unwrap();
    let entries = desk.store().load(false).await.unwrap().entries;
    let order: Vec<_> = entries.iter().map(|entry| entry.mutation_id).collect();
    assert_eq!(order, [sent[0].1, sent[1].1, waits]);
}

#[tokio::test]
async fn a_rebuild_in_the_same_epoch_keeps_markers_and_what_is_done() {
    let desk = Desk::at_home().await;
    let (_, done) = desk.sends("arrivé").await;
    desk.attempts(done).await;
    desk.settles(done, Settle::Done { cancelled: None }).await;
    desk.store().mark_read(BOILER, 2, at(1)).await.unwrap();
    desk.store().adopt_epoch(EPOCH, at(2)).await.unwrap();
    let entries = desk.store().load(false).await.unwrap().entries;
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].state, OutboxState::Done);
}

#[tokio::test]
async fn readers_see_who_has_read_how_far() {
    let mut desk = Desk::at_home().await;
    desk.pull(HOME, vec![participant(TOM, Role::Tenant, 2, 2)])
        .await;
    let thread = desk
        .store()
        .thread(BOILER, None, 10)
        .await
        .unwrap()
        .unwrap();
    let tom = thread
        .people
        .iter()
        .find(|person| person.user_id == TOM)
        .unwrap();
    assert_eq!((tom.read_n, tom.name.as_deref()), (2, Some("Tom Petit")));
    assert_eq!(thread.people.len(), 1);
}

#[tokio::test]
async fn a_thread_is_read_in_pages() {
    let mut desk = Desk::at_home().await;
    let rows = (1..=10).map(|n| ticket(SINK, n, TOM, &n.to_string()));
    let mut all: Vec<Row> = rows.collect();
    all.insert(0, incident(SINK, 1, 10));
    desk.pull(HOME, all).await;
    let page = async |before| {
        let thread = desk.store().thread(SINK, before, 4).await.unwrap().unwrap();
        let numbers: Vec<u64> = thread.tickets.iter().map(|ticket| ticket.n).collect();
        (numbers, thread.has_older)
    };
    assert_eq!(page(None).await, (vec![7, 8, 9, 10], true));
    assert_eq!(page(Some(7)).await, (vec![3, 4, 5, 6], true));
    assert_eq!(page(Some(3)).await, (vec![1, 2], false));
}

#[tokio::test]
async fn a_status_move_is_settled_by_its_system_ticket() {
    use palier_domain::Status;
    let mut desk = Desk::at_home().await;
    let lane = desk
        .store()
        .set_status(BOILER, Status::Open, Status::Planned, at(1))
        .await
        .unwrap();
    let line = desk.store().outbox().await.unwrap().remove(0);
    let system: TicketId = line.entry.ticket_id.unwrap();
    let mut row = ticket_as(system, BOILER, 3, AWA, "");
    let data = row.data.as_mut().unwrap();
    data["kind"] = json!("system");
    data["status_change"] = json!({ "from": "open", "to": "planned" });
    let applied = desk.pull(HOME, vec![row]).await;
    assert_eq!(applied.removed, [lane.enqueued[0].mutation_id]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_never_misses_nor_doubles_a_ticket_on_its_way_into_the_cache() {
    let mut desk = Desk::at_home().await;
    let store = desk.store().clone();
    let (done, mut stop) = tokio::sync::oneshot::channel::<()>();
    let reader = tokio::spawn(async move {
        let mut seen = 0;
        let mut reads = 0;
        while stop.try_recv().is_err() {
            let thread = store.thread(BOILER, None, 200).await.unwrap().unwrap();
            let mut ids: Vec<TicketId> = thread.tickets.iter().map(|ticket| ticket.id).collect();
            ids.extend(thread.unsent.iter().filter_map(|row| row.ticket_id));
            let count = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), count, "a ticket is shown twice");
            assert!(count >= seen, "a ticket is missing");
            seen = count;
            reads += 1;
        }
        (seen, reads)
    });
    for n in 3..40 {
        let (ticket_id, id) = desk.sends("…").await;
        desk.attempts(id).await;
        desk.settles(id, Settle::Done { cancelled: None }).await;
        desk.pull(HOME, vec![ticket_as(ticket_id, BOILER, n, AWA, "…")])
            .await;
        desk.store().retire(&[id], at(1)).await.unwrap();
    }
    let (count, _) = tokio::join!(desk.sent(), async { done.send(()).unwrap() });
    let (seen, reads) = reader.await.unwrap();
    assert_eq!(count.len(), 39);
    assert!(seen > 2 && reads > 2, "the reader was there meanwhile");
}

#[tokio::test]
async fn what_is_here_is_compared_where_both_sides_stand_at_the_same_number() {
    let mut desk = Desk::at_home().await;
    desk.pull(HOME, vec![incident(BOILER, 2, 3), third()]).await;
    let mut rows = home();
    rows.extend([incident(BOILER, 2, 3), third()]);
    rows.push(ticket(BOILER, 1, TOM, "La chaudière affiche E4"));
    rows.push(ticket(BOILER, 2, TOM, "Toujours rien"));
    let mut digest = ScopeDigest::default();
    for row in &rows {
        digest.add(row.kind, row.id, row.rev);
    }
    let compared = async |desk: &Desk, number, digest| {
        let said = [(HOME, (number, digest))].into();
        desk.store().compare(&said).await.unwrap()
    };
    assert_eq!(compared(&desk, 1, digest).await, []);
    let mut other = digest;
    other.add(EntityKind::Ticket, Uuid::from_u128(77), 1);
    assert_eq!(compared(&desk, 1, other).await, [HOME]);
    assert_eq!(compared(&desk, 2, other).await, [], "one side is ahead");

    // Fetched again as a whole, over what is here.
    desk.bootstrap(HOME, vec![incident(BOILER, 2, 0)]).await;
    let mut fewer = ScopeDigest::default();
    fewer.add(EntityKind::Incident, BOILER.0, 2);
    assert_eq!(compared(&desk, 1, fewer).await, []);

    // A later version's row has a hash that this one cannot make.
    let unknown = Row::put(EntityKind::Unknown, Uuid::from_u128(9), 1, &json!({}));
    desk.pull(HOME, vec![unknown]).await;
    assert_eq!(compared(&desk, 2, other).await, []);
}
