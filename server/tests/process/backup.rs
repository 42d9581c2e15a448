//! A backup is taken while people write, and put back elsewhere.

use crate::program::{Person, Program, command, run};
use palier_server::ops::demo;
use palier_wire::Problem;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tempfile::TempDir;

fn backup(data: &Path, to: &Path) -> Result<String, String> {
    let (data, to) = (data.to_str().unwrap(), to.to_str().unwrap());
    run(&["backup", "--data-dir", data, "--to", to], &[])
}

fn verify(folder: &Path) -> Result<String, String> {
    run(&["backup", "--verify", folder.to_str().unwrap()], &[])
}

fn restore(from: &Path, data: &Path, more: &[&str]) -> Result<String, String> {
    let (from, data) = (from.to_str().unwrap(), data.to_str().unwrap());
    run(
        &[&["restore", "--from", from, "--data-dir", data], more].concat(),
        &[],
    )
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

/// The bytes of every attachment in a thread.
pub async fn files(person: &Person, incident: &str) -> Vec<Vec<u8>> {
    let path = format!("/api/incidents/{incident}/tickets?limit=200");
    let page: Value = person.get(&path).await.json().await.unwrap();
    let mut files = Vec::new();
    for ticket in page["tickets"].as_array().unwrap() {
        for id in ticket["attachments"].as_array().unwrap() {
            let path = format!("/api/attachments/{}", id.as_str().unwrap());
            let reply = person.get(&path).await.error_for_status().unwrap();
            files.push(reply.bytes().await.unwrap().to_vec());
        }
    }
    files
}

/// The incident of the demonstration that has pictures.
pub async fn pictured(person: &Person) -> (String, Vec<Vec<u8>>) {
    let list: Value = person.get("/api/incidents").await.json().await.unwrap();
    for incident in list["incidents"].as_array().unwrap() {
        let id = incident["id"].as_str().unwrap();
        let files = files(person, id).await;
        if !files.is_empty() {
            return (id.to_owned(), files);
        }
    }
    panic!("the demonstration has no picture");
}

#[tokio::test]
async fn what_is_saved_while_people_write_is_whole_when_it_is_put_back() {
    let (program, folder) = Program::demo(&[]);
    let tenant = program.tenant().await;
    let (incident, pictures) = pictured(&tenant).await;
    for _ in 0..20 {
        tenant.writes(&incident, "avant").await.unwrap();
    }
    let before = tenant.thread(&incident).await;

    let enough = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let (tenant, incident, enough) = (tenant.clone(), incident.clone(), enough.clone());
            tokio::spawn(async move {
                while !enough.load(Ordering::Relaxed) {
                    tenant.writes(&incident, "pendant").await.unwrap();
                }
            })
        })
        .collect();
    let around = TempDir::new().unwrap();
    let (saved, data) = (around.path().join("saved"), around.path().join("data"));
    let (from, to) = (folder.path().to_owned(), saved.clone());
    let said = tokio::task::spawn_blocking(move || backup(&from, &to)).await;
    said.unwrap().unwrap();
    enough.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    verify(&saved).unwrap();
    let all = tenant.thread(&incident).await;
    let old_epoch = tenant.get("/healthz").await.headers()["palier-epoch"].clone();
    assert_eq!(manifest(&saved)["epoch"], old_epoch.to_str().unwrap());
    program.stop();

    let said = restore(&saved, &data, &[]).unwrap();
    assert!(said.contains("1 sessions ended"), "{said}");
    let checked = run(
        &["check", "--files", "--data-dir", data.to_str().unwrap()],
        &[],
    );
    assert!(checked.unwrap().contains("all is well"));
    let program = Program::start("serve", &data, &[]);
    let mut stays = tenant.clone();
    stays.url = program.url.clone();
    let reply = stays.get("/api/incidents").await;
    assert_eq!(reply.status(), 401, "everybody signs in again");
    let tenant = program.tenant().await;
    let restored = tenant.thread(&incident).await;
    assert!(restored.starts_with(&before), "what was there before it");
    assert!(all.starts_with(&restored), "and nothing out of order");
    assert_eq!(files(&tenant, &incident).await, pictures);
    let request = tenant.request(reqwest::Method::GET, "/api/incidents");
    let reply = request.header("palier-epoch", old_epoch).send().await;
    let problem: Problem = reply.unwrap().json().await.unwrap();
    assert_eq!(problem.kind, palier_wire::ProblemKind::EpochChanged);
    tenant.writes(&incident, "après").await.unwrap();
    verify(&saved).expect("a server that goes on leaves the backup alone");
}

