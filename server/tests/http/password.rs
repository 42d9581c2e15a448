//! Setting another password.

use crate::{
    stream::Stream,
    support::{PASSWORD, Person, Server, refused},
};
use palier_domain::InvalidReason;
use palier_server::{Error, ops::seed};
use palier_wire::Cursor;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use std::num::NonZeroU32;

const OTHER: &str = "five rather uncommon words";

impl Person {
    pub async fn changes_password(&self, from: &str, to: &str) -> Response {
        self.request(Method::PUT, "/api/session/password")
            .json(&json!({"current_password": from, "password": to}))
            .send()
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_with_its_streams() {
    let server = Server::start().await;
    let ada = server.person("Ada").await;
    let other = server.person_again(ada.id, &ada.email).await;
    let mut stream = Stream::open(&other, &Cursor::start(server.app.epoch())).await;
    stream.next().await.unwrap();
    let reply = ada.changes_password(PASSWORD, OTHER).await;
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    assert_eq!(ada.get("/api/sessions").await.status(), StatusCode::OK);
    refused(other.get("/api/sessions").await, "unauthenticated").await;
    while stream.next().await.is_some() {}
    let reply = server.sign_in(&ada.email, PASSWORD).await;
    refused(reply, "wrong-credentials").await;
    let reply = server.sign_in(&ada.email, OTHER).await;
    assert_eq!(reply.status(), StatusCode::CREATED);
    let lines = server.audited("password_changed").await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].actor, Some(ada.id.0));
    assert_eq!(lines[0].details, json!({"sessions_ended": 1}));
}

#[tokio::test]
async fn without_the_present_password_nothing_changes() {
    let server = Server::start().await;
    let ada = server.person("Ada").await;
    let reply = ada.changes_password("not the password", OTHER).await;
    refused(reply, "wrong-credentials").await;
    let reply = server.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(reply.status(), StatusCode::CREATED);
    assert_eq!(server.audited("sign_in_failed").await.len(), 1);
}

#[tokio::test]
async fn it_is_guessed_no_more_often_than_at_the_door() {
    let server =
        Server::with(|config| config.sign_ins_per_account = NonZeroU32::new(2).unwrap()).await;
    let ada = server.person("Ada").await;
    let reply = ada.changes_password("not the password", OTHER).await;
    refused(reply, "wrong-credentials").await;
    let reply = ada.changes_password(PASSWORD, OTHER).await;
    refused(reply, "rate-limited").await;
}

#[tokio::test]
async fn what_is_guessed_first_is_refused_with_the_reason() {
    let server = Server::start().await;
    let ada = server.person("Ada").await;
    let refusal = |reply| async { refused(reply, "invalid").await.invalid.unwrap() };
    for (bad, reason) in [
        ("1234567", InvalidReason::TooShort { limit: 8 }),
        (
            &*"x7Kq!m2v".repeat(17),
            InvalidReason::TooLong { limit: 128 },
        ),
        ("motdepasse", InvalidReason::TooCommon),
        ("Password1!", InvalidReason::TooCommon),
        ("ada@example.test", InvalidReason::TooCommon),
        ("AdaAda123", InvalidReason::TooCommon),
    ] {
        let invalid = refusal(ada.changes_password(PASSWORD, bad).await).await;
        assert_eq!(
            (invalid.field.as_str(), invalid.reason),
            ("password", reason)
        );
    }
    let refused = seed::create_user(&server.app, "b@example.test", "Bob", "Password1!").await;
    assert!(matches!(refused, Err(Error::Refused(_))));
}

#[tokio::test]
async fn a_password_of_128_characters_counts_to_its_last_one() {
    let server = Server::start().await;
    let ada = server.person("Ada").await;
    let longest: String = "dix étages sans ascenseur "
        .chars()
        .cycle()
        .take(127)
        .collect();
    let longest = format!("{longest}!");
    let reply = ada.changes_password(PASSWORD, &longest).await;
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    let almost = longest.replace('!', "?");
    refused(
        server.sign_in(&ada.email, &almost).await,
        "wrong-credentials",
    )
    .await;
    // Typed on a keyboard that says é in two characters.
    let elsewhere = longest.replace('é', "e\u{301}");
    let reply = server.sign_in(&ada.email, &elsewhere).await;
    assert_eq!(reply.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made() {
    let server = Server::start().await;
    let ada = server.person("Ada").await;
    let again = server.person_again(ada.id, &ada.email).await;
    let (one, two) = tokio::join!(
        ada.changes_password(PASSWORD, "first of two passwords"),
        again.changes_password(PASSWORD, "second of two passwords"),
    );
    let mut statuses = [one.status().as_u16(), two.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 401]);
    assert_eq!(server.audited("password_changed").await.len(), 1);
}
