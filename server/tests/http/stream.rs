//! The live stream.

use crate::support::{House, Person, refused, ticket};
use chrono::TimeDelta;
use futures_util::StreamExt;
use palier_server::ops::seed;
use palier_wire::{ChangesPage, Cursor, EntityKind, Op, Scope};
use reqwest::{Method, Response};
use std::time::Duration;

/// An open stream, read event by event.
pub struct Stream {
    reply: futures_util::stream::BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    text: String,
}

impl Stream {
    pub async fn open(person: &Person, cursor: &Cursor) -> Self {
        let reply = person
            .get(&format!("/api/sync/stream?cursor={cursor}"))
            .await;
        assert_eq!(reply.headers()["content-type"], "text/event-stream");
        Self::of(reply)
    }

    fn of(reply: Response) -> Self {
        Self {
            reply: reply.bytes_stream().boxed(),
            text: String::new(),
        }
    }

    /// The next event or comment; none when the stream has ended.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let event = event.to_owned();
                self.text = rest.to_owned();
                return Some(event);
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.reply.next());
            let chunk = chunk.await.expect("the stream says nothing")?;
            self.text += std::str::from_utf8(&chunk.ok()?).unwrap();
        }
    }

    /// The next event that is no comment.
    async fn event(&mut self) -> Option<String> {
        loop {
            match self.next().await {
                Some(text) if text.starts_with(':') => {}
                other => return other,
            }
        }
    }

    async fn page(&mut self) -> (String, ChangesPage) {
        let event = self.event().await.expect("an event");
        let line = |name: &str| {
            let mut lines = event.lines();
            lines
                .find_map(|line| line.strip_prefix(name))
                .unwrap()
                .to_owned()
        };
        assert_eq!(line("event: "), "changes");
        (line("id: "), serde_json::from_str(&line("data: ")).unwrap())
    }
}

/// Where somebody stands who has pulled everything.
async fn cursor(house: &House, person: &Person, scopes: &[Scope]) -> Cursor {
    let mut cursor = Cursor::start(house.server.app.epoch());
    for scope in scopes.iter().copied().chain([Scope::User(person.id)]) {
        let page = person.snapshot(scope, None, 500).await;
        cursor.at.insert(scope, page.number.unwrap());
    }
    cursor
}

#[tokio::test]
async fn a_ticket_comes_by_itself_and_the_next_one_after_it() {
    let house = House::start().await;
    let incident = house.incident().await;
    let start = cursor(&house, &house.owner, &[Scope::Portfolio(house.portfolio)]).await;
    let mut stream = Stream::open(&house.owner, &start).await;
    assert!(
        stream.next().await.unwrap().starts_with(':'),
        "a byte at once"
    );
    let mut at = start;
    for message in ["un", "deux"] {
        house.tenant.writes(incident, message).await;
        let (id, page) = stream.page().await;
        assert_eq!(page.from, at);
        assert_eq!(page.to.to_string(), id);
        let ticket = page
            .changes
            .iter()
            .find(|it| it.kind == EntityKind::Ticket)
            .unwrap();
        assert_eq!(ticket.data.as_ref().unwrap()["message"], message);
        at = page.to;
    }
}

#[tokio::test]
async fn what_came_before_it_opened_is_not_missed() {
    let house = House::start().await;
    let incident = house.incident().await;
    let start = cursor(&house, &house.owner, &[Scope::Portfolio(house.portfolio)]).await;
    house.tenant.writes(incident, "avant").await;
    let (_, page) = Stream::open(&house.owner, &start).await.page().await;
    assert!(page.changes.iter().any(|it| it.kind == EntityKind::Ticket));
}

#[tokio::test]
async fn last_event_id_stands_in_for_the_cursor() {
    let house = House::start().await;
    let incident = house.incident().await;
    let start = cursor(&house, &house.owner, &[Scope::Portfolio(house.portfolio)]).await;
    house.tenant.writes(incident, "avant").await;
    let request = house.owner.request(Method::GET, "/api/sync/stream");
    let reply = request
        .header("last-event-id", start.to_string())
        .send()
        .await
        .unwrap();
    let (_, page) = Stream::of(reply).page().await;
    assert_eq!(page.from, start);
    refused(house.owner.get("/api/sync/stream").await, "invalid").await;
}

#[tokio::test]
async fn what_a_browser_saw_last_wins_over_the_query_that_it_repeats() {
    let house = House::start().await;
    let incident = house.incident().await;
    let portfolio = Scope::Portfolio(house.portfolio);
    let start = cursor(&house, &house.owner, &[portfolio]).await;
    house.tenant.writes(incident, "vu").await;
    let seen = cursor(&house, &house.owner, &[portfolio]).await;
    assert!(seen.at[&portfolio] > start.at[&portfolio]);
    house.tenant.writes(incident, "nouveau").await;
    for (query, header) in [(&start, &seen), (&seen, &start)] {
        let path = format!("/api/sync/stream?cursor={query}");
        let request = house.owner.request(Method::GET, &path);
        let request = request.header("last-event-id", header.to_string());
        let (_, page) = Stream::of(request.send().await.unwrap()).page().await;
        assert_eq!(page.from, *header);
    }
}

