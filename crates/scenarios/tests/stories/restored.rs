//! The server's disk broke, and an older copy of its data was put back.

use crate::ends_well;
use palier_bridge::view::Link;
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
