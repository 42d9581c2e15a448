//! Notes among owners, and incidents that the person wants to hear no more of.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_domain::{NoteId, SearchQuery};
use palier_engine::Settle;
use palier_store::view::{FoundWhat, UnsentWhat};
use palier_wire::{EntityKind, Mute, Note, Payload};
use support::*;
use uuid::Uuid;

fn note(id: u128, m: u64, after_n: u64, message: &str) -> Row {
    let data = Note {
        id: NoteId(Uuid::from_u128(id)),
        incident_id: BOILER,
        m,
        after_n,
        author_id: AWA,
        message: message.into(),
        created_at: at(20),
        written_at: at(20),
    };
    Row::put(EntityKind::Note, Uuid::from_u128(id), 1, &data)
}

fn mute(muted: bool, rev: u64) -> Row {
    let data = Mute {
        id: Uuid::from_u128(77),
        incident_id: BOILER,
        muted,
    };
    Row::put(EntityKind::Mute, data.id, rev, &data)
}

#[tokio::test]
async fn notes_stand_on_the_page_of_the_ticket_they_follow() {
    let mut desk = Desk::at_home().await;
    let mut rows = vec![incident(BOILER, 3, 6)];
    rows.extend((3..=6).map(|n| ticket(BOILER, n, TOM, "…")));
    rows.extend([
        note(501, 1, 0, "avant tout"),
        note(502, 2, 3, "au milieu"),
        note(503, 3, 6, "à la fin"),
    ]);
    desk.pull(HOME, rows).await;
    let page = async |before, limit| {
        let page = desk
            .store()
            .thread(BOILER, before, limit)
            .await
            .unwrap()
            .unwrap();
        page.notes
            .into_iter()
            .map(|note| note.message)
            .collect::<Vec<_>>()
    };
    assert_eq!(page(None, 3).await, ["à la fin"]);
    assert_eq!(page(Some(4), 2).await, ["au milieu"]);
    assert_eq!(page(Some(2), 2).await, ["avant tout"]);
    assert_eq!(
        page(None, 50).await,
        ["avant tout", "au milieu", "à la fin"]
    );
    let query = SearchQuery::parse("milieu").unwrap();
    let hits = desk.store().search(&query, None, 5).await.unwrap().hits;
    assert!(matches!(
        hits[0].what,
        FoundWhat::Note {
            after_n: Some(3),
            mine: true,
            ..
        }
    ));
}

#[tokio::test]
async fn a_note_is_written_offline_taken_back_as_a_note_and_arrives_once() {
    let mut desk = Desk::at_home().await;
    let store = desk.store();
    store
        .save_draft_as(BOILER, "Penser à l’assurance", true, at(1))
        .await
        .unwrap();
    assert!(store.draft(BOILER).await.unwrap().note);
    let queued = store
        .add_note(BOILER, "Penser à l’assurance", 5_000, at(1))
        .await
        .unwrap();
    assert_eq!(store.draft(BOILER).await.unwrap().message, "");
    let page = store.thread(BOILER, None, 5).await.unwrap().unwrap();
    assert!(
        matches!(&page.unsent[0].what, UnsentWhat::Note { message } if message == "Penser à l’assurance")
    );

    store.undo(queued.ticket_id, at(2)).await.unwrap();
    let draft = store.draft(BOILER).await.unwrap();
    assert!(draft.note, "what was for owners alone stays so");
    assert_eq!(draft.message, "Penser à l’assurance");

    let queued = store
        .add_note(BOILER, &draft.message, 0, at(3))
        .await
        .unwrap();
    desk.attempts(queued.mutation_id).await;
    let sent = desk
        .store()
        .payloads(&[queued.mutation_id])
        .await
        .unwrap()
        .remove(0);
    let payload = Payload::decode(&sent.kind, sent.schema, sent.payload.get()).unwrap();
    let Payload::AddNote(it) = payload else {
        panic!("{payload:?}")
    };
    // The reply is lost; its row says that it arrived.
    desk.settles(
        queued.mutation_id,
        Settle::State(palier_domain::OutboxState::Waiting),
    )
    .await;
    let applied = desk
        .pull(HOME, vec![note(it.note_id.0.as_u128(), 1, 2, &it.message)])
        .await;
    assert_eq!(applied.removed, [queued.mutation_id]);
    let page = desk.store().thread(BOILER, None, 5).await.unwrap().unwrap();
    assert_eq!((page.unsent.len(), page.notes.len()), (0, 1));
}

#[tokio::test]
async fn a_note_that_comes_back_into_a_message_makes_all_of_it_a_note() {
    let desk = Desk::at_home().await;
    let queued = desk
        .store()
        .add_note(BOILER, "entre nous", 5_000, at(1))
        .await
        .unwrap();
    desk.store()
        .save_draft(BOILER, "Bonjour Tom", at(2))
        .await
        .unwrap();
    desk.store().undo(queued.ticket_id, at(3)).await.unwrap();
    let draft = desk.store().draft(BOILER).await.unwrap();
    assert_eq!(draft.message, "entre nous\nBonjour Tom");
    assert!(draft.note);
}

