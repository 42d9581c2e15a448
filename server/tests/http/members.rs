//! Joining and leaving.

use crate::support::{House, PASSWORD, refused};
use palier_server::ops::seed;
use palier_wire::{Cursor, EntityKind, Op, Scope};

#[tokio::test]
async fn a_new_owner_finds_the_history_read_and_costs_a_handful_of_feed_rows() {
    let house = House::start().await;
    for _ in 0..5 {
        let incident = house.incident().await;
        for at in 0..4 {
            house.tenant.writes(incident, &at.to_string()).await;
        }
    }
    let scope = Scope::Portfolio(house.portfolio);
    let before = house.owner.snapshot(scope, None, 500).await;
    let partner = house.server.person("Partner").await;
    seed::add_owner(&house.server.app, house.portfolio, partner.id)
        .await
        .unwrap();

    let mut cursor = Cursor::start(house.server.app.epoch());
    cursor.at.insert(scope, before.number.unwrap());
    let page = house.owner.changes(&cursor, 500).await;
    let kinds: Vec<_> = page.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [EntityKind::UserCard]);

    let list: palier_wire::rest::IncidentPage = partner.read("/api/incidents").await;
    assert_eq!(list.incidents.len(), 5);
    assert!(
        list.incidents
            .iter()
            .all(|view| view.unread == 0 && view.read_n == 4)
    );
    let incident = list.incidents[0].incident.id;
    house.tenant.writes(incident, "nouveau").await;
    assert_eq!(partner.sees(incident).await.unread, 1);
    let names = house
        .tenant
        .snapshot(Scope::Lease(house.lease), None, 500)
        .await;
    let card = |change: &&palier_wire::Change| change.id == partner.id.0;
    assert!(
        names.changes.iter().any(|change| card(&change)),
        "the tenant knows his name"
    );
}

#[tokio::test]
async fn who_leaves_is_told_and_sees_nothing_more() {
    let house = House::start().await;
    let incident = house.incident().await;
    let partner = house.server.person("Partner").await;
    seed::add_owner(&house.server.app, house.portfolio, partner.id)
        .await
        .unwrap();
    partner.writes(incident, "Je m’en occupe").await;
    let scope = Scope::Portfolio(house.portfolio);
    let own = Scope::User(partner.id);
    let mut cursor = Cursor::start(house.server.app.epoch());
    for scope in [scope, own] {
        let page = partner.snapshot(scope, None, 500).await;
        cursor.at.insert(scope, page.number.unwrap());
    }
    seed::remove_owner(&house.server.app, house.portfolio, partner.id)
        .await
        .unwrap();
    house.tenant.writes(incident, "Secret").await;

    let page = partner.changes(&cursor, 500).await;
    assert_eq!(page.scopes, [own]);
    assert_eq!(page.changes.len(), 1);
    assert_eq!(
        (page.changes[0].kind, page.changes[0].op),
        (EntityKind::Membership, Op::Drop)
    );
    refused(partner.tries_to_write(incident).await, "not-found").await;
    let thread = house.owner.thread(incident).await;
    assert_eq!(thread[0].author_name, "Partner", "his words stay");
}

#[tokio::test]
async fn the_next_tenant_sees_neither_the_last_ones_incidents_nor_their_words() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.end_lease(30).await;
    let next = house.server.person("Next").await;
    let today = chrono::Utc::now().date_naive() - chrono::TimeDelta::days(10);
    seed::create_lease(&house.server.app, house.unit, today, None, &[next.id])
        .await
        .unwrap();
    refused(
        next.get(&format!("/api/incidents/{incident}")).await,
        "not-found",
    )
    .await;
    let own = next.opens(house.unit, "Toujours pas d’eau chaude").await;
    refused(
        house.tenant.get(&format!("/api/incidents/{own}")).await,
        "not-found",
    )
    .await;
}

#[tokio::test]
async fn an_account_is_made_once_and_with_a_decent_password() {
    let house = House::start().await;
    let app = &house.server.app;
    assert!(
        seed::create_user(app, "OWNER@example.test", "Double", PASSWORD)
            .await
            .is_err()
    );
    assert!(
        seed::create_user(app, "new@example.test", "New", "azerty123")
            .await
            .is_err()
    );
    assert!(
        seed::create_user(app, "new@example.test", " ", PASSWORD)
            .await
            .is_err()
    );
    assert!(
        seed::create_user(app, "nobody", "New", PASSWORD)
            .await
            .is_err()
    );
}
