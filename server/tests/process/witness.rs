//! A server sees that its database was brought back to an older state, and nothing else makes it
//! begin a new epoch.

use crate::{
    postgres::Cluster,
    program::{PATIENCE, Person, Program},
};
use palier_server::ops::demo;
use palier_wire::{Problem, ProblemKind};
use reqwest::{Method, header::HeaderValue};
use std::{fs, time::Duration};

async fn epoch(program: &Program) -> HeaderValue {
    let reply = reqwest::get(format!("{}/healthz", program.url)).await;
    reply.unwrap().headers()["palier-epoch"].clone()
}

#[tokio::test]
async fn an_older_file_put_back_begins_a_new_epoch_once() {
    let (program, folder) = Program::demo(&[]);
    program.stop();
    let (database, old) = (
        folder.path().join("server.sqlite"),
        folder.path().join("old"),
    );
    fs::copy(&database, &old).unwrap();

    let program = Program::start("serve", folder.path(), &[]);
    let first = epoch(&program).await;
    let mut tenant = program.tenant().await;
    let incident = tenant.incident().await;
    let lost = tenant.writes(&incident, "perdu").await.unwrap();
    program.stop();
    fs::rename(&old, &database).unwrap();

    let program = Program::start("serve", folder.path(), &[]);
    let second = epoch(&program).await;
    assert_ne!(first, second);
    let said = program.logs("the database is older than it was").await;
    assert!(said.contains("WARN"), "{said}");
    tenant.url = program.url.clone();
    let request = tenant.request(Method::GET, "/api/sync/changes");
    let reply = request.header("palier-epoch", first).send().await.unwrap();
    let problem: Problem = reply.json().await.unwrap();
    assert_eq!(problem.kind, ProblemKind::EpochChanged);
    let tenant = Person::sign_in(&program.url, demo::TENANT).await;
    assert!(!tenant.thread(&incident).await.contains(&lost));
    program.stop();

    let program = Program::start("serve", folder.path(), &[]);
    assert_eq!(epoch(&program).await, second, "once is enough");
    let log = program.stop();
    assert!(!log.contains("is older than it was"), "{log}");
}

#[tokio::test]
async fn neither_a_restart_nor_a_sudden_end_begins_a_new_epoch() {
    let (program, folder) = Program::demo(&[]);
    let first = epoch(&program).await;
    let tenant = program.tenant().await;
    let incident = tenant.incident().await;
    program.stop();
    for _ in 0..3 {
        let mut tenant = tenant.clone();
        let program = Program::start("serve", folder.path(), &[]);
        tenant.url = program.url.clone();
        for _ in 0..10 {
            tenant.writes(&incident, "encore").await.unwrap();
        }
        // In the middle of writing.
        let thread = incident.clone();
        let writing =
            tokio::spawn(async move { while tenant.writes(&thread, "et encore").await.is_ok() {} });
        tokio::task::yield_now().await;
        program.kill();
        writing.await.unwrap();
        let program = Program::start("serve", folder.path(), &[]);
        assert_eq!(epoch(&program).await, first);
        let log = program.stop();
        assert!(!log.contains("is older than it was"), "{log}");
    }
    assert!(folder.path().join("witness.json").exists());
}

/// The server under a database that goes away and comes back older, and another one that was stopped
/// meanwhile: both have the same new epoch.
#[tokio::test]
async fn an_older_postgresql_put_back_begins_a_new_epoch_on_running_and_on_starting_nodes() {
    let mut cluster = Cluster::start();
    let database = cluster.empty_database("witnessed").await;
    let url = database.url();
    let settings = [("PALIER_DATABASE_URL", url.as_str())];
    let (program, _folder) = Program::demo(&settings);
    let other = tempfile::TempDir::new().unwrap();
    Program::start("serve", other.path(), &settings).stop();
    cluster.stop();
    cluster.save();
    cluster.start_again();
    let tenant = Person::sign_in(&program.url, demo::TENANT).await;
    let incident = tenant.incident().await;
    let first = epoch(&program).await;
    let lost = tenant.writes(&incident, "perdu").await.unwrap();
    // A restart by itself is nothing.
    cluster.restart();
    let again = Program::start("serve", other.path(), &settings);
    assert_eq!(epoch(&again).await, first);
    // A note written after a commit of this node's tells of everything before it, what is lost too.
    let note = || fs::read_to_string(other.path().join("witness.json")).ok();
    let before = note();
    let here = Person::sign_in(&again.url, demo::TENANT).await;
    here.writes(&incident, "perdu aussi").await.unwrap();
    let written = async {
        while note() == before {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, written).await.unwrap();
    again.stop();

    cluster.stop();
    cluster.put_back();
    cluster.start_again();
    let changed = async {
        while epoch(&program).await == first {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let changed = tokio::time::timeout(PATIENCE, changed).await;
    changed.unwrap_or_else(|_| panic!("{}", program.log()));
    let second = epoch(&program).await;
    let refused = tenant.request(Method::GET, "/api/sync/changes");
    let refused = refused.header("palier-epoch", first).send().await.unwrap();
    let problem: Problem = refused.json().await.unwrap();
    assert_eq!(problem.kind, ProblemKind::EpochChanged);
    let again = Program::start("serve", other.path(), &settings);
    assert_eq!(epoch(&again).await, second, "nodes agree");
    let tenant = Person::sign_in(&again.url, demo::TENANT).await;
    assert!(!tenant.thread(&incident).await.contains(&lost));
    again.stop();
    program.stop();
}
