//! Replies that are lost after the server has done what it was asked.

use crate::ends_well;
use palier_scenarios::{Fault, House, eventually, photo};

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_whose_reply_was_lost_is_sent_again_and_arrives_once() -> anyhow::Result<()> {
    for fault in [Fault::LoseReply, Fault::CutReply] {
        let house = House::open().await?;
        let incident = house.incident("No hot water").await?;
        let claire = house.claires_device().await?;
        // Nothing else tells that the server has it.
        for request in ["GET /api/sync/changes", "GET /api/sync/stream"] {
            claire.line.lay_fault(request, Fault::Refuse, None);
        }
        claire.line.shake();
        claire.line.lay_fault("POST /api/sync/push", fault, Some(2));
        let ticket = claire.writes(incident, "I call the plumber").await?;
        eventually("it is sent again", async || {
            claire.line.count("POST /api/sync/push") >= 3
        })
        .await;
        claire.sees_sent(incident, ticket.id).await;
        claire.line.clear();
        claire.is_up_to_date().await;
        assert_eq!(
            house.onlooker().messages(incident).await?,
            ["I call the plumber"]
        );
        ends_well(&house).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_whose_replies_were_lost_arrives_once_and_whole() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let awa = house.awas_device().await?;
    for request in [
        "POST /api/uploads",
        "PATCH /api/uploads",
        "POST /api/sync/push",
    ] {
        awa.line.lay_fault(request, Fault::LoseReply, Some(1));
    }
    let original = photo(awa.desk(), "évier.jpg", 90);
    awa.attaches(incident, std::slice::from_ref(&original))
        .await?;
    let ticket = awa.writes(incident, "Regardez").await?;
    awa.sees_sent(incident, ticket.id).await;

    let tickets = house.onlooker().tickets(incident).await?;
    assert_eq!(tickets.len(), 1);
    let onlooker = house.onlooker_as("awa@maison.test").await?;
    let file = onlooker.file(tickets[0].attachments[0]).await?;
    assert_eq!(file, std::fs::read(original)?);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_never_answers_is_given_up_and_tried_again() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    claire
        .line
        .lay_fault("POST /api/sync/push", Fault::Hang, Some(1));
    let ticket = claire.writes(incident, "I come myself").await?;
    claire.sees_sent(incident, ticket.id).await;
    ends_well(&house).await
}
