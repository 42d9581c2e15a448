//! One's own account: what it shows, and what a person may change of it.

use crate::support::{House, Person, refused};
use palier_domain::Language;
use palier_wire::{Cursor, EntityKind, Scope, account::Account};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn changes(person: &Person, patch: Value) -> reqwest::Response {
    let request = person.request(Method::PATCH, "/api/account");
    request.json(&patch).send().await.unwrap()
}

#[tokio::test]
async fn an_account_begins_in_french_with_mail_after_a_quarter_of_an_hour() {
    let house = House::start().await;
    let account: Account = house.tenant.read("/api/account").await;
    assert_eq!(account.id, house.tenant.id);
    assert_eq!(account.email, house.tenant.email);
    assert_eq!(account.name, "Tenant");
    assert_eq!(account.language, Language::Fr);
    assert_eq!(account.unread_mail_minutes, 15);
    assert_eq!(account.mail_trouble, None);
}

#[tokio::test]
async fn what_is_left_out_stays_and_what_is_wrong_changes_nothing() {
    let house = House::start().await;
    let reply = changes(
        &house.tenant,
        json!({"language": "en", "unread_mail_minutes": 0}),
    )
    .await;
    assert_eq!(reply.status(), StatusCode::OK);
    let changed: Account = reply.json().await.unwrap();
    assert_eq!(changed.language, Language::En);
    assert_eq!(changed.unread_mail_minutes, 0);
    assert_eq!(changed.name, "Tenant");
    for wrong in [
        json!({"name": "  "}),
        json!({"name": "x".repeat(121)}),
        json!({"name": "Eve", "unread_mail_minutes": 10081}),
        json!({"language": "de"}),
        json!({"email": "eve@example.test"}),
    ] {
        refused(changes(&house.tenant, wrong).await, "invalid").await;
    }
    let same: Account = house.tenant.read("/api/account").await;
    assert_eq!(same, changed);
}

#[tokio::test]
async fn a_new_name_reaches_everybody_who_has_the_card() {
    let house = House::start().await;
    let scopes = [
        (&house.owner, Scope::Portfolio(house.portfolio)),
        (&house.tenant, Scope::Lease(house.lease)),
    ];
    for (person, name) in [(&house.tenant, "Awa Diallo"), (&house.owner, "Claire")] {
        let mut ends = Vec::new();
        for (reader, scope) in scopes {
            let mut start = Cursor::start(house.server.app.epoch());
            start.at = [(scope, 0)].into();
            ends.push(reader.changes(&start, 500).await.to);
        }
        let reply = changes(person, json!({"name": name})).await;
        assert_eq!(reply.status(), StatusCode::OK);
        for ((reader, scope), end) in scopes.into_iter().zip(&ends) {
            let page = reader.changes(end, 500).await;
            let [card] = page.changes.as_slice() else {
                panic!("{scope}: {:?}", page.changes);
            };
            assert_eq!(card.kind, EntityKind::UserCard);
            let data = serde_json::to_value(&card.data).unwrap();
            assert_eq!(data["name"], name);
        }
    }
    let strangers = house.stranger.get("/api/search?q=awa").await;
    assert!(!strangers.text().await.unwrap().contains("Diallo"));
    let owners = house.owner.get("/api/search?q=awa").await;
    assert!(owners.text().await.unwrap().contains("Diallo"));
}
