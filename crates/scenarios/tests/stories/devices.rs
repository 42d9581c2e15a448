//! Two devices of one person.

use crate::ends_well;
use palier_scenarios::{House, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn two_devices_show_the_same_and_what_is_read_on_one_is_read_on_both() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let desk = house.claires_device().await?;
    let laptop = house.claires_device().await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    awa.writes(incident, "It is cold").await?;
    for device in [&desk, &laptop] {
        device.sees_words(incident, "It is cold").await;
        eventually("a notification and a badge", async || {
            device.shell.notifications().len() == 1 && device.shell.badge() == 1
        })
        .await;
    }

    let answer = desk.writes(incident, "I call the plumber").await?;
    laptop.sees_words(incident, "I call the plumber").await;
    desk.sees_sent(incident, answer.id).await;
    let there = laptop.thread(incident).await?;
    assert!(
        there
            .entries
            .iter()
            .any(|it| it.id == answer.id && it.is_mine)
    );
    assert_eq!(laptop.shell.badge(), 1, "sending does not move the marker");

    desk.reads(incident, 1).await?;
    assert_eq!(
        desk.state().await?.unread_total,
        0,
        "at once on this device"
    );
    laptop
        .sees("read on the other device", async |laptop| {
            Ok(laptop.list().await?[0].unread == 0)
        })
        .await;
    eventually(
        "the badge goes and the notification is withdrawn",
        async || laptop.shell.badge() == 0 && laptop.shell.withdrawn() == [incident],
    )
    .await;
    assert_eq!(desk.shell.withdrawn(), [incident]);
    let words = desk.words(incident).await?;
    assert_eq!(words, laptop.words(incident).await?);
    assert_eq!(laptop.shell.notifications().len(), 1);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_marked_unread_by_hand_is_so_on_both_devices_until_it_is_read()
-> anyhow::Result<()> {
    use palier_bridge::request::SetUnreadFlag;
    let house = House::open().await?;
    let incident_id = house.incident("No hot water").await?;
    let desk = house.claires_device().await?;
    let laptop = house.claires_device().await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    awa.writes(incident_id, "It is cold").await?;
    for device in [&desk, &laptop] {
        device.sees_words(incident_id, "It is cold").await;
    }
    let unread_is = async |device: &palier_scenarios::Device, wanted: u64| {
        device
            .sees("the count", async |device| {
                Ok(device.state().await?.unread_total == wanted)
            })
            .await;
    };
    desk.reads(incident_id, 1).await?;
    unread_is(&laptop, 0).await;
    desk.line.cut();
    desk.ask(async move |client| {
        let unread = true;
        client
            .set_unread_flag(SetUnreadFlag {
                incident_id,
                unread,
            })
            .await
    })
    .await?;
    unread_is(&desk, 1).await;
    desk.line.mend();
    unread_is(&laptop, 1).await;
    laptop.reads(incident_id, 1).await?;
    unread_is(&laptop, 0).await;
    unread_is(&desk, 0).await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_author_sees_when_the_other_side_has_read() -> anyhow::Result<()> {
    use palier_bridge::view::Delivery;
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let awa = house.awas_device().await?;
    let ticket = claire.writes(incident, "Nine o'clock?").await?;
    awa.sees_words(incident, "Nine o'clock?").await;
    claire.sees_sent(incident, ticket.id).await;
    awa.reads(incident, 1).await?;
    claire
        .sees_delivery(
            incident,
            ticket.id,
            "read by Awa",
            |delivery| matches!(delivery, Delivery::Read { by, at: Some(_) } if by == "Awa Diallo"),
        )
        .await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_front_of_the_person_is_not_announced() -> anyhow::Result<()> {
    use palier_bridge::AppEvent;
    let house = House::open().await?;
    let open = house.incident("Open in the window").await?;
    let other = house.incident("Another one").await?;
    let claire = house.claires_device().await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    claire.looks_at(Some(open), true).await?;
    awa.writes(open, "You are looking at this").await?;
    claire.sees_words(open, "You are looking at this").await;
    awa.writes(other, "And not at this").await?;
    eventually("a toast for the other incident", async || {
        claire.shell.events().iter().any(|event| {
            matches!(event, AppEvent::MessageArrived { incident_id, body, .. }
                if *incident_id == other && body == "And not at this")
        })
    })
    .await;
    assert_eq!(claire.shell.notifications(), []);

    // Away from the window, the next one is native, and nothing is told twice.
    claire.looks_at(None, false).await?;
    awa.writes(open, "You are away").await?;
    eventually("a notification", async || {
        claire.shell.notifications().len() == 1
    })
    .await;
    assert_eq!(claire.shell.notifications()[0].body, "You are away");
    ends_well(&house).await
}
