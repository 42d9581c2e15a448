//! Mail that people are sent, and what owners are told of mail that does not arrive.

use crate::{
    post_office::{Mood, PostOffice, Step},
    support::{House, Person, refused},
};
use palier_domain::{Email, Language, UserId};
use palier_server::{
    Config,
    ops::mail::{self, Content, Letter, To},
};
use palier_wire::mail::{MailProblem, MailProblems, MailTrouble};
use reqwest::StatusCode;
use serde_json::json;
use uuid::Uuid;

/// Sends mail to `office`.
pub fn through(office: &PostOffice) -> impl FnOnce(&mut Config) {
    let url = office.url("smtp");
    move |config| {
        config.smtp_url = Some(url.parse().unwrap());
        config.mail_from = Some("Palier <palier@palier.test>".parse().unwrap());
        config.public_url = Some("https://palier.test".parse().unwrap());
    }
}

pub async fn tells(house: &House, to: To, portfolio: bool) {
    let letter = Letter {
        to,
        content: Content::PasswordChanged,
        portfolio: portfolio.then_some(house.portfolio),
        expires_at: None,
    };
    mail::queue(&house.server.app, letter).await.unwrap();
    mail::deliver(&house.server.app).await.unwrap();
}

async fn problems(person: &Person) -> Vec<MailProblem> {
    let page: MailProblems = person.read("/api/mail-problems").await;
    page.problems
}

async fn retries(person: &Person, problem: Uuid) -> reqwest::Response {
    let path = format!("/api/mail-problems/{problem}/retry");
    person.post(&path, &json!({})).await
}

#[tokio::test]
async fn an_owner_sees_whose_mail_was_refused_and_may_try_again() {
    let office = PostOffice::open().await;
    let house = House::with(through(&office)).await;
    office.at(Step::To, Mood::Says("550 5.1.1 unknown user"));
    tells(&house, To::User(house.tenant.id), false).await;
    let nobody = Email::parse("nobody@example.test").unwrap();
    tells(&house, To::Address(nobody, Language::En), true).await;

    let seen = problems(&house.owner).await;
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].address, "nobody@example.test");
    assert_eq!((seen[0].user_id, &seen[0].name), (None, &None));
    let tenants = &seen[1];
    assert_eq!(tenants.user_id, Some(house.tenant.id));
    assert_eq!(tenants.name.as_deref(), Some("Tenant"));
    assert_eq!(tenants.trouble, MailTrouble::Refused);
    assert_eq!(tenants.reply, "550 5.1.1 unknown user");
    assert_eq!(problems(&house.tenant).await, seen[1..], "his own");
    for foreign in [&house.neighbour, &house.stranger] {
        assert!(problems(foreign).await.is_empty());
        refused(retries(foreign, tenants.id).await, "not-found").await;
    }
    refused(retries(&house.owner, Uuid::now_v7()).await, "not-found").await;

    office.takes_everything();
    tells(&house, To::User(house.tenant.id), false).await;
    assert!(office.taken().is_empty(), "nothing goes there");
    let reply = retries(&house.owner, tenants.id).await;
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    // The worker was rung.
    let mail = office.takes(2).await;
    assert_eq!(mail.to, [format!("<{}>", house.tenant.email)]);
    mail::deliver(&house.server.app).await.unwrap();
    assert_eq!(problems(&house.owner).await, seen[..1]);
}

#[tokio::test]
async fn nobody_gets_mail_where_no_mail_server_is_named() {
    let house = House::start().await;
    tells(&house, To::User(UserId(house.tenant.id.0)), false).await;
    assert!(problems(&house.owner).await.is_empty());
}
