//! Somebody else answers: the portal of a hotel's network.

use crate::ends_well;
use palier_bridge::view::{Delivery, Link};
use palier_scenarios::{Fault, House, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn a_portals_page_instead_of_a_reply_loses_and_judges_nothing() -> anyhow::Result<()> {
    for status in [200, 302, 401, 403, 404] {
        let house = House::open().await?;
        let incident = house.incident("No hot water").await?;
        let claire = house.claires_device().await?;
        claire.line.lay_fault("", Fault::Portal(status), None);
        claire.line.shake();
        claire.is(Link::Offline).await;

        let ticket = claire.writes(incident, "From the hotel").await?;
        eventually("several attempts", async || {
            claire.line.count("POST /api/sync/push") >= 3
        })
        .await;
        let delivery = claire.delivery(incident, ticket.id).await?;
        assert!(
            matches!(
                delivery,
                Some(Delivery::Waiting {
                    attempted: true,
                    ..
                })
            ),
            "{status}: {delivery:?}"
        );
        let account = claire.state().await?.account;
        assert!(!account.is_none_or(|account| account.needs_sign_in));

        claire.line.clear();
        claire.sees_sent(incident, ticket.id).await;
        assert_eq!(
            house.onlooker().messages(incident).await?,
            ["From the hotel"]
        );
        ends_well(&house).await?;
    }
    Ok(())
}
