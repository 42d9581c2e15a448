//! Taking back what was sent.

use crate::ends_well;
use palier_bridge::{
    CommandError,
    request::{DiscardTicket, EditTicket, SendNow, UndoTicket},
    view::Delivery,
};
use palier_domain::TicketId;
use palier_scenarios::{Device, DeviceOptions, Fault, House, eventually};
use std::time::Duration;

async fn discards(device: &Device, ticket_id: TicketId) -> Result<(), CommandError> {
    device
        .ask(async move |client| client.discard_ticket(DiscardTicket { ticket_id }).await)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn within_the_undo_time_a_ticket_becomes_the_draft_again() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    claire.undo_time(30).await?;
    let ticket = claire.writes(incident, "Too hasty").await?;
    assert!(
        matches!(ticket.delivery, Delivery::Held { remaining_ms } if remaining_ms > 20_000),
        "{:?}",
        ticket.delivery
    );
    let ticket_id = ticket.id;
    let draft = claire
        .ask(async move |client| client.undo_ticket(UndoTicket { ticket_id }).await)
        .await?;
    assert_eq!(draft.message, "Too hasty");
    assert_eq!(claire.words(incident).await?, [""; 0]);
    assert_eq!(claire.thread(incident).await?.draft.message, "Too hasty");

    // One that is sent at once overtakes nothing and is all that arrives.
    let considered = claire.writes(incident, "Considered").await?.id;
    claire
        .ask(async move |client| {
            client
                .send_now(SendNow {
                    ticket_id: considered,
                })
                .await
        })
        .await?;
    claire.sees_sent(incident, considered).await;
    assert_eq!(house.onlooker().messages(incident).await?, ["Considered"]);
    let late = claire
        .ask(async move |client| {
            client
                .undo_ticket(UndoTicket {
                    ticket_id: considered,
                })
                .await
        })
        .await;
    assert!(
        matches!(
            late,
            Err(CommandError::NoSuchTicket | CommandError::TooLateToUndo)
        ),
        "{late:?}"
    );
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_ticket_that_never_arrived_never_appears() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    claire
        .line
        .lay_fault("POST /api/sync/push", Fault::Refuse, None);
    let ticket = claire.writes(incident, "Forget this").await?;
    claire
        .sees_delivery(incident, ticket.id, "attempted", |delivery| {
            matches!(
                delivery,
                Delivery::Waiting {
                    attempted: true,
                    ..
                }
            )
        })
        .await;
    discards(&claire, ticket.id).await?;
    assert!(matches!(
        claire.delivery(incident, ticket.id).await?,
        None | Some(Delivery::Cancelling)
    ));
    claire.line.clear();
    claire.is_up_to_date().await;
    let after = claire.writes(incident, "Remember this").await?;
    claire.sees_sent(incident, after.id).await;
    assert_eq!(claire.words(incident).await?, ["Remember this"]);
    assert_eq!(
        house.onlooker().messages(incident).await?,
        ["Remember this"]
    );
    assert!(claire.outbox().await?.is_empty());
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_ticket_that_was_only_late_never_appears() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    claire
        .line
        .lay_fault("POST /api/sync/push", Fault::Delay, Some(1));
    let ticket = claire.writes(incident, "Forget this").await?;
    eventually("it is on its way", async || {
        claire.line.count("POST /api/sync/push") == 1
    })
    .await;
    discards(&claire, ticket.id).await?;
    claire.is_up_to_date().await;
    assert!(claire.outbox().await?.is_empty());

    // Now the first request comes in, after the one that took it back.
    claire.line.release();
    let after = claire.writes(incident, "Remember this").await?;
    claire.sees_sent(incident, after.id).await;
    eventually("the late request was answered", async || {
        claire.line.answered("POST /api/sync/push", "Forget this") == 1
    })
    .await;
    assert_eq!(
        house.onlooker().messages(incident).await?,
        ["Remember this"]
    );
    assert_eq!(claire.words(incident).await?, ["Remember this"]);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_ticket_that_had_arrived_is_shown_as_delivered() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    for request in ["GET /api/sync/changes", "GET /api/sync/stream"] {
        claire.line.lay_fault(request, Fault::Refuse, None);
    }
    claire.line.shake();
    claire
        .line
        .lay_fault("POST /api/sync/push", Fault::LoseReply, None);
    let ticket = claire.writes(incident, "Already there").await?;
    eventually("the server has it", async || {
        let said = house.onlooker().messages(incident).await;
        said.is_ok_and(|said| said == ["Already there"])
    })
    .await;
    discards(&claire, ticket.id).await?;
    claire.line.clear();
    claire.sees_sent(incident, ticket.id).await;
    claire.is_up_to_date().await;
    assert_eq!(claire.words(incident).await?, ["Already there"]);
    assert!(claire.outbox().await?.is_empty());
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_changed_after_it_had_arrived_keeps_the_newer_words_as_a_draft()
-> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    for request in ["GET /api/sync/changes", "GET /api/sync/stream"] {
        claire.line.lay_fault(request, Fault::Refuse, None);
    }
    claire.line.shake();
    claire
        .line
        .lay_fault("POST /api/sync/push", Fault::LoseReply, None);
    let ticket = claire.writes(incident, "At nine").await?;
    eventually("the server has it", async || {
        let said = house.onlooker().messages(incident).await;
        said.is_ok_and(|said| said == ["At nine"])
    })
    .await;
    let ticket_id = ticket.id;
    let draft = claire
        .ask(async move |client| client.edit_ticket(EditTicket { ticket_id }).await)
        .await?;
    assert_eq!(draft.message, "At nine");
    let changed = claire.writes(incident, "At ten").await?;
    claire.line.clear();
    claire
        .sees("settled", async |claire| {
            let thread = claire.thread(incident).await?;
            let sync = claire.sync().await?;
            Ok(sync.waiting == 0 && thread.entries.iter().all(|entry| entry.n.is_some()))
        })
        .await;
    let words = claire.words(incident).await?;
    let draft = claire.thread(incident).await?.draft.message;
    assert!(words.contains(&"At nine".to_owned()), "{words:?}");
    assert!(
        words.contains(&"At ten".to_owned()) || draft.contains("At ten"),
        "nothing is lost: {words:?}, draft {draft:?} ({:?})",
        changed.id
    );
    ends_well(&house).await
}

