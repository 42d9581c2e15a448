//! Journals of earlier versions: nothing that was written in them is lost, also when their migration is
//! killed.
//!
//! `tests/fixtures/journal-N.sql` is a journal as the version with migration N left it, in the middle of its work:
//! an entry in every state, an incident that is not opened yet with its first ticket, a draft with a file,
//! something sent. A new migration gets a fixture of the one before it.

use super::MIGRATIONS;
use crate::{Store, view::UnsentWhat};
use chrono::{DateTime, TimeZone, Utc};
use palier_domain::{IncidentId, OutboxState, Sha256, UserId};
use palier_wire::Epoch;
use sqlx::{
    ConnectOptions, Connection,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteConnection},
};
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use uuid::Uuid;

const AWA: UserId = UserId(Uuid::from_u128(1));
const BOILER: IncidentId = IncidentId(Uuid::from_u128(20));
const SINK: IncidentId = IncidentId(Uuid::from_u128(21));
const EPOCH: Epoch = Epoch(Uuid::from_u128(99));

const FIXTURES: &[(u32, &str)] = &[
    (1, include_str!("../../tests/fixtures/journal-1.sql")),
    (2, include_str!("../../tests/fixtures/journal-2.sql")),
];

/// What the draft's file and the uploading ticket's file hold.
const ESTIMATE: &[u8] = b"Chauffe-eau : 480 euros";

/// Lays an old journal and its files into a folder.
async fn lay(folder: &Path, dump: &'static str) {
    let options = SqliteConnectOptions::new()
        .filename(folder.join("journal.sqlite"))
        .create_if_missing(true)
        // A dump has its tables in the order of their names.
        .foreign_keys(false);
    let mut conn = options.connect().await.unwrap();
    sqlx::raw_sql(dump).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    let blobs = folder.join("blobs");
    std::fs::create_dir_all(&blobs).unwrap();
    std::fs::write(blobs.join(Sha256::of(ESTIMATE).to_string()), ESTIMATE).unwrap();
}

#[test]
fn every_migration_but_the_last_has_its_fixture() {
    let migrations = MIGRATIONS.iter().count();
    let newest = FIXTURES.iter().map(|(number, _)| *number as usize).max();
    assert_eq!(newest, Some(migrations - 1));
}

fn later() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 10, 0, 0).unwrap()
}

#[tokio::test]
async fn an_old_journal_opens_and_everything_in_it_still_leaves() {
    for (number, dump) in FIXTURES {
        let folder = tempfile::tempdir().unwrap();
        lay(folder.path(), dump).await;
        let store = Store::open(folder.path(), AWA).await.unwrap().store;
        let copy = format!("journal.before-{number}.sqlite");
        assert!(folder.path().join(copy).exists(), "a copy from before");
        holds_everything(&store, *number, dump).await;
        store.close().await;
    }
}

/// Everything of the fixture is there, and what is due leaves.
async fn holds_everything(store: &Store, number: u32, dump: &str) {
    let draft = store.draft(BOILER).await.unwrap();
    assert_eq!(draft.message, "Encore une chose :");
    assert!(!draft.note);
    assert!(store.blobs().path(draft.files[0].sha256).is_some());
    assert_eq!(
        store.setting("undo_seconds").await.unwrap().as_deref(),
        Some("7")
    );
    assert!(store.notifies().await.unwrap());

    let outbox = store.outbox().await.unwrap();
    let lines: Vec<(String, OutboxState)> = outbox
        .into_iter()
        .map(|line| {
            let what = match line.entry.what {
                UnsentWhat::Ticket { message } => message,
                UnsentWhat::Status(change) => format!("{} → {}", change.from, change.to),
                UnsentWhat::Priority { from, to } => format!("{from} → {to}"),
                other => format!("{other:?}"),
            };
            (what, line.entry.state)
        })
        .collect();
    let wanted = [
        ("Refusé", OutboxState::Failed),
        // Whether it arrived is not known: it goes again, under the same id.
        ("En cours d’envoi", OutboxState::Queued),
        ("Avec le devis", OutboxState::Uploading),
        ("En attente", OutboxState::Waiting),
        ("Repris trop tard", OutboxState::Cancelling),
        ("open → planned", OutboxState::Queued),
        ("normal → high", OutboxState::Queued),
    ];
    // Notes came with the second.
    let note = UnsentWhat::Note {
        message: "À ne pas dire".to_owned(),
    };
    let notes = (number >= 2).then(|| (format!("{note:?}"), OutboxState::Queued));
    let wanted = wanted.map(|(what, state)| (what.to_owned(), state));
    // An incident, and what can leave only after it.
    let opened = UnsentWhat::Incident {
        title: "Fuite au plafond".to_owned(),
    };
    let opening = [
        (format!("{opened:?}"), OutboxState::Queued),
        ("Ça goutte sur la table".to_owned(), OutboxState::Queued),
    ];
    assert_eq!(
        lines,
        [Vec::from(wanted), Vec::from_iter(notes), Vec::from(opening)].concat()
    );
    assert_eq!(store.draft(SINK).await.unwrap().note, number >= 2);

    // What is due leaves byte for byte as it was written.
    let loaded = store.load(false).await.unwrap();
    let due: Vec<_> = loaded
        .entries
        .iter()
        .filter(|entry| matches!(entry.state, OutboxState::Queued | OutboxState::Waiting))
        .map(|entry| entry.mutation_id)
        .collect();
    let depend = loaded.entries.iter().filter(|it| it.depends_on.is_some());
    assert_eq!(depend.count(), 1, "the ticket waits for its incident");
    let marked = store.mark_sending(&due).await.unwrap();
    assert_eq!(marked, due);
    for mutation in store.payloads(&due).await.unwrap() {
        let bytes = mutation.payload.get().replace('\'', "''");
        assert!(dump.contains(&bytes), "{bytes}");
    }
    // What had been sent is known for a restored server.
    store.adopt_epoch(EPOCH, later()).await.unwrap();
    store
        .adopt_epoch(Epoch(Uuid::from_u128(1234)), later())
        .await
        .unwrap();
    let again = store.outbox().await.unwrap();
    assert!(again.iter().any(|line| matches!(
        &line.entry.what,
        UnsentWhat::Ticket { message } if message == "Bonjour, je m’en occupe"
    )));
}

