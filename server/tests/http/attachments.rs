//! Files of tickets: the original for its author, a clean copy for the others.

use crate::support::{House, refused};
use image::{ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use palier_domain::Sha256;
use palier_wire::{Attachment, EntityKind, Scope};
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

/// A JPEG of 40 × 20 pixels that carries EXIF: a place, and "turn me by 90°".
fn photo() -> Vec<u8> {
    let picture = RgbImage::from_fn(40, 20, |x, _| Rgb([(x * 6) as u8, 80, 120]));
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    // TIFF, little-endian, one entry: orientation (0x0112), short, one, 6.
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    exif.extend(b"GPS 47.2184 -1.5536");
    encoder.set_exif_metadata(exif).unwrap();
    encoder
        .write_image(&picture, 40, 20, image::ExtendedColorType::Rgb8)
        .unwrap();
    bytes
}

fn holds_place(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|window| window == b"GPS") || bytes.windows(4).any(|it| it == b"Exif")
}

#[tokio::test]
async fn others_get_the_photo_upright_and_without_its_place() {
    let house = House::start().await;
    let incident = house.incident().await;
    let original = photo();
    assert!(holds_place(&original));
    let file = house.tenant.uploads("chaudière.jpg", &original).await;
    house.tenant.attaches(incident, file).await;
    let path = format!("/api/attachments/{file}");

    let own = house.tenant.get(&path).await.bytes().await.unwrap();
    assert_eq!(own, original, "the author has what he sent");
    let copy = house.owner.get(&path).await.bytes().await.unwrap();
    assert!(!holds_place(&copy));
    let picture = image::load_from_memory(&copy).unwrap();
    assert_eq!((picture.width(), picture.height()), (20, 40));

    let page = house
        .owner
        .snapshot(Scope::Portfolio(house.portfolio), None, 500)
        .await;
    let row = page
        .changes
        .into_iter()
        .find(|it| it.kind == EntityKind::Attachment)
        .unwrap();
    let row: Attachment = serde_json::from_value(row.data.unwrap()).unwrap();
    assert_eq!(row.sha256, Sha256::of(&original));
    assert_eq!(row.shared_sha256, Sha256::of(&copy));
    assert_eq!(
        (row.size, row.shared_size),
        (original.len() as u64, copy.len() as u64)
    );
    assert!(row.has_thumbnail);

    let small = house.owner.get(&format!("{path}/thumbnail")).await;
    assert_eq!(small.headers()["content-type"], "image/jpeg");
    let small = small.bytes().await.unwrap();
    assert!(!holds_place(&small));
    image::load_from_memory(&small).unwrap();
}

