//! Invitations of co-owners and tenants.

use crate::{
    mail::through,
    post_office::PostOffice,
    support::{House, PASSWORD, Person, refused, secret},
};
use chrono::TimeDelta;
use palier_server::ops::seed;
use palier_wire::{
    Cursor,
    invitation::{InvitationAccepted, InvitationList, InvitationView, LinkMade},
    rest::IncidentPage,
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

async fn invites(by: &Person, body: &Value) -> LinkMade {
    let reply = by.post("/api/invitations", body).await;
    assert_eq!(reply.status(), StatusCode::CREATED);
    reply.json().await.unwrap()
}

fn into_lease(house: &House, email: &str) -> Value {
    json!({"id": Uuid::now_v7(), "lease_id": house.lease, "email": email, "language": "en"})
}

async fn accepts(house: &House, token: &str, body: &Value) -> Response {
    let path = format!("/api/invitations/{token}/accept");
    let request = house.server.request(Method::POST, &path).json(body);
    request.send().await.unwrap()
}

async fn shows(house: &House, token: &str) -> Response {
    let path = format!("/api/invitations/{token}/accept");
    house
        .server
        .request(Method::GET, &path)
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn a_tenant_is_invited_makes_an_account_and_sees_the_history_as_read() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.tenant.writes(incident, "Toujours rien").await;
    let link = invites(&house.owner, &into_lease(&house, "Bob@Example.test")).await;
    let token = secret(&link.link.unwrap());
    let view: InvitationView = shows(&house, &token).await.json().await.unwrap();
    assert_eq!(view.email, "bob@example.test");
    assert_eq!(
        (view.portfolio.as_str(), view.inviter.as_str()),
        ("Maisons", "Owner")
    );
    assert_eq!(view.home.as_deref(), Some("1 rue Haute, 1A"));
    assert!(!view.has_account);

    // What is missing is said, and the link is not used up by it.
    let problem = refused(accepts(&house, &token, &json!({})).await, "invalid").await;
    assert_eq!(problem.invalid.unwrap().field, "password");
    let easy = json!({"name": "Bob", "password": "password"});
    refused(accepts(&house, &token, &easy).await, "invalid").await;
    let body = json!({"name": "Bob", "password": PASSWORD});
    let reply = accepts(&house, &token, &body).await;
    assert_eq!(reply.status(), StatusCode::OK);
    let accepted: InvitationAccepted = reply.json().await.unwrap();
    assert_eq!(accepted.email, "bob@example.test");
    assert_eq!(
        (accepted.portfolio_id, accepted.lease_id),
        (house.portfolio, Some(house.lease))
    );

    let bob = house
        .server
        .person_again(accepted.user_id, "bob@example.test")
        .await;
    let page: IncidentPage = bob.read("/api/incidents").await;
    assert_eq!(page.incidents.len(), 1);
    assert_eq!(
        page.incidents[0].unread, 0,
        "what was there before he came is no news"
    );
    let account: Value = bob.read("/api/account").await;
    assert_eq!(account["language"], "en", "the invitation's");

    // Once.
    refused(accepts(&house, &token, &body).await, "link-gone").await;
    refused(shows(&house, &token).await, "link-gone").await;
}

#[tokio::test]
async fn a_co_owner_with_an_account_joins_with_its_password_and_others_hear_of_it() {
    let house = House::start().await;
    let incident = house.incident().await;
    let ada = house.server.person("Ada").await;
    let body = json!({"id": Uuid::now_v7(), "portfolio_id": house.portfolio, "email": ada.email});
    let token = secret(&invites(&house.owner, &body).await.link.unwrap());
    let view: InvitationView = shows(&house, &token).await.json().await.unwrap();
    assert!(view.has_account && view.home.is_none());
    let wrong = json!({"password": "not the password"});
    refused(accepts(&house, &token, &wrong).await, "wrong-credentials").await;
    let reply = accepts(&house, &token, &json!({"password": PASSWORD})).await;
    assert_eq!(reply.status(), StatusCode::OK);
    ada.writes(incident, "Je m’en occupe").await;
    // Her card is in the tenant's scope, so that her name can be shown.
    let epoch = house.server.app.epoch();
    let cursor: Cursor = format!("{epoch}~lease:{}=0", house.lease).parse().unwrap();
    let changes = house.tenant.changes(&cursor, 500).await.changes;
    assert!(changes.iter().any(|it| it.id == ada.id.0), "no card");
    for action in ["invited", "invitation_accepted", "member_added"] {
        assert!(!house.server.audited(action).await.is_empty(), "{action}");
    }
    let log = format!("{:?}", house.server.audited("invited").await);
    assert!(!log.contains(&token), "the secret is in the audit log");
}

#[tokio::test]
async fn who_is_signed_in_joins_as_himself_and_a_bad_session_is_refused() {
    let house = House::start().await;
    let link = invites(&house.owner, &into_lease(&house, "whoever@example.test")).await;
    let path = format!("/api/invitations/{}/accept", secret(&link.link.unwrap()));
    let request = house.server.request(Method::POST, &path).json(&json!({}));
    let reply = request.bearer_auth("made up").send().await.unwrap();
    refused(reply, "unauthenticated").await;
    let reply = house.neighbour.post(&path, &json!({})).await;
    let accepted: InvitationAccepted = reply.json().await.unwrap();
    assert_eq!(accepted.user_id, house.neighbour.id);
    assert_eq!(accepted.email, house.neighbour.email);
}

#[tokio::test]
async fn a_link_ends_with_time_with_its_revocation_with_its_successor_and_with_its_inviter() {
    let house = House::start().await;
    let body = json!({"name": "Bob", "password": PASSWORD});
    let make = async |id: Uuid| {
        let wanted = json!({"id": id, "lease_id": house.lease, "email": "bob@example.test"});
        secret(&invites(&house.owner, &wanted).await.link.unwrap())
    };
    let (first, id) = (Uuid::now_v7(), Uuid::now_v7());
    let revoked = make(first).await;
    let path = format!("/api/invitations/{first}");
    let reply = house
        .owner
        .request(Method::DELETE, &path)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    refused(accepts(&house, &revoked, &body).await, "link-gone").await;

    let before = make(id).await;
    let after = make(id).await;
    refused(shows(&house, &before).await, "link-gone").await;
    assert_eq!(shows(&house, &after).await.status(), StatusCode::OK);
    let other = json!({"id": id, "lease_id": house.lease, "email": "eve@example.test"});
    refused(
        house.owner.post("/api/invitations", &other).await,
        "id-taken",
    )
    .await;
    let list: InvitationList = house.owner.read("/api/invitations").await;
    assert_eq!(list.invitations.len(), 1);
    assert_eq!(list.invitations[0].email, "bob@example.test");
    assert_eq!(list.invitations[0].invited_by, house.owner.id);
    let none: InvitationList = house.stranger.read("/api/invitations").await;
    assert!(none.invitations.is_empty());

    house
        .server
        .wait(TimeDelta::days(7) + TimeDelta::seconds(1));
    let owner = house
        .server
        .person_again(house.owner.id, &house.owner.email)
        .await;
    refused(shows(&house, &after).await, "link-gone").await;
    let list: InvitationList = owner.read("/api/invitations").await;
    assert!(list.invitations.is_empty());

    let partner = house.server.person("Partner").await;
    let app = &house.server.app;
    seed::add_owner(app, house.portfolio, partner.id)
        .await
        .unwrap();
    let wanted = into_lease(&house, "bob@example.test");
    let token = secret(&invites(&partner, &wanted).await.link.unwrap());
    seed::remove_owner(app, house.portfolio, partner.id)
        .await
        .unwrap();
    refused(shows(&house, &token).await, "link-gone").await;
    refused(accepts(&house, &token, &body).await, "link-gone").await;
}

#[tokio::test]
async fn of_two_who_use_a_link_at_once_one_joins() {
    let house = House::start().await;
    let link = invites(&house.owner, &into_lease(&house, "bob@example.test")).await;
    let token = secret(&link.link.unwrap());
    let path = format!("/api/invitations/{token}/accept");
    let body = json!({});
    let (one, other) = tokio::join!(
        house.neighbour.post(&path, &body),
        house.stranger.post(&path, &body)
    );
    let mut statuses = [one.status().as_u16(), other.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_field() {
    let house = House::start().await;
    let id = Uuid::now_v7();
    let field = async |body: Value| {
        let problem = refused(house.owner.post("/api/invitations", &body).await, "invalid").await;
        problem.invalid.unwrap().field
    };
    let both = json!({"id": id, "portfolio_id": house.portfolio, "lease_id": house.lease,
        "email": "a@b.test"});
    assert_eq!(field(both).await, "lease_id");
    assert_eq!(
        field(json!({"id": id, "email": "a@b.test"})).await,
        "lease_id"
    );
    let nonsense = json!({"id": id, "lease_id": house.lease, "email": "no address"});
    assert_eq!(field(nonsense).await, "email");
    let tenants = json!({"id": id, "lease_id": house.lease, "email": "a@b.test"});
    refused(
        house.tenant.post("/api/invitations", &tenants).await,
        "forbidden",
    )
    .await;
    refused(
        house.stranger.post("/api/invitations", &tenants).await,
        "not-found",
    )
    .await;
}

#[tokio::test]
async fn with_a_mail_server_the_link_is_mailed_in_the_chosen_language_and_not_shown() {
    let office = PostOffice::open().await;
    let house = House::with(through(&office)).await;
    let made = invites(&house.owner, &into_lease(&house, "bob@example.test")).await;
    assert_eq!(made.link, None);
    palier_server::ops::mail::deliver(&house.server.app)
        .await
        .unwrap();
    let mail = office.taken().pop().unwrap();
    assert_eq!(mail.to, ["<bob@example.test>"]);
    let text = mail.readable();
    assert!(text.contains("https://palier.test/invitation#"), "{text}");
    assert!(
        text.contains("Owner") && text.contains("1 rue Haute, 1A"),
        "{text}"
    );
    let token = text
        .split('#')
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    let view: InvitationView = shows(&house, token).await.json().await.unwrap();
    assert_eq!(view.email, "bob@example.test");
}
