//! A full disk: what does not fit is said, and nothing that was kept is lost.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_store::{ActError, Store, StoreError};
use std::path::Path;
use support::*;

/// Nothing more fits: the limit is what the journal has already.
async fn fills_up(store: &Store) {
    store.limit_journal_pages(Some(1)).await;
}

#[tokio::test]
async fn a_draft_that_does_not_fit_leaves_the_one_before() {
    let mut desk = Desk::at_home().await;
    desk.store()
        .save_draft(BOILER, "court", at(1))
        .await
        .unwrap();
    fills_up(desk.store()).await;
    let long = "x".repeat(200_000);
    let full = desk.store().save_draft(BOILER, &long, at(2)).await;
    assert!(matches!(full, Err(StoreError::DiskFull { .. })));
    assert_eq!(desk.draft().await, "court");
    desk.crash_and_start().await;
    assert_eq!(desk.draft().await, "court");
}

#[tokio::test]
async fn a_ticket_that_does_not_fit_stays_in_the_draft() {
    let desk = Desk::at_home().await;
    let text = "y".repeat(16_000);
    desk.store().save_draft(BOILER, &text, at(1)).await.unwrap();
    fills_up(desk.store()).await;
    let full = desk.store().send_ticket(BOILER, &text, 0, at(2)).await;
    assert!(matches!(
        full,
        Err(ActError::Store(StoreError::DiskFull { .. }))
    ));
    assert_eq!(desk.draft().await, text);
    assert!(desk.unsent().await.is_empty());
}

#[tokio::test]
async fn writing_goes_on_as_soon_as_there_is_room() {
    let desk = Desk::at_home().await;
    fills_up(desk.store()).await;
    let text = "z".repeat(16_000);
    assert!(
        desk.store()
            .send_ticket(BOILER, &text, 0, at(1))
            .await
            .is_err()
    );
    desk.store().limit_journal_pages(None).await;
    desk.store()
        .send_ticket(BOILER, &text, 0, at(1))
        .await
        .unwrap();
    assert_eq!(desk.unsent().await, [text]);
}

#[tokio::test]
async fn what_the_server_says_waits_for_room_and_what_is_here_stays_and_works() {
    let mut desk = Desk::at_home().await;
    let news = (3..=40).map(|n| ticket(BOILER, n, TOM, &format!("{n} {}", "mot ".repeat(1_000))));
    let page = desk.page(HOME, news.collect()).await;
    let before = desk.store().cursor().await.unwrap();
    desk.store().limit_cache_pages(Some(1)).await;
    let stored = before.clone().unwrap();
    let plan = palier_engine::plan(&stored, OWN, &page);
    let full = desk.store().apply_page(&page, &plan, at(0)).await;
    assert!(matches!(full, Err(StoreError::DiskFull { .. })), "{full:?}");
    assert_eq!(desk.store().cursor().await.unwrap(), before);
    assert_eq!(desk.sent().await.len(), 2, "all of the page or nothing");
    desk.sends("cela reste possible").await;

    desk.crash_and_start().await;
    assert_eq!(desk.store().cursor().await.unwrap(), before);
    assert_eq!(desk.unsent().await, ["cela reste possible"]);
    desk.apply(&page).await;
    assert_eq!(desk.sent().await.len(), 40);
}

#[cfg(unix)]
mod no_file_grows {
    //! A program whose files may grow to one or two MiB and no further: where a disk is full, writing fails
    //! in the same places.

    use super::*;
    use palier_store::IntakeError;
    use std::process::{Command, Stdio};

    const ROLE: &str = "PALIER_TEST_FULL_DISK";

    /// Larger than any file of that program may be.
    const LARGE: usize = 5 * 1024 * 1024;

    /// Not a test of its own: the program of the tests below, which start it.
    #[tokio::test]
    async fn the_program() {
        let Ok(role) = std::env::var(ROLE) else {
            return;
        };
        let mut words = role.split(' ');
        let (what, folder) = (words.next().unwrap(), words.next().unwrap());
        let opened = Store::open(Path::new(folder), AWA).await;
        match (what, opened) {
            ("opens", Err(error)) => println!("refused: {error:?}"),
            ("picks", Ok(opened)) => {
                let file = Path::new(words.next().unwrap());
                let picked = opened.store.add_draft_file(BOILER, file, at(1)).await;
                assert!(matches!(picked, Err(IntakeError::DiskFull)), "{picked:?}");
                println!("refused: the disk is full");
                opened.store.close().await;
            }
            (_, opened) => println!("{opened:?}"),
        }
    }

