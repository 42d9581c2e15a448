//! Files: copied when picked, judged by content, never lost while something names them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use palier_domain::{FileName, MAX_ATTACHMENT_BYTES, MediaType, OutboxState, Sha256};
use palier_engine::Settle;
use palier_store::{ActError, IntakeError, view::FileRow};
use palier_wire::{EntityKind, Problem, ProblemKind};
use std::path::PathBuf;
use support::*;
use tempfile::TempDir;
use uuid::Uuid;

struct Picked {
    folder: TempDir,
}

impl Picked {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn photo(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        let image = RgbImage::from_fn(800, 400, |x, y| [x as u8, y as u8, 7].into());
        image.save_with_format(&path, ImageFormat::Jpeg).unwrap();
        path
    }
}

async fn adds(desk: &Desk, path: &std::path::Path) -> Result<FileRow, IntakeError> {
    desk.store().add_draft_file(BOILER, path, at(1)).await
}

fn blob_count(desk: &Desk) -> usize {
    let entries = desk.path("blobs").read_dir().unwrap();
    entries
        .filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            !name.to_string_lossy().contains('.')
        })
        .count()
}

#[tokio::test]
async fn a_picked_photo_survives_its_original() {
    let mut desk = Desk::at_home().await;
    let picked = Picked::new();
    let path = picked.photo("Été à la « maison ».jpg");
    let bytes = std::fs::read(&path).unwrap();
    let file = adds(&desk, &path).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    desk.crash_and_start().await;

    let draft = desk.store().draft(BOILER).await.unwrap();
    assert_eq!(draft.files, std::slice::from_ref(&file));
    assert_eq!(file.name, "Été à la « maison ».jpg");
    assert_eq!(file.media_type, MediaType::Jpeg);
    assert_eq!(file.sha256, Sha256::of(&bytes));
    let kept = desk.store().blobs().path(file.sha256).unwrap();
    assert_eq!(std::fs::read(kept).unwrap(), bytes);
    let (small, media_type) = desk.store().blobs().thumbnail(file.sha256).unwrap();
    assert_eq!(media_type, MediaType::Jpeg);
    let small = image::open(small).unwrap();
    assert_eq!((small.width(), small.height()), (320, 160));
}

#[tokio::test]
async fn a_transparent_picture_keeps_its_transparency() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let path = picked.folder.path().join("plan.png");
    let image = DynamicImage::ImageRgba8(RgbaImage::new(50, 40));
    image.save(&path).unwrap();
    let file = adds(&desk, &path).await.unwrap();
    let (small, media_type) = desk.store().blobs().thumbnail(file.sha256).unwrap();
    assert_eq!(media_type, MediaType::Png);
    assert_eq!(
        image::open(small).unwrap().width(),
        50,
        "small ones stay as they are"
    );
}

#[tokio::test]
async fn what_is_no_accepted_file_is_refused_with_the_reason_and_leaves_nothing() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let refused = async |path: PathBuf| adds(&desk, &path).await.unwrap_err();
    let empty = refused(picked.file("vide.jpg", b"")).await;
    assert!(matches!(empty, IntakeError::Empty));
    let program = refused(picked.file("photo.jpg", b"\x7fELF\x02\x01\x01\0program")).await;
    assert!(matches!(program, IntakeError::TypeRefused { found: None }));
    let renamed = refused(picked.file("photo.png", b"%PDF-1.7\n")).await;
    let pdf = Some(MediaType::Pdf);
    assert!(matches!(renamed, IntakeError::TypeRefused { found } if found == pdf));
    let large = vec![b'x'; MAX_ATTACHMENT_BYTES as usize + 1024 * 1024];
    let large = refused(picked.file("long.txt", &large)).await;
    assert!(matches!(large, IntakeError::TooLarge));
    let gone = refused(picked.folder.path().join("partie.jpg")).await;
    assert!(matches!(gone, IntakeError::Unreadable(_)));
    let folder = refused(picked.folder.path().to_owned()).await;
    assert!(matches!(folder, IntakeError::Unreadable(_)));
    assert_eq!(desk.path("blobs").read_dir().unwrap().count(), 0);
    assert!(desk.store().draft(BOILER).await.unwrap().files.is_empty());
}