#[tokio::test]
async fn what_does_not_fit_is_announced() {
    let house = House::start().await;
    let incident = house.incident().await;
    let start = cursor(&house, &house.owner, &[Scope::Portfolio(house.portfolio)]).await;
    let mut stream = Stream::open(&house.owner, &start).await;
    let long = "x".repeat(16 * 1024);
    house
        .tenant
        .push((0..4).map(|_| ticket(incident, &long)).collect())
        .await;
    let event = stream.event().await.unwrap();
    assert!(event.starts_with("event: behind"), "{event}");
    assert!(!event.contains("id:"));
    house.tenant.writes(incident, "petit").await;
    let (_, page) = stream.page().await;
    assert!(
        page.from.at > start.at,
        "it goes on from the heads: the reader pulls the rest"
    );
}

#[tokio::test]
async fn silence_is_filled_with_heartbeats() {
    let house = House::with(|config| config.heartbeat = Duration::from_millis(20)).await;
    let start = cursor(&house, &house.owner, &[]).await;
    let mut stream = Stream::open(&house.owner, &start).await;
    for _ in 0..3 {
        assert!(stream.next().await.unwrap().starts_with(':'));
    }
}

#[tokio::test]
async fn a_session_that_is_ended_ends_its_stream() {
    let house = House::start().await;
    let start = cursor(&house, &house.owner, &[]).await;
    let mut stream = Stream::open(&house.owner, &start).await;
    house
        .owner
        .request(Method::DELETE, "/api/session")
        .send()
        .await
        .unwrap();
    assert_eq!(stream.event().await, None);
}

#[tokio::test]
async fn a_session_that_expires_ends_its_stream_by_the_next_heartbeat() {
    let house = House::with(|config| config.heartbeat = Duration::from_millis(20)).await;
    let start = cursor(&house, &house.owner, &[]).await;
    let mut stream = Stream::open(&house.owner, &start).await;
    house.server.wait(TimeDelta::days(31));
    assert_eq!(stream.event().await, None);
}

#[tokio::test]
async fn who_loses_his_membership_hears_of_it_and_of_nothing_else() {
    let house = House::start().await;
    let incident = house.incident().await;
    let partner = house.server.person("Partner").await;
    let scope = Scope::Portfolio(house.portfolio);
    seed::add_owner(&house.server.app, house.portfolio, partner.id)
        .await
        .unwrap();
    let start = cursor(&house, &partner, &[scope]).await;
    let mut stream = Stream::open(&partner, &start).await;
    seed::remove_owner(&house.server.app, house.portfolio, partner.id)
        .await
        .unwrap();
    house.tenant.writes(incident, "Secret").await;
    let (_, page) = stream.page().await;
    let kinds: Vec<_> = page.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [EntityKind::Membership]);
    assert_eq!(page.scopes, [Scope::User(partner.id)]);
}

#[tokio::test]
async fn a_tenant_who_is_taken_off_the_lease_hears_of_it_and_of_nothing_else() {
    let house = House::start().await;
    let incident = house.incident().await;
    let scope = Scope::Lease(house.lease);
    let start = cursor(&house, &house.tenant, &[scope]).await;
    let mut stream = Stream::open(&house.tenant, &start).await;
    let path = format!("/api/leases/{}/tenants/{}", house.lease, house.tenant.id);
    let reply = house.owner.request(Method::DELETE, &path).send().await;
    assert_eq!(reply.unwrap().status(), 204);
    house.owner.writes(incident, "Secret").await;
    let (_, page) = stream.page().await;
    let changes: Vec<_> = page.changes.iter().map(|it| (it.kind, it.op)).collect();
    assert_eq!(changes, [(EntityKind::Membership, Op::Drop)]);
    assert_eq!(page.scopes, [Scope::User(house.tenant.id)]);
    assert!(
        !page.to.at.contains_key(&scope),
        "what he held of it is no longer continued"
    );
    for path in [
        format!("/api/sync/snapshot?scope={scope}"),
        format!("/api/incidents/{incident}/tickets"),
        format!("/api/leases/{}", house.lease),
    ] {
        refused(house.tenant.get(&path).await, "not-found").await;
    }
    let pulled = house.tenant.changes(&start, 500).await;
    assert!(
        pulled
            .changes
            .iter()
            .all(|it| it.kind == EntityKind::Membership)
    );
}

#[tokio::test]
async fn a_stopping_server_says_when_to_come_back_and_ends_its_streams() {
    let mut house = House::start().await;
    let start = cursor(&house, &house.owner, &[]).await;
    let mut stream = Stream::open(&house.owner, &start).await;
    house.server.stop().await;
    let event = stream.event().await.unwrap();
    let wait: u64 = event.strip_prefix("retry: ").unwrap().parse().unwrap();
    assert!((1_000..15_000).contains(&wait));
    assert_eq!(stream.event().await, None);
}