    /// Lets it do something, and expects that it is refused.
    fn is_refused(role: &str) {
        let exe = std::env::current_exe().unwrap();
        // The limit is counted in halves of a KiB, in some shells in whole ones. Whoever ignores the signal
        // is told by the call.
        let output = Command::new("sh")
            .args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$@\"", "sh"])
            .arg(exe)
            .args(["--exact", "no_file_grows::the_program", "--nocapture"])
            .env(ROLE, role)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("refused: "), "{said}");
        assert!(output.status.success(), "{said}");
    }

    /// The names in a folder, in order.
    fn names(folder: &Path) -> Vec<String> {
        let entries = folder.read_dir().unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_file_that_does_not_fit_is_not_taken_and_leaves_nothing() {
        let mut desk = Desk::at_home().await;
        let picked = tempfile::tempdir().unwrap();
        let file = picked.path().join("relevé.txt");
        std::fs::write(&file, "mot ".repeat(LARGE / 4)).unwrap();
        desk.stop().await;
        let folder = desk.folder.path().display().to_string();
        is_refused(&format!("picks {folder} {}", file.display()));
        assert_eq!(names(&desk.path("blobs")), [""; 0]);
        desk.start().await;
        assert!(desk.store().draft(BOILER).await.unwrap().files.is_empty());
        let taken = desk.store().add_draft_file(BOILER, &file, at(2)).await;
        assert_eq!(taken.unwrap().size, LARGE as u64);
    }

    /// A desk with something that waits, in a journal that cannot be copied where files do not grow.
    async fn with_a_large_journal() -> Desk {
        let mut desk = Desk::at_home().await;
        desk.sends("à garder").await;
        let ballast = "mot ".repeat(LARGE / 4);
        let kept = desk.store().set_setting("ballast", Some(&ballast)).await;
        kept.unwrap();
        desk.stop().await;
        desk
    }

    #[tokio::test]
    async fn a_damaged_journal_that_cannot_be_copied_aside_waits_as_it_is() {
        let mut desk = with_a_large_journal().await;
        let journal = desk.path("journal.sqlite");
        let mut bytes = std::fs::read(&journal).unwrap();
        // The end is ballast.
        let end = bytes.len() - 4096;
        bytes[end..].fill(0xAA);
        let middle = bytes.len() / 2;
        bytes[middle..middle + 4].fill(0xFF);
        std::fs::write(&journal, &bytes).unwrap();
        let before = names(desk.folder.path());
        is_refused(&format!("opens {}", desk.folder.path().display()));
        assert_eq!(names(desk.folder.path()), before, "no half copies");
        assert!(std::fs::read(&journal).unwrap() == bytes, "touched");
        let opened = Store::open(desk.folder.path(), AWA).await.unwrap();
        assert_eq!(opened.rescued.unwrap().unsent, 1);
        opened.store.close().await;
        desk.start().await;
        assert_eq!(desk.unsent().await, ["à garder"]);
    }

    #[tokio::test]
    #[cfg_attr(
        browser,
        ignore = "its connection takes what the log holds into the file at once"
    )]
    async fn a_journal_that_cannot_be_copied_before_its_migration_waits_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let journal = folder.path().join("journal.sqlite");
        lay_an_old_one(&journal).await;
        let bytes = std::fs::read(&journal).unwrap();
        is_refused(&format!("opens {}", folder.path().display()));
        let copies = || {
            let mut names = names(folder.path());
            names.retain(|name| name.contains("before"));
            names
        };
        assert_eq!(copies(), [""; 0], "no half copies");
        assert!(std::fs::read(&journal).unwrap() == bytes, "touched");
        let store = Store::open(folder.path(), AWA).await.unwrap().store;
        assert_eq!(copies(), ["journal.before-2.sqlite"]);
        assert_eq!(
            store.draft(BOILER).await.unwrap().message,
            "Encore une chose :"
        );
        assert!(!store.outbox().await.unwrap().is_empty());
    }

    /// A journal of an earlier version, made large.
    async fn lay_an_old_one(journal: &Path) {
        use sqlx::{
            ConnectOptions, Connection,
            sqlite::{SqliteConnectOptions, SqliteJournalMode},
        };
        let mut conn = SqliteConnectOptions::new()
            .filename(journal)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // A dump has its tables in the order of their names.
            .foreign_keys(false)
            .connect()
            .await
            .unwrap();
        sqlx::raw_sql(include_str!("fixtures/journal-2.sql"))
            .execute(&mut conn)
            .await
            .unwrap();
        sqlx::query("insert into settings (key, value) values ('ballast', ?1)")
            .bind("mot ".repeat(LARGE / 4))
            .execute(&mut conn)
            .await
            .unwrap();
        conn.close().await.unwrap();
    }
}
