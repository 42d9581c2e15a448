//! A landlord's desk for tests: a real folder, and pages as the server would send them.

#![allow(dead_code)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use palier_domain::{
    Category, IncidentId, LeaseId, MutationId, PortfolioId, Priority, PropertyId, ReadView, Role,
    Status, TicketId, TicketKind, UnitId, UserId,
};
use palier_engine::Settle;
use palier_store::{Applied, Store};
use palier_wire::{
    Change, ChangesPage, Cursor, EntityKind, Epoch, Incident, Lease, LeaseTenant, Membership, Mine,
    Op, Participant, Portfolio, Property, Scope, SnapshotPage, Ticket, Unit, UserCard,
};
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf};
use tempfile::TempDir;
use uuid::Uuid;

pub const AWA: UserId = UserId(Uuid::from_u128(1));
pub const TOM: UserId = UserId(Uuid::from_u128(2));
pub const PORTFOLIO: PortfolioId = PortfolioId(Uuid::from_u128(10));
pub const PROPERTY: PropertyId = PropertyId(Uuid::from_u128(11));
pub const UNIT: UnitId = UnitId(Uuid::from_u128(12));
pub const LEASE: LeaseId = LeaseId(Uuid::from_u128(13));
pub const BOILER: IncidentId = IncidentId(Uuid::from_u128(20));
pub const SINK: IncidentId = IncidentId(Uuid::from_u128(21));
pub const EPOCH: Epoch = Epoch(Uuid::from_u128(99));
pub const OWN: Scope = Scope::User(AWA);
pub const HOME: Scope = Scope::Portfolio(PORTFOLIO);

/// A moment; `at(1)` is a minute after `at(0)`.
pub fn at(minute: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap() + TimeDelta::minutes(minute)
}

pub fn ticket_id(n: u64) -> TicketId {
    TicketId(Uuid::from_u128(1_000 + u128::from(n)))
}

/// Awa's desk: she owns the portfolio, Tom lives in the unit.
pub struct Desk {
    pub folder: TempDir,
    store: Option<Store>,
    pub number: u64,
}

