//! Joining and leaving a portfolio.

use crate::ends_well;
use palier_bridge::view::{Delivery, FailureReason};
use palier_scenarios::{House, eventually};
use palier_server::ops::seed;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_owner_gets_the_history_without_a_flood() -> anyhow::Result<()> {
    let house = House::open().await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    let mut incidents = Vec::new();
    for title in ["No hot water", "Fuite"] {
        let incident = house.incident(title).await?;
        for number in 1..=6 {
            awa.writes(incident, &format!("{title}, message {number}"))
                .await?;
        }
        incidents.push(incident);
    }
    let paul = house.device("paul@maison.test").await?;
    assert_eq!(paul.list().await?.len(), 0);

    let (portfolio, user) = (house.portfolio, house.paul);
    house
        .at_the_server(async move |app| seed::add_owner(&app, portfolio, user).await)
        .await?;
    for (incident, title) in incidents.iter().zip(["No hot water", "Fuite"]) {
        paul.sees_words(*incident, &format!("{title}, message 1"))
            .await;
        assert_eq!(paul.words(*incident).await?.len(), 6);
    }
    assert_eq!(paul.state().await?.unread_total, 0, "history is not unread");
    assert!(paul.shell.notifications().len() <= 1, "one summary at most");
    let before = paul.shell.notifications().len();

    awa.writes(incidents[0], "Something new").await?;
    eventually("a notification", async || {
        paul.shell.notifications().len() > before
    })
    .await;
    assert_eq!(paul.shell.notifications()[before].body, "Something new");
    assert_eq!(paul.state().await?.unread_total, 1);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_a_portfolio_keeps_only_his_own_unsent_words() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    awa.writes(incident, "It is cold").await?;
    let (portfolio, user) = (house.portfolio, house.paul);
    house
        .at_the_server(async move |app| seed::add_owner(&app, portfolio, user).await)
        .await?;
    let paul = house.device("paul@maison.test").await?;
    paul.sees_words(incident, "It is cold").await;
    paul.line.cut();
    paul.writes(incident, "I would have come").await?;
    house
        .at_the_server(async move |app| seed::remove_owner(&app, portfolio, user).await)
        .await?;

    paul.line.mend();
    paul.sees("a failed ticket with its words", async |paul| {
        let outbox = paul.outbox().await?;
        Ok(outbox.iter().any(|item| {
            matches!(
                &item.delivery,
                Delivery::Failed {
                    reason: FailureReason::Gone
                }
            ) && format!("{:?}", item.what).contains("I would have come")
        }))
    })
    .await;
    paul.sees("the portfolio's incidents gone", async |paul| {
        let list = paul.list().await?;
        Ok(list.iter().all(|row| row.last_words != "It is cold"))
    })
    .await;
    assert!(
        !house
            .onlooker()
            .messages(incident)
            .await?
            .contains(&"I would have come".to_owned())
    );
    ends_well(&house).await
}