#[tokio::test]
async fn a_muted_incident_is_quiet_at_once_and_stays_so() {
    let mut desk = Desk::at_home().await;
    desk.store().start_notifying().await.unwrap();
    desk.pull(
        HOME,
        vec![incident(BOILER, 3, 3), ticket(BOILER, 3, TOM, "Alors ?")],
    )
    .await;
    let muted = async |desk: &Desk| {
        let rows = desk.store().candidates().await.unwrap();
        let head = desk.store().incident(BOILER).await.unwrap().unwrap();
        let list = desk.store().incidents(&[], false).await.unwrap();
        assert_eq!(head.muted, list[0].muted);
        assert_eq!(rows[0].candidate.muted, head.muted);
        head.muted
    };
    assert!(!muted(&desk).await);
    desk.store().set_mute(BOILER, true, at(4)).await.unwrap();
    assert!(muted(&desk).await, "before the server knows");
    desk.pull(OWN, vec![mute(true, 1)]).await;
    assert!(muted(&desk).await);
    desk.store().set_mute(BOILER, false, at(5)).await.unwrap();
    assert!(!muted(&desk).await, "the later wish counts");
}

#[tokio::test]
async fn files_of_a_draft_stay_when_its_words_become_a_note() {
    let desk = Desk::at_home().await;
    let path = desk.folder.path().join("plan.txt");
    std::fs::write(&path, b"plan").unwrap();
    let file = desk
        .store()
        .add_draft_file(BOILER, &path, at(1))
        .await
        .unwrap();
    desk.store()
        .add_note(BOILER, "entre nous", 0, at(1))
        .await
        .unwrap();
    assert_eq!(desk.store().draft(BOILER).await.unwrap().files, [file]);
}

#[tokio::test]
async fn a_note_behind_a_file_can_leave_before_it() {
    let desk = Desk::at_home().await;
    let path = desk.folder.path().join("plan.txt");
    std::fs::write(&path, b"plan").unwrap();
    desk.store()
        .add_draft_file(BOILER, &path, at(1))
        .await
        .unwrap();
    let (_, uploads) = desk.sends("Voici le plan").await;
    let note = desk
        .store()
        .add_note(BOILER, "entre nous", 0, at(2))
        .await
        .unwrap();
    let rows = desk.store().outbox().await.unwrap();
    assert!(rows[1].entry.behind_upload);
    desk.store().send_before(note.ticket_id).await.unwrap();
    let rows = desk.store().outbox().await.unwrap();
    let order: Vec<_> = rows.iter().map(|row| row.entry.mutation_id).collect();
    assert_eq!(order, [note.mutation_id, uploads]);
    assert!(!rows[0].entry.behind_upload);
}

#[tokio::test]
async fn a_co_owners_note_is_new_until_it_was_seen_here_or_elsewhere() {
    let mut desk = Desk::at_home().await;
    let by_tom = |id: u128, m: u64| {
        let mut row = note(id, m, 2, "à savoir");
        row.data.as_mut().unwrap()["author_id"] = serde_json::json!(TOM);
        row
    };
    let new = async |desk: &Desk| {
        let list = desk.store().incidents(&[], false).await.unwrap();
        let row = list.into_iter().find(|row| row.id == BOILER).unwrap();
        assert_eq!(row.unread, desk.store().unread_of(BOILER).await.unwrap());
        row.new_notes
    };
    let rows = vec![note(501, 1, 2, "la mienne"), by_tom(502, 2), by_tom(503, 3)];
    let unread = desk.store().unread_total().await.unwrap();
    desk.pull(HOME, rows).await;
    assert_eq!(new(&desk).await, 2, "one's own is no news");
    assert_eq!(desk.store().unread_total().await.unwrap(), unread);

    let store = desk.store();
    let lane = store.mark_notes_read(BOILER, 2, at(30)).await.unwrap();
    assert_eq!(new(&desk).await, 1, "before anything has left");
    let same = store.mark_notes_read(BOILER, 2, at(30)).await.unwrap();
    assert_eq!(same, palier_store::LaneChange::default(), "told once");
    let none = store.mark_notes_read(BOILER, 9, at(30)).await.unwrap();
    assert_eq!(none, palier_store::LaneChange::default(), "no such note");
    // Both sorts of marks travel in one.
    let both = store.mark_read(BOILER, 1, at(30)).await.unwrap();
    let id = lane.enqueued[0].mutation_id;
    assert_eq!(both.changed[0].mutation_id, id);
    desk.attempts(id).await;
    let payloads = desk.store().payloads(&[id]).await.unwrap();
    let marker = Payload::decode("mark_read", 1, payloads[0].payload.get()).unwrap();
    let Payload::MarkRead(marker) = marker else {
        panic!("{marker:?}");
    };
    assert_eq!((marker.up_to_n, marker.up_to_m), (Some(1), Some(2)));

    // Another device has seen all of them.
    let marker = palier_wire::NoteMarker {
        id: Uuid::from_u128(900),
        incident_id: BOILER,
        read_m: 3,
        read_at: at(31),
    };
    let row = Row::put(EntityKind::NoteMarker, marker.id, 1, &marker);
    let applied = desk.pull(OWN, vec![row]).await;
    assert!(applied.incidents.contains(&BOILER), "the list is told");
    assert_eq!(new(&desk).await, 0);
}
