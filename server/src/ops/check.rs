//! Looks whether the data is what it should be: after a restore, an import, a disk that was full, or
//! just now and then. It reads everything, and may run beside a server.
//!
//! One file for each part: `database` (the file and its references), `threads` (numbers, digests,
//! statistics, read marks), `feeds` (what readers are told), `files` (files and their rows). Each
//! adds what it found to a [`Report`], and repairs, when asked, what can be known from the rest.
//! What people wrote is never repaired: it is the evidence.

mod database;
mod feeds;
mod files;
mod threads;

use crate::{App, error::Result};
use serde::Serialize;

/// What is looked at, and how.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// Put right what can be.
    pub repair: bool,
    /// Read every file and compare it with its digest.
    pub files: bool,
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What was looked at: how many rows or files.
    pub looked_at: Vec<Looked>,
    /// What is not as it should be. Empty when all is well.
    pub findings: Vec<Finding>,
}

/// How much was looked at.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// At what.
    pub at: &'static str,
    /// How many.
    pub count: u64,
}

/// Something that is not as it should be.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable word for it.
    pub what: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// How many rows or files.
    pub count: u64,
    /// The first of them.
    pub examples: Vec<String>,
    /// Whether it was put right.
    pub repaired: bool,
}

/// So many examples are named.
const EXAMPLES: usize = 5;

impl Report {
    /// Whether nothing is left that is not as it should be.
    pub fn is_well(&self) -> bool {
        self.findings.iter().all(|finding| finding.repaired)
    }

    fn looked_at(&mut self, at: &'static str, count: usize) {
        let count = count as u64;
        self.looked_at.push(Looked { at, count });
    }

    /// Adds a finding, if there is any example of it.
    fn found<T: ToString>(
        &mut self,
        what: &'static str,
        meaning: &'static str,
        all: &[T],
        repaired: bool,
    ) {
        if all.is_empty() {
            return;
        }
        self.findings.push(Finding {
            what,
            meaning,
            count: all.len() as u64,
            examples: all.iter().take(EXAMPLES).map(T::to_string).collect(),
            repaired,
        });
    }
}

/// Looks at everything.
///
/// # Errors
/// The storage's: then nothing is known.
pub async fn run(app: &App, wanted: Wanted) -> Result<Report> {
    let mut report = Report::default();
    database::check(app, &mut report).await?;
    threads::check(app, wanted, &mut report).await?;
    feeds::check(app, wanted, &mut report).await?;
    files::check(app, wanted, &mut report).await?;
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, db::query, ops::demo};
    use futures_util::FutureExt;
    use std::{
        fs::{self, File},
        time::{Duration, SystemTime},
    };
    use tempfile::TempDir;

    async fn demonstration() -> (App, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(Config::new(folder.path())).await.unwrap();
        demo::create(&app).await.unwrap().unwrap();
        (app, folder)
    }

    async fn by_hand(app: &App, sql: &'static str) {
        let changed = app
            .db()
            .write(move |tx| async move { Ok(query(sql).execute(tx.conn()).await?) }.boxed())
            .await;
        assert!(changed.unwrap() > 0, "{sql}");
    }

    fn words(report: &Report) -> Vec<&'static str> {
        report.findings.iter().map(|finding| finding.what).collect()
    }

    const REPAIR: Wanted = Wanted {
        repair: true,
        files: true,
    };
    const LOOK: Wanted = Wanted {
        repair: false,
        files: true,
    };

    #[tokio::test]
    async fn all_is_well_with_the_demonstration() {
        let (app, _folder) = demonstration().await;
        let report = run(&app, LOOK).await.unwrap();
        assert_eq!(report.findings, []);
        assert!(report.is_well());
        let looked: Vec<_> = report
            .looked_at
            .iter()
            .map(|it| (it.at, it.count))
            .collect();
        assert!(looked.iter().all(|(_, count)| *count > 0), "{looked:?}");
    }

    #[tokio::test]
    async fn what_can_be_known_from_the_rest_is_put_right() {
        let (app, folder) = demonstration().await;
        for (spoil, seen) in [
            (
                "update incidents set first_answer_at = null, last_message_by = null",
                vec!["statistics-wrong"],
            ),
            (
                "update incident_responses set is_read = false",
                vec!["read-forgotten"],
            ),
            (
                "update feed_head set digest = digest + 1, live = live + 1",
                vec!["feed-digest-wrong"],
            ),
            (
                "update feed set rev = 0 where kind = 'ticket'",
                vec!["feed-digest-wrong", "feed-row-missing"],
            ),
            (
                "delete from feed where kind in ('incident', 'attachment')",
                vec!["feed-digest-wrong", "feed-row-missing"],
            ),
            (
                "insert into feed (head_id, kind, entity_id, seq, rev, op)
                 select id, 'ticket', randomblob(16), seq + 1, 1, 'put' from feed_head
                 where scope like 'lease:%'",
                vec!["feed-digest-wrong", "feed-row-stray"],
            ),
        ] {
            by_hand(&app, spoil).await;
            let report = run(&app, LOOK).await.unwrap();
            assert_eq!(words(&report), seen, "{spoil}");
            assert!(!report.is_well());
            let report = run(&app, REPAIR).await.unwrap();
            assert_eq!(words(&report), seen, "{spoil}");
            assert!(report.is_well());
            assert_eq!(run(&app, LOOK).await.unwrap().findings, [], "{spoil}");
        }
        let stray = folder.path().join(format!("blobs/ab/{}", "ab".repeat(32)));
        fs::create_dir_all(stray.parent().unwrap()).unwrap();
        let file = File::create(&stray).unwrap();
        assert_eq!(words(&run(&app, REPAIR).await.unwrap()), [""; 0], "young");
        let yesterday = SystemTime::now() - Duration::from_secs(86_400);
        file.set_modified(yesterday).unwrap();
        assert_eq!(words(&run(&app, LOOK).await.unwrap()), ["file-stray"]);
        assert!(run(&app, REPAIR).await.unwrap().is_well());
        assert!(!stray.exists());
    }

    #[tokio::test]
    async fn what_people_wrote_and_sent_is_told_and_left_alone() {
        let (app, folder) = demonstration().await;
        by_hand(
            &app,
            "update incident_responses set message = 'Je n''ai jamais dit cela' where n = 1",
        )
        .await;
        by_hand(
            &app,
            "update incident_responses set n = n + 1000 where n = 3",
        )
        .await;
        by_hand(&app, "update participants set read_n = 5000 where rev > 0").await;
        let mut blobs = Vec::new();
        for part in fs::read_dir(folder.path().join("blobs")).unwrap() {
            for file in fs::read_dir(part.unwrap().path()).unwrap() {
                blobs.push(file.unwrap().path());
            }
        }
        fs::remove_file(&blobs[0]).unwrap();
        let mut bytes = fs::read(&blobs[1]).unwrap();
        bytes[0] ^= 1;
        fs::write(&blobs[1], bytes).unwrap();
        let sizes = run(&app, Wanted::default()).await.unwrap();
        assert!(
            !words(&sizes).contains(&"file-damaged"),
            "bytes were not asked for"
        );
        for wanted in [LOOK, REPAIR] {
            let report = run(&app, wanted).await.unwrap();
            let unrepaired: Vec<_> = report
                .findings
                .iter()
                .filter(|finding| !finding.repaired)
                .map(|finding| finding.what)
                .collect();
            for what in [
                "numbers-with-gaps",
                "message-changed",
                "marker-ahead",
                "file-missing",
                "file-damaged",
            ] {
                assert!(unrepaired.contains(&what), "{what} in {unrepaired:?}");
            }
        }
    }
}
