//! Three nodes, and what may happen to them.

use crate::{
    postgres::{Cluster, Database},
    program::{PATIENCE, Person, Program, Upload},
    weed::Weed,
};
use futures_util::StreamExt;
use palier_server::ops::demo;
use palier_wire::{ChangesPage, Cursor, EntityKind};
use reqwest::Method;
use serde_json::json;
use sqlx::Executor;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// Tickets that each of three writers writes.
const TICKETS: usize = 60;

// They end in this order.
struct Nodes {
    programs: Vec<Option<Program>>,
    database: Database,
    cluster: Cluster,
    urls: Arc<Vec<String>>,
    weed: Option<Weed>,
    _folders: Vec<TempDir>,
}

impl Nodes {
    async fn start() -> Self {
        let cluster = Cluster::start();
        let database = cluster.empty_database("nodes").await;
        let weed = Weed::start().await;
        let (mut programs, mut urls, mut folders) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..3 {
            let folder = TempDir::new().unwrap();
            let kind = if number == 0 { "demo" } else { "serve" };
            let mut settings = vec![
                ("PALIER_DATABASE_URL".to_owned(), database.url()),
                ("PALIER_HEAD_CHECK".to_owned(), "2s".to_owned()),
            ];
            if let Some(weed) = &weed {
                settings.extend(weed.settings("nodes"));
            }
            let settings: Vec<_> = settings
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let program = Program::start(kind, folder.path(), &settings);
            urls.push(program.url.clone());
            programs.push(Some(program));
            folders.push(folder);
        }
        Self {
            cluster,
            database,
            programs,
            urls: Arc::new(urls),
            weed,
            _folders: folders,
        }
    }
}

/// The same person at another node: sessions are the database's.
fn at(person: &Person, url: &str) -> Person {
    Person {
        http: reqwest::Client::new(),
        url: url.to_owned(),
        token: person.token.clone(),
        user: person.user,
    }
}

/// Somebody at work on one incident, beginning at one of the nodes.
#[derive(Clone)]
struct Worker {
    person: Arc<Person>,
    urls: Arc<Vec<String>>,
    first: usize,
    incident: String,
}