#[tokio::test]
async fn a_file_of_just_the_limit_is_taken() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let bytes = vec![b'x'; MAX_ATTACHMENT_BYTES as usize];
    let file = adds(&desk, &picked.file("juste.txt", &bytes))
        .await
        .unwrap();
    assert_eq!(file.size, MAX_ATTACHMENT_BYTES);
    assert!(!file.has_thumbnail);
}

#[tokio::test]
async fn a_broken_picture_is_taken_without_a_small_one() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let whole = std::fs::read(picked.photo("a.jpg")).unwrap();
    let file = adds(&desk, &picked.file("coupée.jpg", &whole[..40]))
        .await
        .unwrap();
    assert!(!file.has_thumbnail);
}

#[tokio::test]
async fn a_ticket_carries_ten_files_at_most() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let path = picked.file("note.txt", b"bonjour");
    for _ in 0..10 {
        adds(&desk, &path).await.unwrap();
    }
    assert!(matches!(
        adds(&desk, &path).await,
        Err(IntakeError::TooMany)
    ));
    assert_eq!(blob_count(&desk), 1, "the same bytes are kept once");
}

#[tokio::test]
async fn a_file_taken_out_of_the_draft_is_swept_away() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let file = adds(&desk, &picked.photo("a.jpg")).await.unwrap();
    assert_eq!(
        desk.store().sweep_blobs().await.unwrap(),
        0,
        "the draft names it"
    );
    desk.store()
        .remove_draft_file(BOILER, file.id)
        .await
        .unwrap();
    assert_eq!(desk.store().sweep_blobs().await.unwrap(), 1);
    assert_eq!(
        desk.path("blobs").read_dir().unwrap().count(),
        0,
        "the small picture too"
    );
}

#[tokio::test]
async fn a_ticket_waits_for_its_files() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let file = adds(&desk, &picked.photo("a.jpg")).await.unwrap();
    let (_, id) = desk.sends("").await;
    let entry = desk.store().load(false).await.unwrap().entries.remove(0);
    assert_eq!(entry.state, OutboxState::Uploading);
    assert_eq!(entry.missing_files, [file.id]);
    assert!(desk.store().mark_sending(&[id]).await.unwrap().is_empty());

    desk.store().file_uploaded(file.id).await.unwrap();
    desk.settles(id, Settle::State(OutboxState::Queued)).await;
    let entry = desk.store().load(false).await.unwrap().entries.remove(0);
    assert!(entry.missing_files.is_empty());
    desk.attempts(id).await;
    // The server lost the upload meanwhile.
    desk.settles(id, Settle::Uploading(vec![file.id])).await;
    let entry = desk.store().load(false).await.unwrap().entries.remove(0);
    assert_eq!(
        (entry.state, entry.missing_files),
        (OutboxState::Uploading, vec![file.id])
    );
}

#[tokio::test]
async fn a_ticket_whose_last_file_arrived_in_the_moment_of_a_crash_is_sent() {
    let mut desk = Desk::at_home().await;
    let picked = Picked::new();
    let file = adds(&desk, &picked.photo("Chaudière.jpg")).await.unwrap();
    let (_, id) = desk.sends("Voir la photo").await;
    desk.store().file_uploaded(file.id).await.unwrap();
    desk.crash_and_start().await;
    let loaded = desk.store().load(false).await.unwrap();
    assert_eq!(loaded.entries[0].state, OutboxState::Queued);
    desk.attempts(id).await;
}

#[tokio::test]
async fn undo_gives_the_files_back() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let first = adds(&desk, &picked.file("un.txt", b"1")).await.unwrap();
    let (ticket, _) = desk.sends("avec").await;
    let second = adds(&desk, &picked.file("deux.txt", b"2")).await.unwrap();
    desk.store().undo(ticket, at(2)).await.unwrap();
    let draft = desk.store().draft(BOILER).await.unwrap();
    assert_eq!(draft.files, [first, second]);
}

#[tokio::test]
async fn files_of_a_ticket_that_may_have_left_come_back_under_new_ids() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let file = adds(&desk, &picked.file("un.txt", b"1")).await.unwrap();
    desk.store().file_uploaded(file.id).await.unwrap();
    let (ticket, id) = desk.sends("avec").await;
    desk.settles(id, Settle::State(OutboxState::Queued)).await;
    desk.attempts(id).await;
    desk.store().edit(ticket, at(2)).await.unwrap();
    let again = desk.store().draft(BOILER).await.unwrap().files.remove(0);
    assert_ne!(again.id, file.id);
    assert_eq!(again.sha256, file.sha256);
    let row = desk.store().attachment(again.id).await.unwrap().unwrap();
    assert!(!row.on_server);
}