#[tokio::test]
async fn what_is_there_is_not_written_over_unless_told_and_then_moved_aside() {
    let (program, folder) = Program::demo(&[]);
    let around = TempDir::new().unwrap();
    let saved = around.path().join("saved");
    let mut early = program.tenant().await;
    backup(folder.path(), &saved).unwrap();
    let refused = backup(folder.path(), &saved).unwrap_err();
    assert!(refused.contains("is not empty"), "{refused}");
    let running = restore(&saved, folder.path(), &["--replace"]).unwrap_err();
    assert!(running.contains("stop it first"), "{running}");
    let other = Program::refused("serve", folder.path()).await;
    assert!(other.contains("another server"), "{other}");

    let tenant = program.tenant().await;
    let incident = tenant.incident().await;
    let late = tenant.writes(&incident, "trop tard").await.unwrap();
    program.stop();
    let refused = restore(&saved, folder.path(), &[]).unwrap_err();
    assert!(refused.contains("is not empty"), "{refused}");
    restore(&saved, folder.path(), &["--replace", "--keep-sessions"]).unwrap();
    let mut program = Program::start("serve", folder.path(), &[]);
    let mut stays = tenant.clone();
    stays.url = program.url.clone();
    early.url = program.url.clone();
    assert_eq!(early.get("/api/incidents").await.status(), 200, "kept");
    // This session began after the backup, so it is not in it.
    assert_eq!(stays.get("/api/incidents").await.status(), 401);
    let tenant = program.tenant().await;
    assert!(!tenant.thread(&incident).await.contains(&late));
    program.stop();

    let aside = aside(folder.path());
    program = Program::start("serve", &aside, &[]);
    let tenant = program.tenant().await;
    assert!(tenant.thread(&incident).await.contains(&late));
}

fn aside(folder: &Path) -> PathBuf {
    let entries = fs::read_dir(folder).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let is_aside = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with("replaced-")
    };
    paths.find(is_aside).unwrap()
}

#[tokio::test]
async fn a_backup_that_is_not_whole_is_seen_and_not_put_back() {
    let (program, folder) = Program::demo(&[]);
    let around = TempDir::new().unwrap();
    let saved = around.path().join("saved");
    backup(folder.path(), &saved).unwrap();
    program.stop();
    let target = around.path().join("data");
    let refuses = |why: &str| {
        for said in [verify(&saved), restore(&saved, &target, &[])] {
            let said = said.unwrap_err();
            assert!(said.contains(why), "{said}");
        }
        assert!(!target.join("server.sqlite").exists());
    };

    let listed = manifest(&saved);
    let blob = listed["files"][1]["path"].as_str().unwrap();
    let (path, spared) = (saved.join(blob), around.path().join("spared"));
    fs::rename(&path, &spared).unwrap();
    refuses("is missing");
    fs::write(&path, "something else").unwrap();
    refuses("has another size");
    let mut bytes = fs::read(&spared).unwrap();
    bytes[0] ^= 1;
    fs::write(&path, &bytes).unwrap();
    refuses("has other bytes");
    fs::rename(&spared, &path).unwrap();
    verify(&saved).unwrap();

    fs::rename(saved.join("manifest.json"), around.path().join("m")).unwrap();
    refuses("has no manifest");
}

#[tokio::test]
async fn a_file_that_was_lost_before_does_not_keep_the_rest_from_being_saved() {
    let (program, folder) = Program::demo(&[]);
    program.stop();
    let around = TempDir::new().unwrap();
    let whole = around.path().join("whole");
    backup(folder.path(), &whole).unwrap();
    let listed = manifest(&whole);
    let blobs: Vec<&str> = listed["files"].as_array().unwrap()[1..]
        .iter()
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    fs::remove_file(folder.path().join(blobs[0])).unwrap();
    // A new file: the old one has a second name in the backup.
    let damaged = folder.path().join(blobs[1]);
    fs::remove_file(&damaged).unwrap();
    fs::write(&damaged, "rust").unwrap();

    let saved = around.path().join("saved");
    let said = backup(folder.path(), &saved).unwrap_err();
    assert!(said.contains("lacks 1 files and has 1 damaged"), "{said}");
    verify(&saved).expect("what there is, is whole");
    let name = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    assert_eq!(manifest(&saved)["missing"][0], name(blobs[0]));
    assert_eq!(manifest(&saved)["damaged"][0], name(blobs[1]));
    let data = around.path().join("data");
    let said = restore(&saved, &data, &[]).unwrap();
    assert!(said.contains("2 files were lost"), "{said}");
    let check = ["check", "--json", "--data-dir", data.to_str().unwrap()];
    let output = command(&check).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["findings"][0]["what"], "file-missing");
    assert_eq!(report["findings"][0]["count"], 2);
    assert_eq!(report["findings"][0]["repaired"], false);
}

#[tokio::test]
async fn a_new_epoch_can_be_begun_by_hand_when_no_server_works() {
    let (program, folder) = Program::demo(&[]);
    let before = Person::sign_in(&program.url, demo::OWNER).await;
    let epoch = before.get("/healthz").await.headers()["palier-epoch"].clone();
    let data = folder.path().to_str().unwrap();
    let said = run(&["new-epoch", "--data-dir", data], &[]).unwrap_err();
    assert!(said.contains("another server"), "{said}");
    program.stop();
    let said = run(&["new-epoch", "--data-dir", data], &[]).unwrap();
    assert!(said.contains("1 sessions ended"), "{said}");
    let program = Program::start("serve", folder.path(), &[]);
    let reply = reqwest::get(format!("{}/healthz", program.url)).await;
    let now = reply.unwrap().headers()["palier-epoch"].clone();
    assert_ne!(now, epoch);
    assert!(said.contains(now.to_str().unwrap()));
}
