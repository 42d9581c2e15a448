//! One's own data: everything that is one's own, and nothing else.

use crate::support::{House, Person, refused};
use palier_domain::Sha256;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read},
    num::NonZeroU32,
};
use uuid::Uuid;
use zip::ZipArchive;

/// The smallest picture that is one.
fn photo(shade: u8) -> Vec<u8> {
    let mut picture = image::RgbImage::new(4, 4);
    picture.fill(shade);
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn unpack(reply: Response) -> BTreeMap<String, Vec<u8>> {
    assert_eq!(reply.status(), StatusCode::OK);
    assert_eq!(reply.headers()["content-type"], "application/zip");
    assert!(
        !reply.headers().contains_key("content-length"),
        "it is made while it is sent"
    );
    let bytes = reply.bytes().await.unwrap().to_vec();
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        let name = file.name().unwrap().into_owned();
        assert!(file.enclosed_name().is_some(), "{name}");
        files.insert(name, content);
    }
    files
}

fn lines(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<Value> {
    let text = std::str::from_utf8(&files[name]).unwrap();
    let lines = text.lines();
    lines.map(|it| serde_json::from_str(it).unwrap()).collect()
}

fn ids(files: &BTreeMap<String, Vec<u8>>, name: &str) -> BTreeSet<String> {
    let rows = lines(files, name);
    let ids = rows.iter().map(|row| row["id"].as_str().unwrap().into());
    ids.collect()
}

async fn export(person: &Person) -> BTreeMap<String, Vec<u8>> {
    unpack(person.get("/api/export").await).await
}

#[tokio::test]
async fn an_export_has_everything_of_ones_own_and_nothing_foreign() {
    let house = House::start().await;
    let incident = house.incident().await;
    let foreign = house
        .neighbour
        .opens(house.other_unit, "Étrangère affaire")
        .await;
    house.neighbour.writes(foreign, "mot du voisin").await;
    for n in 0..3 {
        house.tenant.writes(incident, &format!("mien {n}")).await;
    }
    house.owner.writes(incident, "réponse").await;
    house.tenant.reads_up_to(incident, 4).await;
    let note = json!({"id": Uuid::now_v7(), "message": "entre propriétaires"});
    let notes = format!("/api/incidents/{incident}/notes");
    assert_eq!(house.owner.post(&notes, &note).await.status(), 201);
    let (mine, theirs, neighbours) = (photo(1), photo(2), photo(3));
    for (person, incident, name, bytes) in [
        (&house.tenant, incident, "mon évier.png", &mine),
        (&house.owner, incident, "devis.png", &theirs),
        (&house.neighbour, foreign, "voisin.png", &neighbours),
    ] {
        let file = person.uploads(name, bytes).await;
        person.attaches(incident, file).await;
    }

    let files = export(&house.tenant).await;
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len() + 1, files.len(), "all but itself");
    for file in listed {
        let content = &files[file["path"].as_str().unwrap()];
        assert_eq!(file["size"], content.len());
        assert_eq!(file["sha256"], Sha256::of(content).to_string());
    }
    let readme = std::str::from_utf8(&files["README.txt"]).unwrap();
    assert!(readme.starts_with("Vos données"), "{readme}");
    assert_eq!(
        lines(&files, "account.jsonl")[0]["email"],
        "tenant@example.test"
    );
    assert_eq!(lines(&files, "sessions.jsonl").len(), 1);
    assert_eq!(lines(&files, "memberships.jsonl")[0]["role"], "tenant");
    assert_eq!(lines(&files, "read_marks.jsonl")[0]["n"], 4);
    assert_eq!(
        ids(&files, "incidents.jsonl"),
        [incident.to_string()].into()
    );
    assert_eq!(
        ids(&files, "leases.jsonl"),
        [house.lease.to_string()].into()
    );
    assert_eq!(ids(&files, "units.jsonl"), [house.unit.to_string()].into());
    let tickets = lines(&files, "tickets.jsonl");
    let said: Vec<_> = tickets
        .iter()
        .map(|it| it["message"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["mien 0", "mien 1", "mien 2", "réponse", "", ""]);
    assert_eq!(tickets[3]["author_name"], "Owner");
    let contents: BTreeSet<_> = files
        .iter()
        .filter(|(path, _)| path.starts_with("files/"))
        .map(|(path, content)| (path.rsplit('/').next().unwrap(), content.clone()))
        .collect();
    assert_eq!(contents.len(), 2);
    assert!(
        contents.contains(&("mon évier.png", mine.clone())),
        "the original"
    );
    assert!(contents.iter().any(|(name, _)| *name == "devis.png"));
    assert_eq!(lines(&files, "attachments.jsonl").len(), 2);
    let actions: Vec<_> = lines(&files, "audit.jsonl");
    assert!(actions.iter().any(|it| it["action"] == "exported"));
    let whole: Vec<u8> = files.values().flatten().copied().collect();
    let whole = String::from_utf8_lossy(&whole);
    for foreign in [
        "voisin",
        "Étrangère",
        "Neighbour",
        "neighbour",
        "owner@example.test",
        "$argon",
        "entre propriétaires",
    ] {
        assert!(!whole.contains(foreign), "{foreign}");
    }

    let owners = export(&house.owner).await;
    assert_eq!(ids(&owners, "incidents.jsonl").len(), 2);
    assert_eq!(lines(&owners, "tickets.jsonl").len(), 8);
    assert_eq!(
        lines(&owners, "notes.jsonl")[0]["message"],
        "entre propriétaires"
    );
    let strangers = export(&house.stranger).await;
    assert!(lines(&strangers, "incidents.jsonl").is_empty());
    assert!(!strangers.keys().any(|path| path.starts_with("files/")));
}

#[tokio::test]
async fn an_export_is_read_page_by_page_and_holds_long_threads_whole() {
    let house = House::start().await;
    let incident = house.incident().await;
    for _ in 0..5 {
        let burst = (0..90).map(|n| crate::support::ticket(incident, &format!("{n}")));
        house.tenant.push(burst.collect()).await;
    }
    let files = export(&house.tenant).await;
    let tickets = lines(&files, "tickets.jsonl");
    let order: Vec<_> = tickets.iter().map(|it| it["n"].as_u64().unwrap()).collect();
    assert_eq!(order, (1..=450).collect::<Vec<_>>());
}

#[tokio::test]
async fn exports_come_one_at_a_time_and_a_few_an_hour() {
    let few = NonZeroU32::new(2).unwrap();
    let house = House::with(|config| config.exports_per_hour = few).await;
    let incident = house.incident().await;
    // More than what waits in sockets and channels: the export stays under way until it is read.
    let noise: Vec<u8> = (0..24_000_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.extend(noise);
    pdf.extend(b"\n%%EOF\n");
    let file = house.tenant.uploads("plan.pdf", &pdf).await;
    house.tenant.attaches(incident, file).await;
    let first = house.tenant.get("/api/export").await;
    let second = house.tenant.get("/api/export").await;
    assert!(second.headers().contains_key("retry-after"));
    refused(second, "rate-limited").await;
    assert!(
        export(&house.owner).await.len() > 5,
        "others are not held up"
    );
    let files = unpack(first).await;
    assert!(files.values().any(|content| *content == pdf));
    export(&house.tenant).await;
    let third = house.tenant.get("/api/export").await;
    let wait: u64 = third.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(wait > 60, "{wait}");
    refused(third, "rate-limited").await;
}