#[tokio::test]
async fn a_ticket_whose_file_was_refused_says_so() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    adds(&desk, &picked.file("un.txt", b"1")).await.unwrap();
    let (_, id) = desk.sends("avec").await;
    let problem = Problem::new(ProblemKind::UnsupportedFile, "no");
    desk.settles(id, Settle::Failed(Box::new(problem))).await;
    let line = desk.store().outbox().await.unwrap().remove(0);
    assert_eq!(line.entry.files_missing, 1);
    let lane = desk.store().retry(id).await.unwrap();
    assert_eq!(lane.changed[0].state, OutboxState::Uploading);
}

fn foreign(shared: &[u8]) -> Row {
    let id = Uuid::from_u128(300);
    let data = palier_wire::Attachment {
        id: id.into(),
        incident_id: BOILER,
        ticket_id: Uuid::from_u128(20_001).into(),
        name: FileName::parse("photo.jpg").unwrap().as_str().to_owned(),
        media_type: MediaType::Jpeg,
        size: 100,
        sha256: Sha256::of(b"the original, with the place it was taken at"),
        shared_size: shared.len() as u64,
        shared_sha256: Sha256::of(shared),
        has_thumbnail: true,
    };
    Row::put(EntityKind::Attachment, id, 1, &data)
}

#[tokio::test]
async fn a_download_is_kept_only_if_it_is_what_was_announced() {
    let mut desk = Desk::at_home().await;
    let shared = std::fs::read(Picked::new().photo("a.jpg")).unwrap();
    desk.pull(HOME, vec![foreign(&shared)]).await;
    let id = Uuid::from_u128(300).into();
    let row = desk.store().attachment(id).await.unwrap().unwrap();
    assert_eq!(row.served_sha256, Sha256::of(&shared));
    let download = async |bytes: &[u8]| {
        let mut writer = desk.store().blobs().receive().await.unwrap();
        writer.write(bytes).await.unwrap();
        desk.store().keep_download(id, writer).await
    };
    assert!(matches!(
        download(b"<html>").await,
        Err(IntakeError::OtherBytes)
    ));
    let path = download(&shared).await.unwrap();
    assert_eq!(std::fs::read(path).unwrap(), shared);
    assert_eq!(desk.store().sweep_blobs().await.unwrap(), 0);
    assert!(desk.store().blobs().thumbnail(row.served_sha256).is_some());
}

#[tokio::test]
async fn a_small_picture_comes_without_its_file_and_goes_with_its_attachment() {
    let mut desk = Desk::at_home().await;
    desk.pull(HOME, vec![foreign(b"a photo of many megabytes")])
        .await;
    let id = Uuid::from_u128(300).into();
    let row = desk.store().attachment(id).await.unwrap().unwrap();
    let small = std::fs::read(Picked::new().photo("small.jpg")).unwrap();
    let keep = async |bytes: &[u8]| desk.store().keep_thumbnail(id, bytes.to_owned()).await;
    for other in [&b"<html>"[..], b"%PDF-1.7", b""] {
        assert!(matches!(keep(other).await, Err(IntakeError::OtherBytes)));
    }
    let path = keep(&small).await.unwrap();
    let kept = desk.store().blobs().thumbnail(row.served_sha256).unwrap();
    assert_eq!(kept, (path, MediaType::Jpeg));
    assert_eq!(desk.store().blobs().path(row.served_sha256), None);
    assert_eq!(desk.store().sweep_blobs().await.unwrap(), 0);
    assert!(kept.0.exists());

    desk.store().drop_scopes(&[HOME]).await.unwrap();
    assert!(!kept.0.exists());
    let late = desk.store().keep_thumbnail(id, small).await;
    assert!(matches!(late, Err(IntakeError::NoSuchAttachment)));
}

