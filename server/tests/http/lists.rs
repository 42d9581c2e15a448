//! The list of incidents: filters, order, and what is not sent twice.

use crate::support::{House, refused};
use palier_domain::{IncidentId, Status};
use palier_server::ops::seed;
use palier_wire::rest::{IncidentPage, IncidentView};
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

impl House {
    /// The ids that a list shows the owner.
    async fn listed(&self, query: &str) -> Vec<IncidentId> {
        let page: IncidentPage = self
            .owner
            .read(&format!("/api/incidents?limit=200&{query}"))
            .await;
        let incidents = page.incidents.into_iter();
        incidents.map(|view| view.incident.id).collect()
    }

    /// The owner opens an incident with these words.
    async fn opened(&self, category: &str, priority: &str) -> IncidentId {
        let id = IncidentId(Uuid::now_v7());
        let body = json!({"id": id, "unit_id": self.vacant, "title": format!("{category} {priority}"),
            "category": category, "priority": priority});
        let reply = self.owner.post("/api/incidents", &body).await;
        assert_eq!(reply.status(), StatusCode::CREATED);
        id
    }
}

#[tokio::test]
async fn several_words_of_a_filter_let_each_of_them_through() {
    let house = House::start().await;
    let leak = house.opened("plumbing", "emergency").await;
    let cold = house.opened("heating", "high").await;
    let door = house.opened("lock", "low").await;
    house.owner.moves(cold, Status::Planned).await;
    house.owner.moves(door, Status::Closed).await;
    let listed = async |query| house.listed(query).await;
    assert_eq!(listed("status=open,planned").await, [cold, leak]);
    assert_eq!(listed("priority=emergency,low").await, [door, leak]);
    assert_eq!(listed("category=lock").await, [door]);
    assert_eq!(listed("category=lock,heating&status=planned").await, [cold]);
    assert_eq!(listed("category=gas").await, []);
}

#[tokio::test]
async fn a_list_is_of_one_portfolio_property_or_unit_when_asked() {
    let house = House::start().await;
    let app = &house.server.app;
    let second = seed::create_portfolio(app, house.owner.id, "Bureaux");
    let second = second.await.unwrap();
    let property = seed::create_property(app, second, "2 rue Basse", "Europe/Paris");
    let property = property.await.unwrap();
    let unit = seed::create_unit(app, property, "1").await.unwrap();
    let there = house.owner.opens(unit, "Volet").await;
    let here = house.incident().await;
    let listed = async |query: String| house.listed(&query).await;
    assert_eq!(listed(format!("unit={unit}")).await, [there]);
    assert_eq!(listed(format!("property={property}")).await, [there]);
    assert_eq!(listed(format!("portfolio={second}")).await, [there]);
    assert_eq!(
        listed(format!("portfolio={}", house.portfolio)).await,
        [here]
    );
    assert_eq!(
        listed(String::new()).await,
        [here, there],
        "both portfolios"
    );
    let foreign: IncidentPage = house
        .stranger
        .read(&format!("/api/incidents?unit={unit}"))
        .await;
    assert!(foreign.incidents.is_empty());
}

#[tokio::test]
async fn what_is_unread_can_be_told_apart() {
    let house = House::start().await;
    let (read, unread, marked) = (
        house.incident().await,
        house.incident().await,
        house.incident().await,
    );
    house.tenant.writes(read, "Un").await;
    house.owner.reads_up_to(read, 1).await;
    house.tenant.writes(unread, "Deux").await;
    let flag = format!("/api/incidents/{marked}/unread-flag");
    house
        .owner
        .request(Method::PUT, &flag)
        .send()
        .await
        .unwrap();
    assert_eq!(house.listed("unread=true").await, [unread, marked]);
    assert_eq!(house.listed("unread=false").await, [read]);
    assert!(house.owner.sees(marked).await.flagged);
    let own: IncidentPage = house.tenant.read("/api/incidents?unread=true").await;
    assert!(own.incidents.is_empty(), "own messages are read");
}

