//! Sessions of browsers.

use crate::support::{House, PASSWORD, Server, refused, secret};
use palier_wire::{
    SessionCreated,
    invitation::{InvitationAccepted, LinkMade},
};
use reqwest::{Method, RequestBuilder, Response, StatusCode, header};
use serde_json::json;
use uuid::Uuid;

const HERE: &str = "https://palier.test";

async fn signs_in(server: &Server, origin: Option<&str>) -> Response {
    let body = json!({"email": "owner@example.test", "password": PASSWORD, "cookie": true,
        "device_id": Uuid::now_v7()});
    let request = server.request(Method::POST, "/api/session").json(&body);
    from(request, origin).send().await.unwrap()
}

fn from(request: RequestBuilder, origin: Option<&str>) -> RequestBuilder {
    match origin {
        Some(origin) => request.header(header::ORIGIN, origin),
        None => request,
    }
}

async fn house() -> (House, String) {
    let house = House::with(|config| config.public_url = Some(HERE.parse().unwrap())).await;
    let reply = signs_in(&house.server, Some(HERE)).await;
    assert_eq!(reply.status(), StatusCode::CREATED);
    let set = reply.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    let created: SessionCreated = reply.json().await.unwrap();
    assert!(created.token.is_empty(), "no script may read it");
    assert_eq!(created.user_id, house.owner.id);
    let cookie = set.split(';').next().unwrap().to_owned();
    assert!(
        cookie.starts_with("__Host-palier=") && cookie.len() > 50,
        "{set}"
    );
    (house, cookie)
}

#[tokio::test]
async fn a_cookie_is_a_session_for_the_servers_own_pages() {
    let (house, cookie) = house().await;
    let ask = |method, path: &str, origin| {
        let request = house
            .server
            .request(method, path)
            .header(header::COOKIE, &cookie);
        from(request, origin)
    };
    let list = ask(Method::GET, "/api/incidents", None)
        .send()
        .await
        .unwrap();
    assert_eq!(list.status(), StatusCode::OK);
    let incident = house.incident().await;
    let path = format!("/api/incidents/{incident}/tickets");
    let write = async |origin| {
        let body = json!({"id": Uuid::now_v7(), "message": "Bonjour"});
        ask(Method::POST, &path, origin)
            .json(&body)
            .send()
            .await
            .unwrap()
    };
    assert_eq!(write(Some(HERE)).await.status(), StatusCode::CREATED);
    // The address that the request came to is ours too.
    let own = house.server.url.clone();
    assert_eq!(write(Some(&own)).await.status(), StatusCode::CREATED);
    for foreign in [
        None,
        Some("https://evil.test"),
        Some("null"),
        Some("http://palier.test"),
    ] {
        refused(write(foreign).await, "foreign-origin").await;
    }
    assert_eq!(house.tenant.thread(incident).await.len(), 2);

    for (method, path) in [
        (
            Method::PUT,
            format!("/api/incidents/{incident}/read-marker"),
        ),
        (Method::PATCH, format!("/api/incidents/{incident}")),
        (Method::DELETE, "/api/session".into()),
        (Method::POST, "/api/sync/push".into()),
        (Method::POST, "/api/uploads".into()),
    ] {
        let reply = ask(method, &path, None)
            .json(&json!({}))
            .send()
            .await
            .unwrap();
        refused(reply, "foreign-origin").await;
    }

    let reply = ask(Method::DELETE, "/api/session", Some(HERE))
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    let forgotten = reply.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(forgotten.starts_with("__Host-palier=;") && forgotten.contains("Max-Age=0"));
    let list = ask(Method::GET, "/api/incidents", None)
        .send()
        .await
        .unwrap();
    refused(list, "unauthenticated").await;
}

#[tokio::test]
async fn no_other_page_may_sign_somebody_in() {
    let (house, _) = house().await;
    for foreign in [None, Some("https://evil.test")] {
        refused(signs_in(&house.server, foreign).await, "foreign-origin").await;
    }
}

#[tokio::test]
async fn a_bearer_wins_over_a_cookie_and_needs_no_origin() {
    let (house, cookie) = house().await;
    let incident = house.incident().await;
    let path = format!("/api/incidents/{incident}/tickets");
    let request = house.tenant.request(Method::POST, &path);
    let body = json!({"id": Uuid::now_v7(), "message": "Moi"});
    let reply = request
        .header(header::COOKIE, &cookie)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), StatusCode::CREATED);
    assert_eq!(
        house.owner.thread(incident).await[0].author_id,
        house.tenant.id
    );
}

