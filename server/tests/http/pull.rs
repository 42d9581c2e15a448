//! Changes and snapshots: however one gets there, one holds the same.

use crate::support::{House, Person, mark_read, refused, status, ticket};
use palier_domain::{IncidentId, Status};
use palier_wire::{Change, ChangesPage, Cursor, EntityKind, Op, Scope};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

type Held = BTreeMap<(Scope, String, Uuid), (u64, Value)>;

/// What a client holds, by the rules of docs/sync.md § Pull.
struct Replica {
    person: Person,
    cursor: Cursor,
    held: Held,
}

impl Replica {
    async fn new(house: &House, person: &Person) -> Self {
        let mut replica = Self {
            person: person.clone(),
            cursor: Cursor::start(house.server.app.epoch()),
            held: Held::new(),
        };
        replica.bootstrap(Scope::User(person.id), 500).await;
        replica.settle(500).await;
        replica
    }

    async fn bootstrap(&mut self, scope: Scope, limit: usize) {
        let mut page = self.person.snapshot(scope, None, limit).await;
        let number = page.number.unwrap();
        loop {
            page.changes
                .into_iter()
                .for_each(|change| self.apply_change(change));
            let Some(next) = page.next else { break };
            page = self.person.snapshot(scope, Some(&next), limit).await;
            assert_eq!(page.number, None);
        }
        self.cursor.at.insert(scope, number);
    }

    fn apply_change(&mut self, change: Change) {
        let key = (change.scope, change.kind.as_str().to_owned(), change.id);
        match change.op {
            Op::Put => {
                let row = (change.rev, change.data.unwrap());
                let newer = self.held.get(&key).is_none_or(|held| held.0 < row.0);
                if newer {
                    self.held.insert(key, row);
                }
            }
            Op::Drop => drop(self.held.remove(&key)),
        }
    }

    fn apply(&mut self, page: ChangesPage) {
        assert_eq!(
            page.from.at.keys().collect::<Vec<_>>(),
            page.to.at.keys().collect::<Vec<_>>()
        );
        for change in page.changes {
            if page.from.at[&change.scope] == self.cursor.at[&change.scope] {
                self.apply_change(change);
            }
        }
        for (scope, at) in page.to.at {
            if page.from.at[&scope] == self.cursor.at[&scope] {
                self.cursor.at.insert(scope, at);
            }
        }
        self.held.retain(|key, _| page.scopes.contains(&key.0));
        self.cursor
            .at
            .retain(|scope, _| page.scopes.contains(scope));
    }

    /// Pulls until there is no more, and takes up new scopes.
    async fn settle(&mut self, limit: usize) {
        loop {
            let page = self.person.changes(&self.cursor, limit).await;
            assert!(page.changes.len() <= limit);
            let (more, scopes) = (page.more, page.scopes.clone());
            self.apply(page);
            for scope in scopes {
                if !self.cursor.at.contains_key(&scope) {
                    self.bootstrap(scope, limit).await;
                }
            }
            if !more {
                return;
            }
        }
    }
}

#[tokio::test]
async fn a_replica_that_follows_holds_what_a_newcomer_is_given() {
    for seed in 0..3 {
        let house = House::start().await;
        let mut dice = StdRng::seed_from_u64(seed);
        let mut followers = Vec::new();
        for person in [&house.owner, &house.tenant, &house.neighbour] {
            followers.push(Replica::new(&house, person).await);
        }
        let mut incidents = vec![house.incident().await];
        for _ in 0..60 {
            something_happens(&house, &mut incidents, &mut dice).await;
            if dice.random_bool(0.3) {
                let at = dice.random_range(0..followers.len());
                followers[at].settle(dice.random_range(1..6)).await;
            }
        }
        for mut follower in followers {
            follower.settle(7).await;
            let mut newcomer = Replica::new(&house, &follower.person).await;
            newcomer.settle(3).await;
            assert_eq!(follower.held, newcomer.held, "seed {seed}");
            assert_eq!(follower.cursor, newcomer.cursor);
        }
    }
}

