//! Saving what can be read of a damaged journal.
//!
//! The damaged file is kept as it was, under another name; what can be read of it goes into a new one,
//! row by row, each under its old id, so that nothing is sent twice that had arrived. The person is told
//! ([`crate::Store::rescued`]) until she says that she knows.

use super::{MIGRATIONS, account, outbox, rows};
use crate::db::{SqliteConnection, SqliteSynchronous};
use crate::{StoreError, sqlite::*};
use chrono::Utc;
use palier_disk::fs;
use palier_domain::{MutationId, OutboxState, failpoint};
use serde::{Deserialize, Serialize};
use sqlx::{ConnectOptions, Connection};
use std::path::{Path, PathBuf};

/// The setting under which a rescue is remembered.
pub(crate) const RESCUED: &str = "rescued";

/// Tables in an order in which a row comes after what it refers to.
const TABLES: [&str; 12] = [
    "account",
    "epochs_left",
    "settings",
    "files",
    "drafts",
    "draft_files",
    "outbox",
    "outbox_files",
    "sent_log",
    "sent_files",
    "notified",
    "notify_after",
];

/// What was saved of a damaged journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rescued {
    /// The damaged file, kept as it was.
    pub kept: PathBuf,
    /// Messages and changes that waited to be sent.
    pub unsent: u32,
    /// Drafts.
    pub drafts: u32,
    /// Something could not be read: it may have held more.
    pub incomplete: bool,
}

/// Ends a rescue that was cut short after everything was saved.
pub(crate) async fn finish(journal: &Path) -> Result<(), StoreError> {
    let fresh = fresh_file(journal);
    if !fs::exists(&fresh) {
        return Ok(());
    }
    match is_whole(&fresh).await {
        true => replace(journal),
        false => remove_with_logs(&fresh).doing("removing half a rescued journal"),
    }
}

/// Whether a rescue came to its one commit, which has the note.
async fn is_whole(fresh: &Path) -> bool {
    let Ok(mut conn) = untouched(fresh).connect().await else {
        return false;
    };
    let noted = account::setting(&mut conn, RESCUED).await;
    conn.close().await.is_ok() && matches!(noted, Ok(Some(_)))
}

/// Saves what can be read of the journal into a new one, which takes its place.
pub(crate) async fn rescue(journal: &Path) -> Result<Rescued, StoreError> {
    let doing = "saving a damaged journal";
    let kept = keep(journal).doing("keeping a damaged journal")?;
    let fresh = fresh_file(journal);
    remove_with_logs(&fresh).doing(doing)?;
    let mut into = options(&fresh, SqliteSynchronous::Full)
        .foreign_keys(false)
        .connect()
        .await
        .doing(doing)?;
    MIGRATIONS
        .run_direct(None, &mut into, false)
        .await
        .map_err(StoreError::Migration)?;
    // One commit, so that a rescue that was cut short is seen to be.
    sqlx::raw_sql("begin immediate")
        .execute(&mut into)
        .await
        .doing(doing)?;
    let mut incomplete = false;
    match untouched(journal).connect().await {
        Ok(mut from) => {
            for table in TABLES {
                incomplete |= !rows::copy(&mut from, &mut into, table).await?;
            }
            if let Err(error) = from.close().await {
                tracing::warn!(%error, "the damaged journal was not closed cleanly");
            }
        }
        Err(error) => {
            tracing::warn!(%error, "nothing of the damaged journal can be read");
            incomplete = true;
        }
    }
    incomplete |= tidy(&mut into).await?;
    let rescued = Rescued {
        unsent: count(&mut into, UNSENT).await?,
        drafts: count(
            &mut into,
            "select count(*) from main.drafts where begun = 0",
        )
        .await?,
        incomplete,
        kept,
    };
    let note = serde_json::to_string(&rescued).doing(doing)?;
    account::set_setting(&mut into, RESCUED, Some(&note)).await?;
    failpoint::pass("store: before a commit", "saving a damaged journal");
    sqlx::raw_sql("commit")
        .execute(&mut into)
        .await
        .doing(doing)?;
    into.close().await.doing(doing)?;
    replace(journal)?;
    Ok(rescued)
}

