//! Quiet for a while, and its end.

use crate::ends_well;
use chrono::{DateTime, Local, TimeDelta};
use palier_bridge::{
    request::{GetAppState, PauseNotifications, SetPriority, UpdateSettings},
    view::{SettingChange, Theme},
};
use palier_domain::{IncidentId, PauseLength, Priority};
use palier_scenarios::{Device, DeviceOptions, House, PASSWORD, eventually};
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// How far Claire's clock is from the computer's, in minutes; in each story that sets it one of its own.
static OFF_BY: AtomicI64 = AtomicI64::new(0);
static OFF_BY_WHILE_CLOSED: AtomicI64 = AtomicI64::new(0);

fn clock_that_is_set() -> DateTime<Local> {
    Local::now() + TimeDelta::minutes(OFF_BY.load(Relaxed))
}

fn clock_that_goes_on_while_closed() -> DateTime<Local> {
    Local::now() + TimeDelta::minutes(OFF_BY_WHILE_CLOSED.load(Relaxed))
}

async fn pauses(device: &Device, length: Option<PauseLength>) -> anyhow::Result<()> {
    let request = PauseNotifications { length };
    device
        .ask(async move |client| client.pause_notifications(request).await)
        .await?;
    assert_eq!(is_paused(device).await?, length.is_some());
    Ok(())
}

async fn is_paused(device: &Device) -> anyhow::Result<bool> {
    Ok(device.state().await?.settings.pause.is_some())
}

/// Awa writes, and it is here without a word of the desktop.
async fn comes_unheard(
    awa: &Device,
    claire: &Device,
    incident: IncidentId,
    words: &str,
) -> anyhow::Result<()> {
    let before = told(claire);
    awa.writes(incident, words).await?;
    claire.sees_words(incident, words).await;
    claire.is_up_to_date().await;
    assert_eq!(told(claire), before, "{words}");
    Ok(())
}

async fn is_told(device: &Device, words: &str) {
    eventually(words, async || {
        told(device)
            .last()
            .is_some_and(|last| last.ends_with(words))
    })
    .await;
}

fn told(device: &Device) -> Vec<String> {
    let notifications = device.shell.notifications();
    notifications.into_iter().map(|it| it.body).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_outlives_a_restart_and_its_end_is_one_notification_whatever_the_clock_does()
-> anyhow::Result<()> {
    let house = House::open().await?;
    let (drip, tile) = (
        house.incident("The tap drips").await?,
        house.incident("A broken tile").await?,
    );
    let mut claire = house
        .new_device(DeviceOptions {
            clock: Some(clock_that_is_set),
            ..DeviceOptions::default()
        })
        .await?;
    claire.signs_in("claire@maison.test", PASSWORD).await?;
    claire.is_up_to_date().await;
    let awa = house.awas_device().await?;
    pauses(&claire, Some(PauseLength::Hour)).await?;
    comes_unheard(&awa, &claire, drip, "Drip").await?;
    comes_unheard(&awa, &claire, tile, "A tile has cracked").await?;

    claire.restarts().await;
    claire.is_up_to_date().await;
    OFF_BY.store(59, Relaxed);
    comes_unheard(&awa, &claire, drip, "Drip, drip").await?;

    OFF_BY.store(61, Relaxed);
    eventually("what was held is told", async || told(&claire).len() == 1).await;
    let summary = &claire.shell.notifications()[0];
    assert_eq!(summary.incident_id, None);
    assert!(
        summary.body.contains('3') && summary.body.contains('2'),
        "{summary:?}"
    );
    eventually("the pause is over", async || {
        is_paused(&claire).await.is_ok_and(|paused| !paused)
    })
    .await;

    // Set back into its hour, the clock brings no pause back.
    OFF_BY.store(30, Relaxed);
    awa.writes(drip, "It is a brook now").await?;
    is_told(&claire, "It is a brook now").await;

    // Set back before its beginning, it makes no pause of a month.
    pauses(&claire, Some(PauseLength::UntilMorning)).await?;
    comes_unheard(&awa, &claire, drip, "Are you there?").await?;
    OFF_BY.store(-60 * 24 * 30, Relaxed);
    is_told(&claire, "Are you there?").await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_ended_while_the_program_was_closed_is_told_at_once_at_the_next_start()
-> anyhow::Result<()> {
    let house = House::open().await?;
    let (drip, tile) = (
        house.incident("The tap drips").await?,
        house.incident("A broken tile").await?,
    );
    let mut claire = house
        .new_device(DeviceOptions {
            clock: Some(clock_that_goes_on_while_closed),
            ..DeviceOptions::default()
        })
        .await?;
    claire.signs_in("claire@maison.test", PASSWORD).await?;
    claire.is_up_to_date().await;
    let awa = house.awas_device().await?;
    pauses(&claire, Some(PauseLength::Hour)).await?;
    comes_unheard(&awa, &claire, drip, "Drip").await?;

    claire.quits().await;
    let before = told(&claire).len();
    awa.writes(tile, "A tile has cracked").await?;
    awa.is_up_to_date().await;
    OFF_BY_WHILE_CLOSED.store(61, Relaxed);
    claire.starts().await;
    claire.sees_words(tile, "A tile has cracked").await;
    eventually("what came meanwhile is told", async || {
        told(&claire).len() > before
    })
    .await;
    let notifications = claire.shell.notifications();
    let summary = &notifications[before];
    assert_eq!(summary.incident_id, None, "{summary:?}");
    assert_eq!(summary.body.matches('2').count(), 2, "{summary:?}");
    assert!(!is_paused(&claire).await?);

    // From then on as usual, each by itself.
    awa.writes(drip, "It is a brook now").await?;
    awa.writes(tile, "And the next one").await?;
    is_told(&claire, "And the next one").await;
    assert_eq!(told(&claire).len(), before + 3);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emergency_passes_a_pause_and_taking_it_back_tells_what_was_held() -> anyhow::Result<()>
{
    let house = House::open().await?;
    let (drip, flood) = (
        house.incident("The tap drips").await?,
        house.incident("Water everywhere").await?,
    );
    let claire = house.claires_device().await?;
    let awa = house.awas_device().await?;
    let presses = SetPriority {
        incident_id: flood,
        from: Priority::Normal,
        to: Priority::Emergency,
    };
    claire
        .ask(async move |client| client.set_priority(presses).await)
        .await?;
    claire.is_up_to_date().await;
    pauses(&claire, Some(PauseLength::Hour)).await?;
    comes_unheard(&awa, &claire, drip, "Drip").await?;
    awa.writes(flood, "It comes through the ceiling").await?;
    is_told(&claire, "It comes through the ceiling").await;

    // Two more settings, changed by a screen that waits for neither, and does not know of the pause yet.
    let changes = [
        SettingChange::Theme(Theme::Dark),
        SettingChange::UndoSeconds(12),
    ];
    let [dark, longer] = changes.map(|change| {
        claire.ask(async move |client| client.update_settings(UpdateSettings { change }).await)
    });
    let (dark, longer) = tokio::join!(dark, longer);
    dark?;
    longer?;
    let kept = claire
        .ask(async |client| client.get_app_state(GetAppState {}).await)
        .await?
        .settings;
    assert_eq!((kept.theme, kept.undo_seconds), (Theme::Dark, 12));
    assert!(is_paused(&claire).await?);
    comes_unheard(&awa, &claire, drip, "Drip, drip").await?;

    pauses(&claire, None).await?;
    is_told(&claire, "Drip, drip").await;
    assert_eq!(told(&claire).len(), 2, "one incident, one notification");
    ends_well(&house).await
}
