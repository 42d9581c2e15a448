//! Tickets over REST: once, in order, within limits.

use crate::support::{House, refused, tickets};
use chrono::Utc;
use palier_domain::Sha256;
use palier_wire::rest::{IncidentResponse, TicketPage};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn a_ticket_sent_twice_is_there_once() {
    let house = House::start().await;
    let incident = house.incident().await;
    let body = json!({"id": Uuid::now_v7(), "message": "Bonjour"});
    let first = house.tenant.post(&tickets(incident), &body).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    assert!(first.headers().contains_key("location"));
    let second = house.tenant.post(&tickets(incident), &body).await;
    assert_eq!(second.status(), StatusCode::OK);
    let (first, second): (IncidentResponse, IncidentResponse) =
        (first.json().await.unwrap(), second.json().await.unwrap());
    assert_eq!(first, second);
    assert_eq!(house.owner.thread(incident).await, [first]);
}

#[tokio::test]
async fn an_id_that_was_used_for_something_else_is_refused() {
    let house = House::start().await;
    let incident = house.incident().await;
    let id = Uuid::now_v7();
    house
        .tenant
        .post(&tickets(incident), &json!({"id": id, "message": "Bonjour"}))
        .await;
    let other = json!({"id": id, "message": "Bonsoir"});
    let reply = house.tenant.post(&tickets(incident), &other).await;
    refused(reply, "mutation-id-reused").await;
    let request = house
        .tenant
        .request(Method::POST, &tickets(incident))
        .json(&other);
    let reply = request
        .header("idempotency-key", Uuid::now_v7().to_string())
        .send()
        .await;
    refused(reply.unwrap(), "id-taken").await;
    let reply = house.owner.post(&tickets(incident), &other).await;
    refused(reply, "id-taken").await;
    assert_eq!(house.owner.thread(incident).await.len(), 1);
}

#[tokio::test]
async fn the_same_ticket_under_another_key_is_recognised_by_its_content() {
    let house = House::start().await;
    let incident = house.incident().await;
    let body = json!({"id": Uuid::now_v7(), "message": "Bonjour"});
    house.tenant.post(&tickets(incident), &body).await;
    let request = house
        .tenant
        .request(Method::POST, &tickets(incident))
        .json(&body);
    let reply = request
        .header("idempotency-key", Uuid::now_v7().to_string())
        .send()
        .await;
    assert_eq!(reply.unwrap().status(), StatusCode::OK);
    assert_eq!(house.owner.thread(incident).await.len(), 1);
}

#[tokio::test]
async fn a_ticket_needs_its_id_from_the_client() {
    let house = House::start().await;
    let incident = house.incident().await;
    let reply = house
        .tenant
        .post(&tickets(incident), &json!({"message": "Bonjour"}))
        .await;
    assert_eq!(refused(reply, "invalid").await.invalid.unwrap().field, "id");
    let body = json!({"id": "7", "message": "Bonjour"});
    let reply = house.tenant.post(&tickets(incident), &body).await;
    assert_eq!(refused(reply, "invalid").await.invalid.unwrap().field, "id");
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_writers_leave_no_gap_and_no_double() {
    let house = House::start().await;
    let incident = house.incident().await;
    let writers: Vec<_> = (0..32)
        .map(|at| {
            let writer = if at % 2 == 0 {
                house.tenant.clone()
            } else {
                house.owner.clone()
            };
            tokio::spawn(async move {
                for round in 0..4 {
                    writer.writes(incident, &format!("{at}/{round}")).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let thread = house.owner.thread(incident).await;
    let numbers: Vec<u64> = thread.iter().map(|ticket| ticket.n).collect();
    assert_eq!(numbers, (1..=128).collect::<Vec<_>>());
    assert_eq!(house.owner.sees(incident).await.incident.last_n, 128);
}

#[tokio::test]
async fn a_message_of_seventeen_kibibytes_is_too_long_and_one_of_sixteen_fits() {
    let house = House::start().await;
    let incident = house.incident().await;
    let body = json!({"id": Uuid::now_v7(), "message": "é".repeat(17 * 512)});
    let reply = house.tenant.post(&tickets(incident), &body).await;
    assert_eq!(
        refused(reply, "invalid").await.invalid.unwrap().field,
        "message"
    );
    house.tenant.writes(incident, &"é".repeat(16 * 512)).await;
}

#[tokio::test]
async fn an_empty_message_and_a_nul_are_refused() {
    let house = House::start().await;
    let incident = house.incident().await;
    for message in ["", " \n ", "a\0b"] {
        let body = json!({"id": Uuid::now_v7(), "message": message});
        let reply = house.tenant.post(&tickets(incident), &body).await;
        assert_eq!(
            refused(reply, "invalid").await.invalid.unwrap().field,
            "message"
        );
    }
}

#[tokio::test]
async fn a_thread_is_paged_in_both_directions() {
    let house = House::start().await;
    let incident = house.incident().await;
    for at in 1..=7 {
        house.tenant.writes(incident, &format!("{at}")).await;
    }
    let page = |query: &'static str| {
        let (owner, path) = (
            house.owner.clone(),
            format!("{}?{query}", tickets(incident)),
        );
        async move {
            let page: TicketPage = owner.read(&path).await;
            (
                page.tickets.iter().map(|it| it.n).collect::<Vec<_>>(),
                page.more,
            )
        }
    };
    assert_eq!(page("limit=3").await, (vec![1, 2, 3], true));
    assert_eq!(page("after_n=5&limit=3").await, (vec![6, 7], false));
    assert_eq!(page("before_n=6&limit=3").await, (vec![3, 4, 5], true));
    assert_eq!(page("before_n=3").await, (vec![1, 2], false));
    let both = format!("{}?after_n=1&before_n=5", tickets(incident));
    refused(house.owner.get(&both).await, "invalid").await;
}

#[tokio::test]
async fn a_ticket_has_the_columns_of_the_table() {
    let house = House::start().await;
    let incident = house.incident().await;
    let ticket = house.tenant.writes(incident, "L’eau est froide").await;
    let path = tickets(incident);
    let page: Value = house.owner.read(&path).await;
    let row = &page["tickets"][0];
    for column in [
        "id",
        "incident_id",
        "author_id",
        "author_name",
        "author_type",
        "message",
        "attachments",
        "is_read",
        "created_at",
        "updated_at",
    ] {
        assert!(row.get(column).is_some(), "{column}");
    }
    assert_eq!(row["author_name"], "Tenant");
    assert_eq!(row["author_type"], "tenant");
    assert_eq!(row["is_read"], false);
    assert_eq!(
        ticket.message_sha256,
        Sha256::of("L’eau est froide".as_bytes())
    );
    assert!((Utc::now() - ticket.created_at).num_seconds() < 60);
}
