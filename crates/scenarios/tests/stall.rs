//! A mistake of ours that swallows the end of a request, or the driver: a watchdog finds it, everything begins as at
//! a start, and nothing is lost. A program of its own, because the mistake is made in all of it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use palier_domain::failpoint;
use palier_scenarios::{DeviceOptions, Fault, House, PASSWORD, eventually, photo};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Where the next mistake is made; none once it was.
static BREAKS_AT: Mutex<Option<(&str, &str)>> = Mutex::new(None);

const PUSH: (&str, &str) = ("client: before a request", "pushing");
const UPLOAD: (&str, &str) = ("client: after a reply", "uploading a file");
const PULL: (&str, &str) = ("client: after a reply", "pulling");
const SNAPSHOT: (&str, &str) = ("client: before a request", "fetching a snapshot");
const DRIVER: (&str, &str) = ("client: before a command", "driving");

fn breaks_at(place: Option<(&'static str, &'static str)>) {
    *BREAKS_AT.lock().unwrap_or_else(PoisonError::into_inner) = place;
}

fn is_broken() -> bool {
    let next = BREAKS_AT.lock().unwrap_or_else(PoisonError::into_inner);
    next.is_none()
}

fn breaks(place: &'static str, doing: &'static str) {
    let mut next = BREAKS_AT.lock().unwrap_or_else(PoisonError::into_inner);
    if next.take_if(|at| *at == (place, doing)).is_some() {
        drop(next);
        panic!("a mistake, for the test");
    }
}

/// The mistake is the whole program's: it must not be made in the other test.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn whatever_breaks_down_is_noticed_and_everything_arrives_once() -> anyhow::Result<()> {
    let _alone = ALONE.lock().await;
    failpoint::watch(breaks);
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut claire = house.claires_device().await?;
    let mut said = Vec::new();
    for place in [PUSH, PULL, DRIVER, UPLOAD, PUSH, DRIVER] {
        let words = format!("Words {}", said.len());
        let file = photo(claire.desk(), &format!("{}.jpg", said.len()), 40);
        claire.attaches(incident, &[file]).await?;
        claire.stalls_expected += 1;
        breaks_at(Some(place));
        let ticket = claire.writes(incident, &words).await?;
        eventually(&format!("the mistake at {place:?}"), async || is_broken()).await;
        claire.sees_sent(incident, ticket.id).await;
        said.push(words);
    }
    assert_eq!(house.onlooker().messages(incident).await?, said);
    claire.is_killed().await;

    // A device that has everything still to fetch.
    let mut laptop = house.new_device(DeviceOptions::default()).await?;
    laptop.stalls_expected = 1;
    breaks_at(Some(SNAPSHOT));
    laptop.signs_in("claire@maison.test", PASSWORD).await?;
    laptop.sees_words(incident, "Words 5").await;
    assert!(is_broken());
    laptop.is_up_to_date().await;
    laptop.is_killed().await;
    house.onlooker().ensure_nothing_is_doubled().await
}

/// Requests whose end never comes, although nothing breaks: their own time is set far beyond the watchdog's.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_hangs_for_ever_is_noticed_too() -> anyhow::Result<()> {
    let _alone = ALONE.lock().await;
    for request in [
        "GET /api/sync/changes",
        "GET /api/sync/snapshot",
        "PATCH /api/uploads",
        "POST /api/sync/push",
    ] {
        let house = House::open().await?;
        let incident = house.incident("No hot water").await?;
        let options = DeviceOptions {
            silence: Some(Duration::from_secs(120)),
            stall: Some(Duration::from_millis(1_500)),
            ..DeviceOptions::default()
        };
        let mut claire = house.new_device(options).await?;
        claire.undo_time(0).await?;
        claire.line.lay_fault(request, Fault::Hang, Some(1));
        claire.signs_in("claire@maison.test", PASSWORD).await?;
        claire.sees_incident(incident).await;
        let file = photo(claire.desk(), "plombier.jpg", 60);
        claire.attaches(incident, &[file]).await?;
        let ticket = claire.writes(incident, "A plumber comes").await?;
        claire.sees_sent(incident, ticket.id).await;
        claire.is_up_to_date().await;
        assert_eq!(claire.line.faults(request), 1, "{request}");
        assert_eq!(
            house.onlooker().messages(incident).await?,
            ["A plumber comes"]
        );
        claire.stalls_expected = 1;
        claire.is_killed().await;
        house.onlooker().ensure_nothing_is_doubled().await?;
    }
    Ok(())
}
