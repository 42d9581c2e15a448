//! A mistake of ours that swallows the end of a request, or the driver: a watchdog finds it, everything begins as at
//! a start, and nothing is lost. A program of its own, because the mistake is made in all of it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use palier_domain::failpoint;
use palier_scenarios::{House, eventually};
use std::sync::atomic::{AtomicU32, Ordering};

/// How many requests still break down.
static BREAKS: AtomicU32 = AtomicU32::new(0);

fn breaks(place: &'static str, doing: &'static str) {
    let here = (place, doing) == ("client: before a request", "pushing");
    let left = |left: u32| left.checked_sub(1);
    if here
        && BREAKS
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, left)
            .is_ok()
    {
        panic!("a mistake, for the test");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_breaks_down_is_noticed_and_its_ticket_arrives_once() -> anyhow::Result<()> {
    failpoint::watch(breaks);
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut claire = house.claires_device().await?;
    claire.is_up_to_date().await;
    claire.stalls_expected = 2;
    for words in ["A plumber comes", "At nine"] {
        BREAKS.store(1, Ordering::SeqCst);
        let ticket = claire.writes(incident, words).await?;
        eventually("the mistake", async || BREAKS.load(Ordering::SeqCst) == 0).await;
        claire.sees_sent(incident, ticket.id).await;
    }
    claire.is_killed().await;
    assert_eq!(
        house.onlooker().messages(incident).await?,
        ["A plumber comes", "At nine"]
    );
    house.onlooker().ensure_nothing_is_doubled().await
}