/// Who plants a cookie beforehand does not know the session that begins then.
#[tokio::test]
async fn a_session_that_begins_is_a_new_one_whatever_cookie_came_along() {
    let (house, planted) = house().await;
    let body = json!({"email": "owner@example.test", "password": PASSWORD, "cookie": true,
        "device_id": Uuid::now_v7()});
    let server = &house.server;
    let request = server.request(Method::POST, "/api/session").json(&body);
    let request = from(request, Some(HERE)).header(header::COOKIE, &planted);
    let reply = request.send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::CREATED);
    let given = reply.headers()[header::SET_COOKIE].to_str().unwrap();
    assert_ne!(given.split(';').next().unwrap(), planted);
}

/// A browser adds its cookie by itself; a page says whose work it brings.
#[tokio::test]
async fn what_somebody_wrote_is_not_taken_with_the_cookie_of_another() {
    let (house, cookie) = house().await;
    let ask = async |user: Uuid| {
        let request = house.server.request(Method::GET, "/api/incidents");
        let request = request.header(header::COOKIE, &cookie);
        let named = request.header("palier-user", user.to_string());
        named.send().await.unwrap()
    };
    assert_eq!(ask(house.owner.id.0).await.status(), StatusCode::OK);
    refused(ask(house.tenant.id.0).await, "unauthenticated").await;
}

/// Whoever left a cookie in the browser is not the one who follows a link and types a password.
#[tokio::test]
async fn a_cookie_of_somebody_else_takes_no_invitation_that_a_password_is_typed_for() {
    let (house, cookie) = house().await;
    let dead = {
        let (name, _) = cookie.split_once('=').unwrap();
        format!("{name}=a-session-that-has-ended")
    };
    for (left, guest) in [
        (&cookie, "nadia@example.test"),
        (&dead, "jean@example.test"),
    ] {
        let invitation = json!({"id": Uuid::now_v7(), "lease_id": house.lease, "email": guest,
            "language": "fr"});
        let made: LinkMade = house
            .owner
            .post("/api/invitations", &invitation)
            .await
            .json()
            .await
            .unwrap();
        let path = format!("/api/invitations/{}/accept", secret(&made.link.unwrap()));
        let body = json!({"name": "Nadia", "password": PASSWORD});
        let request = house.server.request(Method::POST, &path).json(&body);
        let request = from(request, Some(HERE)).header(header::COOKIE, left);
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK, "{left}");
        let accepted: InvitationAccepted = reply.json().await.unwrap();
        assert_eq!(accepted.email, guest);
        assert_ne!(accepted.user_id, house.owner.id);
    }
}

/// A browser that was signed out without a network has its cookie still.
#[tokio::test]
async fn the_page_on_which_browsers_forget_ends_the_session_for_our_own_pages_only() {
    let (house, cookie) = house().await;
    let forget = async |site: Option<&str>, query: &str| {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let url = format!("{}/signed-out{query}", house.server.url);
        let request = client.get(url).header(header::COOKIE, &cookie);
        let request = match site {
            Some(site) => request.header("sec-fetch-site", site),
            None => request,
        };
        request.send().await.unwrap()
    };
    let standing = async || {
        let request = house.server.request(Method::GET, "/api/incidents");
        let reply = request.header(header::COOKIE, &cookie).send().await;
        reply.unwrap().status() == StatusCode::OK
    };
    for foreign in [None, Some("cross-site"), Some("same-site"), Some("none")] {
        let reply = forget(foreign, "").await;
        assert!(
            reply.headers().get(header::SET_COOKIE).is_none(),
            "{foreign:?}"
        );
        assert!(standing().await, "{foreign:?}");
    }
    let reply = forget(Some("same-origin"), "?then=invitation").await;
    assert_eq!(reply.headers()[header::LOCATION], "/invitation");
    assert_eq!(reply.headers()["clear-site-data"], "\"cache\", \"storage\"");
    let taken = reply.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(taken.starts_with("__Host-palier=;"), "{taken}");
    assert!(!standing().await);
    let again = forget(Some("same-origin"), "?then=//example.org").await;
    assert_eq!(again.headers()[header::LOCATION], "/", "nowhere else");
}