#[tokio::test]
async fn words_are_looked_for_in_titles_and_threads() {
    let house = House::start().await;
    let (titled, talked) = (house.incident().await, house.opened("gas", "low").await);
    house.owner.writes(talked, "L’EAU coule").await;
    assert_eq!(house.listed("q=eau").await, [talked, titled]);
    assert_eq!(house.listed("q=eau+cou").await, [talked]);
    assert_eq!(house.listed("q=eau&category=heating").await, [titled]);
    assert_eq!(house.listed("q=absent").await, []);
    let reply = house.owner.get("/api/incidents?q=%3F").await;
    assert_eq!(refused(reply, "invalid").await.invalid.unwrap().field, "q");
}

#[tokio::test]
async fn a_list_by_opening_stays_as_it_was_opened() {
    let house = House::start().await;
    let mut opened = Vec::new();
    for _ in 0..5 {
        opened.push(house.incident().await);
    }
    opened.reverse();
    house.tenant.writes(opened[4], "Du nouveau").await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/incidents?sort=opened&limit=2{after}");
        let page: IncidentPage = house.tenant.read(&path).await;
        seen.extend(page.incidents.into_iter().map(|view| view.incident.id));
        let Some(next) = page.next else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, opened);
    assert_eq!(house.listed("").await[0], opened[4], "by activity");
}

#[tokio::test]
async fn an_incident_of_two_memberships_is_listed_once() {
    let house = House::start().await;
    seed::add_tenant(&house.server.app, house.lease, house.owner.id)
        .await
        .unwrap();
    let incident = house.incident().await;
    assert_eq!(house.listed("").await, [incident]);
}

#[tokio::test]
async fn a_wrong_filter_is_refused_with_its_name() {
    let house = House::start().await;
    for (query, field) in [
        ("status=open,lost", "status"),
        ("priority=", "priority"),
        ("category=gas;drop", "category"),
        ("after=1.2", "after"),
        (
            "after=9999999999999999999.0190a000-0000-7000-8000-000000000000",
            "after",
        ),
        ("sort=name", "query"),
        ("unit=7", "query"),
        ("unread=perhaps", "query"),
    ] {
        let reply = house.owner.get(&format!("/api/incidents?{query}")).await;
        let problem = refused(reply, "invalid").await;
        assert_eq!(problem.invalid.unwrap().field, field, "{query}");
    }
}

#[tokio::test]
async fn what_was_seen_is_not_sent_again_until_something_moves() {
    let house = House::start().await;
    let incident = house.incident().await;
    let path = format!("/api/incidents/{incident}");
    let ask = async |tag: &str| {
        let request = house.owner.request(Method::GET, &path);
        let reply = request.header("if-none-match", tag).send().await.unwrap();
        (
            reply.status(),
            reply.headers()["etag"].to_str().unwrap().to_owned(),
        )
    };
    let (status, first) = ask("\"0-0\"").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(ask(&first).await, (StatusCode::NOT_MODIFIED, first.clone()));
    let weak = format!("\"x\", W/{first}");
    assert_eq!(ask(&weak).await.0, StatusCode::NOT_MODIFIED);

    house.tenant.writes(incident, "Du nouveau").await;
    let (status, second) = ask(&first).await;
    assert_eq!(status, StatusCode::OK);
    // His own marker is part of what he sees …
    house.owner.reads_up_to(incident, 1).await;
    let (status, third) = ask(&second).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(second, third);
    // … and no change of the incident: what he saw before may still be changed.
    let request = house.owner.request(Method::PATCH, &path);
    let request = request.header("if-match", &second);
    let reply = request
        .json(&json!({"priority": "high"}))
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), StatusCode::OK);
    let view: IncidentView = reply.json().await.unwrap();
    assert_eq!(view.read_n, 1);
}
