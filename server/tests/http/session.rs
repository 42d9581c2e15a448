//! Signing in and out.

use crate::support::{House, PASSWORD, Server, refused};
use reqwest::{Method, StatusCode};
use std::num::NonZeroU32;

#[tokio::test]
async fn a_session_opens_the_door_until_it_is_ended() {
    let server = Server::start().await;
    let ada = server.person("Ada").await;
    assert_eq!(ada.get("/api/incidents").await.status(), StatusCode::OK);
    let reply = ada
        .request(Method::DELETE, "/api/session")
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    refused(ada.get("/api/incidents").await, "unauthenticated").await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let server = Server::start().await;
    server.person("Ada").await;
    let wrong = server.sign_in("ada@example.test", "not the password").await;
    let unknown = server.sign_in("bob@example.test", PASSWORD).await;
    let nonsense = server.sign_in("no address at all", PASSWORD).await;
    assert!(wrong.headers().contains_key("www-authenticate"));
    let mut answers = Vec::new();
    for reply in [wrong, unknown, nonsense] {
        let mut problem = refused(reply, "wrong-credentials").await;
        problem.instance = None;
        answers.push(problem);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn the_address_is_not_case_sensitive_and_the_password_is() {
    let server = Server::start().await;
    server.person("Ada").await;
    let reply = server.sign_in(" ADA@Example.test ", PASSWORD).await;
    assert_eq!(reply.status(), StatusCode::CREATED);
    let reply = server
        .sign_in("ada@example.test", &PASSWORD.to_uppercase())
        .await;
    refused(reply, "wrong-credentials").await;
}

#[tokio::test]
async fn whoever_tries_too_often_has_to_wait() {
    let server = Server::with(|config| config.sign_ins_per_account = NonZeroU32::MIN).await;
    server.person("Ada").await;
    let reply = server.sign_in("ada@example.test", PASSWORD).await;
    let wait: u64 = reply.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait));
    refused(reply, "rate-limited").await;
    let reply = server.sign_in("bob@example.test", PASSWORD).await;
    refused(reply, "wrong-credentials").await;
}

#[tokio::test]
async fn a_token_is_stored_nowhere() {
    let mut house = House::start().await;
    house.server.stop().await;
    house.server.app.close().await;
    for file in ["server.sqlite", "server.sqlite-wal"] {
        let bytes = std::fs::read(house.server.folder().join(file)).unwrap_or_default();
        let token = house.owner.token.as_bytes();
        assert!(
            !bytes.windows(token.len()).any(|window| window == token),
            "{file}"
        );
    }
}