impl Worker {
    /// Writes tickets one after the other, each until some node has taken it.
    async fn writes(self, written: Arc<AtomicUsize>) {
        let mut node = self.first;
        for number in 0..TICKETS {
            let message = format!("{}/{number}", self.first);
            let body = json!({"id": Uuid::now_v7(), "message": message});
            loop {
                let here = &self.urls[node % self.urls.len()];
                let url = format!("{here}/api/incidents/{}/tickets", self.incident);
                let request = self.person.http.request(Method::POST, url).json(&body);
                let request = request.bearer_auth(&self.person.token);
                let reply = request.timeout(Duration::from_secs(5)).send().await;
                if reply.is_ok_and(|reply| reply.status().is_success()) {
                    break;
                }
                // The same id again, at another node: whatever became of the first try, it is one ticket.
                node += 1;
                sleep(Duration::from_millis(50)).await;
            }
            written.fetch_add(1, Ordering::SeqCst);
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Follows a live stream until told to stop, on another node when one is lost.
    async fn reads(self, held: Arc<Mutex<Held>>, stop: Arc<AtomicBool>) {
        let mut node = self.first;
        while !stop.load(Ordering::SeqCst) {
            let here = at(&self.person, &self.urls[node % self.urls.len()]);
            let _ = follow(&here, &self.incident, &held, &stop).await;
            node += 1;
            sleep(Duration::from_millis(100)).await;
        }
    }
}

/// What a reader has: where it stands, and the numbers of the incident's tickets as they came.
struct Held {
    numbers: Vec<u64>,
    cursor: Cursor,
}

impl Held {
    /// Everything that there is for `person`.
    async fn all(person: &Person, incident: &str) -> Arc<Mutex<Self>> {
        let page: ChangesPage = person.get("/api/sync/changes").await.json().await.unwrap();
        let mut cursor = Cursor::start(page.to.epoch);
        cursor.at = page.scopes.iter().map(|scope| (*scope, 0)).collect();
        let numbers = Vec::new();
        let held = Arc::new(Mutex::new(Self { numbers, cursor }));
        pull(person, incident, &held).await.unwrap();
        held
    }

    /// The apply rule of docs/sync.md, for one incident.
    fn apply(&mut self, page: &ChangesPage, incident: &str) {
        for (scope, to) in &page.to.at {
            let stored = self.cursor.at[scope];
            assert!(page.from.at[scope] <= stored, "a page from the future");
            self.cursor.at.insert(*scope, stored.max(*to));
        }
        for change in &page.changes {
            let data = change.data.clone().unwrap_or_default();
            if change.kind == EntityKind::Ticket && data["incident_id"] == incident {
                self.numbers.push(data["n"].as_u64().unwrap());
            }
        }
    }
}

/// One connection's life.
async fn follow(
    person: &Person,
    incident: &str,
    held: &Mutex<Held>,
    stop: &AtomicBool,
) -> reqwest::Result<()> {
    let cursor = held.lock().unwrap().cursor.clone();
    let path = format!("/api/sync/stream?cursor={cursor}");
    let reply = person.request(Method::GET, &path).send().await?;
    let mut bytes = reply.error_for_status()?.bytes_stream();
    let mut text = String::new();
    while !stop.load(Ordering::SeqCst) {
        let Ok(piece) = timeout(Duration::from_millis(200), bytes.next()).await else {
            continue;
        };
        let Some(piece) = piece else { return Ok(()) };
        text.push_str(&String::from_utf8_lossy(&piece?));
        while let Some((event, rest)) = text.split_once("\n\n") {
            let (event, rest) = (event.to_owned(), rest.to_owned());
            text = rest;
            let lines = event.lines();
            let data: String = lines
                .filter_map(|line| line.strip_prefix("data:"))
                .collect();
            if event.contains("event: changes") {
                let page: ChangesPage = serde_json::from_str(data.trim()).unwrap();
                held.lock().unwrap().apply(&page, incident);
            } else if event.contains("event: behind") {
                return pull(person, incident, held).await;
            }
        }
    }
    Ok(())
}

async fn pull(person: &Person, incident: &str, held: &Mutex<Held>) -> reqwest::Result<()> {
    loop {
        let cursor = held.lock().unwrap().cursor.clone();
        let path = format!("/api/sync/changes?cursor={cursor}");
        let reply = person.request(Method::GET, &path).send().await?;
        let page: ChangesPage = reply.error_for_status()?.json().await?;
        held.lock().unwrap().apply(&page, incident);
        if !page.more {
            return Ok(());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stream_receives_everything_in_order_whatever_dies() {
    let mut nodes = Nodes::start().await;
    let urls = nodes.urls.clone();
    let owner = Arc::new(Person::sign_in(&urls[0], demo::OWNER).await);
    let tenant = Arc::new(Person::sign_in(&urls[1], demo::TENANT).await);
    let incident = tenant.incident().await;
    let worker = |person: &Arc<Person>, first| Worker {
        person: person.clone(),
        urls: urls.clone(),
        first,
        incident: incident.clone(),
    };
    let stop = Arc::new(AtomicBool::new(false));
    let (mut readers, mut reading) = (Vec::new(), Vec::new());
    for node in 0..3 {
        for person in [&owner, &tenant] {
            let held = Held::all(person, &incident).await;
            readers.push(held.clone());
            reading.push(tokio::spawn(worker(person, node).reads(held, stop.clone())));
        }
    }
    let written = Arc::new(AtomicUsize::new(0));
    let mut writing = Vec::new();
    for node in 0..3 {
        let person = if node == 1 { &tenant } else { &owner };
        writing.push(tokio::spawn(worker(person, node).writes(written.clone())));
    }
    let reaches = async |count: usize| {
        while written.load(Ordering::SeqCst) < count {
            sleep(Duration::from_millis(20)).await;
        }
    };
    // A node dies without a word.
    reaches(TICKETS / 2).await;
    nodes.programs[2].take().unwrap().kill();
    // Nobody hears anybody any more.
    reaches(TICKETS).await;
    let mut hand = nodes.database.connect().await;
    hand.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%'",
    )
    .await
    .unwrap();
    drop(hand);
    // And then the database itself goes for a while.
    reaches(TICKETS * 3 / 2).await;
    nodes.cluster.restart();
    for writer in writing {
        let ended = timeout(PATIENCE * 3, writer).await;
        ended.expect("the writers end").unwrap();
    }

    let all = at(&tenant, &urls[0]).thread(&incident).await;
    assert!(all.len() >= 3 * TICKETS);
    let numbers: Vec<u64> = (1..=all.len() as u64).collect();
    let complete = async {
        for held in &readers {
            while held.lock().unwrap().numbers.len() < numbers.len() {
                sleep(Duration::from_millis(50)).await;
            }
        }
    };
    let complete = timeout(PATIENCE, complete).await;
    for (reader, held) in readers.iter().enumerate() {
        let held = held.lock().unwrap();
        assert_eq!(held.numbers, numbers, "reader {reader}: {complete:?}");
    }
    stop.store(true, Ordering::SeqCst);
    for reader in reading {
        reader.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_arrives_in_pieces_at_all_nodes_is_fetched_at_each() {
    let nodes = Nodes::start().await;
    if nodes.weed.is_none() {
        return;
    }
    let urls = nodes.urls.clone();
    let tenant = Person::sign_in(&urls[0], demo::TENANT).await;
    let incident = tenant.incident().await;
    let text: Vec<u8> = (0..30_000_u32).map(|n| b'a' + (n % 23) as u8).collect();
    let upload = Upload::begin(&tenant, "devis.txt", &text).await;
    for (node, part) in [(1, 0..10_000), (2, 10_000..20_000), (0, 20_000..30_000)] {
        let person = at(&tenant, &urls[node]);
        let reply = upload.sends(&person, part.start as u64, &text[part]).await;
        assert_eq!(reply.status(), 204);
    }
    let file = upload.attachment;
    let body = json!({"id": Uuid::now_v7(), "message": "le devis", "attachments": [file]});
    let path = format!("/api/incidents/{incident}/tickets");
    let request = at(&tenant, &urls[1])
        .request(Method::POST, &path)
        .json(&body);
    assert_eq!(request.send().await.unwrap().status(), 201);
    for url in urls.iter() {
        let reply = at(&tenant, url)
            .get(&format!("/api/attachments/{file}"))
            .await;
        assert_eq!(
            reply.error_for_status().unwrap().bytes().await.unwrap(),
            text
        );
    }
}