#[tokio::test]
async fn a_file_is_given_only_through_a_ticket_that_the_caller_sees() {
    let house = House::start().await;
    let incident = house.incident().await;
    let file = house.tenant.uploads("note.txt", b"priv\xc3\xa9").await;
    let path = format!("/api/attachments/{file}");
    refused(house.tenant.get(&path).await, "not-found").await;
    house.tenant.attaches(incident, file).await;
    for (person, status) in [
        (&house.tenant, StatusCode::OK),
        (&house.owner, StatusCode::OK),
        (&house.neighbour, StatusCode::NOT_FOUND),
        (&house.stranger, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(person.get(&path).await.status(), status, "{}", person.email);
    }
    refused(
        house.owner.get(&format!("{path}/thumbnail")).await,
        "not-found",
    )
    .await;
}

#[tokio::test]
async fn a_file_comes_with_its_name_and_runs_nothing() {
    let house = House::start().await;
    let incident = house.incident().await;
    let file = house.tenant.uploads("relevé d’eau.txt", b"12 m3").await;
    house.tenant.attaches(incident, file).await;
    let reply = house.owner.get(&format!("/api/attachments/{file}")).await;
    let headers = reply.headers();
    assert_eq!(headers["content-type"], "text/plain");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(
        headers["content-security-policy"],
        "default-src 'none'; sandbox"
    );
    assert_eq!(headers["content-length"], "5");
    assert_eq!(
        headers["content-disposition"],
        "attachment; filename=\"relev_ d_eau.txt\"; \
         filename*=UTF-8''relev%C3%A9%20d%E2%80%99eau.txt"
    );
    assert_eq!(reply.text().await.unwrap(), "12 m3");
}

#[tokio::test]
async fn a_part_of_a_file_can_be_fetched() {
    let house = House::start().await;
    let incident = house.incident().await;
    let text: Vec<u8> = (0..100).map(|n| b'a' + n % 26).collect();
    let file = house.tenant.uploads("devis.txt", &text).await;
    house.tenant.attaches(incident, file).await;
    let path = format!("/api/attachments/{file}");
    let asks = async |range: &str, seen: Option<&str>| {
        let request = house
            .owner
            .request(Method::GET, &path)
            .header("range", range);
        let request = match seen {
            Some(tag) => request.header("if-range", tag),
            None => request,
        };
        let reply = request.send().await.unwrap();
        let text = |name| {
            reply
                .headers()
                .get(name)
                .map(|it| it.to_str().unwrap().to_owned())
        };
        let (range, length) = (text("content-range"), text("content-length"));
        (
            reply.status().as_u16(),
            range,
            length,
            reply.bytes().await.unwrap(),
        )
    };
    let whole = house.owner.get(&path).await;
    assert_eq!(whole.headers()["accept-ranges"], "bytes");
    let tag = whole.headers()["etag"].to_str().unwrap().to_owned();
    for (range, from, to) in [
        ("bytes=0-9", 0, 10),
        ("bytes=90-", 90, 100),
        ("bytes=-5", 95, 100),
        ("bytes=50-5000", 50, 100),
    ] {
        let (status, said, length, bytes) = asks(range, Some(&tag)).await;
        assert_eq!((status, &bytes[..]), (206, &text[from..to]), "{range}");
        assert_eq!(said.unwrap(), format!("bytes {from}-{}/100", to - 1));
        assert_eq!(length.unwrap(), (to - from).to_string());
    }
    // Another file was seen, several parts, or nothing that can be read: all of it.
    for (range, seen) in [
        ("bytes=0-9", Some("\"other\"")),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
    ] {
        let (status, said, _, bytes) = asks(range, seen).await;
        assert_eq!(
            (status, said, &bytes[..]),
            (200, None, &text[..]),
            "{range}"
        );
    }
    let (status, said, ..) = asks("bytes=100-", None).await;
    assert_eq!((status, said.as_deref()), (416, Some("bytes */100")));
}

#[tokio::test]
async fn a_portfolio_holds_no_more_than_its_quota() {
    let house = House::with(|config| config.quota_per_portfolio = "250B".parse().unwrap()).await;
    let incident = house.incident().await;
    let text = |letter: u8| vec![letter; 100];
    let first = house.tenant.uploads("a.txt", &text(b'a')).await;
    let second = house.owner.uploads("b.txt", &text(b'b')).await;
    let third = house.tenant.uploads("c.txt", &text(b'c')).await;
    house.tenant.attaches(incident, first).await;
    house.owner.attaches(incident, second).await;
    let body = json!({"id": Uuid::now_v7(), "message": "trop", "attachments": [third]});
    let path = format!("/api/incidents/{incident}/tickets");
    let problem = refused(house.tenant.post(&path, &body).await, "quota-exceeded").await;
    assert_eq!(problem.status, 413);
    // Nothing of the refused ticket counts, and words still go through.
    house.tenant.writes(incident, "sans fichier").await;
    assert_eq!(house.tenant.thread(incident).await.len(), 3);
    let small = house.tenant.uploads("d.txt", &[b'd'; 50]).await;
    house.tenant.attaches(incident, small).await;
}
