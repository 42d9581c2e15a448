//! The witness: a note beside the data of how far it had come, outside of the database.
//!
//! A database cannot know that it was brought back to an older state (a file put back, a snapshot of
//! the machine): it looks as sound as ever, and would give the same numbers a second time for other
//! things. The note knows. It is written after the commit, at most once a second, so it is never
//! ahead of the database that it tells of; a database that is ahead of it is normal.
//!
//! [`behind`] compares at the start. A database that is behind begins a new epoch.

use crate::error::{Error, Result};
use palier_wire::Epoch;
use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

/// The note's name in a data folder.
pub const FILE: &str = "witness.json";

/// A note is written no more often.
pub const REST: Duration = Duration::from_secs(1);

/// How far the data had come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its life.
    pub epoch: Epoch,
    /// Its last commit.
    pub position: Position,
}

/// A commit's place in its database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "database", rename_all = "snake_case")]
pub enum Position {
    /// SQLite: commits are counted in the transaction itself.
    Sqlite {
        /// How many there were.
        commit: u64,
    },
    /// PostgreSQL: how far its log is on its disk. A commit that was answered is before that.
    Postgres {
        /// Which cluster it is.
        system: String,
        /// Which of its histories: each promotion of a replica and each recovery to a point in time begins
        /// another.
        timeline: u32,
        /// The place in the log.
        flushed: u64,
    },
}

/// Whether a database at `now` has lost what `seen` tells of, or may have: of another cluster or another
/// history of PostgreSQL nobody can tell what it kept, and a new epoch costs devices a look at everything,
/// while a lost message costs the promise. What was seen of another kind of database says nothing.
pub fn behind(seen: &Position, now: &Position) -> bool {
    match (seen, now) {
        (Position::Sqlite { commit: seen }, Position::Sqlite { commit: now }) => now < seen,
        (
            Position::Postgres {
                system,
                timeline,
                flushed,
            },
            Position::Postgres {
                system: its_system,
                timeline: its_timeline,
                flushed: its_flushed,
            },
        ) => (system, timeline) != (its_system, its_timeline) || its_flushed < flushed,
        _ => false,
    }
}

/// The note in `data_dir`, if there is one. One that cannot be read says nothing.
pub fn read(data_dir: &Path) -> Option<Note> {
    let bytes = match fs::read(data_dir.join(FILE)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            tracing::warn!("the witness cannot be read: {error}");
            return None;
        }
    };
    let note = serde_json::from_slice(&bytes);
    note.inspect_err(|error| tracing::warn!("the witness says nothing: {error}"))
        .ok()
}

/// Writes the note, whole or not at all.
// Not synced: after a power cut an older note, or none, is as good.
pub fn write(data_dir: &Path, note: &Note) -> Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(data_dir)
        .map_err(Error::io("make a file for the witness"))?;
    serde_json::to_writer(&mut file, note)?;
    file.persist(data_dir.join(FILE))
        .map_err(|error| Error::io("name the witness")(error.error))?;
    Ok(())
}

/// The task that keeps the note.
pub struct Witness {
    seen: watch::Sender<Option<Position>>,
    task: JoinHandle<()>,
}

impl Witness {
    /// Starts it.
    pub fn start(data_dir: &Path, epoch: Epoch) -> Self {
        let (seen, sees) = watch::channel(None);
        let task = tokio::spawn(keep(data_dir.to_owned(), epoch, sees));
        Self { seen, task }
    }

    /// A commit is durable.
    pub fn saw(&self, position: Position) {
        self.seen.send_replace(Some(position));
    }

    /// Writes down the last commit, and ends.
    pub async fn finish(self) {
        drop(self.seen);
        let _ = self.task.await;
    }
}

async fn keep(data_dir: PathBuf, epoch: Epoch, mut sees: watch::Receiver<Option<Position>>) {
    // The last value is still there when its sender has gone.
    while sees.changed().await.is_ok() {
        let Some(position) = sees.borrow_and_update().clone() else {
            continue;
        };
        let (folder, note) = (data_dir.clone(), Note { epoch, position });
        match tokio::task::spawn_blocking(move || write(&folder, &note)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => crate::error::log(&error, "witness"),
            Err(_) => return,
        }
        tokio::select! {
            () = sleep(REST) => {}
            // Only the end ends this: then what was seen last is written at once.
            () = gone(sees.clone()) => {}
        }
    }
}

async fn gone(mut sees: watch::Receiver<Option<Position>>) {
    while sees.changed().await.is_ok() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(commit: u64) -> Position {
        Position::Sqlite { commit }
    }

    #[test]
    fn only_a_database_that_lost_something_is_behind() {
        assert!(behind(&at(5), &at(4)));
        assert!(!behind(&at(5), &at(5)));
        assert!(!behind(&at(5), &at(900)), "ahead is normal");
        let log = |system: &str, timeline, flushed| Position::Postgres {
            system: system.into(),
            timeline,
            flushed,
        };
        let seen = log("a", 1, 500);
        assert!(!behind(&seen, &seen) && !behind(&seen, &log("a", 1, 900)));
        assert!(behind(&seen, &log("a", 1, 499)));
        assert!(
            behind(&seen, &log("a", 2, 900)),
            "what did the promoted one have?"
        );
        assert!(behind(&seen, &log("b", 1, 900)), "another cluster");
        assert!(!behind(&at(5), &seen) && !behind(&seen, &at(5)), "it moved");
    }

    #[tokio::test]
    async fn the_last_commit_is_written_down_however_soon_the_end_comes() {
        let folder = tempfile::tempdir().unwrap();
        let epoch = Epoch(uuid::Uuid::new_v4());
        let witness = Witness::start(folder.path(), epoch);
        for commit in 1..=50 {
            witness.saw(at(commit));
            tokio::task::yield_now().await;
        }
        witness.finish().await;
        let position = at(50);
        assert_eq!(read(folder.path()), Some(Note { epoch, position }));
    }

    #[test]
    fn what_is_no_note_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), None);
        fs::write(folder.path().join(FILE), "{\"epoch\"").unwrap();
        assert_eq!(read(folder.path()), None);
    }
}