async fn something_happens(house: &House, incidents: &mut Vec<IncidentId>, dice: &mut StdRng) {
    let incident = *incidents.choose(dice).unwrap();
    let who = if dice.random_bool(0.5) {
        &house.owner
    } else {
        &house.tenant
    };
    match dice.random_range(0..10) {
        0 => incidents.push(house.incident().await),
        1 => drop(house.neighbour.opens(house.other_unit, "Bruit").await),
        2 | 3 => drop(
            who.push(vec![mark_read(incident, dice.random_range(0..20))])
                .await,
        ),
        4 => {
            let to = *Status::ALL.choose(dice).unwrap();
            let from = who.sees(incident).await.incident.status;
            who.push(vec![status(incident, from, to)]).await;
        }
        _ => drop(who.push(vec![ticket(incident, "…")]).await),
    }
}

#[tokio::test]
async fn a_page_may_come_again_or_late_and_changes_nothing() {
    let house = House::start().await;
    let incident = house.incident().await;
    let mut replica = Replica::new(&house, &house.owner).await;
    for at in 0..6 {
        house.tenant.writes(incident, &at.to_string()).await;
    }
    let mut pages = Vec::new();
    let start = replica.cursor.clone();
    let mut cursor = start.clone();
    loop {
        let page = house.owner.changes(&cursor, 2).await;
        cursor = page.to.clone();
        pages.push(page.clone());
        if !page.more {
            break;
        }
    }
    assert!(pages.len() >= 3);
    let repeated = [0, 1, 0, 2, 1, 2, 0];
    for at in repeated {
        replica.apply(pages[at].clone());
    }
    for page in &pages {
        replica.apply(page.clone());
    }
    let mut other = Replica::new(&house, &house.owner).await;
    other.settle(500).await;
    assert_eq!(replica.held, other.held);
}

#[tokio::test]
async fn a_scope_of_somebody_else_is_ignored() {
    let house = House::start().await;
    house.incident().await;
    let mut cursor = Cursor::start(house.server.app.epoch());
    cursor.at.insert(Scope::Portfolio(house.portfolio), 0);
    cursor.at.insert(Scope::User(house.owner.id), 0);
    cursor.at.insert(Scope::User(house.stranger.id), 0);
    let page = house.stranger.changes(&cursor, 500).await;
    let own = [Scope::User(house.stranger.id)];
    assert_eq!(page.to.at.keys().copied().collect::<Vec<_>>(), own);
    assert!(page.changes.iter().all(|change| change.scope == own[0]));
    assert!(!page.scopes.contains(&Scope::Portfolio(house.portfolio)));
}

#[tokio::test]
async fn a_newcomer_without_a_cursor_is_told_which_scopes_are_his() {
    let house = House::start().await;
    let reply = house.owner.get("/api/sync/changes").await;
    let page: ChangesPage = reply.json().await.unwrap();
    assert!(page.changes.is_empty() && !page.more);
    assert!(page.scopes.contains(&Scope::Portfolio(house.portfolio)));
    assert_eq!(page.to, Cursor::start(house.server.app.epoch()));
}

#[tokio::test]
async fn a_number_that_was_never_given_out_is_gone() {
    let house = House::start().await;
    let mut cursor = Cursor::start(house.server.app.epoch());
    cursor.at.insert(Scope::User(house.owner.id), 1_000);
    let reply = house
        .owner
        .get(&format!("/api/sync/changes?cursor={cursor}"))
        .await;
    refused(reply, "cursor-gone").await;
}

#[tokio::test]
async fn a_busy_scope_does_not_starve_the_others() {
    let house = House::start().await;
    let incident = house.incident().await;
    for at in 0..20 {
        house.tenant.writes(incident, &at.to_string()).await;
    }
    let mut cursor = Cursor::start(house.server.app.epoch());
    cursor.at.insert(Scope::Portfolio(house.portfolio), 0);
    cursor.at.insert(Scope::User(house.owner.id), 0);
    let page = house.owner.changes(&cursor, 2).await;
    let scopes: Vec<_> = page.changes.iter().map(|change| change.scope).collect();
    assert!(scopes.contains(&Scope::User(house.owner.id)));
    assert!(page.more);
}

