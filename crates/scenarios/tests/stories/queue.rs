//! What waits to be sent: its order, and what a person may do with it at any moment.

use crate::ends_well;
use palier_bridge::{
    CommandError,
    request::{DiscardOutboxItem, DiscardTicket, EditTicket, SendBefore, SetPriority},
    view::{Delivery, Link},
};
use palier_domain::{Priority, TicketId};
use palier_scenarios::{Device, DeviceOptions, Fault, House, eventually, photo};
use palier_wire::{MAX_PUSH_BYTES, MAX_PUSH_MUTATIONS};
use std::time::Duration;

async fn discards(device: &Device, ticket_id: TicketId) -> Result<(), CommandError> {
    device
        .ask(async move |client| client.discard_ticket(DiscardTicket { ticket_id }).await)
        .await
}

async fn takes_back(device: &Device, ticket_id: TicketId) -> Result<String, CommandError> {
    let draft = device
        .ask(async move |client| client.edit_ticket(EditTicket { ticket_id }).await)
        .await?;
    Ok(draft.message)
}

fn is_waiting(delivery: &Delivery) -> bool {
    matches!(delivery, Delivery::Waiting { .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn two_incidents_do_not_wait_for_each_other() -> anyhow::Result<()> {
    let house = House::open().await?;
    let slow = house.incident("Fuite").await?;
    let quick = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    claire
        .line
        .lay_fault("PATCH /api/uploads", Fault::Refuse, None);
    claire
        .attaches(slow, &[photo(claire.desk(), "évier.jpg", 70)])
        .await?;
    let waits = claire.writes(slow, "Voici").await?;
    let passes = claire.writes(quick, "On my way").await?;
    claire.sees_sent(quick, passes.id).await;
    claire
        .sees_delivery(slow, waits.id, "waiting for its photo", is_waiting)
        .await;
    claire.line.clear();
    claire.sees_sent(slow, waits.id).await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn words_behind_a_photo_wait_for_it_and_stay_behind_it() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let claire = house.claires_device().await?;
    claire
        .line
        .lay_fault("PATCH /api/uploads", Fault::Refuse, None);
    claire
        .attaches(incident, &[photo(claire.desk(), "évier.jpg", 71)])
        .await?;
    let first = claire.writes(incident, "Voici").await?;
    let second = claire.writes(incident, "Et maintenant ?").await?;
    claire
        .sees_delivery(incident, first.id, "waiting for its photo", is_waiting)
        .await;
    eventually("several attempts", async || {
        claire.line.count("PATCH /api/uploads") >= 3
    })
    .await;
    assert_eq!(house.onlooker().messages(incident).await?, [""; 0]);
    claire.line.clear();
    claire.sees_sent(incident, second.id).await;
    let said = house.onlooker().messages(incident).await?;
    assert_eq!(said, ["Voici", "Et maintenant ?"]);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn words_behind_a_photo_can_be_sent_before_it() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let claire = house.claires_device().await?;
    claire
        .line
        .lay_fault("PATCH /api/uploads", Fault::Refuse, None);
    claire
        .attaches(incident, &[photo(claire.desk(), "évier.jpg", 73)])
        .await?;
    let first = claire.writes(incident, "Voici").await?;
    let second = claire.writes(incident, "J’arrive à 18 h").await?;
    let third = claire.writes(incident, "Ou 19 h").await?;
    claire
        .sees_delivery(incident, second.id, "behind the photo", |delivery| {
            matches!(
                delivery,
                Delivery::Waiting {
                    behind_upload: true,
                    ..
                }
            )
        })
        .await;
    let ticket_id = second.id;
    claire
        .ask(async move |client| client.send_before(SendBefore { ticket_id }).await)
        .await?;
    claire.sees_sent(incident, second.id).await;
    assert_eq!(
        claire.words(incident).await?,
        ["J’arrive à 18 h", "Voici", "Ou 19 h"]
    );
    claire
        .sees_delivery(
            incident,
            first.id,
            "still waiting for its photo",
            is_waiting,
        )
        .await;
    claire.line.clear();
    claire.sees_sent(incident, third.id).await;
    let said = house.onlooker().messages(incident).await?;
    assert_eq!(said, ["J’arrive à 18 h", "Voici", "Ou 19 h"]);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_was_cut_off_goes_on_after_a_restart() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let mut claire = house.claires_device().await?;
    claire
        .line
        .lay_fault("PATCH /api/uploads", Fault::CutRequest, None);
    let original = photo(claire.desk(), "évier.jpg", 72);
    claire
        .attaches(incident, std::slice::from_ref(&original))
        .await?;
    let ticket = claire.writes(incident, "Voici").await?;
    eventually("an attempt", async || {
        claire.line.count("PATCH /api/uploads") > 0
    })
    .await;
    claire.is_killed().await;
    // The original may be gone by then.
    let bytes = std::fs::read(&original)?;
    std::fs::remove_file(&original)?;
    claire.line.clear();
    claire.starts().await;
    claire.sees_sent(incident, ticket.id).await;
    let sent = house.onlooker().tickets(incident).await?;
    assert_eq!(sent.len(), 1);
    let file = house.onlooker().file(sent[0].attachments[0]).await?;
    assert_eq!(file, bytes);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_discarded_while_its_photo_is_on_its_way_never_appears() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let claire = house.claires_device().await?;
    claire
        .line
        .lay_fault("PATCH /api/uploads", Fault::Refuse, None);
    claire
        .attaches(incident, &[photo(claire.desk(), "évier.jpg", 73)])
        .await?;
    let ticket = claire.writes(incident, "Voici").await?;
    claire
        .sees_delivery(incident, ticket.id, "waiting for its photo", is_waiting)
        .await;
    discards(&claire, ticket.id).await?;
    assert_eq!(claire.delivery(incident, ticket.id).await?, None);
    claire.line.clear();
    let after = claire.writes(incident, "Sans photo").await?;
    claire.sees_sent(incident, after.id).await;
    assert_eq!(house.onlooker().messages(incident).await?, ["Sans photo"]);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_changed_while_it_is_sent_in_vain_arrives_as_it_was_changed() -> anyhow::Result<()>
{
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    claire
        .line
        .lay_fault_on("POST /api/sync/push", "At nine", Fault::Hang, None);
    let ticket = claire.writes(incident, "At nine").await?;
    eventually("it is being sent", async || {
        claire.line.count("POST /api/sync/push") > 0
    })
    .await;
    assert_eq!(takes_back(&claire, ticket.id).await?, "At nine");
    let changed = claire.writes(incident, "At ten").await?;
    claire.sees_sent(incident, changed.id).await;
    claire.is_up_to_date().await;
    assert_eq!(claire.words(incident).await?, ["At ten"]);
    assert_eq!(house.onlooker().messages(incident).await?, ["At ten"]);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_ticket_is_still_shown_with_its_reason_after_a_restart() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut awa = house.awas_device().await?;
    awa.line.cut();
    let ticket = awa.writes(incident, "Please come").await?;
    house.lease_ends(-60).await?;
    awa.line.mend();
    let failed = |delivery: &Delivery| matches!(delivery, Delivery::Failed { .. });
    awa.sees_delivery(incident, ticket.id, "failed", failed)
        .await;
    let before = awa.delivery(incident, ticket.id).await?;
    awa.restarts().await;
    awa.sees_delivery(incident, ticket.id, "still failed", failed)
        .await;
    assert_eq!(awa.delivery(incident, ticket.id).await?, before);
    assert_eq!(awa.outbox().await?.len(), 1);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_before_a_restart_keeps_its_order_in_every_lane() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incidents = [
        house.incident("Fuite").await?,
        house.incident("No hot water").await?,
    ];
    let mut claire = house.claires_device().await?;
    claire.line.cut();
    for n in 1..=3 {
        for incident in incidents {
            claire.writes(incident, &format!("Nr. {n}")).await?;
        }
        claire.restarts().await;
    }
    claire.line.mend();
    claire.is_up_to_date().await;
    for incident in incidents {
        let said = house.onlooker().messages(incident).await?;
        assert_eq!(said, ["Nr. 1", "Nr. 2", "Nr. 3"]);
    }
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_is_discarded_before_it_left_takes_its_tickets_along() -> anyhow::Result<()>
{
    let house = House::open().await?;
    let awa = house.awas_device().await?;
    awa.line.cut();
    let incident = awa.opens("Plus de chauffage").await?;
    awa.writes(incident, "Le radiateur est froid").await?;
    let waiting = awa.outbox().await?;
    let opening = waiting.iter().find(|item| item.ticket_id.is_none());
    let mutation_id = opening.map(|item| item.mutation_id).expect("the incident");
    awa.ask(async move |client| {
        client
            .discard_outbox_item(DiscardOutboxItem { mutation_id })
            .await
    })
    .await?;
    awa.line.mend();
    // An attempt may have been made: the server is asked, and knows of none.
    awa.sees("nothing left", async |awa| {
        Ok(awa.outbox().await?.is_empty() && awa.list().await?.is_empty())
    })
    .await;
    awa.is_up_to_date().await;
    assert!(awa.list().await?.is_empty());
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_of_an_incident_that_is_not_there_yet_can_be_changed() -> anyhow::Result<()> {
    let house = House::open().await?;
    let awa = house.awas_device().await?;
    awa.line.cut();
    let incident = awa.opens("Plus de chauffage").await?;
    let ticket = awa.writes(incident, "Le radiateur est frod").await?;
    assert_eq!(takes_back(&awa, ticket.id).await?, "Le radiateur est frod");
    let corrected = awa.writes(incident, "Le radiateur est froid").await?;
    awa.line.mend();
    awa.sees_sent(incident, corrected.id).await;
    let said = house.onlooker().messages(incident).await?;
    assert_eq!(said, ["Le radiateur est froid"]);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_made_offline_arrive_in_the_order_in_which_they_were_made() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    claire.line.cut();
    for (from, to) in [
        (Priority::Normal, Priority::High),
        (Priority::High, Priority::Emergency),
    ] {
        claire
            .ask(async move |client| {
                client
                    .set_priority(SetPriority {
                        incident_id: incident,
                        from,
                        to,
                    })
                    .await
            })
            .await?;
    }
    let ticket = claire.writes(incident, "It is the pump").await?;
    claire.line.mend();
    claire.sees_sent(incident, ticket.id).await;
    claire
        .sees("what was set", async |claire| {
            let shown = claire.thread(incident).await?.incident;
            Ok(shown.priority == Priority::Emergency)
        })
        .await;
    claire.is_up_to_date().await;
    assert!(claire.outbox().await?.is_empty(), "none of them failed");
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_one_push_may_carry_arrives_in_several_and_in_order() -> anyhow::Result<()> {
    const PUSH: &str = "POST /api/sync/push";
    let house = House::open().await?;
    // A hundred and thirty short ones, and eighty of sixteen kilobytes: beyond both limits.
    let (many, long) = (
        house.incident("Fuite").await?,
        house.incident("Bruit").await?,
    );
    let patient = DeviceOptions {
        silence: Some(Duration::from_secs(15)),
        ..DeviceOptions::default()
    };
    let mut claire = house.device_with("claire@maison.test", patient).await?;
    claire.line.cut();
    claire.is(Link::Offline).await;
    let short: Vec<String> = (0..130).map(|n| format!("Message {n}")).collect();
    let endless: Vec<String> = (0..80)
        .map(|n| format!("{n} {}", "mot ".repeat(4_000)))
        .map(|words| words.trim_end().to_owned())
        .collect();
    for (incident, written) in [(many, &short), (long, &endless)] {
        for words in written {
            claire.writes(incident, words).await?;
        }
    }
    let waiting = u32::try_from(short.len() + endless.len())?;
    // All of it is found again by a program that begins anew.
    claire.restarts().await;
    claire
        .sees("everything waits", async |claire| {
            Ok(claire.sync().await?.waiting == waiting)
        })
        .await;
    let tried = claire.line.count(PUSH);
    claire.line.mend();
    claire.is_up_to_date().await;
    assert_eq!(house.onlooker().messages(many).await?, short);
    assert!(
        house.onlooker().messages(long).await? == endless,
        "in order"
    );
    assert!(claire.outbox().await?.is_empty());

    let pushes = claire.line.bodies(PUSH).split_off(tried);
    let carried = |body: &Vec<u8>| {
        let text = String::from_utf8_lossy(body);
        text.matches("\"kind\":\"add_ticket\"").count()
    };
    assert!(pushes.len() >= 3, "{} pushes", pushes.len());
    for body in &pushes {
        assert!(body.len() <= MAX_PUSH_BYTES, "{} bytes", body.len());
        assert!(carried(body) <= MAX_PUSH_MUTATIONS, "{}", carried(body));
    }
    ends_well(&house).await
}
