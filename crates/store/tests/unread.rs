//! What a person is shown as unread: a recount, whatever is queued, whatever has come.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_domain::{ReadView, TicketKind, UserId, counts_as_unread};
use palier_engine::Settle;
use palier_store::LaneChange;
use palier_wire::Payload;
use proptest::prelude::*;
use support::*;

async fn unread(desk: &Desk) -> u64 {
    let one = desk.store().unread_of(BOILER).await.unwrap();
    assert_eq!(
        desk.store().unread_total().await.unwrap(),
        one,
        "one incident"
    );
    one
}

async fn marks_read(desk: &Desk, up_to_n: u64) -> LaneChange {
    desk.store()
        .mark_read(BOILER, up_to_n, at(1))
        .await
        .unwrap()
}

async fn queued(desk: &Desk) -> Vec<Payload> {
    let ids: Vec<_> = desk.store().load(false).await.unwrap().entries;
    let ids: Vec<_> = ids.into_iter().map(|entry| entry.mutation_id).collect();
    desk.store().mark_sending(&ids).await.unwrap();
    let mutations = desk.store().payloads(&ids).await.unwrap();
    mutations
        .iter()
        .map(|it| Payload::decode(&it.kind, it.schema, it.payload.get()).unwrap())
        .collect()
}

#[tokio::test]
async fn reading_offline_lowers_the_badge_at_once() {
    let desk = Desk::at_home().await;
    assert_eq!(unread(&desk).await, 2);
    marks_read(&desk, 1).await;
    assert_eq!(unread(&desk).await, 1);
    marks_read(&desk, 2).await;
    assert_eq!(unread(&desk).await, 0);
}

#[tokio::test]
async fn markers_that_wait_are_one() {
    let desk = Desk::at_home().await;
    let first = marks_read(&desk, 1).await;
    let second = marks_read(&desk, 2).await;
    assert_eq!(second.changed[0].mutation_id, first.enqueued[0].mutation_id);
    let sent = queued(&desk).await;
    assert!(matches!(&sent[..], [Payload::MarkRead(it)] if it.up_to_n == Some(2)));
}

#[tokio::test]
async fn a_marker_under_way_is_left_alone() {
    let desk = Desk::at_home().await;
    let first = marks_read(&desk, 1).await.enqueued[0].mutation_id;
    desk.attempts(first).await;
    let second = marks_read(&desk, 2).await;
    assert_eq!(second.enqueued.len(), 1);
    assert_eq!(unread(&desk).await, 0);
}

#[tokio::test]
async fn a_marker_that_does_not_advance_is_dropped() {
    let desk = Desk::at_home().await;
    marks_read(&desk, 2).await;
    assert_eq!(marks_read(&desk, 2).await, LaneChange::default());
    assert_eq!(marks_read(&desk, 1).await, LaneChange::default());
    assert_eq!(
        marks_read(&desk, 99).await,
        LaneChange::default(),
        "there is no more"
    );
}

#[tokio::test]
async fn a_marker_stops_before_a_ticket_that_is_not_here() {
    let mut desk = Desk::at_home().await;
    desk.pull(
        HOME,
        vec![incident(BOILER, 2, 4), ticket(BOILER, 4, TOM, "après")],
    )
    .await;
    marks_read(&desk, 4).await;
    let sent = queued(&desk).await;
    assert!(matches!(&sent[..], [Payload::MarkRead(it)] if it.up_to_n == Some(2)));
    assert_eq!(unread(&desk).await, 2);
}

#[tokio::test]
async fn sending_does_not_move_the_own_marker() {
    let desk = Desk::at_home().await;
    desk.sends("bonjour").await;
    assert_eq!(unread(&desk).await, 2);
}

#[tokio::test]
async fn a_refused_marker_is_forgotten_without_a_word() {
    let desk = Desk::at_home().await;
    let id = marks_read(&desk, 2).await.enqueued[0].mutation_id;
    desk.attempts(id).await;
    desk.settles(id, Settle::Forget).await;
    assert_eq!(unread(&desk).await, 2, "too much, never too little");
    assert!(desk.store().outbox().await.unwrap().is_empty());
}

#[tokio::test]
async fn marking_unread_by_hand_shows_one_until_the_thread_is_read_on() {
    let mut desk = Desk::at_home().await;
    marks_read(&desk, 2).await;
    desk.store()
        .set_unread_flag(BOILER, true, at(2))
        .await
        .unwrap();
    assert_eq!(unread(&desk).await, 1);
    assert!(
        desk.store()
            .incident(BOILER)
            .await
            .unwrap()
            .unwrap()
            .flagged
    );
    assert_eq!(
        marks_read(&desk, 2).await,
        LaneChange::default(),
        "its thread is still open"
    );
    assert_eq!(unread(&desk).await, 1);
    desk.pull(
        HOME,
        vec![incident(BOILER, 2, 3), ticket(BOILER, 3, TOM, "?")],
    )
    .await;
    marks_read(&desk, 3).await;
    assert_eq!(unread(&desk).await, 0);
}

