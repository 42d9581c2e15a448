//! Whatever goes wrong around a handler is a problem too.

use crate::support::{House, Server, refused, tickets};
use palier_domain::IncidentId;
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn an_unknown_route_and_a_wrong_method_are_problems() {
    let server = Server::start().await;
    let reply = server
        .request(Method::GET, "/api/nothing")
        .send()
        .await
        .unwrap();
    refused(reply, "not-found").await;
    let reply = server
        .request(Method::PUT, "/api/session")
        .send()
        .await
        .unwrap();
    refused(reply, "method-not-allowed").await;
    let reply = server
        .request(Method::GET, "/api/uploads")
        .send()
        .await
        .unwrap();
    refused(reply, "method-not-allowed").await;
}

#[tokio::test]
async fn an_id_that_is_none_names_nothing() {
    let house = House::start().await;
    refused(house.owner.get("/api/incidents/7").await, "not-found").await;
}

#[tokio::test]
async fn bad_bodies_are_told_apart() {
    let house = House::start().await;
    let path = tickets(IncidentId(Uuid::now_v7()));
    let post = |body: String| house.tenant.request(Method::POST, &path).body(body).send();
    refused(post("{".into()).await.unwrap(), "unreadable").await;
    refused(post("{} {}".into()).await.unwrap(), "invalid").await;
    refused(post("[1]".into()).await.unwrap(), "invalid").await;
    let fields_in_order = format!(r#"["{}", "Bonjour"]"#, Uuid::now_v7());
    refused(post(fields_in_order).await.unwrap(), "invalid").await;
    let large = json!({"id": Uuid::now_v7(), "message": "x".repeat(1 << 20)}).to_string();
    refused(post(large).await.unwrap(), "too-large").await;
    let sign_in = house.server.request(Method::POST, "/api/session");
    let reply = sign_in.body("x".repeat(9000)).send().await.unwrap();
    refused(reply, "too-large").await;
}

#[tokio::test]
async fn the_callers_request_id_comes_back_and_is_the_problems_instance() {
    let server = Server::start().await;
    let request = server
        .request(Method::GET, "/api/nope")
        .header("x-request-id", "abc-1");
    let reply = request.send().await.unwrap();
    assert_eq!(reply.headers()["x-request-id"], "abc-1");
    assert_eq!(
        refused(reply, "not-found").await.instance.as_deref(),
        Some("abc-1")
    );
    let request = server
        .request(Method::GET, "/api/nope")
        .header("x-request-id", "a\"b<script>");
    let reply = request.send().await.unwrap();
    assert_ne!(reply.headers()["x-request-id"], "a\"b<script>");
}

#[tokio::test]
async fn large_replies_are_compressed_for_who_asks() {
    let house = House::start().await;
    for _ in 0..3 {
        house.incident().await;
    }
    for coding in ["gzip", "zstd"] {
        let request = house.owner.request(Method::GET, "/api/incidents");
        let reply = request
            .header("accept-encoding", coding)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), StatusCode::OK);
        assert_eq!(reply.headers()["content-encoding"], coding);
    }
}