const UNSENT: &str = "select count(*) from main.outbox
    where kind not in ('mark_read', 'mark_unread', 'clear_unread', 'cancel')";

async fn count(conn: &mut SqliteConnection, query: &'static str) -> Result<u32, StoreError> {
    let count: i64 = sqlx::query_scalar(query)
        .fetch_one(conn)
        .await
        .doing("counting what was saved")?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Makes one whole of what was saved: nothing refers to what is missing, everything can be read, and what
/// was being taken back has its cancel. Says whether something had to go.
async fn tidy(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    let doing = "tidying a rescued journal";
    let mut lost = false;
    for row in outbox::all(conn).await? {
        if row.state().is_err() || row.decode().is_err() {
            outbox::remove(conn, row.mutation_id.into()).await?;
            lost = true;
        }
    }
    for statement in [
        "delete from main.sent_log where not json_valid(payload)",
        "delete from main.draft_files where file_id not in (select id from main.files)
            or incident_id not in (select incident_id from main.drafts)",
        "delete from main.outbox_files where file_id not in (select id from main.files)
            or mutation_id not in (select mutation_id from main.outbox)",
        "delete from main.sent_files where file_id not in (select id from main.files)
            or mutation_id not in (select mutation_id from main.sent_log)",
    ] {
        let gone = sqlx::query(statement).execute(&mut *conn).await;
        lost |= gone.doing(doing)?.rows_affected() > 0;
    }
    for row in outbox::all(conn).await? {
        let id = MutationId(row.mutation_id);
        let taken_back = row.state()? == OutboxState::Cancelling;
        if taken_back && !row.is_cancel() && outbox::cancel_of(conn, id).await?.is_none() {
            outbox::put_cancel(conn, &row, Utc::now()).await?;
            lost = true;
        }
    }
    Ok(lost)
}

fn fresh_file(journal: &Path) -> PathBuf {
    journal.with_file_name("journal.rescue.sqlite")
}

fn log_of(file: &Path) -> PathBuf {
    file.with_extension("sqlite-wal")
}

/// Copies the damaged file and its log aside: whatever happens next, it can be looked at again.
fn keep(journal: &Path) -> std::io::Result<PathBuf> {
    let mut number = 1;
    let kept = loop {
        let name = format!("journal.damaged-{number}.sqlite");
        let kept = journal.with_file_name(name);
        if !fs::exists(&kept) {
            break kept;
        }
        number += 1;
    };
    for (from, to) in [
        (log_of(journal), log_of(&kept)),
        (journal.into(), kept.clone()),
    ] {
        if fs::exists(&from)
            && let Err(error) = fs::copy(&from, &to).and_then(|_| fs::sync_file(&to))
        {
            // Half a copy helps nobody, and takes the room that is wanting.
            for half in [log_of(&kept), kept] {
                remove(&half)?;
            }
            return Err(error);
        }
    }
    Ok(kept)
}

/// The rescued journal takes the damaged one's place.
fn replace(journal: &Path) -> Result<(), StoreError> {
    let doing = "putting a rescued journal in its place";
    // Before the new one has its name: it is not the new one's log.
    for log in ["sqlite-wal", "sqlite-shm"] {
        remove(&journal.with_extension(log)).doing(doing)?;
    }
    failpoint::pass("store: before a rename", "saving a damaged journal");
    fs::rename(fresh_file(journal), journal).doing(doing)?;
    failpoint::pass("store: after a rename", "saving a damaged journal");
    if let Some(folder) = journal.parent() {
        fs::sync_folder(folder).doing(doing)?;
    }
    Ok(())
}

fn remove_with_logs(file: &Path) -> std::io::Result<()> {
    for name in ["sqlite-wal", "sqlite-shm", "sqlite"] {
        remove(&file.with_extension(name))?;
    }
    Ok(())
}

fn remove(file: &Path) -> std::io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