#[tokio::test]
async fn files_of_a_dropped_scope_leave_the_disk_and_late_downloads_are_not_kept() {
    let mut desk = Desk::at_home().await;
    desk.pull(HOME, vec![foreign(b"photo")]).await;
    let id = Uuid::from_u128(300).into();
    let begin = async || {
        let mut writer = desk.store().blobs().receive().await.unwrap();
        writer.write(b"photo").await.unwrap();
        writer
    };
    desk.store().keep_download(id, begin().await).await.unwrap();
    let late = begin().await;
    let dropped = desk.store().drop_scopes(&[HOME]).await.unwrap();
    assert_eq!(dropped.removed_files, 1);
    let refused = desk.store().keep_download(id, late).await;
    assert!(matches!(refused, Err(IntakeError::NoSuchAttachment)));
    assert_eq!(desk.path("blobs").read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn what_a_crash_left_half_written_goes_at_the_next_start() {
    let mut desk = Desk::at_home().await;
    desk.stop().await;
    std::fs::write(desk.path("blobs/incoming-abc"), b"half").unwrap();
    desk.start().await;
    assert!(!desk.path("blobs/incoming-abc").exists());
}

#[tokio::test]
async fn too_many_files_after_an_undo_are_refused_when_sending() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let path = picked.file("note.txt", b"bonjour");
    for _ in 0..6 {
        adds(&desk, &path).await.unwrap();
    }
    let (ticket, _) = desk.sends("six").await;
    for _ in 0..6 {
        adds(&desk, &path).await.unwrap();
    }
    desk.store().undo(ticket, at(2)).await.unwrap();
    let refused = desk.store().send_ticket(BOILER, "douze", 0, at(3)).await;
    assert!(matches!(refused, Err(ActError::Invalid(invalid)) if invalid.field == "attachments"));
}

#[tokio::test]
async fn the_downloads_that_were_not_used_for_longest_make_room_and_own_files_stay() {
    let desk = Desk::at_home().await;
    let picked = Picked::new();
    let own_file = async |name: &str, byte: u8| {
        let path = picked.file(name, &[byte; 300]);
        adds(&desk, &path).await.unwrap()
    };
    // One that the sent log names, one that the outbox names, one of a draft: each is used by nothing else.
    let delivered = own_file("devis.txt", b'x').await;
    let (_, id) = desk.sends("le devis").await;
    desk.store().file_uploaded(delivered.id).await.unwrap();
    desk.settles(id, Settle::State(OutboxState::Queued)).await;
    desk.attempts(id).await;
    desk.settles(id, Settle::Done { cancelled: None }).await;
    desk.store().retire(&[id], at(2)).await.unwrap();
    assert_eq!(desk.unsent().await, [""; 0], "in the sent log alone");
    let waiting = own_file("facture.txt", b'y').await;
    desk.sends("la facture").await;
    assert_eq!(desk.unsent().await, ["la facture"]);
    let drafted = own_file("plan.txt", b'z').await;
    let download = |digit: char, minutes: u64| {
        let path = desk.path("blobs").join(digit.to_string().repeat(64));
        std::fs::write(&path, [0; 400]).unwrap();
        let used = std::time::SystemTime::now() - std::time::Duration::from_secs(60 * minutes);
        let file = std::fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(used).unwrap();
        path
    };
    let (oldest, old, new) = (download('a', 30), download('b', 20), download('c', 10));
    std::fs::write(oldest.with_extension("thumb.jpg"), [0; 100]).unwrap();
    let room = desk.store().room().await.unwrap();
    assert_eq!((room.downloads, room.files), (1_200, 1_200 + 100 + 900));
    assert!(room.total > room.files, "databases take room too");
    assert_eq!(desk.store().evict_downloads(2_000).await.unwrap(), 0);
    // Looking at it makes it the newest.
    desk.store().blobs().used(&oldest);
    assert_eq!(desk.store().evict_downloads(1_000).await.unwrap(), 1);
    assert!(oldest.exists() && !old.exists() && new.exists());
    assert_eq!(desk.store().evict_downloads(0).await.unwrap(), 2);
    assert!(
        oldest.with_extension("thumb.jpg").exists(),
        "threads are drawn with it"
    );
    for own in [delivered, waiting, drafted] {
        let kept = desk.store().blobs().path(own.sha256);
        assert!(kept.is_some(), "{} is the person's own", own.name);
    }
}