impl Desk {
    /// A folder whose cache holds nothing yet.
    pub async fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path(), AWA).await.unwrap().store;
        Self {
            folder,
            store: Some(store),
            number: 0,
        }
    }

    /// A folder whose cache holds the home and the boiler's incident with two tickets of Tom.
    pub async fn at_home() -> Self {
        let mut desk = Self::empty().await;
        desk.store().adopt_epoch(EPOCH, at(0)).await.unwrap();
        desk.bootstrap(OWN, vec![membership(1)]).await;
        let mut rows = home();
        rows.push(incident(BOILER, 1, 2));
        rows.push(ticket(BOILER, 1, TOM, "La chaudière affiche E4"));
        rows.push(ticket(BOILER, 2, TOM, "Toujours rien"));
        desk.bootstrap(HOME, rows).await;
        desk
    }

    pub fn store(&self) -> &Store {
        self.store.as_ref().unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// As a crash would: nothing is closed properly; then the next start.
    pub async fn crash_and_start(&mut self) -> bool {
        self.crash();
        self.start().await
    }

    pub fn crash(&mut self) {
        self.store = None;
    }

    /// Answers whether the cache was made anew.
    pub async fn start(&mut self) -> bool {
        let opened = Store::open(self.folder.path(), AWA).await.unwrap();
        self.store = Some(opened.store);
        opened.cache_rebuilt
    }

    pub async fn stop(&mut self) {
        self.store.take().unwrap().close().await;
    }

    /// Fetches a scope in one page.
    pub async fn bootstrap(&mut self, scope: Scope, rows: Vec<Row>) {
        let page = snapshot(scope, Some(self.number), rows, None);
        let number = self.number;
        self.store()
            .apply_snapshot(&page, number, at(0))
            .await
            .unwrap();
    }

    /// The next page of changes of a scope.
    pub async fn page(&mut self, scope: Scope, rows: Vec<Row>) -> ChangesPage {
        let from = self.store().cursor().await.unwrap().unwrap();
        self.number += 1;
        let mut to = from.clone();
        to.at.insert(scope, self.number);
        ChangesPage {
            from,
            to,
            more: false,
            scopes: vec![OWN, HOME],
            changes: rows.into_iter().map(|row| row.change(scope)).collect(),
            digests: BTreeMap::new(),
            server_time: at(0),
            schema: 1,
        }
    }

    /// Pulls a page of changes.
    pub async fn pull(&mut self, scope: Scope, rows: Vec<Row>) -> Applied {
        let page = self.page(scope, rows).await;
        self.apply(&page).await
    }

    pub async fn apply(&self, page: &ChangesPage) -> Applied {
        let stored = self.store().cursor().await.unwrap().unwrap();
        let plan = palier_engine::plan(&stored, OWN, page);
        self.store().apply_page(page, &plan, at(0)).await.unwrap()
    }

    /// Sends a ticket that is due at once.
    pub async fn sends(&self, message: &str) -> (TicketId, MutationId) {
        let sent = self
            .store()
            .send_ticket(BOILER, message, 0, at(1))
            .await
            .unwrap();
        (sent.ticket_id, sent.mutation_id)
    }

    /// An attempt begins.
    pub async fn attempts(&self, id: MutationId) {
        assert_eq!(self.store().mark_sending(&[id]).await.unwrap(), [id]);
    }

    pub async fn settles(&self, id: MutationId, settle: Settle) {
        self.store().settle(&[(id, settle)]).await.unwrap();
    }

    /// The unsent texts of the boiler's thread.
    pub async fn unsent(&self) -> Vec<String> {
        let thread = self
            .store()
            .thread(BOILER, None, 50)
            .await
            .unwrap()
            .unwrap();
        thread
            .unsent
            .into_iter()
            .map(|row| match row.what {
                palier_store::view::UnsentWhat::Ticket { message } => message,
                other => format!("{other:?}"),
            })
            .collect()
    }

    /// The texts of the boiler's thread that the server has.
    pub async fn sent(&self) -> Vec<String> {
        let thread = self
            .store()
            .thread(BOILER, None, 50)
            .await
            .unwrap()
            .unwrap();
        thread.tickets.into_iter().map(|row| row.message).collect()
    }

    pub async fn draft(&self) -> String {
        self.store().draft(BOILER).await.unwrap().message
    }
}

/// A row as the server would send it, in whichever scope.
#[derive(Clone)]
pub struct Row {
    pub kind: EntityKind,
    pub id: Uuid,
    pub rev: u64,
    pub data: Option<serde_json::Value>,
    pub mine: Option<Mine>,
}

impl Row {
    pub fn put(kind: EntityKind, id: impl Into<Uuid>, rev: u64, data: &impl Serialize) -> Self {
        Self {
            kind,
            id: id.into(),
            rev,
            data: Some(serde_json::to_value(data).unwrap()),
            mine: None,
        }
    }

    pub fn drop(kind: EntityKind, id: Uuid) -> Self {
        Self {
            kind,
            id,
            rev: 1,
            data: None,
            mine: None,
        }
    }

    pub fn mine(self, read_n: u64, last_n: u64, unread: u64) -> Self {
        let view = ReadView {
            read_n,
            last_n,
            unread,
            flagged: false,
        };
        self.with_mine(view, 0)
    }

    pub fn with_mine(self, view: ReadView, flag_rev: u64) -> Self {
        Self {
            mine: Some(Mine {
                view,
                flag_rev,
                incident_rev: self.rev,
                participant_rev: 0,
            }),
            ..self
        }
    }

    pub fn rev(self, rev: u64) -> Self {
        Self { rev, ..self }
    }

    pub fn change(self, scope: Scope) -> Change {
        Change {
            scope,
            kind: self.kind,
            op: if self.data.is_some() {
                Op::Put
            } else {
                Op::Drop
            },
            id: self.id,
            rev: self.rev,
            data: self.data,
            mine: self.mine,
        }
    }
}

pub fn snapshot(
    scope: Scope,
    number: Option<u64>,
    rows: Vec<Row>,
    next: Option<&str>,
) -> SnapshotPage {
    SnapshotPage {
        scope,
        number,
        changes: rows.into_iter().map(|row| row.change(scope)).collect(),
        next: next.map(str::to_owned),
        server_time: at(0),
        schema: 1,
    }
}