/// The words are on their way, their author throws them away, and then the server's reply comes: what it
/// says of them is what holds.
#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_discarded_on_its_way_is_what_the_reply_then_says() -> anyhow::Result<()> {
    const PUSH: &str = "POST /api/sync/push";
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let patient = DeviceOptions {
        silence: Some(Duration::from_secs(15)),
        ..DeviceOptions::default()
    };
    let awa = house.device_with("awa@maison.test", patient).await?;
    let on_its_way = async |words: &'static str| {
        awa.line.lay_fault_on(PUSH, words, Fault::Delay, Some(1));
        let pushed = || {
            let bodies = awa.line.bodies(PUSH);
            let holding = |it: &&Vec<u8>| String::from_utf8_lossy(it).contains(words);
            bodies.iter().filter(holding).count()
        };
        let ticket = awa.writes(incident, words).await?;
        eventually("it is on its way", async || pushed() == 1).await;
        discards(&awa, ticket.id).await?;
        let shown = awa.delivery(incident, ticket.id).await?;
        assert_eq!(shown, Some(Delivery::Cancelling));
        anyhow::Ok(ticket.id)
    };

    // It was taken: it cannot be taken back any more, and is shown as what it is.
    let taken = on_its_way("Already there").await?;
    awa.line.release();
    awa.sees_sent(incident, taken).await;
    awa.is_up_to_date().await;
    assert_eq!(awa.words(incident).await?, ["Already there"]);
    assert_eq!(
        house.onlooker().messages(incident).await?,
        ["Already there"]
    );
    assert!(awa.outbox().await?.is_empty());

    // It was refused: nothing is left to be shown as failed.
    let refused = on_its_way("After the lease").await?;
    house.lease_ends(-60).await?;
    awa.line.release();
    awa.sees("that it is gone", async |awa| {
        Ok(awa.delivery(incident, refused).await?.is_none())
    })
    .await;
    awa.is_up_to_date().await;
    assert!(awa.outbox().await?.is_empty());
    assert_eq!(awa.words(incident).await?, ["Already there"]);
    assert_eq!(
        house.onlooker().messages(incident).await?,
        ["Already there"]
    );
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_three_tickets_the_middle_one_is_discarded_and_the_others_keep_their_order()
-> anyhow::Result<()> {
    let house = House::open().await?;
    let claire = house.claires_device().await?;
    for attempted in [false, true] {
        let incident = house.incident(&format!("Fuite {attempted}")).await?;
        claire.sees_incident(incident).await;
        if attempted {
            claire
                .line
                .lay_fault("POST /api/sync/push", Fault::Refuse, None);
        } else {
            // Held: none of them has tried to leave.
            claire.undo_time(30).await?;
        }
        let mut written = Vec::new();
        for words in ["One", "Two", "Three"] {
            let words = format!("{words}, attempted: {attempted}");
            written.push(claire.writes(incident, &words).await?.id);
        }
        if attempted {
            claire
                .sees_delivery(incident, written[1], "attempted", |delivery| {
                    matches!(
                        delivery,
                        Delivery::Waiting {
                            attempted: true,
                            ..
                        }
                    )
                })
                .await;
        }
        discards(&claire, written[1]).await?;
        for ticket_id in [written[0], written[2]] {
            if !attempted {
                claire
                    .ask(async move |client| client.send_now(SendNow { ticket_id }).await)
                    .await?;
            }
        }
        claire.line.clear();
        claire.undo_time(0).await?;
        claire.sees_sent(incident, written[2]).await;
        claire.is_up_to_date().await;
        let left = ["One", "Three"].map(|it| format!("{it}, attempted: {attempted}"));
        assert_eq!(house.onlooker().messages(incident).await?, left);
        assert_eq!(claire.words(incident).await?, left);
        assert!(claire.outbox().await?.is_empty());
    }
    ends_well(&house).await
}
