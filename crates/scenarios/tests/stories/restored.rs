//! The server's disk broke, and an older copy of its data was put back.

use crate::ends_well;
use palier_bridge::view::{Delivery, FailureReason, Link};
use palier_scenarios::{House, PASSWORD, eventually, photo};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_restored_from_an_older_copy_gets_back_what_it_lost() -> anyhow::Result<()> {
    let mut house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let before = claire.writes(incident, "Before the copy").await?;
    claire.sees_sent(incident, before.id).await;
    house.kill_the_server().await;
    let saved = house.save_the_server()?;
    house.start_the_server().await?;

    // With a photo, whose bytes the older copy has not either.
    let original = photo(claire.desk(), "chaudière.jpg", 120);
    claire.attaches(incident, &[original]).await?;
    let after = claire.writes(incident, "After the copy").await?;
    claire.sees_sent(incident, after.id).await;
    let words = ["Before the copy", "After the copy"];
    assert_eq!(house.onlooker().messages(incident).await?, words);
    // Nothing waits any more: it is the sent log that gives it back.
    eventually("an empty outbox", async || {
        claire.outbox().await.is_ok_and(|outbox| outbox.is_empty())
    })
    .await;

    house.restore_the_server(saved).await?;
    assert_eq!(house.onlooker().messages(incident).await?, words[..1]);
    claire.is(Link::NeedsSignIn).await;
    // Until the local copy is fetched anew, the old one is shown.
    assert_eq!(claire.words(incident).await?, words);
    claire.signs_in("claire@maison.test", PASSWORD).await?;
    eventually("what was lost is back", async || {
        let messages = house.onlooker().messages(incident).await;
        messages.is_ok_and(|messages| messages == words)
    })
    .await;
    claire.sees_sent(incident, after.id).await;
    let tickets = house.onlooker().tickets(incident).await?;
    let file = tickets[1].attachments[0];
    assert!(!house.onlooker().file(file).await?.is_empty());
    claire.is_up_to_date().await;
    let thread = claire.thread(incident).await?;
    assert_eq!(thread.entries.len(), 2, "each once");
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_waits_until_somebody_elses_device_brings_its_incident_back() -> anyhow::Result<()>
{
    let mut house = House::open().await?;
    let before = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let awa = house.awas_device().await?;
    claire.sees_incident(before).await;
    house.kill_the_server().await;
    let saved = house.save_the_server()?;
    house.start_the_server().await?;
    let incident = awa.opens("The sink leaks").await?;
    claire.sees_incident(incident).await;
    let answer = claire.writes(incident, "A plumber comes").await?;
    claire.sees_sent(incident, answer.id).await;
    awa.sees_words(incident, "A plumber comes").await;
    eventually("nothing waits", async || {
        claire.outbox().await.is_ok_and(|outbox| outbox.is_empty())
            && awa.outbox().await.is_ok_and(|outbox| outbox.is_empty())
    })
    .await;

    house.restore_the_server(saved).await?;
    claire.is(Link::NeedsSignIn).await;
    claire.signs_in("claire@maison.test", PASSWORD).await?;
    eventually("the answer is parked", async || {
        claire
            .sync()
            .await
            .is_ok_and(|sync| sync.not_put_back == 1 && sync.failed == 0)
    })
    .await;
    let outbox = claire.outbox().await?;
    assert!(outbox[0].not_put_back);
    assert_eq!(
        outbox[0].delivery,
        Delivery::Failed {
            reason: FailureReason::NotBackYet
        }
    );
    // It holds nothing back.
    let other = claire.writes(before, "And the boiler?").await?;
    claire.sees_sent(before, other.id).await;

    awa.is(Link::NeedsSignIn).await;
    awa.signs_in("awa@maison.test", PASSWORD).await?;
    claire.sees_incident(incident).await;
    claire.sees_sent(incident, answer.id).await;
    eventually("nothing is left over", async || {
        claire.outbox().await.is_ok_and(|outbox| outbox.is_empty())
    })
    .await;
    assert_eq!(
        house.onlooker().messages(incident).await?,
        ["A plumber comes"]
    );
    ends_well(&house).await
}
