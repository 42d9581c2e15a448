//! When a person is told, and what she can do right there.

use crate::ends_well;
use chrono::{NaiveTime, TimeDelta};
use palier_bridge::{
    CommandError,
    request::{SetPriority, UpdateSettings},
    view::{Delivery, SettingChange},
};
use palier_client::NotificationAct;
use palier_domain::{Priority, QuietHours};
use palier_scenarios::{Device, House, eventually};

/// All day, but for its last second.
fn all_day() -> QuietHours {
    QuietHours {
        from: NaiveTime::MIN,
        to: NaiveTime::MIN - TimeDelta::seconds(1),
    }
}

async fn wants_quiet(device: &Device, hours: Option<QuietHours>) -> Result<(), CommandError> {
    device
        .ask(async move |client| {
            let change = SettingChange::QuietHours(hours);
            client.update_settings(UpdateSettings { change }).await
        })
        .await
        .map(drop)
}

fn told(device: &Device) -> Vec<String> {
    let notifications = device.shell.notifications();
    notifications.into_iter().map(|it| it.body).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_let_an_emergency_through_and_end_in_one_notification() -> anyhow::Result<()> {
    let house = House::open().await?;
    let (drip, flood) = (
        house.incident("The tap drips").await?,
        house.incident("Water everywhere").await?,
    );
    let third = house.incident("A broken tile").await?;
    let mut claire = house.claires_device().await?;
    let awa = house.awas_device().await?;
    claire
        .ask(async move |client| {
            client
                .set_priority(SetPriority {
                    incident_id: flood,
                    from: Priority::Normal,
                    to: Priority::Emergency,
                })
                .await
        })
        .await?;
    claire.is_up_to_date().await;
    wants_quiet(&claire, Some(all_day())).await?;

    awa.writes(drip, "Drip").await?;
    claire.sees_words(drip, "Drip").await;
    awa.writes(flood, "It comes through the ceiling").await?;
    awa.writes(third, "A tile has cracked").await?;
    awa.writes(drip, "Drip, drip").await?;
    claire.sees_words(drip, "Drip, drip").await;
    claire.is_up_to_date().await;
    eventually("the emergency is announced", async || {
        !told(&claire).is_empty()
    })
    .await;
    assert_eq!(told(&claire), ["It comes through the ceiling"]);
    assert!(claire.shell.notifications()[0].urgent);

    // The night survives a restart of the program.
    claire.restarts().await;
    claire.is_up_to_date().await;
    assert_eq!(told(&claire).len(), 1);

    wants_quiet(&claire, None).await?;
    eventually("the rest is told", async || told(&claire).len() == 2).await;
    let summary = &claire.shell.notifications()[1];
    assert_eq!(summary.incident_id, None);
    assert!(
        summary.body.contains('3') && summary.body.contains('2'),
        "{summary:?}"
    );
    claire.restarts().await;
    claire.is_up_to_date().await;
    assert_eq!(told(&claire).len(), 2, "and never again");
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_in_quiet_hours_is_not_told_at_their_end() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("The tap drips").await?;
    let (desk, laptop) = (house.claires_device().await?, house.claires_device().await?);
    let awa = house.awas_device().await?;
    wants_quiet(&desk, Some(all_day())).await?;
    awa.writes(incident, "Drip").await?;
    desk.sees_words(incident, "Drip").await;
    desk.is_up_to_date().await;
    laptop.sees_words(incident, "Drip").await;
    laptop.reads(incident, 1).await?;
    desk.sees("that it was read", async |desk| {
        Ok(desk.list().await?.iter().all(|row| row.unread == 0))
    })
    .await;
    wants_quiet(&desk, None).await?;
    awa.writes(incident, "It is worse now").await?;
    eventually("the new one is told", async || !told(&desk).is_empty()).await;
    assert_eq!(told(&desk), ["It is worse now"]);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_marked_as_read_from_its_notification() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("The tap drips").await?;
    let claire = house.claires_device().await?;
    let awa = house.awas_device().await?;
    claire.is_up_to_date().await;
    awa.writes(incident, "Drip").await?;
    awa.writes(incident, "Drip, drip").await?;
    eventually("both are told", async || {
        told(&claire)
            .last()
            .is_some_and(|it| it.contains("Drip, drip"))
    })
    .await;
    let shown = claire
        .shell
        .notifications()
        .pop()
        .unwrap_or_else(|| unreachable!());
    let acts: Vec<_> = shown.actions.iter().map(|it| it.act).collect();
    assert_eq!(acts, [NotificationAct::Reply, NotificationAct::MarkRead]);
    assert!(shown.sound);

    let ticket = shown
        .ticket_id
        .ok_or_else(|| anyhow::anyhow!("no ticket"))?;
    claire
        .ask(async move |client| client.mark_announced_read(incident, ticket).await)
        .await?;
    eventually("it is withdrawn", async || {
        claire.shell.withdrawn().contains(&incident)
    })
    .await;
    assert_eq!(claire.state().await?.unread_total, 0);
    awa.sees_delivery(incident, ticket, "read", |it| {
        matches!(it, Delivery::Read { .. })
    })
    .await;
    ends_well(&house).await
}