/// Set for the program that the test below kills: the folder to open.
const OPENS: &str = "PALIER_OPENS_SLOWLY";

/// The program that is killed.
#[tokio::test]
async fn opens_for_the_test_that_kills_it() {
    if let Some(folder) = std::env::var_os(OPENS) {
        let slow = slow_version().await;
        let opened = Store::open_with(Path::new(&folder), AWA, &slow).await;
        opened.unwrap().store.close().await;
    }
}

/// A next version whose migration writes more than fits into memory between two statements, so that a part of it
/// is in the log before it is committed.
async fn slow_version() -> Migrator {
    let folder = tempfile::tempdir().unwrap();
    let released = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/journal");
    for entry in Path::new(released).read_dir().unwrap() {
        let from = entry.unwrap().path();
        std::fs::copy(&from, folder.path().join(from.file_name().unwrap())).unwrap();
    }
    let slow = "alter table drafts add column mood text;
        create table ballast (n integer);
        insert into ballast with recursive c(n) as
            (select 1 union all select n + 1 from c where n < 2000000) select n from c;
        alter table drafts add column weather text;";
    std::fs::write(folder.path().join("9999_slow.sql"), slow).unwrap();
    Migrator::new(folder.path()).await.unwrap()
}

fn opens_elsewhere(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "journal::older::opens_for_the_test_that_kills_it",
        ])
        .env(OPENS, folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills it as soon as the journal's log holds this many bytes; false where it had ended before.
fn killed_at(mut child: Child, journal: &Path, bytes: u64) -> bool {
    let log = journal.with_extension("sqlite-wal");
    let limit = Instant::now() + Duration::from_secs(60);
    while std::fs::metadata(&log).map_or(0, |it| it.len()) < bytes {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(Instant::now() < limit, "the log never grew");
        std::thread::sleep(Duration::from_micros(200));
    }
    child.kill().unwrap();
    !child.wait().unwrap().success()
}

async fn look_into(journal: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(journal);
    options.connect().await.unwrap()
}

#[tokio::test]
#[cfg_attr(
    browser,
    ignore = "there is no write-ahead log there whose growth could be watched"
)]
async fn a_migration_that_is_killed_loses_nothing_of_an_old_journal() {
    // More than the migrations before it write: the slow one is in the middle of its work.
    const INSIDE: u64 = 2_000_000;
    let slow = slow_version().await;
    for (number, dump) in FIXTURES {
        // The first of the log's bytes, in the middle, and twice in the same journal.
        for kills in [&[1][..], &[INSIDE], &[INSIDE, 1, INSIDE]] {
            let folder = tempfile::tempdir().unwrap();
            lay(folder.path(), dump).await;
            let journal = folder.path().join("journal.sqlite");
            for bytes in kills {
                let killed = killed_at(opens_elsewhere(folder.path()), &journal, *bytes);
                assert!(killed, "it had ended before {bytes} bytes");
                let mut conn = look_into(&journal).await;
                let last: i64 = sqlx::query_scalar("select max(version) from _sqlx_migrations")
                    .fetch_one(&mut conn)
                    .await
                    .unwrap();
                let columns: Vec<String> =
                    sqlx::query_scalar("select name from pragma_table_info('drafts')")
                        .fetch_all(&mut conn)
                        .await
                        .unwrap();
                conn.close().await.unwrap();
                assert!(last < 9999, "every kill falls before the commit");
                let half = columns.iter().any(|it| it == "mood" || it == "weather");
                assert!(!half, "half a migration: {columns:?}");
            }
            let opened = Store::open_with(folder.path(), AWA, &slow).await.unwrap();
            holds_everything(&opened.store, *number, dump).await;
            opened.store.close().await;
        }
    }
}
