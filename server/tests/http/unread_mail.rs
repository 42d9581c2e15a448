//! Mail about what stays unread: when, how often, to whom, and what it says.

use crate::{
    mail::through,
    post_office::{Mood, PostOffice, Step, Taken},
    support::{House, Person},
};
use chrono::TimeDelta;
use palier_server::ops::{mail, seed};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn open() -> (House, PostOffice) {
    let office = PostOffice::open().await;
    let house = House::with(through(&office)).await;
    (house, office)
}

/// Lets `minutes` pass and whatever is due leave.
async fn after(house: &House, minutes: i64) {
    house.server.wait(TimeDelta::minutes(minutes));
    mail::deliver(&house.server.app).await.unwrap();
}

async fn sets(person: &Person, patch: Value) {
    let request = person.request(Method::PATCH, "/api/account").json(&patch);
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
}

fn subject(mail: &Taken) -> String {
    mail.header("Subject").unwrap()
}

fn is_to(mail: &Taken, person: &Person) -> bool {
    mail.to == [format!("<{}>", person.email)]
}

#[tokio::test]
async fn what_stays_unread_for_a_quarter_of_an_hour_is_told_once_with_a_link() {
    let (house, office) = open().await;
    let incident = house.incident().await;
    let words = "Le plombier vient\nle code est 4711";
    house.owner.writes(incident, words).await;
    after(&house, 14).await;
    assert!(office.taken().is_empty());
    after(&house, 1).await;
    let mail = office.takes(1).await;
    assert!(is_to(&mail, &house.tenant));
    assert!(mail.text.is_ascii());
    let said = mail.readable();
    assert!(said.contains("Bonjour Tenant,"), "{said}");
    assert!(said.contains("Owner"), "{said}");
    assert!(said.contains("Le plombier vient"), "{said}");
    assert!(!said.contains("4711"), "no more than the first line");
    assert_eq!(
        mail.link("https://"),
        format!("https://palier.test/tenant/incidents/{incident}")
    );
    after(&house, 60).await;
    assert_eq!(office.taken().len(), 1);

    house.tenant.writes(incident, "Merci !").await;
    after(&house, 15).await;
    let mail = office.takes(2).await;
    assert!(is_to(&mail, &house.owner));
    assert_eq!(
        mail.link("https://"),
        format!("https://palier.test/owner/rental-management/incidents/{incident}")
    );
}

#[tokio::test]
async fn a_burst_is_one_mail() {
    let (house, office) = open().await;
    let (one, two) = (house.incident().await, house.incident().await);
    for minute in 0..5 {
        house.owner.writes(one, &format!("un {minute}")).await;
        house.owner.writes(two, &format!("deux {minute}")).await;
        after(&house, 3).await;
    }
    let mail = office.takes(1).await;
    assert!(subject(&mail).contains("10 messages non lus sur 2 incidents"));
    after(&house, 120).await;
    assert_eq!(office.taken().len(), 1);
}

#[tokio::test]
async fn what_is_read_meanwhile_is_not_told_and_what_is_fresh_waits_its_own_time() {
    let (house, office) = open().await;
    let incident = house.incident().await;
    house.owner.writes(incident, "lu").await;
    after(&house, 10).await;
    house.tenant.reads_up_to(incident, 1).await;
    after(&house, 10).await;
    assert!(office.taken().is_empty(), "there is nothing left to say");

    house.owner.writes(incident, "lu aussi").await;
    after(&house, 10).await;
    house.tenant.reads_up_to(incident, 2).await;
    house.owner.writes(incident, "tout frais").await;
    after(&house, 6).await;
    assert!(office.taken().is_empty(), "six minutes old");
    after(&house, 9).await;
    assert!(office.takes(1).await.readable().contains("tout frais"));
}

#[tokio::test]
async fn after_a_mail_there_is_silence_for_a_day_or_until_something_is_read() {
    let (house, office) = open().await;
    let (one, two) = (house.incident().await, house.incident().await);
    house.owner.writes(one, "premier").await;
    after(&house, 15).await;
    office.takes(1).await;
    house.owner.writes(two, "pendant la pause").await;
    after(&house, 60).await;
    assert_eq!(office.taken().len(), 1);
    house.tenant.reads_up_to(one, 1).await;
    after(&house, 0).await;
    let mail = office.takes(2).await;
    assert!(mail.readable().contains("pendant la pause"));
    assert!(!mail.readable().contains("premier"));

    house.owner.writes(one, "encore").await;
    after(&house, 23 * 60).await;
    assert_eq!(office.taken().len(), 2);
    after(&house, 60).await;
    let mail = office.takes(3).await;
    assert!(mail.readable().contains("encore"));
    assert!(
        !mail.readable().contains("la pause"),
        "it was in a mail before"
    );
}

