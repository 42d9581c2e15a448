//! Resumable uploads: whole files, in pieces, of accepted types.

use crate::support::{House, Person, location, refused, tickets};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use palier_domain::{AttachmentId, IncidentId, Sha256};
use palier_wire::upload::UploadMetadata;
use reqwest::{Method, Response, StatusCode};
use serde_json::json;
use uuid::Uuid;

fn offset(reply: &Response) -> u64 {
    reply.headers()["upload-offset"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

fn checksum(bytes: &[u8]) -> String {
    format!("sha256 {}", STANDARD.encode(Sha256::of(bytes).0))
}

/// Whether the author can put the file on a ticket.
async fn usable(author: &Person, incident: IncidentId, file: AttachmentId) -> bool {
    let body = json!({"id": Uuid::now_v7(), "message": "", "attachments": [file]});
    let reply = author.post(&tickets(incident), &body).await;
    if reply.status() == StatusCode::CREATED {
        return true;
    }
    assert_eq!(refused(reply, "files-missing").await.ids, [file.0]);
    false
}

#[tokio::test]
async fn a_file_arrives_in_pieces_and_goes_on_where_it_stopped() {
    let house = House::start().await;
    let incident = house.incident().await;
    let file = "Relevé du compteur. ".repeat(500).into_bytes();
    let (id, reply) = house.tenant.begins_upload("relevé.txt", &file).await;
    assert_eq!(reply.status(), StatusCode::CREATED);
    assert!(reply.headers().contains_key("upload-expires"));
    let place = location(&reply);

    let (first, rest) = file.split_at(4_000);
    let patch = house
        .tenant
        .patch(&place, 0, first)
        .header("upload-checksum", checksum(first));
    let reply = patch.send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    assert_eq!(offset(&reply), 4_000);
    assert!(
        !usable(&house.tenant, incident, id).await,
        "not before the last byte"
    );

    let reply = house.tenant.patch(&place, 0, rest).send().await.unwrap();
    refused(reply, "offset-mismatch").await;
    assert_eq!(offset(&house.tenant.offset(&place).await), 4_000);
    let reply = house
        .tenant
        .patch(&place, 4_000, rest)
        .send()
        .await
        .unwrap();
    assert_eq!(offset(&reply), file.len() as u64);
    assert!(usable(&house.tenant, incident, id).await);
}

#[tokio::test]
async fn an_upload_survives_a_restart_of_the_server() {
    let house = House::start().await;
    let incident = house.incident().await;
    let file = b"un deux trois".to_vec();
    let (id, reply) = house.tenant.begins_upload("note.txt", &file).await;
    let place = location(&reply);
    house
        .tenant
        .patch(&place, 0, &file[..5])
        .send()
        .await
        .unwrap();
    let server = house.server.restart().await;
    let mut tenant = house.tenant.clone();
    tenant.url.clone_from(&server.url);
    assert_eq!(offset(&tenant.offset(&place).await), 5);
    tenant.patch(&place, 5, &file[5..]).send().await.unwrap();
    assert!(usable(&tenant, incident, id).await);
}

#[tokio::test]
async fn asking_again_finds_the_upload_that_was_begun() {
    let house = House::start().await;
    let file = b"un deux trois".to_vec();
    let metadata = UploadMetadata {
        attachment_id: AttachmentId(Uuid::now_v7()),
        filename: "note.txt".into(),
        sha256: Sha256::of(&file),
    };
    let first = house.tenant.creates_upload(&metadata, 13).await;
    house
        .tenant
        .patch(&location(&first), 0, &file[..5])
        .send()
        .await
        .unwrap();
    let second = house.tenant.creates_upload(&metadata, 13).await;
    assert_eq!((location(&second), offset(&second)), (location(&first), 5));
    house
        .tenant
        .patch(&location(&first), 5, &file[5..])
        .send()
        .await
        .unwrap();
    let third = house.tenant.creates_upload(&metadata, 13).await;
    assert_eq!(offset(&third), 13, "all there");
    let other = UploadMetadata {
        sha256: Sha256::of(b"autre"),
        ..metadata.clone()
    };
    refused(house.tenant.creates_upload(&other, 13).await, "id-taken").await;
    refused(
        house.neighbour.creates_upload(&metadata, 13).await,
        "id-taken",
    )
    .await;
}

#[tokio::test]
async fn bytes_that_are_not_those_announced_are_forgotten() {
    let house = House::start().await;
    let incident = house.incident().await;
    let file = b"un deux trois".to_vec();
    let (id, reply) = house.tenant.begins_upload("note.txt", &file).await;
    let place = location(&reply);
    let patch = house.tenant.patch(&place, 0, b"un DEUX trois");
    let reply = patch
        .header("upload-checksum", checksum(&file))
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status().as_u16(), 460);
    refused(reply, "checksum-mismatch").await;
    assert_eq!(offset(&house.tenant.offset(&place).await), 0);

    // Without a checksum on the piece, the whole file is judged, and its upload begins again.
    let reply = house
        .tenant
        .patch(&place, 0, b"un DEUX trois")
        .send()
        .await
        .unwrap();
    refused(reply, "checksum-mismatch").await;
    assert_eq!(house.tenant.offset(&place).await.status(), StatusCode::GONE);
    assert!(!usable(&house.tenant, incident, id).await);
    let patch = house
        .tenant
        .patch(&place, 0, &file)
        .header("upload-checksum", "md5 AA==");
    refused(patch.send().await.unwrap(), "unreadable").await;
}

#[tokio::test]
async fn what_cannot_become_a_photo_is_refused_before_it_travels() {
    let house = House::start().await;
    let metadata = |name: &str| UploadMetadata {
        attachment_id: AttachmentId(Uuid::now_v7()),
        filename: name.into(),
        sha256: Sha256::of(b""),
    };
    let empty = house.tenant.creates_upload(&metadata("photo.jpg"), 0).await;
    assert_eq!(
        refused(empty, "invalid").await.invalid.unwrap().field,
        "size"
    );
    let large = house
        .tenant
        .creates_upload(&metadata("photo.jpg"), 25 * 1024 * 1024 + 1)
        .await;
    refused(large, "too-large").await;
    for name in [
        "setup.exe",
        "page.html",
        "dessin.svg",
        "photos.zip",
        "photo",
    ] {
        let reply = house.tenant.creates_upload(&metadata(name), 10).await;
        refused(reply, "unsupported-file").await;
    }
    let reply = house
        .tenant
        .request(Method::POST, "/api/uploads")
        .send()
        .await
        .unwrap();
    refused(reply, "precondition-failed").await;
    let request = house.tenant.request(Method::POST, "/api/uploads");
    let reply = request
        .header("tus-resumable", "1.0.0")
        .send()
        .await
        .unwrap();
    refused(reply, "invalid").await;
}

#[tokio::test]
async fn a_renamed_executable_is_refused() {
    let house = House::start().await;
    let incident = house.incident().await;
    let program = [b"\x7fELF\x02\x01\x01\0".as_slice(), &[7; 500]].concat();
    for name in ["photo.jpg", "photo.png", "facture.pdf", "note.txt"] {
        let (id, reply) = house.tenant.begins_upload(name, &program).await;
        let reply = house
            .tenant
            .patch(&location(&reply), 0, &program)
            .send()
            .await
            .unwrap();
        refused(reply, "unsupported-file").await;
        assert!(!usable(&house.tenant, incident, id).await);
    }
}

#[tokio::test]
async fn a_broken_picture_is_refused() {
    let house = House::start().await;
    let broken = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and then nothing of a picture".to_vec();
    let (_, reply) = house.tenant.begins_upload("photo.png", &broken).await;
    let reply = house
        .tenant
        .patch(&location(&reply), 0, &broken)
        .send()
        .await
        .unwrap();
    refused(reply, "unsupported-file").await;
}

#[tokio::test]
async fn more_bytes_than_announced_are_refused() {
    let house = House::start().await;
    let (_, reply) = house.tenant.begins_upload("note.txt", b"court").await;
    let place = location(&reply);
    let reply = house
        .tenant
        .patch(&place, 0, b"beaucoup plus long")
        .send()
        .await
        .unwrap();
    refused(reply, "too-large").await;
    assert_eq!(offset(&house.tenant.offset(&place).await), 0);
}

#[tokio::test]
async fn an_upload_is_its_users_own_and_ends_when_he_says_so() {
    let house = House::start().await;
    let (_, reply) = house.tenant.begins_upload("note.txt", b"court").await;
    let place = location(&reply);
    assert_eq!(
        house.neighbour.offset(&place).await.status(),
        StatusCode::GONE
    );
    let reply = house
        .neighbour
        .patch(&place, 0, b"court")
        .send()
        .await
        .unwrap();
    refused(reply, "upload-gone").await;
    let end = house
        .tenant
        .request(Method::DELETE, &place)
        .header("tus-resumable", "1.0.0");
    assert_eq!(end.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(house.tenant.offset(&place).await.status(), StatusCode::GONE);
}

#[tokio::test]
async fn an_unused_upload_expires_and_a_used_file_stays() {
    let house = House::start().await;
    let incident = house.incident().await;
    let used = house.tenant.uploads("note.txt", b"avec ticket").await;
    house.tenant.attaches(incident, used).await;
    let unused = house.tenant.uploads("note.txt", b"sans ticket").await;
    let (_, reply) = house.tenant.begins_upload("note.txt", b"en route").await;
    house.server.wait(TimeDelta::hours(25));
    assert_eq!(
        house.tenant.offset(&location(&reply)).await.status(),
        StatusCode::GONE
    );
    let server = house.server.restart().await;
    server.wait(TimeDelta::hours(25));
    palier_server::ops::upkeep::once(&server.app).await.unwrap();
    let mut tenant = house.tenant.clone();
    tenant.url.clone_from(&server.url);
    assert!(!usable(&tenant, incident, unused).await);
    let reply = tenant.get(&format!("/api/attachments/{used}")).await;
    assert_eq!(reply.text().await.unwrap(), "avec ticket");
    let left = std::fs::read_dir(server.folder().join("uploads"))
        .unwrap()
        .count();
    assert_eq!(left, 0, "collected bytes go too");
}

#[tokio::test]
async fn a_file_goes_on_one_ticket_only() {
    let house = House::start().await;
    let incident = house.incident().await;
    let file = house.tenant.uploads("note.txt", b"une fois").await;
    assert!(
        !usable(&house.owner, incident, file).await,
        "somebody else's file is missing"
    );
    house.tenant.attaches(incident, file).await;
    let body = json!({"id": Uuid::now_v7(), "message": "", "attachments": [file]});
    refused(
        house.tenant.post(&tickets(incident), &body).await,
        "id-taken",
    )
    .await;
    let body = json!({"id": Uuid::now_v7(), "message": "", "attachments": [file, file]});
    refused(
        house.tenant.post(&tickets(incident), &body).await,
        "invalid",
    )
    .await;
}

#[tokio::test]
async fn the_server_says_what_it_can_do() {
    let house = House::start().await;
    let reply = house
        .server
        .request(Method::OPTIONS, "/api/uploads")
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    assert_eq!(reply.headers()["tus-version"], "1.0.0");
    assert_eq!(reply.headers()["tus-max-size"], "26214400");
    assert_eq!(
        reply.headers()["tus-extension"],
        "creation,checksum,expiration,termination"
    );
}
