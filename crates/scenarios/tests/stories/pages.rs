//! Pages of changes that come more than once.

use crate::ends_well;
use palier_scenarios::{DeviceOptions, Fault, House, PASSWORD, eventually};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_page_delivered_twice_changes_nothing_twice() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    // Without the stream everything comes by pages.
    claire
        .line
        .lay_fault("GET /api/sync/stream", Fault::Refuse, None);
    claire.line.shake();
    awa.writes(incident, "It is cold").await?;
    claire.sees_words(incident, "It is cold").await;

    claire
        .line
        .lay_fault("GET /api/sync/changes", Fault::Replay, Some(3));
    let before = claire.line.count("GET /api/sync/changes");
    awa.writes(incident, "It is still cold").await?;
    eventually("the old page again", async || {
        claire.line.count("GET /api/sync/changes") >= before + 4
    })
    .await;
    claire.sees_words(incident, "It is still cold").await;
    for round in 0..40 {
        let words = claire.words(incident).await?;
        if words != ["It is cold", "It is still cold"] {
            eprintln!("ROUND {round} {words:?} {:?}", std::time::Instant::now());
            for again in 0..8 {
                eprintln!("  again {again} {:?}", claire.words(incident).await?);
            }
            panic!("stale");
        }
    }
    assert_eq!(claire.list().await?[0].unread, 2);
    assert_eq!(claire.state().await?.unread_total, 2);
    eventually("both are announced", async || {
        claire.shell.notifications().len() >= 2
    })
    .await;
    let told: Vec<_> = claire
        .shell
        .notifications()
        .into_iter()
        .map(|notification| notification.body)
        .collect();
    assert_eq!(told, ["It is cold", "It is still cold"]);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_stream_it_polls_and_with_one_it_stops() -> anyhow::Result<()> {
    const STREAM: &str = "GET /api/sync/stream";
    const PULL: &str = "GET /api/sync/changes";
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.new_device(DeviceOptions::default()).await?;
    claire.line.lay_fault(STREAM, Fault::Refuse, None);
    claire.signs_in("claire@maison.test", PASSWORD).await?;
    claire.sees_incident(incident).await;
    let awa = house.onlooker_as("awa@maison.test").await?;
    awa.writes(incident, "It is cold").await?;
    claire.sees_words(incident, "It is cold").await;
    let before = claire.line.count(PULL);
    eventually("it polls, with nothing to fetch", async || {
        claire.line.count(PULL) >= before + 4
    })
    .await;
    assert!(claire.line.faults(STREAM) > 1, "and asks for the stream");

    claire.line.clear();
    eventually("the stream is open", async || {
        claire.line.answered(STREAM, "") > 0
    })
    .await;
    // Several times what lies between two polls; the first may have been under way.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = claire.line.count(PULL);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(claire.line.count(PULL), before, "it polls no more");
    awa.writes(incident, "It is freezing").await?;
    claire.sees_words(incident, "It is freezing").await;
    assert_eq!(claire.line.count(PULL), before, "the stream brought it");
    ends_well(&house).await
}
