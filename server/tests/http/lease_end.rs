//! The end of a lease, wherever the home is and whatever clocks do that night.

use crate::support::{House, refused, tickets};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use palier_domain::{Denied, Status};
use palier_wire::rest::TicketPage;
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

/// Zone, last day, and the instant of the midnight after it, as an almanac has it.
const ENDS: [(&str, (i32, u32, u32), &str); 6] = [
    // Clocks go back in the early morning of the last day: it has 25 hours.
    ("Europe/Paris", (2026, 10, 25), "2026-10-25T23:00:00Z"),
    // They go forward: 23 hours.
    ("Europe/Paris", (2026, 3, 29), "2026-03-29T22:00:00Z"),
    ("America/New_York", (2026, 11, 1), "2026-11-02T05:00:00Z"),
    ("Pacific/Auckland", (2026, 9, 27), "2026-09-27T11:00:00Z"),
    // They go forward at the very midnight that ends the lease.
    ("Africa/Cairo", (2026, 4, 23), "2026-04-23T22:00:00Z"),
    ("Asia/Kathmandu", (2026, 5, 31), "2026-05-31T18:15:00Z"),
];

impl House {
    /// A house in `zone` at `now`.
    async fn in_zone(zone: &str, now: DateTime<Utc>) -> Self {
        let house = Self::with(|config| config.clock.advance(now - Utc::now())).await;
        let path = format!("/api/properties/{}", house.property);
        let request = house.owner.request(Method::PATCH, &path);
        let request = request
            .header("if-match", "*")
            .json(&json!({"time_zone": zone}));
        assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
        house
    }

    async fn last_day(&self, day: NaiveDate) {
        let path = format!("/api/leases/{}", self.lease);
        let request = self.owner.request(Method::PATCH, &path);
        let request = request
            .header("if-match", "*")
            .json(&json!({"ends_on": day}));
        assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    }

    fn is_now(&self, now: DateTime<Utc>) {
        self.server.wait(now - self.server.app.config().clock.now());
    }
}

#[tokio::test]
async fn at_midnight_where_the_home_is_a_tenant_reads_only_and_his_words_arrive_for_fourteen_days()
{
    for (zone, (year, month, day), end) in ENDS {
        let last_day = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let end: DateTime<Utc> = end.parse().unwrap();
        let house = House::in_zone(zone, end - TimeDelta::hours(2)).await;
        let incident = house.incident().await;
        house.last_day(last_day).await;
        let opening = || {
            json!({"id": Uuid::now_v7(), "unit_id": house.unit, "title": "x",
            "category": "gas"})
        };

        house.is_now(end - TimeDelta::seconds(30));
        let before = house.tenant.writes(incident, "Encore locataire").await;
        assert!(!before.after_lease_end, "{zone} {last_day}");
        let reply = house.tenant.post("/api/incidents", &opening()).await;
        assert_eq!(reply.status(), StatusCode::CREATED, "{zone} {last_day}");
        house.owner.moves(incident, Status::Resolved).await;

        house.is_now(end + TimeDelta::seconds(1));
        let reply = house.tenant.post("/api/incidents", &opening()).await;
        let problem = refused(reply, "forbidden").await;
        assert_eq!(
            problem.denied,
            Some(Denied::LeaseEnded),
            "{zone} {last_day}"
        );
        let reply = house.tenant.moves(incident, Status::Open).await;
        assert_eq!(
            refused(reply, "forbidden").await.denied,
            Some(Denied::LeaseEnded)
        );
        let late = house.tenant.writes(incident, "Écrit dans le train").await;
        assert!(late.after_lease_end);
        let own = house.owner.writes(incident, "Merci").await;
        assert!(!own.after_lease_end, "an owner has no lease");

        // The midnight fourteen days later, by the calendar.
        let zone: chrono_tz::Tz = zone.parse().unwrap();
        let midnight = (last_day + Days::new(15)).and_hms_opt(0, 0, 0).unwrap();
        let grace = zone
            .from_local_datetime(&midnight)
            .unwrap()
            .with_timezone(&Utc);
        house.is_now(grace - TimeDelta::seconds(30));
        assert!(
            house
                .tenant
                .writes(incident, "Le dernier mot")
                .await
                .after_lease_end
        );
        house.is_now(grace + TimeDelta::seconds(1));
        let problem = refused(house.tenant.tries_to_write(incident).await, "forbidden").await;
        assert_eq!(problem.denied, Some(Denied::LeaseEnded));
        let page: TicketPage = house.tenant.read(&tickets(incident)).await;
        house
            .tenant
            .reads_up_to(incident, page.tickets.len() as u64)
            .await;
        assert_eq!(
            house.tenant.sees(incident).await.unread,
            0,
            "he reads as before"
        );
    }
}

#[tokio::test]
async fn a_lease_that_is_prolonged_in_time_goes_on() {
    let house = House::start().await;
    let incident = house.incident().await;
    let today = Utc::now().date_naive();
    house.last_day(today - Days::new(20)).await;
    refused(house.tenant.tries_to_write(incident).await, "forbidden").await;
    house.last_day(today + Days::new(20)).await;
    assert!(
        !house
            .tenant
            .writes(incident, "Je reste")
            .await
            .after_lease_end
    );
}
