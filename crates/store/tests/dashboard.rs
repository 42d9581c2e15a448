//! The rows behind a dashboard, and the lists behind its figures.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use chrono::{DateTime, Utc};
use palier_domain::{Category, Counted, IncidentId, Role, Status, TicketId, UserId};
use palier_store::view::{DashboardRows, HappenedIn, ListWanted};
use palier_wire::{EntityKind, Incident, StatusChange, Ticket};
use std::ops::Range;
use support::*;
use uuid::Uuid;

/// The day on which everything happens here.
fn today() -> Range<DateTime<Utc>> {
    at(-60)..at(600)
}

fn moved(incident_id: IncidentId, n: u64, author: UserId, from: Status, to: Status) -> Row {
    let row = ticket(incident_id, n, author, "");
    let mut data: Ticket = serde_json::from_value(row.data.unwrap()).unwrap();
    data.kind = palier_domain::TicketKind::System;
    data.status_change = Some(StatusChange { from, to });
    Row::put(EntityKind::Ticket, data.id.0, 1, &data)
}

fn with_status(row: Row, status: Status) -> Row {
    let mut data: Incident = serde_json::from_value(row.data.clone().unwrap()).unwrap();
    data.status = status;
    Row {
        data: Some(serde_json::to_value(data).unwrap()),
        ..row
    }
}

impl Desk {
    async fn today(&self) -> DashboardRows {
        self.store().dashboard(today(), None).await.unwrap()
    }

    async fn listed(&self, wanted: ListWanted) -> Vec<IncidentId> {
        let rows = self.store().list(&wanted).await.unwrap();
        rows.into_iter().map(|row| row.id).collect()
    }

    async fn happened(&self, what: Counted) -> Vec<IncidentId> {
        let time = today();
        self.listed(ListWanted {
            happened: Some(HappenedIn { what, time }),
            ..ListWanted::default()
        })
        .await
    }
}

#[tokio::test]
async fn it_tells_what_is_open_unread_and_whose_answer_is_awaited() {
    let mut desk = Desk::at_home().await;
    desk.pull(HOME, vec![incident(SINK, 2, 1), ticket(SINK, 1, AWA, "Vu")])
        .await;
    let present = desk.today().await.present;
    assert_eq!((present.open, present.new), (2, 2));
    assert_eq!(
        (present.waiting_for_owner, present.waiting_for_tenant),
        (1, 1)
    );
    assert_eq!((present.unread, present.unread_incidents), (3, 2));
    let waits_for = async |role| {
        let waits_for = Some(role);
        desk.listed(ListWanted {
            waits_for,
            ..ListWanted::default()
        })
        .await
    };
    assert_eq!(waits_for(Role::Owner).await, [BOILER]);
    assert_eq!(waits_for(Role::Tenant).await, [SINK]);
}

#[tokio::test]
async fn mendings_count_from_the_move_since_which_an_incident_is_done() {
    let mut desk = Desk::at_home().await;
    let mended = with_status(incident(BOILER, 2, 6), Status::Closed);
    desk.pull(
        HOME,
        vec![
            mended,
            ticket(BOILER, 3, AWA, "Je passe"),
            moved(BOILER, 4, AWA, Status::Open, Status::Resolved),
            moved(BOILER, 5, TOM, Status::Resolved, Status::Open),
            moved(BOILER, 6, AWA, Status::Open, Status::Resolved),
            moved(BOILER, 7, TOM, Status::Resolved, Status::Closed),
        ],
    )
    .await;
    let rows = desk.today().await;
    assert_eq!(rows.cases.len(), 1);
    assert_eq!(rows.cases[0].first_answer_at, Some(at(3)));
    assert_eq!(rows.cases[0].resolved_at, Some(at(6)));
    assert_eq!(rows.steps.len(), 4);
    for what in [
        Counted::Opened,
        Counted::Answered,
        Counted::Mended,
        Counted::Reopened,
    ] {
        assert_eq!(desk.happened(what).await, [BOILER], "{what:?}");
    }
    assert!(desk.happened(Counted::Unanswered).await.is_empty());
    let later = desk.store().dashboard(at(7)..at(8), None).await.unwrap();
    assert!(later.cases.is_empty());
    assert_eq!(later.steps.len(), 1, "the move at its first instant");
}

