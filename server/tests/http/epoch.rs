//! One life of the data: named in every reply, and nothing is run for another.

use crate::support::{House, refused, ticket};
use palier_wire::{Cursor, Epoch, header::EPOCH};
use reqwest::{Method, Response};
use uuid::Uuid;

fn epoch(reply: &Response) -> String {
    reply.headers()[EPOCH].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_reply_names_the_epoch() {
    let house = House::start().await;
    let incident = house.incident().await;
    let ours = house.server.app.epoch().to_string();
    let (owner, server) = (&house.owner, &house.server);
    let anonymous = |method, path: &str| server.request(method, path).send();
    let signed_in = |method, path: &str| owner.request(method, path).send();
    let flag = format!("/api/incidents/{incident}/unread-flag");
    let cursor = Cursor::start(server.app.epoch());
    for reply in [
        anonymous(Method::GET, "/healthz").await,
        anonymous(Method::GET, "/readyz").await,
        anonymous(Method::GET, "/no/such/route").await,
        anonymous(Method::PUT, "/healthz").await,
        anonymous(Method::GET, "/api/incidents").await,
        anonymous(Method::OPTIONS, "/api/uploads").await,
        signed_in(Method::GET, "/api/incidents").await,
        signed_in(Method::PUT, &flag).await,
        signed_in(Method::HEAD, &format!("/api/uploads/{}", Uuid::nil())).await,
        signed_in(Method::GET, &format!("/api/sync/stream?cursor={cursor}")).await,
    ] {
        let reply = reply.unwrap();
        assert_eq!(epoch(&reply), ours, "{}", reply.url());
        assert!(reply.headers().contains_key("x-request-id"));
    }
}

#[tokio::test]
async fn a_request_of_another_epoch_runs_nothing() {
    let house = House::start().await;
    let incident = house.incident().await;
    let mut old = house.tenant.clone();
    old.epoch = Uuid::new_v4().to_string();
    let reply = old
        .push_request(vec![ticket(incident, "perdu")])
        .send()
        .await
        .unwrap();
    assert_eq!(
        epoch(&reply),
        house.tenant.epoch,
        "the reply says the new one"
    );
    refused(reply, "epoch-changed").await;
    assert!(house.owner.thread(incident).await.is_empty());
    let request = old
        .request(Method::POST, "/api/uploads")
        .header(EPOCH, &old.epoch);
    refused(request.send().await.unwrap(), "epoch-changed").await;
}

#[tokio::test]
async fn a_cursor_of_another_epoch_is_refused() {
    let house = House::start().await;
    let cursor = Cursor::start(Epoch(Uuid::new_v4()));
    for route in ["changes", "stream"] {
        let reply = house
            .owner
            .get(&format!("/api/sync/{route}?cursor={cursor}"))
            .await;
        refused(reply, "epoch-changed").await;
    }
}
