//! A deployment moves from SQLite to PostgreSQL.

use crate::{
    postgres::Cluster,
    program::{Person, Program, run},
    weed::Weed,
};
use palier_server::ops::demo;
use palier_wire::{ChangesPage, Cursor, SnapshotPage};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

/// Everything that somebody sees: every row of every scope with its rev, and what the routes say.
async fn seen(person: &Person) -> Vec<Value> {
    let page: ChangesPage = person.get("/api/sync/changes").await.json().await.unwrap();
    let mut all = Vec::new();
    for scope in page.scopes {
        let mut after = String::new();
        loop {
            let path = format!("/api/sync/snapshot?scope={scope}{after}");
            let page: SnapshotPage = person.get(&path).await.json().await.unwrap();
            all.push(json!([scope, page.number, page.changes]));
            match page.next {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
    }
    for path in [
        "/api/incidents?limit=200",
        "/api/properties",
        "/api/leases",
        "/api/search?q=eau",
        "/api/account",
        "/api/invitations",
    ] {
        all.push(person.get(path).await.json().await.unwrap());
    }
    all
}

#[tokio::test]
async fn everything_moves_and_everybody_goes_on_where_he_was() {
    let folder = TempDir::new().unwrap();
    let program = Program::start("demo", folder.path(), &[]);
    let owner = Person::sign_in(&program.url, demo::OWNER).await;
    let tenant = Person::sign_in(&program.url, demo::TENANT).await;
    let incident = tenant.incident().await;
    tenant
        .writes(&incident, "Avant le déménagement")
        .await
        .unwrap();
    let note = json!({"id": Uuid::now_v7(), "message": "Entre nous"});
    let notes = format!("/api/incidents/{incident}/notes");
    let reply = owner
        .request(Method::POST, &notes)
        .json(&note)
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), 201);
    let mute = format!("/api/incidents/{incident}/mute");
    owner
        .request(Method::PUT, &mute)
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let leases: Value = owner.get("/api/leases").await.json().await.unwrap();
    let invitation = json!({"id": Uuid::now_v7(), "lease_id": leases["leases"][0]["id"],
        "email": "nouveau@example.test"});
    let request = owner
        .request(Method::POST, "/api/invitations")
        .json(&invitation);
    request.send().await.unwrap().error_for_status().unwrap();
    let (pictured, pictures) = crate::backup::pictured(&owner).await;
    let before = [seen(&owner).await, seen(&tenant).await];
    // A device that is a little behind.
    let page: ChangesPage = tenant.get("/api/sync/changes").await.json().await.unwrap();
    let mut behind = Cursor::start(page.to.epoch);
    behind.at = page.scopes.iter().map(|scope| (*scope, 0)).collect();
    let data = folder.path().to_str().unwrap();
    let cluster = Cluster::start();
    let database = cluster.empty_database("moved").await;
    let target = database.url();
    let early = run(&["copy-to", &target, "--data-dir", data], &[]).unwrap_err();
    assert!(early.contains("stop the server first"), "{early}");
    program.stop();

    let weed = Weed::start().await;
    let bucket = weed
        .as_ref()
        .map_or(Vec::new(), |weed| weed.settings("moved"));
    let moved = run(&["copy-to", &target, "--data-dir", data], &bucket).unwrap();
    assert!(moved.contains("all was compared and checked"), "{moved}");
    let again = run(&["copy-to", &target, "--data-dir", data], &bucket).unwrap_err();
    assert!(again.contains("goes on there"), "{again}");
    let left = run(
        &["serve", "--listen", "127.0.0.1:0", "--data-dir", data],
        &[],
    )
    .unwrap_err();
    assert!(left.contains("was moved to PostgreSQL"), "{left}");

    let mut settings = bucket;
    settings.push(("PALIER_DATABASE_URL".into(), target));
    let settings: Vec<_> = settings
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let program = Program::start("serve", folder.path(), &settings);
    // The sessions of before.
    let there = |person: &Person| Person {
        http: person.http.clone(),
        url: program.url.clone(),
        token: person.token.clone(),
        user: person.user,
    };
    let (owner, tenant) = (there(&owner), there(&tenant));
    let after = [seen(&owner).await, seen(&tenant).await];
    for (before, after) in before.iter().flatten().zip(after.iter().flatten()) {
        assert_eq!(before, after);
    }
    assert_eq!(before, after);
    let path = format!("/api/sync/changes?cursor={behind}");
    let page: ChangesPage = tenant.get(&path).await.json().await.unwrap();
    assert!(!page.changes.is_empty() && page.to.epoch == behind.epoch);
    // And it goes on: the next number is the next.
    let threads = tenant.thread(&incident).await.len();
    tenant.writes(&incident, "Après").await.unwrap();
    assert_eq!(tenant.thread(&incident).await.len(), threads + 1);
    assert_eq!(crate::backup::files(&owner, &pictured).await, pictures);
    program.stop();
}

#[tokio::test]
async fn a_database_that_holds_something_is_not_written_over() {
    let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    Program::start("demo", folder.path(), &[]).stop();
    let cluster = Cluster::start();
    let database = cluster.empty_database("taken").await;
    let target = database.url();
    let settings = [("PALIER_DATABASE_URL", target.as_str())];
    Program::start("demo", other.path(), &settings).stop();
    let data = folder.path().to_str().unwrap();
    let refused = run(&["copy-to", &target, "--data-dir", data], &[]).unwrap_err();
    assert!(refused.contains("holds something already"), "{refused}");
    // The old one goes on.
    Program::start("serve", folder.path(), &[]).stop();
}
