//! Tickets and changes that the server refuses.

use crate::ends_well;
use palier_bridge::{
    request::{
        ApplyAnyway, DiscardOutboxItem, DiscardTicket, EditTicket, RetryOutboxItem, RetryTicket,
        SetCategory, SetPriority, SetStatus,
    },
    view::{ChangedTo, Delivery, FailureReason},
};
use palier_domain::{Category, Denied, IncidentId, Priority, Status};
use palier_scenarios::{Device, House, eventually};

/// After its end: the device has to have heard of that first, or it would take its own old picture for
/// the new one.
async fn the_lease_runs_on(
    house: &House,
    awa: &Device,
    incident: IncidentId,
) -> anyhow::Result<()> {
    awa.sees("that she may not write", async |awa| {
        Ok(!awa.thread(incident).await?.incident.may_write)
    })
    .await;
    house.lease_ends(60).await?;
    awa.sees("that she may write again", async |awa| {
        Ok(awa.thread(incident).await?.incident.may_write)
    })
    .await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_ticket_is_shown_as_failed_then_edited_and_sent() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let awa = house.awas_device().await?;
    awa.line.cut();
    let ticket = awa.writes(incident, "Stil cold").await?;
    house.lease_ends(-60).await?;
    awa.line.mend();
    awa.sees_delivery(incident, ticket.id, "failed with the rule", |delivery| {
        *delivery
            == Delivery::Failed {
                reason: FailureReason::Denied {
                    rule: Denied::LeaseEnded,
                },
            }
    })
    .await;
    let outbox = awa.outbox().await?;
    assert_eq!(
        outbox.len(),
        1,
        "it stands in the list of what was not sent"
    );
    assert_eq!(awa.sync().await?.failed, 1);

    the_lease_runs_on(&house, &awa, incident).await?;
    let ticket_id = ticket.id;
    let draft = awa
        .ask(async move |client| client.edit_ticket(EditTicket { ticket_id }).await)
        .await?;
    assert_eq!(draft.message, "Stil cold");
    let corrected = awa.writes(incident, "Still cold").await?;
    awa.sees_sent(incident, corrected.id).await;
    assert_eq!(house.onlooker().messages(incident).await?, ["Still cold"]);
    assert!(awa.outbox().await?.is_empty());
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_ticket_can_be_tried_again_and_holds_nothing_back() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let awa = house.awas_device().await?;
    awa.line.cut();
    let ticket = awa.writes(incident, "Please come").await?;
    house.lease_ends(-60).await?;
    awa.line.mend();
    awa.sees_delivery(incident, ticket.id, "failed", |delivery| {
        matches!(delivery, Delivery::Failed { .. })
    })
    .await;
    the_lease_runs_on(&house, &awa, incident).await?;
    let later = awa.writes(incident, "Hello again").await?;
    awa.sees_sent(incident, later.id).await;
    let ticket_id = ticket.id;
    awa.ask(async move |client| client.retry_ticket(RetryTicket { ticket_id }).await)
        .await?;
    awa.sees_sent(incident, ticket_id).await;
    assert_eq!(
        house.onlooker().messages(incident).await?,
        ["Hello again", "Please come"]
    );
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_that_somebody_else_moved_meanwhile_fails_visibly() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let desk = house.claires_device().await?;
    let laptop = house.claires_device().await?;
    let moves = |to| SetStatus {
        incident_id: incident,
        from: Status::Open,
        to,
    };
    laptop.line.cut();
    let (planned, resolved) = (moves(Status::Planned), moves(Status::Resolved));
    laptop
        .ask(async move |client| client.set_status(resolved).await)
        .await?;
    desk.ask(async move |client| client.set_status(planned).await)
        .await?;
    eventually("the first move is on the server", async || {
        let incidents = house.onlooker().incidents().await;
        incidents.is_ok_and(|it| it[0].incident.status == Status::Planned)
    })
    .await;
    laptop.line.mend();
    laptop
        .sees("the move failed", async |laptop| {
            let outbox = laptop.outbox().await?;
            Ok(outbox.iter().any(|item| {
                item.delivery
                    == Delivery::Failed {
                        reason: FailureReason::ChangedMeanwhile {
                            now: Some(ChangedTo::Status(Status::Planned)),
                        },
                    }
            }))
        })
        .await;
    let ticket_id = laptop.outbox().await?[0].ticket_id.unwrap();
    laptop
        .ask(async move |client| client.discard_ticket(DiscardTicket { ticket_id }).await)
        .await?;
    laptop
        .sees("the other's move", async |laptop| {
            Ok(
                laptop.thread(incident).await?.incident.status == Status::Planned
                    && laptop.outbox().await?.is_empty(),
            )
        })
        .await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_priority_is_listed_tried_again_and_thrown_away() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let desk = house.claires_device().await?;
    let laptop = house.claires_device().await?;
    let prefers = |to| SetPriority {
        incident_id: incident,
        from: Priority::Normal,
        to,
    };
    laptop.line.cut();
    let (high, low) = (prefers(Priority::High), prefers(Priority::Low));
    laptop
        .ask(async move |client| client.set_priority(low).await)
        .await?;
    desk.ask(async move |client| client.set_priority(high).await)
        .await?;
    eventually("the first change is on the server", async || {
        let incidents = house.onlooker().incidents().await;
        incidents.is_ok_and(|it| it[0].incident.priority == Priority::High)
    })
    .await;
    laptop.line.mend();
    let refused = async |laptop: &Device| {
        let outbox = laptop.outbox().await?;
        Ok(outbox.iter().any(|item| {
            item.ticket_id.is_none() && matches!(item.delivery, Delivery::Failed { .. })
        }))
    };
    laptop.sees("the change failed", refused).await;

    // Tried again as it is, it is refused again; then the person lets it go.
    let mutation_id = laptop.outbox().await?[0].mutation_id;
    laptop
        .ask(async move |client| {
            let request = RetryOutboxItem { mutation_id };
            client.retry_outbox_item(request).await
        })
        .await?;
    laptop.sees("the change failed again", refused).await;
    let mutation_id = laptop.outbox().await?[0].mutation_id;
    laptop
        .ask(async move |client| {
            let request = DiscardOutboxItem { mutation_id };
            client.discard_outbox_item(request).await
        })
        .await?;
    laptop
        .sees("the other's choice", async |laptop| {
            let thread = laptop.thread(incident).await?;
            Ok(thread.incident.priority == Priority::High && laptop.outbox().await?.is_empty())
        })
        .await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_overtaken_can_be_applied_all_the_same() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let desk = house.claires_device().await?;
    let laptop = house.claires_device().await?;
    let says = |to| SetCategory {
        incident_id: incident,
        from: Category::Heating,
        to,
    };
    laptop.line.cut();
    let (plumbing, gas) = (says(Category::Plumbing), says(Category::Gas));
    laptop
        .ask(async move |client| client.set_category(gas).await)
        .await?;
    assert_eq!(
        laptop.thread(incident).await?.incident.category,
        Category::Gas
    );
    desk.ask(async move |client| client.set_category(plumbing).await)
        .await?;
    eventually("the first change is on the server", async || {
        let incidents = house.onlooker().incidents().await;
        incidents.is_ok_and(|it| it[0].incident.category == Category::Plumbing)
    })
    .await;
    laptop.line.mend();
    laptop
        .sees("the refusal, with what it is now", async |laptop| {
            let outbox = laptop.outbox().await?;
            Ok(outbox.first().is_some_and(|item| {
                item.delivery
                    == Delivery::Failed {
                        reason: FailureReason::ChangedMeanwhile {
                            now: Some(ChangedTo::Category(Category::Plumbing)),
                        },
                    }
            }))
        })
        .await;
    laptop
        .sees(
            "the other's change, and not what was refused",
            async |laptop| {
                Ok(laptop.thread(incident).await?.incident.category == Category::Plumbing)
            },
        )
        .await;
    let mutation_id = laptop.outbox().await?[0].mutation_id;
    laptop
        .ask(async move |client| client.apply_anyway(ApplyAnyway { mutation_id }).await)
        .await?;
    eventually("it is applied", async || {
        let incidents = house.onlooker().incidents().await;
        incidents.is_ok_and(|it| it[0].incident.category == Category::Gas)
    })
    .await;
    laptop
        .sees("nothing waits", async |laptop| {
            Ok(laptop.outbox().await?.is_empty())
        })
        .await;
    // Once is all there was to apply.
    let again = laptop
        .ask(async move |client| client.apply_anyway(ApplyAnyway { mutation_id }).await)
        .await;
    assert!(again.is_err());
    ends_well(&house).await
}
