//! What is let: made by the owner on the server, read everywhere.

use crate::ends_well;
use chrono::{Days, Local};
use palier_bridge::{
    CommandError,
    request::{
        EndLease, Invite, ListInvitations, ListPortfolios, ListProperties, MakeLease,
        MakePortfolio, MakeProperty, MakeUnit, RevokeInvitation,
    },
    view::{LeaseStanding, PortfolioView},
};
use palier_scenarios::{Device, Fault, House, eventually};

async fn portfolios(device: &Device) -> Vec<PortfolioView> {
    device
        .ask(async |client| client.list_portfolios(ListPortfolios {}).await)
        .await
        .expect("what is let")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_begins_with_nothing_and_invites_her_first_tenant() -> anyhow::Result<()> {
    let house = House::open().await?;
    let paul = house.device("paul@maison.test").await?;
    assert_eq!(portfolios(&paul).await, []);
    let name = "Résidences Martin".to_owned();
    paul.ask(async move |client| client.make_portfolio(MakePortfolio { name }).await)
        .await?;
    paul.sees("the portfolio", async |paul| {
        Ok(portfolios(paul).await.len() == 1)
    })
    .await;
    let portfolio_id = portfolios(&paul).await[0].id;

    // Nobody answers: the same wish again makes it once.
    paul.line
        .lay_fault("POST /api/properties", Fault::LoseReply, Some(1));
    for attempt in 0..2 {
        let name = "12 rue des Lilas".to_owned();
        let made = paul
            .ask(async move |client| {
                let property = MakeProperty { portfolio_id, name };
                client.make_property(property).await
            })
            .await;
        match attempt {
            0 => assert_eq!(made, Err(CommandError::Offline)),
            _ => made?,
        }
    }
    eventually("the property", async || {
        !portfolios(&paul).await[0].properties.is_empty()
    })
    .await;
    assert_eq!(portfolios(&paul).await[0].properties.len(), 1, "once");
    let property_id = portfolios(&paul).await[0].properties[0].id;
    let named = paul
        .ask(async |client| client.list_properties(ListProperties {}).await)
        .await?;
    let named: Vec<_> = named.into_iter().map(|it| (it.id, it.name)).collect();
    assert_eq!(named, [(property_id, "12 rue des Lilas".to_owned())]);
    let label = "3B".to_owned();
    paul.ask(async move |client| client.make_unit(MakeUnit { property_id, label }).await)
        .await?;
    let home = async || {
        portfolios(&paul).await[0].properties[0]
            .units
            .first()
            .cloned()
    };
    eventually("the unit", async || home().await.is_some()).await;
    let unit_id = home().await.unwrap().id;
    let today = Local::now().date_naive();
    let lets = async |from| {
        let lease = MakeLease {
            unit_id,
            starts_on: from,
            ends_on: None,
        };
        paul.ask(async move |client| client.make_lease(lease).await)
            .await
    };
    lets(today).await?;
    assert_eq!(lets(today).await, Err(CommandError::LeaseOverlap));
    eventually("the lease", async || {
        home().await.is_some_and(|home| !home.leases.is_empty())
    })
    .await;
    let lease = home().await.unwrap().leases[0].clone();
    assert_eq!(lease.standing, LeaseStanding::Running);

    // This server sends no mail: the link is Paul's to pass on, and can be taken back.
    let invite = Invite {
        portfolio_id: None,
        lease_id: Some(lease.id),
        email: "Lea@exemple.fr".into(),
    };
    let made = paul
        .ask(async move |client| client.invite(invite).await)
        .await?;
    assert_eq!(made.email, "lea@exemple.fr");
    assert!(made.link.is_some_and(|link| link.contains("/invitation")));
    let open = paul
        .ask(async |client| client.list_invitations(ListInvitations {}).await)
        .await?;
    assert_eq!((open.len(), open[0].lease_id), (1, Some(lease.id)));
    let id = open[0].id;
    for gone in [false, true] {
        let revoked = paul
            .ask(async move |client| client.revoke_invitation(RevokeInvitation { id }).await)
            .await;
        match gone {
            false => revoked?,
            true => assert_eq!(revoked, Err(CommandError::Gone)),
        }
    }

    let end = EndLease {
        lease_id: lease.id,
        ends_on: today.checked_add_days(Days::new(30)),
    };
    paul.ask(async move |client| client.end_lease(end).await)
        .await?;
    eventually("its end", async || {
        home()
            .await
            .is_some_and(|home| home.leases[0].ends_on.is_some())
    })
    .await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_let_is_read_offline_and_changed_online_only() -> anyhow::Result<()> {
    let house = House::open().await?;
    house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let awa = house.awas_device().await?;
    claire.line.cut();
    let all = portfolios(&claire).await;
    let home = &all[0].properties[0].units[0];
    assert_eq!(home.leases[0].tenants[0].name, "Awa Diallo");
    let portfolio_id = all[0].id;
    let name = "Another".to_owned();
    let refused = claire
        .ask(async move |client| {
            let property = MakeProperty { portfolio_id, name };
            client.make_property(property).await
        })
        .await;
    assert_eq!(refused, Err(CommandError::Offline));
    claire.line.mend();
    assert_eq!(portfolios(&awa).await, [], "a tenant runs nothing");
    ends_well(&house).await
}
