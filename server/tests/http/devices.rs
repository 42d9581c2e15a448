//! The devices that a person is signed in on, and how long.

use crate::{
    stream::Stream,
    support::{House, Person, Server, refused},
};
use chrono::TimeDelta;
use palier_domain::SessionId;
use palier_wire::{Cursor, Device, Devices};
use reqwest::{Method, Response, StatusCode};
use uuid::Uuid;

impl Person {
    pub async fn devices(&self) -> Vec<Device> {
        self.read::<Devices>("/api/sessions").await.sessions
    }

    async fn current(&self) -> SessionId {
        let devices = self.devices().await;
        devices.iter().find(|device| device.current).unwrap().id
    }

    async fn revokes(&self, session: SessionId) -> Response {
        let path = format!("/api/sessions/{session}");
        self.request(Method::DELETE, &path).send().await.unwrap()
    }
}

#[tokio::test]
async fn a_person_sees_his_devices_and_which_one_he_holds() {
    let house = House::start().await;
    let again = house
        .server
        .person_again(house.owner.id, &house.owner.email);
    let again = again.await;
    let devices = again.devices().await;
    assert_eq!(devices.len(), 2);
    assert!(devices[0].current && !devices[1].current);
    assert_eq!(devices[0].device_name, "test");
    assert_eq!(
        devices[0].expires_at - devices[0].created_at,
        TimeDelta::days(30)
    );
    assert_eq!(house.owner.devices().await.len(), 2);
    assert_eq!(house.tenant.devices().await.len(), 1);
}

#[tokio::test]
async fn a_revoked_device_is_refused_at_once_and_its_stream_ends() {
    let house = House::start().await;
    let (owner, server) = (&house.owner, &house.server);
    let lost = server.person_again(owner.id, &owner.email).await;
    let lost_session = lost.current().await;
    let mut stream = Stream::open(&lost, &Cursor::start(server.app.epoch())).await;
    stream.next().await.unwrap();
    let reply = owner.revokes(lost_session).await;
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    refused(lost.get("/api/incidents").await, "unauthenticated").await;
    while stream.next().await.is_some() {}
    assert_eq!(owner.devices().await.len(), 1);
    let lines = server.audited("device_revoked").await;
    assert_eq!(lines[0].actor, Some(owner.id.0));
    assert_eq!(lines[0].subject_id, Some(lost_session.0));
}

#[tokio::test]
async fn a_foreign_device_is_no_device() {
    let house = House::start().await;
    let theirs = house.tenant.current().await;
    let foreign = house.owner.revokes(theirs).await;
    let mut foreign = refused(foreign, "not-found").await;
    let unknown = house.owner.revokes(Uuid::now_v7().into()).await;
    let mut unknown = refused(unknown, "not-found").await;
    (foreign.instance, unknown.instance) = (None, None);
    assert_eq!(foreign, unknown);
    assert_eq!(house.tenant.devices().await.len(), 1);
    // Revoked twice, it is gone the second time.
    let own = house.owner.current().await;
    let again = house
        .server
        .person_again(house.owner.id, &house.owner.email);
    let again = again.await;
    assert_eq!(again.revokes(own).await.status(), StatusCode::NO_CONTENT);
    refused(again.revokes(own).await, "not-found").await;
}

/// Whether a session answers so long after it began, used at `used` before.
async fn stands_after(used: &[TimeDelta], at: TimeDelta) -> bool {
    let server = Server::start().await;
    // Time stands still but for what the test lets pass, to the second.
    let ada = server.person("Ada").await;
    let mut passed = TimeDelta::zero();
    for moment in used {
        server.wait(*moment - passed);
        passed = *moment;
        assert_eq!(ada.get("/api/sessions").await.status(), StatusCode::OK);
    }
    server.wait(at - passed);
    ada.get("/api/sessions").await.status() == StatusCode::OK
}

#[tokio::test]
async fn a_session_ends_thirty_days_after_its_last_use_to_the_minute() {
    let (days, minute) = (TimeDelta::days, TimeDelta::minutes(1));
    assert!(stands_after(&[], days(30) - minute).await);
    assert!(!stands_after(&[], days(30)).await);
    assert!(stands_after(&[days(29)], days(59) - minute).await);
    assert!(!stands_after(&[days(29)], days(59) + minute).await);
}

#[tokio::test]
async fn a_session_ends_after_a_hundred_and_eighty_days_however_it_is_used() {
    let (days, minute) = (TimeDelta::days, TimeDelta::minutes(1));
    let used: Vec<_> = (1..=8).map(|at| days(at * 22)).collect();
    assert!(stands_after(&used, days(180) - minute).await);
    assert!(!stands_after(&used, days(180)).await);
}