pub fn membership(rev: u64) -> Row {
    let data = Membership {
        id: PORTFOLIO.0,
        role: Role::Owner,
    };
    Row::put(EntityKind::Membership, PORTFOLIO.0, rev, &data)
}

/// Portfolio, property, unit, lease and the two people.
pub fn home() -> Vec<Row> {
    vec![
        Row::put(
            EntityKind::Portfolio,
            PORTFOLIO.0,
            1,
            &Portfolio {
                id: PORTFOLIO,
                name: "Les Lilas".into(),
            },
        ),
        Row::put(
            EntityKind::Property,
            PROPERTY.0,
            1,
            &Property {
                id: PROPERTY,
                portfolio_id: PORTFOLIO,
                name: "12 rue des Lilas".into(),
                address: String::new(),
                time_zone: "Europe/Paris".into(),
            },
        ),
        Row::put(
            EntityKind::Unit,
            UNIT.0,
            1,
            &Unit {
                id: UNIT,
                property_id: PROPERTY,
                label: "3B".into(),
            },
        ),
        lease(1, TOM),
        card(AWA, "Awa Diop"),
        card(TOM, "Tom Petit"),
    ]
}

/// The lease of the home, on which this tenant lives.
pub fn lease(rev: u64, tenant: UserId) -> Row {
    let data = Lease {
        id: LEASE,
        unit_id: UNIT,
        starts_on: "2024-01-01".parse().unwrap(),
        ends_on: None,
        tenants: vec![LeaseTenant {
            user_id: tenant,
            left_at: None,
        }],
    };
    Row::put(EntityKind::Lease, LEASE.0, rev, &data)
}

pub fn card(id: UserId, name: &str) -> Row {
    let data = UserCard {
        id,
        name: name.into(),
    };
    Row::put(EntityKind::UserCard, id.0, 1, &data)
}

/// An incident with `last_n` tickets, all of them unread.
pub fn incident(id: IncidentId, rev: u64, last_n: u64) -> Row {
    let data = Incident {
        id,
        portfolio_id: PORTFOLIO,
        property_id: PROPERTY,
        unit_id: UNIT,
        lease_id: Some(LEASE),
        title: if id == BOILER {
            "Pas d’eau chaude"
        } else {
            "Fuite évier"
        }
        .into(),
        description: "Depuis ce matin".into(),
        category: Category::Heating,
        priority: Priority::Normal,
        status: Status::Open,
        reopened: 0,
        opened_by: TOM,
        opened_by_type: Role::Tenant,
        last_n,
        created_at: at(0),
        updated_at: at(i64::try_from(rev).unwrap()),
    };
    Row::put(EntityKind::Incident, id.0, rev, &data).mine(0, last_n, last_n)
}

pub fn ticket(incident_id: IncidentId, n: u64, author: UserId, message: &str) -> Row {
    let id = TicketId(Uuid::from_u128(
        incident_id.0.as_u128() * 1_000 + u128::from(n),
    ));
    ticket_as(id, incident_id, n, author, message)
}

pub fn ticket_as(
    id: TicketId,
    incident_id: IncidentId,
    n: u64,
    author: UserId,
    message: &str,
) -> Row {
    let data = Ticket {
        id,
        incident_id,
        n,
        kind: TicketKind::Message,
        author_id: author,
        author_type: if author == AWA {
            Role::Owner
        } else {
            Role::Tenant
        },
        message: message.into(),
        attachments: Vec::new(),
        status_change: None,
        created_at: at(i64::try_from(n).unwrap()),
        written_at: None,
        after_lease_end: false,
    };
    Row::put(EntityKind::Ticket, id.0, 1, &data)
}

pub fn participant(user_id: UserId, role: Role, rev: u64, read_n: u64) -> Row {
    let id = Uuid::from_u128(500 + user_id.0.as_u128());
    let data = Participant {
        id,
        incident_id: BOILER,
        user_id,
        role,
        read_n,
        read_at: Some(at(5)),
    };
    Row::put(EntityKind::Participant, id, rev, &data)
}

pub fn cursor(numbers: &[(Scope, u64)]) -> Cursor {
    Cursor {
        epoch: EPOCH,
        at: numbers.iter().copied().collect::<BTreeMap<_, _>>(),
    }
}