#[tokio::test]
async fn everybody_decides_for_himself_when_and_in_which_language() {
    let (house, office) = open().await;
    let incident = house.incident().await;
    sets(&house.tenant, json!({"unread_mail_minutes": 0})).await;
    house.owner.writes(incident, "personne ne le dit").await;
    after(&house, 600).await;
    assert!(office.taken().is_empty());
    let patch = json!({"language": "en", "unread_mail_minutes": 60});
    sets(&house.tenant, patch).await;
    house.owner.writes(incident, "in English").await;
    after(&house, 59).await;
    assert!(office.taken().is_empty());
    after(&house, 1).await;
    let mail = office.takes(1).await;
    assert!(subject(&mail).starts_with("Unread: "), "{}", subject(&mail));
    assert!(mail.readable().contains("in English"));
    sets(&house.tenant, json!({"unread_mail_minutes": 5})).await;
    house.tenant.reads_up_to(incident, 2).await;
    house.owner.writes(incident, "vite").await;
    sets(&house.tenant, json!({"unread_mail_minutes": 0})).await;
    after(&house, 60).await;
    assert_eq!(office.taken().len(), 1, "switched off while it waited");
}

#[tokio::test]
async fn who_has_left_or_whose_lease_is_long_over_gets_no_mail() {
    let (house, office) = open().await;
    let incident = house.incident().await;
    house.end_lease(3).await;
    house.owner.writes(incident, "dans les quinze jours").await;
    after(&house, 15).await;
    assert!(is_to(&office.takes(1).await, &house.tenant));
    house.end_lease(20).await;
    house.tenant.reads_up_to(incident, 1).await;
    house.owner.writes(incident, "trop tard").await;
    after(&house, 15).await;
    assert_eq!(office.taken().len(), 1);

    let (house, office) = open().await;
    let incident = house.incident().await;
    house.owner.writes(incident, "avant le départ").await;
    seed::remove_tenant(&house.server.app, house.lease, house.tenant.id)
        .await
        .unwrap();
    after(&house, 15).await;
    assert!(office.taken().is_empty());
}

#[tokio::test]
async fn a_mail_server_that_was_away_gets_one_mail_with_what_is_still_unread() {
    let (house, office) = open().await;
    let incident = house.incident().await;
    office.at(Step::Greeting, Mood::HangsUp);
    house.owner.writes(incident, "un").await;
    after(&house, 15).await;
    house.owner.writes(incident, "deux").await;
    after(&house, 15).await;
    house.tenant.reads_up_to(incident, 1).await;
    office.takes_everything();
    after(&house, 300).await;
    let mail = office.takes(1).await;
    assert!(mail.readable().contains("deux"));
    assert!(!mail.readable().contains("« un »"));
    after(&house, 300).await;
    assert_eq!(office.taken().len(), 1);
}

#[tokio::test]
async fn what_waits_survives_a_restart() {
    let (house, office) = open().await;
    let incident = house.incident().await;
    house.owner.writes(incident, "avant l’arrêt").await;
    let clock = house.server.app.config().clock.clone();
    let settings = through(&office);
    let server = house
        .server
        .restart_with(|config| {
            settings(config);
            config.clock = clock;
        })
        .await;
    mail::deliver(&server.app).await.unwrap();
    assert!(office.taken().is_empty());
    server.wait(TimeDelta::minutes(15));
    mail::deliver(&server.app).await.unwrap();
    assert!(office.takes(1).await.readable().contains("avant l’arrêt"));
}

#[tokio::test]
async fn who_muted_an_incident_gets_no_mail_about_it() {
    let (house, office) = open().await;
    let (quiet, loud) = (house.incident().await, house.incident().await);
    let path = format!("/api/incidents/{quiet}/mute");
    let muted = house
        .tenant
        .request(Method::PUT, &path)
        .send()
        .await
        .unwrap();
    assert_eq!(muted.status(), StatusCode::NO_CONTENT);
    house.owner.writes(quiet, "pas de mail").await;
    after(&house, 30).await;
    assert!(office.taken().is_empty());
    house.owner.writes(loud, "un mail").await;
    after(&house, 15).await;
    assert!(is_to(&office.takes(1).await, &house.tenant));
    // And again, once it is wanted again.
    let heard = house
        .tenant
        .request(Method::DELETE, &path)
        .send()
        .await
        .unwrap();
    assert_eq!(heard.status(), StatusCode::NO_CONTENT);
    house.tenant.reads_up_to(quiet, 1).await;
    house.owner.writes(quiet, "de nouveau un mail").await;
    after(&house, 15).await;
    let mail = office.takes(2).await;
    assert!(mail.readable().contains("de nouveau un mail"));
}
