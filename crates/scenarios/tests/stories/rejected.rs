//! Tickets and changes that the server refuses.

use crate::ends_well;
use palier_bridge::{
    CommandError,
    request::{
        ApplyAnyway, DiscardOutboxItem, DiscardTicket, EditTicket, RetryOutboxItem, RetryTicket,
        SetCategory, SetPriority, SetStatus,
    },
    view::{ChangedTo, Delivery, FailureReason, IncidentHead},
};
use palier_domain::{Category, Denied, IncidentId, Priority, Status};
use palier_scenarios::{Device, House, eventually};
use palier_server::ops::seed;

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

/// The three things of an incident that a person sets, each as the laptop would have it and as the desk
/// has made it meanwhile.
#[derive(Debug, Clone, Copy)]
enum Overtaken {
    Status,
    Priority,
    Category,
}

impl Overtaken {
    async fn sets(
        self,
        device: &Device,
        incident_id: IncidentId,
        first: bool,
    ) -> Result<(), CommandError> {
        device
            .ask(async move |client| match self {
                Self::Status => {
                    let to = [Status::Resolved, Status::Planned][usize::from(first)];
                    let from = Status::Open;
                    let request = SetStatus {
                        incident_id,
                        from,
                        to,
                    };
                    client.set_status(request).await.map(drop)
                }
                Self::Priority => {
                    let to = [Priority::Low, Priority::High][usize::from(first)];
                    let from = Priority::Normal;
                    let request = SetPriority {
                        incident_id,
                        from,
                        to,
                    };
                    client.set_priority(request).await
                }
                Self::Category => {
                    let to = [Category::Gas, Category::Plumbing][usize::from(first)];
                    let from = Category::Heating;
                    let request = SetCategory {
                        incident_id,
                        from,
                        to,
                    };
                    client.set_category(request).await
                }
            })
            .await
    }

    /// What was set first, or what was refused.
    fn value(self, first: bool) -> ChangedTo {
        match (self, first) {
            (Self::Status, true) => ChangedTo::Status(Status::Planned),
            (Self::Status, false) => ChangedTo::Status(Status::Resolved),
            (Self::Priority, true) => ChangedTo::Priority(Priority::High),
            (Self::Priority, false) => ChangedTo::Priority(Priority::Low),
            (Self::Category, true) => ChangedTo::Category(Category::Plumbing),
            (Self::Category, false) => ChangedTo::Category(Category::Gas),
        }
    }

    fn shown(self, incident: &IncidentHead) -> ChangedTo {
        match self {
            Self::Status => ChangedTo::Status(incident.status),
            Self::Priority => ChangedTo::Priority(incident.priority),
            Self::Category => ChangedTo::Category(incident.category),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_overtaken_can_be_applied_all_the_same() -> anyhow::Result<()> {
    let house = House::open().await?;
    let desk = house.claires_device().await?;
    let laptop = house.claires_device().await?;
    for what in [Overtaken::Category, Overtaken::Priority, Overtaken::Status] {
        let incident = house.incident(&format!("{what:?}")).await?;
        desk.sees_incident(incident).await;
        laptop.sees_incident(incident).await;
        let sees = async |device: &Device, wanted: ChangedTo| {
            device
                .sees(&format!("{wanted:?}"), async |device| {
                    Ok(what.shown(&device.thread(incident).await?.incident) == wanted)
                })
                .await;
        };
        laptop.line.cut();
        what.sets(&laptop, incident, false).await?;
        sees(&laptop, what.value(false)).await;
        what.sets(&desk, incident, true).await?;
        desk.is_up_to_date().await;
        laptop.line.mend();

        let now = Some(what.value(true));
        let overtaken = Delivery::Failed {
            reason: FailureReason::ChangedMeanwhile { now },
        };
        laptop
            .sees("the refusal, with what it is now", async |laptop| {
                let outbox = laptop.outbox().await?;
                Ok(outbox.first().is_some_and(|it| it.delivery == overtaken))
            })
            .await;
        // The other's change is what is shown, and not what was refused.
        sees(&laptop, what.value(true)).await;
        let mutation_id = laptop.outbox().await?[0].mutation_id;
        let applies = async || {
            laptop
                .ask(async move |client| client.apply_anyway(ApplyAnyway { mutation_id }).await)
                .await
        };
        applies().await?;
        sees(&desk, what.value(false)).await;
        laptop
            .sees("nothing waits", async |laptop| {
                Ok(laptop.outbox().await?.is_empty())
            })
            .await;
        assert!(applies().await.is_err(), "once is all there was to apply");
    }
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_offline_on_an_incident_closed_meanwhile_is_told_so() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let (portfolio, paul) = (house.portfolio, house.paul);
    house
        .at_the_server(async move |app| seed::add_owner(&app, portfolio, paul).await)
        .await?;
    let laptop = house.claires_device().await?;
    let paul = house.device("paul@maison.test").await?;
    paul.sees_incident(incident).await;
    let moves = async |device: &Device, to| {
        let request = SetStatus {
            incident_id: incident,
            from: Status::Open,
            to,
        };
        device
            .ask(async move |client| client.set_status(request).await)
            .await
    };
    let told = async |device: &Device| {
        let thread = device.thread(incident).await?;
        Ok::<_, CommandError>(thread.incident.closed_meanwhile)
    };
    laptop.line.cut();
    moves(&laptop, Status::Planned).await?;
    let words = laptop.writes(incident, "The plumber comes at nine").await?;
    assert!(!told(&laptop).await?);
    moves(&paul, Status::Closed).await?;
    paul.is_up_to_date().await;
    laptop.line.mend();

    laptop
        .sees("that the move was overtaken by the close", async |laptop| {
            let outbox = laptop.outbox().await?;
            Ok(outbox.iter().any(|it| {
                it.delivery
                    == Delivery::Failed {
                        reason: FailureReason::ChangedMeanwhile {
                            now: Some(ChangedTo::Status(Status::Closed)),
                        },
                    }
            }))
        })
        .await;
    laptop.sees_sent(incident, words.id).await;
    laptop
        .sees("that the words stand behind the close", told)
        .await;
    // Nothing goes from closed to planned; the move stays where it is until it is thrown away.
    let mutation_id = laptop.outbox().await?[0].mutation_id;
    let anyway = laptop
        .ask(async move |client| client.apply_anyway(ApplyAnyway { mutation_id }).await)
        .await;
    assert_eq!(
        anyway,
        Err(CommandError::Denied {
            rule: Denied::ImpossibleMove
        })
    );
    assert_eq!(laptop.outbox().await?.len(), 1);
    laptop
        .ask(async move |client| {
            let request = DiscardOutboxItem { mutation_id };
            client.discard_outbox_item(request).await
        })
        .await?;
    assert!(told(&laptop).await?);

    // What is written on a closed incident with open eyes is told nothing, and an answer ends it.
    paul.sees_words(incident, "The plumber comes at nine").await;
    let answer = paul.writes(incident, "It is done already").await?;
    paul.sees_sent(incident, answer.id).await;
    assert!(!told(&paul).await?);
    laptop.sees_words(incident, "It is done already").await;
    assert!(!told(&laptop).await?);
    ends_well(&house).await
}
