//! Files of tickets: the original for its author, a clean copy for the others.

use crate::support::{House, refused};
use image::{ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use palier_domain::Sha256;
use palier_wire::{Attachment, EntityKind, Scope};
use reqwest::StatusCode;

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
