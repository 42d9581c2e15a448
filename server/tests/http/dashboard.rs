//! How owners do.

use crate::support::{House, refused};
use chrono::{DateTime, TimeDelta, Utc};
use palier_domain::{Category, Denied, Status};
use palier_server::ops::seed;
use palier_wire::Dashboard;
use reqwest::{Method, StatusCode};

impl House {
    /// A house where it is `now`.
    async fn at(now: &str) -> Self {
        Self::with(|config| config.clock.advance(utc(now) - config.clock.now())).await
    }

    fn until(&self, time: &str) {
        self.server
            .wait(utc(time) - self.server.app.config().clock.now());
    }

    async fn dashboard(&self, query: &str) -> Dashboard {
        self.owner.read(&format!("/api/dashboard?{query}")).await
    }
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn it_tells_what_is_open_unread_and_whose_answer_is_awaited() {
    let house = House::start().await;
    let asked = house.incident().await;
    house.tenant.writes(asked, "Bonjour ?").await;
    house.tenant.writes(asked, "Il y a quelqu’un ?").await;
    let answered = house.incident().await;
    house.tenant.writes(answered, "Bonjour ?").await;
    house.owner.reads_up_to(answered, 1).await;
    house.owner.writes(answered, "Je passe demain").await;
    house.owner.moves(answered, Status::Planned).await;
    let done = house.incident().await;
    house.owner.moves(done, Status::Resolved).await;
    house.owner.opens(house.vacant, "Personne n’y habite").await;
    let marked = house.owner.opens(house.unit, "Relevé").await;
    let flag = format!("/api/incidents/{marked}/unread-flag");
    house
        .owner
        .request(Method::PUT, &flag)
        .send()
        .await
        .unwrap();

    let present = house.dashboard("").await.present;
    assert_eq!((present.open, present.new), (4, 3));
    assert_eq!(present.waiting_for_owner, 1);
    assert_eq!(present.waiting_for_tenant, 2, "not in an empty home");
    assert_eq!((present.unread, present.unread_incidents), (3, 2));
}

#[tokio::test]
async fn response_and_resolution_are_measured_from_the_opening() {
    let house = House::at("2026-05-04T08:00:00Z").await;
    let incident = house.incident().await;
    house.until("2026-05-04T10:00:00Z");
    house.owner.writes(incident, "Vu").await;
    house.owner.writes(incident, "Je rappelle").await;
    house.until("2026-05-05T08:00:00Z");
    house.owner.moves(incident, Status::Resolved).await;
    house.tenant.moves(incident, Status::Closed).await;
    let unanswered = house.incident().await;
    house.until("2026-05-12T08:00:00Z");
    house.tenant.moves(incident, Status::Open).await;

    let shown = house.dashboard("from=2026-05-04&to=2026-05-17").await;
    assert_eq!(shown.time_zone, "Europe/Paris", "that of the property");
    let total = shown.total;
    assert_eq!((total.opened, total.resolved, total.reopened), (2, 1, 1));
    assert_eq!((total.first_response.count, total.unanswered), (1, 1));
    // Nearest: it takes a moment to open an incident.
    let hours = |seconds: Option<u64>| (seconds.unwrap() + 1800) / 3600;
    assert_eq!(hours(total.first_response.median_seconds), 2);
    assert_eq!(hours(total.first_response.p90_seconds), 2);
    assert_eq!(total.resolution.count, 0, "it is open again");
    let by_week: Vec<_> = shown
        .weeks
        .iter()
        .map(|week| {
            (
                week.week.to_string(),
                week.figures.opened,
                week.figures.reopened,
            )
        })
        .collect();
    assert_eq!(
        by_week,
        [("2026-05-04".into(), 2, 0), ("2026-05-11".into(), 0, 1)]
    );
    assert_eq!(shown.properties.len(), 1);
    assert_eq!(shown.properties[0].name, "1 rue Haute");
    assert_eq!(shown.categories[0].category, Category::Heating);
    assert_eq!(shown.categories[0].figures, total);

    // Mended again: it took until now, and what lies before the period is not counted.
    house.owner.moves(incident, Status::Resolved).await;
    house.owner.writes(unanswered, "Enfin").await;
    let shown = house.dashboard("from=2026-05-01&to=2026-05-31").await;
    let days = |seconds: Option<u64>| (hours(seconds) + 12) / 24;
    assert_eq!(days(shown.total.resolution.median_seconds), 8);
    assert_eq!(days(shown.total.first_response.p90_seconds), 7);
    let later = house.dashboard("from=2026-05-10&to=2026-05-31").await;
    assert_eq!((later.total.opened, later.total.resolved), (0, 1));
}

#[tokio::test]
async fn a_day_is_the_day_of_the_time_zone_even_when_the_clocks_change() {
    // 00:30 and 01:30 in UTC are both half past two in Paris that night.
    let house = House::at("2026-10-25T00:30:00Z").await;
    let first = house.incident().await;
    house.until("2026-10-25T01:30:00Z");
    house.owner.writes(first, "Une heure après").await;
    house.until("2026-10-25T22:59:00Z");
    house.incident().await;
    house.until("2026-10-25T23:01:00Z");
    house.incident().await;
    let opened = async |day: &str, zone: &str| {
        let query = format!("from={day}&to={day}&time_zone={zone}");
        house.dashboard(&query).await.total.opened
    };
    assert_eq!(opened("2026-10-25", "Europe/Paris").await, 2);
    assert_eq!(opened("2026-10-26", "Europe/Paris").await, 1);
    assert_eq!(opened("2026-10-24", "America/St_Johns").await, 1);
    assert_eq!(opened("2026-10-25", "America/St_Johns").await, 2);
    let shown = house.dashboard("from=2026-10-25&to=2026-10-25").await;
    assert_eq!(shown.ends_at - shown.starts_at, TimeDelta::hours(25));
    let minutes = shown.total.first_response.median_seconds.unwrap() / 60;
    assert!(
        (59..=60).contains(&minutes),
        "an hour, whatever the clocks say: {minutes}"
    );
}

#[tokio::test]
async fn it_is_for_owners_of_what_they_run() {
    let house = House::start().await;
    house.incident().await;
    let path = format!("/api/dashboard?portfolio={}", house.portfolio);
    assert_eq!(house.owner.get(&path).await.status(), StatusCode::OK);
    for (who, path) in [
        (&house.tenant, path.as_str()),
        (&house.tenant, "/api/dashboard"),
    ] {
        let problem = refused(who.get(path).await, "forbidden").await;
        assert_eq!(problem.denied, Some(Denied::OwnersOnly));
    }
    refused(house.stranger.get(&path).await, "not-found").await;
    let nobody = house.server.person("Nobody").await;
    refused(nobody.get(&path).await, "not-found").await;
    refused(nobody.get("/api/dashboard").await, "forbidden").await;
    let own: Dashboard = house.stranger.read("/api/dashboard").await;
    assert_eq!((own.present.open, own.total.opened), (0, 0));
    let app = &house.server.app;
    seed::add_owner(app, house.portfolio, nobody.id)
        .await
        .unwrap();
    seed::remove_owner(app, house.portfolio, house.owner.id)
        .await
        .unwrap();
    refused(house.owner.get(&path).await, "not-found").await;
}

#[tokio::test]
async fn a_period_that_is_none_is_refused_with_the_field() {
    let house = House::start().await;
    for (query, field) in [
        ("from=2026-02-30", "from"),
        ("from=yesterday", "from"),
        ("to=2026-1", "to"),
        ("from=2026-05-02&to=2026-05-01", "to"),
        ("from=2001-01-01&to=2026-05-01", "from"),
        ("to=%2B262142-12-31", "to"),
        ("to=-262143-01-01", "to"),
        ("time_zone=Mars/Base", "time_zone"),
        ("portfolio=7", "query"),
    ] {
        let reply = house.owner.get(&format!("/api/dashboard?{query}")).await;
        let problem = refused(reply, "invalid").await;
        assert_eq!(problem.invalid.unwrap().field, field, "{query}");
    }
}
