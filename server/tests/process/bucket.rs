//! Files in a bucket, in a real storage.

use crate::{
    program::{Person, Program, Upload, run},
    weed::Weed,
};
use palier_server::ops::demo;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;

fn start(kind: &str, folder: &Path, settings: &[(String, String)]) -> Program {
    let settings: Vec<_> = settings
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    Program::start(kind, folder, &settings)
}

/// The ids of the files of every thread.
async fn files(person: &Person) -> Vec<String> {
    let page: Value = person.get("/api/incidents").await.json().await.unwrap();
    let mut files = Vec::new();
    for incident in page["incidents"].as_array().unwrap() {
        let path = format!(
            "/api/incidents/{}/tickets?limit=200",
            incident["id"].as_str().unwrap()
        );
        let page: Value = person.get(&path).await.json().await.unwrap();
        for ticket in page["tickets"].as_array().unwrap() {
            let ids = ticket["attachments"].as_array().unwrap();
            files.extend(ids.iter().map(|id| id.as_str().unwrap().to_owned()));
        }
    }
    files
}

async fn bytes(person: &Person, file: &str) -> Vec<u8> {
    let reply = person.get(&format!("/api/attachments/{file}")).await;
    reply
        .error_for_status()
        .unwrap()
        .bytes()
        .await
        .unwrap()
        .to_vec()
}

#[tokio::test]
async fn files_live_in_a_bucket_are_given_in_parts_saved_and_put_back() {
    let Some(weed) = Weed::start().await else {
        return;
    };
    let (folder, settings) = (TempDir::new().unwrap(), weed.settings("one"));
    let program = start("demo", folder.path(), &settings);
    let owner = Person::sign_in(&program.url, demo::OWNER).await;
    let pictures = files(&owner).await;
    assert!(!pictures.is_empty());
    let picture = bytes(&owner, &pictures[0]).await;
    let path = format!("/api/attachments/{}", pictures[0]);
    let part = owner
        .request(Method::GET, &path)
        .header("range", "bytes=10-19");
    let part = part.send().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.bytes().await.unwrap(), picture[10..20]);
    assert!(
        !folder.path().join("blobs").exists(),
        "nothing of it is in the folder"
    );
    // A new one, for a ticket.
    let text = b"Bonjour, voici le devis.".to_vec();
    let upload = Upload::begin(&owner, "devis.txt", &text).await;
    assert_eq!(upload.sends(&owner, 0, &text).await.status(), 204);
    let estimate = upload.attachment.to_string();
    let ticket = json!({"id": Uuid::now_v7(), "message": "le devis", "attachments": [estimate]});
    let path = format!("/api/incidents/{}/tickets", owner.incident().await);
    let request = owner.request(Method::POST, &path).json(&ticket);
    assert_eq!(request.send().await.unwrap().status(), 201);
    let log = program.stop();
    assert!(
        !log.contains("canary-of-the-bucket"),
        "the secret is in the log"
    );

    let data = folder.path().to_str().unwrap();
    let check = run(&["check", "--files", "--data-dir", data], &settings).unwrap();
    assert!(check.contains("all is well"), "{check}");
    let (saved, back) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let to = saved.path().join("backup");
    let to = to.to_str().unwrap();
    run(&["backup", "--data-dir", data, "--to", to], &settings).unwrap();
    run(&["backup", "--verify", to], &[]).unwrap();
    // Elsewhere, in another part of the bucket.
    let settings = weed.settings("two");
    let into = back.path().to_str().unwrap();
    run(&["restore", "--from", to, "--data-dir", into], &settings).unwrap();
    let check = run(&["check", "--files", "--data-dir", into], &settings).unwrap();
    assert!(check.contains("all is well"), "{check}");
    let program = start("serve", back.path(), &settings);
    let owner = Person::sign_in(&program.url, demo::OWNER).await;
    assert_eq!(bytes(&owner, &pictures[0]).await, picture);
    assert_eq!(bytes(&owner, &estimate).await, text);
    program.stop();
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_refused_at_the_start_with_the_reason() {
    let Some(weed) = Weed::start().await else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let data = folder.path().to_str().unwrap();
    let mut settings = weed.settings("x");
    settings[0].1 = "s3://nowhere/x".into();
    let refused = run(
        &["serve", "--listen", "127.0.0.1:0", "--data-dir", data],
        &settings,
    );
    let refused = refused.unwrap_err();
    assert!(refused.contains("the store of files failed"), "{refused}");
    assert!(!refused.contains("canary-of-the-bucket"), "{refused}");
    settings[0].1 = "http://files/x".into();
    let refused = run(
        &["serve", "--listen", "127.0.0.1:0", "--data-dir", data],
        &settings,
    );
    assert!(refused.unwrap_err().contains("s3://palier/files"));
}