#[tokio::test]
async fn opening_a_thread_that_another_device_marked_unread_answers_the_mark() {
    let mut desk = Desk::at_home().await;
    let flagged = ReadView {
        read_n: 2,
        last_n: 2,
        unread: 0,
        flagged: true,
    };
    desk.pull(HOME, vec![incident(BOILER, 2, 2).with_mine(flagged, 7)])
        .await;
    assert_eq!(unread(&desk).await, 1);
    marks_read(&desk, 2).await;
    assert_eq!(unread(&desk).await, 0);
    let sent = queued(&desk).await;
    assert!(matches!(&sent[..], [Payload::MarkRead(it)]
        if it.seen_flag == Some(7) && it.up_to_n.is_none()));
    // Marked again meanwhile: that one was not answered.
    desk.pull(HOME, vec![incident(BOILER, 3, 2).with_mine(flagged, 8)])
        .await;
    assert_eq!(unread(&desk).await, 1);
}

#[tokio::test]
async fn marking_and_unmarking_leaves_nothing_to_send() {
    let desk = Desk::at_home().await;
    let set = async |unread| {
        desk.store()
            .set_unread_flag(BOILER, unread, at(1))
            .await
            .unwrap()
    };
    let marked = set(true).await;
    assert_eq!(set(true).await, LaneChange::default());
    let unmarked = set(false).await;
    assert_eq!(unmarked.removed, [marked.enqueued[0].mutation_id]);
    assert!(queued(&desk).await.is_empty());
}

#[tokio::test]
async fn newer_numbers_of_the_server_win_whatever_the_order() {
    let mut desk = Desk::at_home().await;
    desk.pull(HOME, vec![incident(BOILER, 5, 2).mine(2, 2, 0)])
        .await;
    assert_eq!(unread(&desk).await, 0);
    desk.pull(HOME, vec![incident(BOILER, 4, 2).mine(0, 2, 2)])
        .await;
    assert_eq!(unread(&desk).await, 0);
}

/// What one incident went through: who wrote each ticket, how far it had been read when the server
/// counted, how far it had come then, what was read here since.
#[derive(Debug, Clone)]
struct Story {
    authors: Vec<(bool, bool)>,
    read_n: u64,
    last_n: u64,
    marker: u64,
}

fn story() -> impl Strategy<Value = Story> {
    let authors = proptest::collection::vec((any::<bool>(), any::<bool>()), 1..12);
    (authors, 0u64..12, 0u64..12, 0u64..14).prop_map(|(authors, read_n, last_n, marker)| {
        let last_n = last_n.min(authors.len() as u64);
        Story {
            read_n: read_n.min(last_n),
            last_n,
            marker,
            authors,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn with_everything_cached_shown_unread_is_a_recount(story in story()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(recount(story))?;
    }
}

async fn recount(story: Story) -> Result<(), TestCaseError> {
    let tickets: Vec<(u64, UserId, TicketKind)> = (1..)
        .zip(&story.authors)
        .map(|(n, (mine, system))| {
            let author = if *mine { AWA } else { TOM };
            let kind = if *system {
                TicketKind::System
            } else {
                TicketKind::Message
            };
            (n, author, kind)
        })
        .collect();
    let counted = |read_n: u64, last_n: u64| {
        tickets
            .iter()
            .filter(|(n, author, kind)| {
                *n <= last_n && counts_as_unread(*kind, Some(*author), *n, AWA, read_n)
            })
            .count() as u64
    };
    let mut desk = Desk::empty().await;
    desk.store().adopt_epoch(EPOCH, at(0)).await.unwrap();
    let mut rows = vec![incident(BOILER, 2, story.last_n).mine(
        story.read_n,
        story.last_n,
        counted(story.read_n, story.last_n),
    )];
    for (n, author, kind) in &tickets {
        let mut row = ticket(BOILER, *n, *author, "…");
        row.data.as_mut().unwrap()["kind"] = serde_json::json!(kind);
        rows.push(row);
    }
    desk.bootstrap(HOME, rows).await;
    desk.store()
        .mark_read(BOILER, story.marker, at(1))
        .await
        .unwrap();
    let all = tickets.len() as u64;
    let read_up_to = story.marker.min(all).max(story.read_n);
    let shown = desk.store().unread_of(BOILER).await.unwrap();
    prop_assert_eq!(shown, counted(read_up_to, all));
    let listed = desk.store().incidents(&[], false).await.unwrap();
    prop_assert_eq!(listed[0].unread, shown);
    Ok(())
}
