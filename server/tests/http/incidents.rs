//! Incidents: list, open, change.

use crate::support::{House, refused};
use palier_domain::{Status, TicketKind};
use palier_wire::rest::{IncidentPage, IncidentView};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn opening_twice_makes_one_incident() {
    let house = House::start().await;
    let body = json!({"id": Uuid::now_v7(), "unit_id": house.unit, "title": "Fuite", "category": "plumbing"});
    let first = house.tenant.post("/api/incidents", &body).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    let second = house.tenant.post("/api/incidents", &body).await;
    assert_eq!(second.status(), StatusCode::OK);
    let list: IncidentPage = house.owner.read("/api/incidents").await;
    assert_eq!(list.incidents.len(), 1);
    assert_eq!(list.incidents[0].incident.opened_by, house.tenant.id);
}

#[tokio::test]
async fn an_incident_needs_its_id_from_the_client() {
    let house = House::start().await;
    let body = json!({"unit_id": house.unit, "title": "Fuite", "category": "plumbing"});
    let problem = refused(house.tenant.post("/api/incidents", &body).await, "invalid").await;
    assert_eq!(problem.invalid.unwrap().field, "id");
}

#[tokio::test]
async fn the_list_pages_through_everything_once_with_the_newest_activity_first() {
    let house = House::start().await;
    let mut opened = Vec::new();
    for at in 0..7 {
        opened.push(house.tenant.opens(house.unit, &format!("Cas {at}")).await);
    }
    house.tenant.writes(opened[2], "Toujours là").await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let after_query = after
            .map(|after| format!("&after={after}"))
            .unwrap_or_default();
        let path = format!("/api/incidents?limit=3{after_query}");
        let page: IncidentPage = house.owner.read(&path).await;
        seen.extend(page.incidents.into_iter().map(|view| view.incident.id));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let mut expected: Vec<_> = opened
        .iter()
        .rev()
        .copied()
        .filter(|id| *id != opened[2])
        .collect();
    expected.insert(0, opened[2]);
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_list_is_filtered_by_status() {
    let house = House::start().await;
    let (open, closed) = (house.incident().await, house.incident().await);
    house.owner.moves(closed, Status::Closed).await;
    let page: IncidentPage = house.owner.read("/api/incidents?status=open").await;
    assert_eq!(page.incidents.len(), 1);
    assert_eq!(page.incidents[0].incident.id, open);
    refused(
        house.owner.get("/api/incidents?status=lost").await,
        "invalid",
    )
    .await;
    refused(
        house.owner.get("/api/incidents?after=lost").await,
        "invalid",
    )
    .await;
}

#[tokio::test]
async fn a_change_names_the_state_it_was_made_from() {
    let house = House::start().await;
    let incident = house.incident().await;
    let path = format!("/api/incidents/{incident}");
    let body = json!({"status": "acknowledged", "priority": "high", "category": "gas"});

    let without = house.owner.request(Method::PATCH, &path).json(&body);
    refused(without.send().await.unwrap(), "precondition-required").await;

    let etag = house.owner.get(&path).await.headers()["etag"].clone();
    house.tenant.writes(incident, "Entre-temps").await;
    let stale = house.owner.request(Method::PATCH, &path).json(&body);
    let stale = stale.header("if-match", &etag).send().await.unwrap();
    refused(stale, "precondition-failed").await;

    let etag = house.owner.get(&path).await.headers()["etag"].clone();
    let fresh = house.owner.request(Method::PATCH, &path).json(&body);
    let reply = fresh.header("if-match", &etag).send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::OK);
    assert_ne!(reply.headers()["etag"], etag);
    let view: IncidentView = reply.json().await.unwrap();
    assert_eq!(view.incident.status, Status::Acknowledged);
    assert_eq!(view.incident.category, palier_domain::Category::Gas);
}

#[tokio::test]
async fn a_change_is_made_as_a_whole_or_not_at_all() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.owner.moves(incident, Status::Resolved).await;
    // A tenant may confirm the repair, but not change the priority.
    let path = format!("/api/incidents/{incident}");
    let request = house
        .tenant
        .request(Method::PATCH, &path)
        .header("if-match", "*");
    let body = json!({"status": "closed", "priority": "low"});
    refused(request.json(&body).send().await.unwrap(), "forbidden").await;
    let view = house.tenant.sees(incident).await;
    assert_eq!(view.incident.status, Status::Resolved);
    assert_eq!(house.tenant.thread(incident).await.len(), 1);
}

#[tokio::test]
async fn each_move_of_the_status_leaves_a_system_ticket() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.owner.moves(incident, Status::Resolved).await;
    house.tenant.moves(incident, Status::Open).await;
    let thread = house.owner.thread(incident).await;
    let moves: Vec<_> = thread
        .iter()
        .map(|ticket| (ticket.n, ticket.kind, ticket.status_change.unwrap().to))
        .collect();
    assert_eq!(
        moves,
        [
            (1, TicketKind::System, Status::Resolved),
            (2, TicketKind::System, Status::Open)
        ]
    );
    let view = house.owner.sees(incident).await;
    assert_eq!(view.incident.reopened, 1);
    assert_eq!(view.unread, 0, "system tickets never count");
}

#[tokio::test]
async fn each_role_moves_the_status_as_the_rules_say() {
    let house = House::start().await;
    let incident = house.incident().await;
    refused(
        house.tenant.moves(incident, Status::Closed).await,
        "forbidden",
    )
    .await;
    assert_eq!(
        house.owner.moves(incident, Status::Planned).await.status(),
        200
    );
    refused(
        house.owner.moves(incident, Status::Acknowledged).await,
        "forbidden",
    )
    .await;
    assert_eq!(
        house.owner.moves(incident, Status::Resolved).await.status(),
        200
    );
    assert_eq!(
        house.tenant.moves(incident, Status::Closed).await.status(),
        200
    );
    assert_eq!(
        house.tenant.moves(incident, Status::Open).await.status(),
        200
    );
}

#[tokio::test]
async fn a_ticket_on_a_closed_incident_does_not_reopen_it() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.owner.moves(incident, Status::Closed).await;
    house.tenant.writes(incident, "Merci encore").await;
    assert_eq!(
        house.tenant.sees(incident).await.incident.status,
        Status::Closed
    );
}

#[tokio::test]
async fn unknown_words_are_refused_with_the_field() {
    let house = House::start().await;
    let incident = house.incident().await;
    let path = format!("/api/incidents/{incident}");
    let request = house
        .owner
        .request(Method::PATCH, &path)
        .header("if-match", "*");
    let reply = request
        .json(&json!({"status": "lost"}))
        .send()
        .await
        .unwrap();
    assert_eq!(
        refused(reply, "invalid").await.invalid.unwrap().field,
        "status"
    );
    let request = house
        .owner
        .request(Method::PATCH, &path)
        .header("if-match", "*");
    let reply = request
        .json(&json!({"title": "autre"}))
        .send()
        .await
        .unwrap();
    refused(reply, "invalid").await;
    let body: Value =
        json!({"id": Uuid::now_v7(), "unit_id": house.unit, "title": " ", "category": "gas"});
    let reply = house.tenant.post("/api/incidents", &body).await;
    assert_eq!(
        refused(reply, "invalid").await.invalid.unwrap().field,
        "title"
    );
}
