//! What is let, by whom, to whom.

use crate::support::{House, Person, day, refused};
use palier_domain::{
    Denied, Invalid, InvalidReason, LeaseId, PortfolioId, PropertyId, Role, UnitId,
};
use palier_server::ops::seed;
use palier_wire::{
    Change, Cursor, EntityKind, Lease, Op, Portfolio, Property, Scope, Unit,
    letting::{LeasePage, MemberList, PortfolioPage, PropertyPage, UnitPage},
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

impl Person {
    /// Makes something; it must be new.
    async fn makes<T: From<Uuid>>(&self, path: &str, mut body: Value) -> T {
        let id = Uuid::now_v7();
        body["id"] = json!(id);
        let reply = self.post(path, &body).await;
        assert_eq!(reply.status(), StatusCode::CREATED, "{path}");
        assert_eq!(reply.headers()["location"], format!("{path}/{id}"));
        assert!(reply.headers().contains_key("etag"));
        id.into()
    }

    async fn changes_to(&self, path: &str, seen: &str, body: Value) -> Response {
        let request = self.request(Method::PATCH, path).header("if-match", seen);
        request.json(&body).send().await.unwrap()
    }

    async fn deletes(&self, path: &str) -> Response {
        self.request(Method::DELETE, path).send().await.unwrap()
    }

    async fn tag(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        reply.headers()["etag"].to_str().unwrap().to_owned()
    }

    /// What comes in `scope` after this.
    async fn watches(&self, scope: Scope) -> Cursor {
        let mut cursor = Cursor::start(self.epoch.parse().unwrap());
        let page = self.snapshot(scope, None, 1).await;
        cursor.at.insert(scope, page.number.unwrap());
        cursor
    }

    async fn sees_change(&self, cursor: &Cursor) -> Vec<Change> {
        self.changes(cursor, 500).await.changes
    }
}

fn named(changes: &[Change]) -> Vec<(EntityKind, Op)> {
    changes.iter().map(|it| (it.kind, it.op)).collect()
}

#[tokio::test]
async fn an_owner_sets_up_what_he_lets_and_his_devices_see_it_come() {
    let house = House::start().await;
    let owner = &house.owner;
    let portfolio: PortfolioId = owner
        .makes("/api/portfolios", json!({"name": " Résidences Dubois "}))
        .await;
    let scope = Scope::Portfolio(portfolio);
    let cursor = owner.watches(scope).await;
    let address = "12 rue des Lilas\n44000 Nantes";
    let property: PropertyId = owner
        .makes(
            "/api/properties",
            json!({"portfolio_id": portfolio, "name": "Les Lilas", "address": address,
                "time_zone": "Europe/Paris"}),
        )
        .await;
    let unit: UnitId = owner
        .makes(
            "/api/units",
            json!({"property_id": property, "label": "3B"}),
        )
        .await;
    let lease: LeaseId = owner
        .makes(
            "/api/leases",
            json!({"unit_id": unit, "starts_on": "2026-01-01"}),
        )
        .await;

    let changes = owner.sees_change(&cursor).await;
    let put = |kind| (kind, Op::Put);
    assert_eq!(
        named(&changes),
        [EntityKind::Property, EntityKind::Unit, EntityKind::Lease].map(put)
    );
    let shown: Portfolio = owner.read(&format!("/api/portfolios/{portfolio}")).await;
    assert_eq!(shown.name, "Résidences Dubois");
    let shown: Property = owner.read(&format!("/api/properties/{property}")).await;
    assert_eq!(
        (shown.portfolio_id, shown.address.as_str()),
        (portfolio, address)
    );
    assert_eq!(changes[0].data, Some(json!(shown)));
    let shown: Unit = owner.read(&format!("/api/units/{unit}")).await;
    assert_eq!((shown.property_id, shown.label.as_str()), (property, "3B"));
    let shown: Lease = owner.read(&format!("/api/leases/{lease}")).await;
    assert_eq!((shown.starts_on, shown.ends_on), (day(2026, 1, 1), None));
    assert_eq!(changes[2].data, Some(json!(shown)));
}

#[tokio::test]
async fn what_is_sent_again_is_made_once() {
    let house = House::start().await;
    let owner = &house.owner;
    let bodies = [
        (
            "/api/portfolios",
            json!({"name": "A"}),
            json!({"name": "B"}),
        ),
        (
            "/api/properties",
            json!({"portfolio_id": house.portfolio, "name": "A", "time_zone": "Europe/Paris"}),
            json!({"portfolio_id": house.portfolio, "name": "A", "time_zone": "Asia/Tokyo"}),
        ),
        (
            "/api/units",
            json!({"property_id": house.property, "label": "A"}),
            json!({"property_id": house.property, "label": "B"}),
        ),
        (
            "/api/leases",
            json!({"unit_id": house.vacant, "starts_on": "2026-01-01"}),
            json!({"unit_id": house.vacant, "starts_on": "2026-01-02"}),
        ),
    ];
    for (path, mut body, mut other) in bodies {
        let problem = refused(owner.post(path, &body).await, "invalid").await;
        assert_eq!(
            problem.invalid,
            Some(Invalid::new("id", InvalidReason::Empty))
        );
        let id = Uuid::now_v7();
        body["id"] = json!(id);
        other["id"] = json!(id);
        for status in [StatusCode::CREATED, StatusCode::OK, StatusCode::OK] {
            assert_eq!(owner.post(path, &body).await.status(), status, "{path}");
        }
        // Under another key it is recognised by what it says.
        let again = async |body: &Value| {
            let request = owner.request(Method::POST, path).json(body);
            let request = request.header("idempotency-key", Uuid::now_v7().to_string());
            request.send().await.unwrap()
        };
        assert_eq!(again(&body).await.status(), StatusCode::OK, "{path}");
        refused(again(&other).await, "id-taken").await;
        refused(owner.post(path, &other).await, "mutation-id-reused").await;
    }
}

#[tokio::test]
async fn of_two_owners_who_change_the_same_the_second_is_told() {
    let house = House::start().await;
    let partner = house.server.person("Partner").await;
    seed::add_owner(&house.server.app, house.portfolio, partner.id)
        .await
        .unwrap();
    let ways = [
        (
            format!("/api/portfolios/{}", house.portfolio),
            json!({"name": "Un"}),
            json!({"name": "Deux"}),
        ),
        (
            format!("/api/properties/{}", house.property),
            json!({"name": "Un"}),
            json!({"time_zone": "Europe/Brussels"}),
        ),
        (
            format!("/api/units/{}", house.unit),
            json!({"label": "Un"}),
            json!({"label": "Deux"}),
        ),
        (
            format!("/api/leases/{}", house.lease),
            json!({"ends_on": "2099-01-01"}),
            json!({"ends_on": null}),
        ),
    ];
    for (path, first, second) in ways {
        let seen = house.owner.tag(&path).await;
        assert_eq!(partner.tag(&path).await, seen);
        let reply = house.owner.changes_to(&path, &seen, first).await;
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        let now = reply.headers()["etag"].to_str().unwrap().to_owned();
        assert_ne!(now, seen);
        let late = partner.changes_to(&path, &seen, second.clone()).await;
        refused(late, "precondition-failed").await;
        let blind = partner.request(Method::PATCH, &path).json(&second);
        refused(blind.send().await.unwrap(), "precondition-required").await;
        let reply = partner.changes_to(&path, &now, second).await;
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        let seen = partner.tag(&path).await;
        assert_ne!(now, seen);
        let request = partner.request(Method::GET, &path);
        let reply = request.header("if-none-match", &seen).send().await;
        assert_eq!(reply.unwrap().status(), StatusCode::NOT_MODIFIED);
        // What says nothing new moves nothing.
        partner.changes_to(&path, &seen, json!({})).await;
        assert_eq!(partner.tag(&path).await, seen);
    }
}

#[tokio::test]
async fn a_tenant_sees_what_is_around_him_and_changes_nothing() {
    let house = House::start().await;
    let tenant = &house.tenant;
    let page: PortfolioPage = tenant.read("/api/portfolios").await;
    let seen: Vec<_> = page
        .portfolios
        .iter()
        .map(|it| (it.portfolio.id, it.role))
        .collect();
    assert_eq!(seen, [(house.portfolio, Role::Tenant)]);
    let page: PropertyPage = tenant.read("/api/properties").await;
    assert_eq!(page.properties.len(), 1);
    let page: UnitPage = tenant.read("/api/units").await;
    let units: Vec<_> = page.units.iter().map(|it| it.id).collect();
    assert_eq!(units, [house.unit]);
    let page: LeasePage = tenant.read("/api/leases").await;
    let leases: Vec<_> = page.leases.iter().map(|it| it.id).collect();
    assert_eq!(leases, [house.lease]);

    for path in [
        format!("/api/portfolios/{}", house.portfolio),
        format!("/api/properties/{}", house.property),
        format!("/api/units/{}", house.unit),
        format!("/api/leases/{}", house.lease),
    ] {
        let reply = tenant.changes_to(&path, "*", json!({})).await;
        let problem = refused(reply, "forbidden").await;
        assert_eq!(problem.denied, Some(Denied::OwnersOnly), "{path}");
        if !path.contains("portfolios") {
            let problem = refused(tenant.deletes(&path).await, "forbidden").await;
            assert_eq!(problem.denied, Some(Denied::OwnersOnly), "{path}");
        }
        for outsider in [&house.stranger] {
            refused(outsider.get(&path).await, "not-found").await;
            refused(
                outsider.changes_to(&path, "*", json!({})).await,
                "not-found",
            )
            .await;
        }
    }
    let members = format!("/api/portfolios/{}/members", house.portfolio);
    refused(tenant.get(&members).await, "forbidden").await;
    let other_unit = format!("/api/units/{}", house.other_unit);
    refused(tenant.get(&other_unit).await, "not-found").await;
    let page: UnitPage = house.stranger.read("/api/units").await;
    assert!(page.units.is_empty());
}

#[tokio::test]
async fn a_change_of_a_place_reaches_who_lives_there_and_nobody_else() {
    let house = House::start().await;
    let scope = Scope::Lease(house.lease);
    let ways = [
        (
            format!("/api/portfolios/{}", house.portfolio),
            json!({"name": "Autrement"}),
            EntityKind::Portfolio,
            true,
        ),
        (
            format!("/api/properties/{}", house.property),
            json!({"address": "1 rue Haute, Nantes"}),
            EntityKind::Property,
            true,
        ),
        (
            format!("/api/units/{}", house.unit),
            json!({"label": "1A gauche"}),
            EntityKind::Unit,
            true,
        ),
        (
            format!("/api/units/{}", house.other_unit),
            json!({"label": "1B droite"}),
            EntityKind::Unit,
            false,
        ),
        (
            format!("/api/leases/{}", house.lease),
            json!({"ends_on": "2099-12-31"}),
            EntityKind::Lease,
            true,
        ),
    ];
    for (path, body, kind, reaches) in ways {
        let cursor = house.tenant.watches(scope).await;
        let reply = house.owner.changes_to(&path, "*", body).await;
        assert_eq!(reply.status(), StatusCode::OK);
        let row: Value = reply.json().await.unwrap();
        let changes = house.tenant.sees_change(&cursor).await;
        if reaches {
            assert_eq!(named(&changes), [(kind, Op::Put)], "{path}");
            assert_eq!(changes[0].data, Some(row));
        } else {
            assert!(changes.is_empty(), "{path}");
        }
    }
}

#[tokio::test]
async fn the_last_owner_cannot_leave_and_who_left_may_come_back() {
    let house = House::start().await;
    let partner = house.server.person("Partner").await;
    let members = format!("/api/portfolios/{}/members", house.portfolio);
    let own = format!("{members}/{}", house.owner.id);
    let problem = refused(house.owner.deletes(&own).await, "forbidden").await;
    assert_eq!(problem.denied, Some(Denied::LastOwner));
    assert_eq!(
        house.owner.get(&members).await.status(),
        StatusCode::OK,
        "nothing was kept"
    );

    // Somebody whom the portfolio does not know, and nobody at all: the same answer.
    for nobody in [partner.id.0, Uuid::now_v7()] {
        let reply = house
            .owner
            .post(&members, &json!({"user_id": nobody}))
            .await;
        let problem = refused(reply, "not-found").await;
        assert_eq!(problem.detail, "there is no such person in this portfolio");
    }
    seed::add_owner(&house.server.app, house.portfolio, partner.id)
        .await
        .unwrap();
    let list: MemberList = house.owner.read(&members).await;
    let mails: Vec<_> = list.members.iter().map(|it| it.email.as_str()).collect();
    assert_eq!(mails, ["owner@example.test", "partner@example.test"]);
    let reply = house.owner.deletes(&own).await;
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    refused(house.owner.get(&members).await, "not-found").await;
    let reply = partner
        .post(&members, &json!({"user_id": house.owner.id}))
        .await;
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    let list: MemberList = house.owner.read(&members).await;
    assert_eq!(list.members.len(), 2);
    let gone = format!("{members}/{}", house.stranger.id);
    refused(partner.deletes(&gone).await, "not-found").await;
}

#[tokio::test]
async fn a_unit_has_one_lease_at_a_time() {
    let house = House::start().await;
    let owner = &house.owner;
    let path = format!("/api/leases/{}", house.lease);
    let next = |from: &str| json!({"id": Uuid::now_v7(), "unit_id": house.unit, "starts_on": from});
    let problem = refused(
        owner.post("/api/leases", &next("2030-01-01")).await,
        "lease-overlap",
    );
    let current = problem.await.current.unwrap();
    assert_eq!(current["id"], json!(house.lease), "it says with which");
    let reply = owner
        .changes_to(&path, "*", json!({"ends_on": "2029-12-31"}))
        .await;
    assert_eq!(reply.status(), StatusCode::OK);
    refused(
        owner.post("/api/leases", &next("2029-12-31")).await,
        "lease-overlap",
    )
    .await;
    let reply = owner.post("/api/leases", &next("2030-01-01")).await;
    assert_eq!(reply.status(), StatusCode::CREATED);
    let reply = owner.changes_to(&path, "*", json!({"ends_on": null})).await;
    refused(reply, "lease-overlap").await;
    let reply = owner
        .changes_to(&path, "*", json!({"ends_on": "2019-12-31"}))
        .await;
    let problem = refused(reply, "invalid").await;
    assert_eq!(problem.invalid.unwrap().field, "ends_on");
}

#[tokio::test]
async fn only_what_was_never_used_can_be_deleted() {
    let house = House::start().await;
    let owner = &house.owner;
    house.incident().await;
    for path in [
        format!("/api/properties/{}", house.property),
        format!("/api/units/{}", house.unit),
        format!("/api/leases/{}", house.lease),
    ] {
        let problem = refused(owner.deletes(&path).await, "forbidden").await;
        assert_eq!(problem.denied, Some(Denied::InUse), "{path}");
        assert_eq!(owner.get(&path).await.status(), StatusCode::OK);
    }
    let page: LeasePage = owner
        .read(&format!("/api/leases?unit={}", house.other_unit))
        .await;
    let lease = page.leases[0].id;
    let unit = format!("/api/units/{}", house.other_unit);
    refused(owner.deletes(&unit).await, "forbidden").await;

    let neighbour = house
        .neighbour
        .watches(Scope::User(house.neighbour.id))
        .await;
    let portfolio = owner.watches(Scope::Portfolio(house.portfolio)).await;
    for path in [format!("/api/leases/{lease}"), unit] {
        assert_eq!(
            owner.deletes(&path).await.status(),
            StatusCode::NO_CONTENT,
            "{path}"
        );
        refused(owner.get(&path).await, "not-found").await;
        refused(owner.deletes(&path).await, "not-found").await;
    }
    let changes = owner.sees_change(&portfolio).await;
    let drop = |kind| (kind, Op::Drop);
    assert_eq!(
        named(&changes),
        [EntityKind::Lease, EntityKind::Unit].map(drop)
    );
    let page = house.neighbour.changes(&neighbour, 500).await;
    assert_eq!(named(&page.changes), [(EntityKind::Membership, Op::Drop)]);
    assert_eq!(page.scopes, [Scope::User(house.neighbour.id)]);
}

#[tokio::test]
async fn tenants_come_and_go_and_who_is_unknown_is_invited() {
    let house = House::start().await;
    let owner = &house.owner;
    let incident = house.incident().await;
    let tenants = format!("/api/leases/{}/tenants", house.lease);
    let reply = owner
        .post(&tenants, &json!({"user_id": house.stranger.id}))
        .await;
    refused(reply, "not-found").await;
    // A neighbour moves in: the portfolio knows him.
    for _ in 0..2 {
        let reply = owner
            .post(&tenants, &json!({"user_id": house.neighbour.id}))
            .await;
        assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    }
    house.neighbour.sees(incident).await;
    let body = json!({"id": Uuid::now_v7(), "unit_id": house.vacant, "starts_on": "2026-01-01",
        "tenants": [house.neighbour.id, house.tenant.id, house.neighbour.id]});
    let reply = owner.post("/api/leases", &body).await;
    assert_eq!(reply.status(), StatusCode::CREATED);
    let lease: Lease = reply.json().await.unwrap();
    assert_eq!(lease.tenants.len(), 2);
    let body = json!({"id": Uuid::now_v7(), "unit_id": house.vacant, "starts_on": "2020-01-01",
        "ends_on": "2020-12-31", "tenants": [house.stranger.id]});
    refused(owner.post("/api/leases", &body).await, "not-found").await;

    let gone = format!("{tenants}/{}", house.neighbour.id);
    assert_eq!(owner.deletes(&gone).await.status(), StatusCode::NO_CONTENT);
    refused(owner.deletes(&gone).await, "not-found").await;
    refused(
        house
            .neighbour
            .get(&format!("/api/incidents/{incident}"))
            .await,
        "not-found",
    )
    .await;
    let lease: Lease = owner.read(&format!("/api/leases/{}", house.lease)).await;
    assert!(lease.tenants.iter().any(|it| it.left_at.is_some()));
}

#[tokio::test]
async fn what_cannot_be_a_name_a_place_or_a_term_is_refused_by_its_field() {
    let house = House::start().await;
    let property = |name: &str, address: &str, zone: &str| {
        json!({"id": Uuid::now_v7(), "portfolio_id": house.portfolio, "name": name,
            "address": address, "time_zone": zone})
    };
    let unit = |label: &str| {
        json!({"id": Uuid::now_v7(), "property_id": house.property,
        "label": label})
    };
    let lease = |from: &str, to: &str| {
        json!({"id": Uuid::now_v7(), "unit_id": house.vacant,
        "starts_on": from, "ends_on": to})
    };
    let zone = "Europe/Paris";
    for (path, body, field) in [
        (
            "/api/portfolios",
            json!({"id": Uuid::now_v7(), "name": " "}),
            "name",
        ),
        ("/api/properties", property("", "", zone), "name"),
        ("/api/properties", property("a\u{202E}b", "", zone), "name"),
        (
            "/api/properties",
            property(&"é".repeat(101), "", zone),
            "name",
        ),
        (
            "/api/properties",
            property("a", &"x".repeat(501), zone),
            "address",
        ),
        ("/api/properties", property("a", "\0", zone), "address"),
        (
            "/api/properties",
            property("a", "", "Mars/Olympus"),
            "time_zone",
        ),
        ("/api/units", unit("a\nb"), "label"),
        ("/api/units", unit(&"x".repeat(81)), "label"),
        (
            "/api/leases",
            lease("2026-02-30", "2026-03-01"),
            "starts_on",
        ),
        ("/api/leases", lease("2026-02-03", "2026-02-02"), "ends_on"),
        (
            "/api/leases",
            lease("+12026-01-01", "+12027-01-01"),
            "starts_on",
        ),
    ] {
        let problem = refused(house.owner.post(path, &body).await, "invalid").await;
        assert_eq!(problem.invalid.unwrap().field, field, "{body}");
    }
}

#[tokio::test]
async fn a_long_list_comes_in_pages() {
    let house = House::start().await;
    let mut made = Vec::new();
    for at in 0..5 {
        let body = json!({"property_id": house.property, "label": at.to_string()});
        made.push(house.owner.makes::<UnitId>("/api/units", body).await);
    }
    let filter = format!("property={}&limit=3", house.property);
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let page: UnitPage = house
            .owner
            .read(&format!("/api/units?{filter}{after}"))
            .await;
        assert!(page.units.len() <= 3);
        found.extend(page.units.iter().map(|it| it.id));
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(found.len(), 8, "three of the house, five made here");
    assert!(found.is_sorted());
    assert!(made.iter().all(|id| found.contains(id)));
    let elsewhere = format!("/api/units?property={}", Uuid::now_v7());
    assert!(
        house
            .owner
            .read::<UnitPage>(&elsewhere)
            .await
            .units
            .is_empty()
    );
}
