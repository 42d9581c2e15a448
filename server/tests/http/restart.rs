//! What was answered survives a restart; who is in the middle of something is told.

use crate::support::{House, Server, ticket};
use palier_server::ops::demo;
use palier_wire::{SessionCreated, Verdict, rest::IncidentPage};
use reqwest::Method;

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart_and_known_as_a_duplicate() {
    let house = House::start().await;
    let incident = house.incident().await;
    let sent = ticket(incident, "avant");
    house.tenant.push(vec![sent.clone()]).await;
    let server = house.server.restart().await;
    let mut tenant = house.tenant.clone();
    tenant.url.clone_from(&server.url);
    assert_eq!(
        server.app.epoch().to_string(),
        tenant.epoch,
        "the same life"
    );
    assert_eq!(tenant.push_one(sent).await.status, Verdict::Duplicate);
    assert_eq!(tenant.thread(incident).await.len(), 1);
}

#[tokio::test]
async fn the_demonstration_is_made_once_and_has_something_to_look_at() {
    let server = Server::start().await;
    assert!(demo::create(&server.app).await.unwrap().is_some());
    assert!(demo::create(&server.app).await.unwrap().is_none());
    let reply = server.sign_in(demo::OWNER.0, demo::OWNER.1).await;
    let session: SessionCreated = reply.json().await.unwrap();
    assert_eq!(session.name, "Claire Dubois");
    let list = server
        .request(Method::GET, "/api/incidents")
        .bearer_auth(session.token);
    let list: IncidentPage = list.send().await.unwrap().json().await.unwrap();
    assert!((6..=8).contains(&list.incidents.len()));
    assert!(list.incidents.iter().any(|it| it.unread > 0));
    assert!(list.incidents.iter().any(|it| it.unread == 0));
    for (email, password) in [demo::TENANT, demo::OTHER_TENANT] {
        assert_eq!(server.sign_in(email, password).await.status(), 201);
    }
}
