//! Taking back what was sent.

use crate::ends_well;
use palier_bridge::{
    CommandError,
    request::{DiscardTicket, EditTicket, SendNow, UndoTicket},
    view::Delivery,
};
use palier_domain::TicketId;
use palier_scenarios::{Device, Fault, House, eventually};

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
