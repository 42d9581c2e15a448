//! Journals of earlier versions: nothing that was written in them is lost.
//!
//! `fixtures/journal-N.sql` is a journal as the version with migration N left it, in the middle of its work: one
//! entry in every state, a draft with a file, something sent. A new migration gets a fixture of the one
//! before it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_domain::{OutboxState, Sha256};
use palier_store::{Store, view::UnsentWhat};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::path::Path;
use support::*;

const FIXTURES: &[(u32, &str)] = &[
    (1, include_str!("fixtures/journal-1.sql")),
    (2, include_str!("fixtures/journal-2.sql")),
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
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/journal");
    let migrations = Path::new(folder).read_dir().unwrap().count();
    let newest = FIXTURES.iter().map(|(number, _)| *number as usize).max();
    assert_eq!(newest, Some(migrations - 1));
}

#[tokio::test]
async fn an_old_journal_opens_and_everything_in_it_still_leaves() {
    for (number, dump) in FIXTURES {
        let folder = tempfile::tempdir().unwrap();
        lay(folder.path(), dump).await;
        let store = Store::open(folder.path(), AWA).await.unwrap().store;
        assert!(
            folder
                .path()
                .join(format!("journal.before-{number}.sqlite"))
                .exists(),
            "a copy from before"
        );
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
        let notes = (*number >= 2).then(|| (format!("{note:?}"), OutboxState::Queued));
        let wanted = wanted.map(|(what, state)| (what.to_owned(), state));
        assert_eq!(lines, [Vec::from(wanted), Vec::from_iter(notes)].concat());
        assert_eq!(store.draft(SINK).await.unwrap().note, *number >= 2);

        // What is due leaves byte for byte as it was written.
        let loaded = store.load(false).await.unwrap();
        let due: Vec<_> = loaded
            .entries
            .iter()
            .filter(|entry| matches!(entry.state, OutboxState::Queued | OutboxState::Waiting))
            .map(|entry| entry.mutation_id)
            .collect();
        let marked = store.mark_sending(&due).await.unwrap();
        assert_eq!(marked, due);
        for mutation in store.payloads(&due).await.unwrap() {
            let bytes = mutation.payload.get().replace('\'', "''");
            assert!(dump.contains(&bytes), "{bytes}");
        }
        // What had been sent is known for a restored server.
        store.adopt_epoch(support::EPOCH, at(60)).await.unwrap();
        store
            .adopt_epoch(palier_wire::Epoch(uuid::Uuid::from_u128(1234)), at(60))
            .await
            .unwrap();
        let again = store.outbox().await.unwrap();
        assert!(again.iter().any(|line| matches!(
            &line.entry.what,
            UnsentWhat::Ticket { message } if message == "Bonjour, je m’en occupe"
        )));
        store.close().await;
    }
}
