//! A request costs the same number of statements, however much it finds.

use crate::{
    notes::{mark_notes, muting, note, notes},
    support::{House, Person, mark_read, mutation, opening, status, ticket, tickets},
};
use palier_domain::{Category, IncidentId, MutationId, Priority, Status};
use palier_wire::{
    Cursor, Mutation, Payload, Scope, Verdict,
    sync::{Cancel, ClearUnread, MarkUnread, SetCategory, SetPriority},
};
use reqwest::StatusCode;
use uuid::Uuid;

impl House {
    /// How many statements it takes to answer `path`.
    // Twice, the lesser: what the server does by itself at its start may come in between.
    async fn cost(&self, who: &Person, path: &str) -> u64 {
        let mut least = u64::MAX;
        for _ in 0..2 {
            let before = self.server.app.statements();
            let reply = who.get(path).await;
            assert_eq!(reply.status(), StatusCode::OK, "{path}");
            least = least.min(self.server.app.statements() - before);
        }
        least
    }

    /// Incidents with tickets and files, and something to find in each.
    async fn fill(&self, incidents: usize) {
        for at in 0..incidents {
            let incident = self.incident().await;
            let file = self.tenant.uploads(&format!("eau {at}.txt"), b"eau").await;
            self.tenant.attaches(incident, file).await;
            self.owner.writes(incident, "L’eau est coupée").await;
            self.owner.moves(incident, Status::Planned).await;
            self.owner.reads_up_to(incident, 1).await;
            self.owner.notes_down(incident, "Compteur relevé").await;
        }
    }
}

#[tokio::test]
async fn reading_costs_the_same_however_much_there_is() {
    let house = House::start().await;
    house.fill(2).await;
    let first = house.incident().await;
    house.owner.notes_down(first, "Assurance").await;
    // More than a snapshot takes as an incident's newest, so that it has a rest already.
    for at in 0..21 {
        house.tenant.writes(first, &format!("{at}")).await;
    }
    let scope = Scope::Portfolio(house.portfolio);
    let paths = [
        "/api/incidents?limit=200".to_owned(),
        "/api/incidents?limit=200&status=open,planned&unread=true&q=eau&sort=opened".into(),
        format!("/api/incidents/{first}"),
        format!("{}?limit=200", tickets(first)),
        format!("{}?limit=200", notes(first)),
        "/api/search?q=eau&limit=100".into(),
        "/api/dashboard".into(),
        "/api/portfolios".into(),
        "/api/properties".into(),
        "/api/units".into(),
        "/api/leases".into(),
        format!("/api/portfolios/{}/members", house.portfolio),
        format!("/api/sync/snapshot?scope={scope}"),
    ];
    let mut costs = Vec::new();
    for path in &paths {
        costs.push(house.cost(&house.owner, path).await);
    }
    house.fill(6).await;
    for at in 0..20 {
        house.tenant.writes(first, &format!("eau {at}")).await;
        house.owner.notes_down(first, &format!("eau {at}")).await;
    }
    for (path, before) in paths.iter().zip(costs) {
        let after = house.cost(&house.owner, path).await;
        assert_eq!(after, before, "{path}");
    }
}

#[tokio::test]
async fn a_page_of_changes_costs_the_same_for_few_and_for_many() {
    let house = House::start().await;
    house.fill(1).await;
    let scope = Scope::Portfolio(house.portfolio);
    let page = house.owner.snapshot(scope, None, 500).await;
    let mut cursor = Cursor::start(house.server.app.epoch());
    cursor.at.insert(scope, page.number.unwrap());
    let cost = async |limit: usize| {
        let path = format!("/api/sync/changes?cursor={cursor}&limit={limit}");
        house.cost(&house.owner, &path).await
    };
    house.fill(3).await;
    let (few, many) = (cost(12).await, cost(400).await);
    assert_eq!(few, many);
}

#[tokio::test]
async fn each_kind_of_mutation_costs_the_same_in_a_long_thread() {
    let house = House::start().await;
    let (short, long) = (house.incident().await, house.incident().await);
    for at in 0..40 {
        house.tenant.writes(long, &format!("{at}")).await;
    }
    house.tenant.writes(short, "0").await;
    type Make = fn(&House, IncidentId) -> Mutation;
    let kinds: [(&str, Make); 12] = [
        ("open_incident", |house, _| {
            opening(house.unit, IncidentId(Uuid::now_v7()))
        }),
        ("add_ticket", |_, id| ticket(id, "Bonjour")),
        ("set_status", |_, id| {
            status(id, Status::Open, Status::Planned)
        }),
        ("set_priority", |_, incident_id| {
            mutation(&Payload::SetPriority(SetPriority {
                incident_id,
                from: Priority::Normal,
                to: Priority::High,
            }))
        }),
        ("set_category", |_, incident_id| {
            mutation(&Payload::SetCategory(SetCategory {
                incident_id,
                from: Category::Heating,
                to: Category::Gas,
            }))
        }),
        ("mark_read", |_, id| mark_read(id, 1_000)),
        ("mark_unread", |_, incident_id| {
            mutation(&Payload::MarkUnread(MarkUnread { incident_id }))
        }),
        ("clear_unread", |_, incident_id| {
            mutation(&Payload::ClearUnread(ClearUnread { incident_id }))
        }),
        ("add_note", |_, id| note(id, "Bonjour")),
        ("mark_notes", |_, id| mark_notes(id, 1_000)),
        ("set_mute", |_, id| muting(id, true)),
        ("cancel", |_, _| {
            let mutation_id = MutationId(Uuid::now_v7());
            mutation(&Payload::Cancel(Cancel { mutation_id }))
        }),
    ];
    for (kind, make) in kinds {
        let mut costs = Vec::new();
        for incident in [short, long] {
            let mutation = make(&house, incident);
            let before = house.server.app.statements();
            let result = house.owner.push_one(mutation).await;
            assert_eq!(result.status, Verdict::Applied, "{kind}");
            costs.push(house.server.app.statements() - before);
        }
        assert_eq!(costs[0], costs[1], "{kind}");
    }
}
