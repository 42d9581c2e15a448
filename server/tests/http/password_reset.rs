//! A new password for somebody who forgot his.

use crate::{
    mail::through,
    post_office::{Mood, PostOffice, Step},
    support::{House, PASSWORD, refused, secret},
};
use chrono::TimeDelta;
use palier_server::ops::{links, mail, seed};
use palier_wire::{
    Problem,
    invitation::{LinkMade, ResetAsked, ResetView},
};
use reqwest::{Method, Response, StatusCode};
use serde_json::json;

const NEW: &str = "another secret that is long enough";

async fn asks(house: &House, email: &str) -> Response {
    let request = house.server.request(Method::POST, "/api/password-reset");
    request.json(&json!({"email": email})).send().await.unwrap()
}

async fn sets(house: &House, token: &str, password: &str) -> Response {
    let path = format!("/api/password-reset/{token}");
    let request = house.server.request(Method::POST, &path);
    request
        .json(&json!({"password": password}))
        .send()
        .await
        .unwrap()
}

async fn shows(house: &House, token: &str) -> Response {
    let path = format!("/api/password-reset/{token}");
    house
        .server
        .request(Method::GET, &path)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_mailed_link_sets_a_password_once_and_ends_every_session() {
    let office = PostOffice::open().await;
    let house = House::with(through(&office)).await;
    let app = &house.server.app;
    let asked: ResetAsked = asks(&house, "TENANT@example.test")
        .await
        .json()
        .await
        .unwrap();
    assert!(asked.by_mail);
    mail::deliver(app).await.unwrap();
    let text = office.taken().pop().unwrap().readable();
    let token = text
        .split("https://palier.test/password-reset#")
        .nth(1)
        .unwrap();
    let token = token.split_whitespace().next().unwrap();
    let view: ResetView = shows(&house, token).await.json().await.unwrap();
    assert_eq!(view.email, house.tenant.email);
    refused(sets(&house, token, "password").await, "invalid").await;
    let reply = sets(&house, token, NEW).await;
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    refused(house.tenant.get("/api/incidents").await, "unauthenticated").await;
    let old = house.server.sign_in(&house.tenant.email, PASSWORD).await;
    refused(old, "wrong-credentials").await;
    let new = house.server.sign_in(&house.tenant.email, NEW).await;
    assert_eq!(new.status(), StatusCode::CREATED);
    refused(sets(&house, token, PASSWORD).await, "link-gone").await;
    // He is told, should it not have been him.
    mail::deliver(app).await.unwrap();
    assert_eq!(office.taken().len(), 2);
    for action in ["password_reset_asked", "password_reset"] {
        assert!(!house.server.audited(action).await.is_empty(), "{action}");
    }
}

#[tokio::test]
async fn nobody_learns_who_has_an_account() {
    let office = PostOffice::open().await;
    let house = House::with(through(&office)).await;
    let app = &house.server.app;
    // A mail that hangs on its way: what is asked for then is counted without what is sent.
    office.at(Step::Greeting, Mood::KeepsSilent);
    asks(&house, &house.owner.email).await;
    while office.times(Step::Greeting) == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let mut seen = Vec::new();
    for email in [
        "tenant@example.test",
        "nobody@example.test",
        "no address at all",
    ] {
        let before = (app.statements(), app.password_hashes());
        let reply = asks(&house, email).await;
        let (status, text) = (reply.status(), reply.text().await.unwrap());
        let work = (
            app.statements() - before.0,
            app.password_hashes() - before.1,
        );
        seen.push((status, text, work));
    }
    assert_eq!(seen[0].0, StatusCode::ACCEPTED);
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
}

#[tokio::test]
async fn a_link_ends_with_time_and_with_its_successor() {
    let house = House::start().await;
    let app = &house.server.app;
    let make = async || {
        secret(
            &links::reset_password(app, &house.tenant.email)
                .await
                .unwrap()
                .link,
        )
    };
    let (first, second) = (make().await, make().await);
    refused(shows(&house, &first).await, "link-gone").await;
    assert_eq!(shows(&house, &second).await.status(), StatusCode::OK);
    house
        .server
        .wait(TimeDelta::minutes(60) + TimeDelta::seconds(1));
    refused(shows(&house, &second).await, "link-gone").await;
    refused(sets(&house, &second, NEW).await, "link-gone").await;
    refused(sets(&house, "made-up", NEW).await, "link-gone").await;
}

#[tokio::test]
async fn without_a_mail_server_an_owner_makes_the_link_for_his_own_tenant_only() {
    let house = House::start().await;
    let asked: ResetAsked = asks(&house, "tenant@example.test")
        .await
        .json()
        .await
        .unwrap();
    assert!(!asked.by_mail, "the page has to say whom to ask");
    let path = |lease, person| format!("/api/leases/{lease}/tenants/{person}/password-reset");
    let own = path(house.lease, house.tenant.id);
    let made: LinkMade = house
        .owner
        .post(&own, &json!({}))
        .await
        .json()
        .await
        .unwrap();
    let reply = sets(&house, &secret(&made.link.unwrap()), NEW).await;
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    refused(house.neighbour.post(&own, &json!({})).await, "not-found").await;
    refused(house.stranger.post(&own, &json!({})).await, "not-found").await;

    let others = async |who| {
        let reply = house.owner.post(&path(house.lease, who), &json!({})).await;
        let problem: Problem = refused(reply, "forbidden").await;
        problem.denied.unwrap().as_str()
    };
    assert_eq!(
        others(house.owner.id).await,
        "belongs_to_others",
        "no tenant"
    );
    assert_eq!(
        others(house.stranger.id).await,
        "belongs_to_others",
        "nobody here"
    );
    // Who also runs something writes to others too.
    let app = &house.server.app;
    seed::create_portfolio(app, house.tenant.id, "Sienne")
        .await
        .unwrap();
    assert_eq!(others(house.tenant.id).await, "belongs_to_others");
}