#[tokio::test]
async fn what_waits_here_counts_as_if_it_had_happened() {
    let mut desk = Desk::at_home().await;
    desk.pull(HOME, vec![incident(SINK, 2, 0)]).await;
    let store = desk.store();
    store
        .send_ticket(BOILER, "J’arrive", 0, at(10))
        .await
        .unwrap();
    store
        .set_status(SINK, Status::Open, Status::Resolved, at(20))
        .await
        .unwrap();
    store
        .set_category(SINK, Category::Heating, Category::Plumbing, at(21))
        .await
        .unwrap();
    let rows = desk.today().await;
    let case = |category| rows.cases.iter().find(|case| case.category == category);
    assert_eq!(
        case(Category::Heating).unwrap().first_answer_at,
        Some(at(10))
    );
    assert_eq!(case(Category::Plumbing).unwrap().resolved_at, Some(at(20)));
    assert_eq!(rows.steps.len(), 1);
    assert_eq!(rows.steps[0].category, Category::Plumbing);
    assert_eq!(desk.happened(Counted::Resolved).await, [SINK]);
    let of = |category| ListWanted {
        category: Some(category),
        ..ListWanted::default()
    };
    assert_eq!(desk.listed(of(Category::Plumbing)).await, [SINK]);
    let under_way = ListWanted {
        under_way: true,
        ..ListWanted::default()
    };
    assert_eq!(desk.listed(under_way).await, [BOILER]);
}

#[tokio::test]
async fn a_move_whose_rows_have_come_is_counted_once() {
    let mut desk = Desk::at_home().await;
    desk.store()
        .set_status(BOILER, Status::Open, Status::Planned, at(20))
        .await
        .unwrap();
    assert_eq!(desk.today().await.steps.len(), 1);
    let entry = desk.store().outbox().await.unwrap().remove(0);
    let id: TicketId = entry.entry.ticket_id.unwrap();
    let arrived = moved(BOILER, 3, AWA, Status::Open, Status::Planned);
    let mut data: Ticket = serde_json::from_value(arrived.data.unwrap()).unwrap();
    data.id = id;
    let arrived = Row::put(EntityKind::Ticket, id.0, 1, &data);
    desk.pull(HOME, vec![arrived]).await;
    assert_eq!(desk.today().await.steps.len(), 1);
}

#[tokio::test]
async fn other_properties_and_other_peoples_portfolios_are_left_out() {
    let desk = Desk::at_home().await;
    let elsewhere = Some(Uuid::from_u128(77).into());
    let rows = desk.store().dashboard(today(), elsewhere).await.unwrap();
    assert!(rows.runs_a_portfolio);
    assert!(rows.cases.is_empty());
    assert_eq!((rows.present.open, rows.present.unread), (0, 0));
    assert_eq!(rows.properties, [(PROPERTY, "12 rue des Lilas".to_owned())]);
    let here = desk
        .store()
        .dashboard(today(), Some(PROPERTY))
        .await
        .unwrap();
    assert_eq!((here.cases.len(), here.present.open), (1, 1));
    let empty = Desk::empty().await;
    let rows = empty.store().dashboard(today(), None).await.unwrap();
    assert!(!rows.runs_a_portfolio);
}

#[tokio::test]
async fn an_incident_that_waits_to_be_opened_is_there() {
    let desk = Desk::at_home().await;
    let opened = palier_store::act::NewIncident {
        id: None,
        unit_id: UNIT,
        title: "Fuite évier".into(),
        description: String::new(),
        category: Category::Plumbing,
        priority: palier_domain::Priority::Normal,
    };
    desk.store().open_incident(opened, at(5)).await.unwrap();
    let rows = desk.today().await;
    assert_eq!((rows.cases.len(), rows.present.open), (2, 2));
    assert_eq!(rows.present.waiting_for_tenant, 1, "somebody lives there");
    assert_eq!(desk.happened(Counted::Opened).await.len(), 2);
}