#[tokio::test]
async fn a_page_stays_below_its_size_and_holds_at_least_one_change() {
    let house = House::start().await;
    let incident = house.incident().await;
    let long = "x".repeat(16 * 1024);
    let batch = || (0..30).map(|_| ticket(incident, &long)).collect();
    house.tenant.push(batch()).await;
    let mut cursor = Cursor::start(house.server.app.epoch());
    cursor.at.insert(Scope::Lease(house.lease), 0);
    let (mut pages, mut tickets) = (0, 0);
    loop {
        let path = format!("/api/sync/changes?cursor={cursor}");
        let text = house.tenant.get(&path).await.text().await.unwrap();
        assert!(
            text.len() <= palier_wire::MAX_PAGE_BYTES + 1024,
            "{}",
            text.len()
        );
        let page: ChangesPage = serde_json::from_str(&text).unwrap();
        assert!(!page.changes.is_empty());
        tickets += page
            .changes
            .iter()
            .filter(|it| it.kind == EntityKind::Ticket)
            .count();
        (pages, cursor) = (pages + 1, page.to);
        if !page.more {
            break;
        }
    }
    assert_eq!((tickets, pages), (30, 2));
}

#[tokio::test]
async fn a_snapshot_begins_with_what_makes_the_list_usable() {
    let house = House::start().await;
    for _ in 0..2 {
        let incident = house.incident().await;
        for at in 0..30 {
            house.tenant.writes(incident, &at.to_string()).await;
        }
        house.owner.reads_up_to(incident, 5).await;
    }
    let mut kinds = Vec::new();
    let mut numbers: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut after: Option<String> = None;
    loop {
        let scope = Scope::Lease(house.lease);
        let page = house.tenant.snapshot(scope, after.as_deref(), 9).await;
        for change in page.changes {
            kinds.push(change.kind);
            if change.kind == EntityKind::Ticket {
                let data = change.data.unwrap();
                let incident = data["incident_id"].as_str().unwrap().to_owned();
                numbers
                    .entry(incident)
                    .or_default()
                    .push(data["n"].as_u64().unwrap());
            }
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let first_ticket = kinds
        .iter()
        .position(|kind| *kind == EntityKind::Ticket)
        .unwrap();
    assert!(!kinds[first_ticket..].contains(&EntityKind::Incident));
    assert!(!kinds[first_ticket..].contains(&EntityKind::Participant));
    for kind in [
        EntityKind::Portfolio,
        EntityKind::Property,
        EntityKind::Unit,
        EntityKind::Lease,
        EntityKind::UserCard,
    ] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
    for numbers in numbers.values() {
        assert_eq!(
            *numbers,
            (1..=30).rev().collect::<Vec<_>>(),
            "newest first, each once"
        );
    }
}

#[tokio::test]
async fn a_ticket_travels_without_name_and_receipt() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.tenant.writes(incident, "Bonjour").await;
    let page = house
        .owner
        .snapshot(Scope::Portfolio(house.portfolio), None, 500)
        .await;
    let ticket = page
        .changes
        .iter()
        .find(|it| it.kind == EntityKind::Ticket)
        .unwrap();
    let data = ticket.data.as_ref().unwrap();
    assert!(data.get("is_read").is_none() && data.get("author_name").is_none());
    assert_eq!(data["author_id"], house.tenant.id.to_string());
}

#[tokio::test]
async fn a_cursor_or_position_that_nobody_gave_out_is_invalid() {
    let house = House::start().await;
    for path in [
        "/api/sync/changes?cursor=yesterday".to_owned(),
        "/api/sync/snapshot?scope=planet:1".into(),
        format!(
            "/api/sync/snapshot?scope=user:{}&after=there",
            house.owner.id
        ),
        format!(
            "/api/sync/snapshot?scope=user:{}&after=first.99.{}",
            house.owner.id,
            Uuid::nil()
        ),
    ] {
        refused(house.owner.get(&path).await, "invalid").await;
    }
}
