//! Who sees what.

use crate::support::{House, refused, tickets};
use palier_domain::{IncidentId, Status};
use palier_wire::rest::IncidentPage;
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

/// Every route that needs a session, with an id where it takes one.
fn routes() -> Vec<(Method, String)> {
    let id = Uuid::now_v7();
    let incident = format!("/api/incidents/{id}");
    let upload = format!("/api/uploads/{id}");
    [
        (Method::DELETE, "/api/session".to_owned()),
        (Method::GET, "/api/incidents".into()),
        (Method::POST, "/api/incidents".into()),
        (Method::GET, incident.clone()),
        (Method::PATCH, incident.clone()),
        (Method::GET, format!("{incident}/tickets")),
        (Method::POST, format!("{incident}/tickets")),
        (Method::PUT, format!("{incident}/read-marker")),
        (Method::PUT, format!("{incident}/unread-flag")),
        (Method::DELETE, format!("{incident}/unread-flag")),
        (Method::GET, "/api/search".into()),
        (Method::GET, "/api/dashboard".into()),
        (Method::POST, "/api/uploads".into()),
        (Method::PATCH, upload.clone()),
        (Method::DELETE, upload),
        (Method::GET, format!("/api/attachments/{id}")),
        (Method::GET, format!("/api/attachments/{id}/thumbnail")),
        (Method::POST, "/api/sync/push".into()),
        (Method::GET, "/api/sync/changes".into()),
        (Method::GET, "/api/sync/snapshot".into()),
        (Method::GET, "/api/sync/stream".into()),
    ]
    .into()
}

#[tokio::test]
async fn every_route_asks_who_is_calling() {
    let house = House::start().await;
    for (method, path) in routes() {
        let reply = house
            .server
            .request(method.clone(), &path)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), StatusCode::UNAUTHORIZED, "{method} {path}");
        refused(reply, "unauthenticated").await;
        let request = house.server.request(method, &path).bearer_auth("made up");
        refused(request.send().await.unwrap(), "unauthenticated").await;
    }
    let reply = house
        .server
        .request(Method::HEAD, &format!("/api/uploads/{}", Uuid::nil()));
    assert_eq!(
        reply.send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn what_one_may_not_see_is_not_there() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.tenant.writes(incident, "Bonjour").await;
    for outsider in [&house.neighbour, &house.stranger] {
        for path in [
            format!("/api/incidents/{incident}"),
            tickets(incident),
            format!("/api/sync/snapshot?scope=lease:{}", house.lease),
            format!("/api/sync/snapshot?scope=portfolio:{}", house.portfolio),
        ] {
            refused(outsider.get(&path).await, "not-found").await;
        }
        refused(outsider.tries_to_write(incident).await, "not-found").await;
        refused(outsider.moves(incident, Status::Closed).await, "not-found").await;
        let marker = format!("/api/incidents/{incident}/read-marker");
        let request = outsider
            .request(Method::PUT, &marker)
            .json(&json!({"up_to_n": 1}));
        refused(request.send().await.unwrap(), "not-found").await;
        let flag = format!("/api/incidents/{incident}/unread-flag");
        refused(
            outsider.request(Method::PUT, &flag).send().await.unwrap(),
            "not-found",
        )
        .await;
        let list: IncidentPage = outsider.read("/api/incidents").await;
        assert!(list.incidents.is_empty());
    }
}

#[tokio::test]
async fn a_foreign_incident_and_an_unknown_one_answer_alike() {
    let house = House::start().await;
    let foreign = house.incident().await;
    let unknown = IncidentId(Uuid::now_v7());
    let mut answers = Vec::new();
    for incident in [foreign, unknown] {
        let reply = house.stranger.get(&tickets(incident)).await;
        let mut problem = refused(reply, "not-found").await;
        problem.instance = None;
        answers.push(problem);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_tenant_opens_incidents_in_his_own_home_only() {
    let house = House::start().await;
    for unit in [house.other_unit, house.vacant] {
        let body = json!({"id": Uuid::now_v7(), "unit_id": unit, "title": "x", "category": "gas"});
        refused(
            house.tenant.post("/api/incidents", &body).await,
            "not-found",
        )
        .await;
    }
    house.owner.opens(house.vacant, "Volet bloqué").await;
}

#[tokio::test]
async fn a_tenant_changes_neither_priority_nor_category() {
    let house = House::start().await;
    let incident = house.incident().await;
    for body in [json!({"priority": "low"}), json!({"category": "gas"})] {
        let path = format!("/api/incidents/{incident}");
        let request = house
            .tenant
            .request(Method::PATCH, &path)
            .header("if-match", "*");
        let reply = request.json(&body).send().await.unwrap();
        let problem = refused(reply, "forbidden").await;
        assert_eq!(problem.denied, Some(palier_domain::Denied::OwnersOnly));
    }
}

#[tokio::test]
async fn after_the_lease_a_tenant_reads_and_for_fourteen_days_his_words_still_arrive() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.end_lease(5).await;
    let late = house.tenant.writes(incident, "Écrit avant de partir").await;
    assert_eq!(late.n, 1);
    let body =
        json!({"id": Uuid::now_v7(), "unit_id": house.unit, "title": "x", "category": "gas"});
    refused(
        house.tenant.post("/api/incidents", &body).await,
        "forbidden",
    )
    .await;

    house.end_lease(20).await;
    assert_eq!(house.tenant.thread(incident).await.len(), 1);
    house.tenant.reads_up_to(incident, 1).await;
    let problem = refused(house.tenant.tries_to_write(incident).await, "forbidden").await;
    assert_eq!(problem.denied, Some(palier_domain::Denied::LeaseEnded));
}

#[tokio::test]
async fn an_incident_of_an_owner_in_a_home_that_is_let_reaches_the_tenant() {
    let house = House::start().await;
    let incident = house.owner.opens(house.unit, "Relevé des compteurs").await;
    assert_eq!(
        house.tenant.sees(incident).await.incident.lease_id,
        Some(house.lease)
    );
    let vacant = house.owner.opens(house.vacant, "Volet").await;
    assert_eq!(house.owner.sees(vacant).await.incident.lease_id, None);
}
