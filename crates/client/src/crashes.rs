//! Reports of crashes: written when something unforeseen stops a part of the program, told at the next
//! start, kept for whoever looks for the mistake.
//!
//! A report is a text file in [`logs_folder`]. Until the person knows of it its name ends in
//! `.new.txt`; after that in `.txt`. It holds version, place and backtrace, and nothing that anybody
//! wrote: what a panic says may quote data, so it is left out unless it is a sentence of the program.

use chrono::{DateTime, NaiveDateTime, Utc};
use palier_bridge::view::CrashView;
use palier_disk::fs;
use std::{
    io,
    path::{Path, PathBuf},
};

/// Most reports that are kept.
const KEPT: usize = 5;
const START: &str = "crash-";
const UNSEEN: &str = ".new.txt";
const SEEN: &str = ".txt";
/// As in a report's name: sorts by time, and every file system takes it.
const TIME: &str = "%Y-%m-%dT%H-%M-%S%.3fZ";

/// Where logs and reports are: a folder that can be sent as it is.
#[must_use]
pub fn logs_folder(data_dir: &Path) -> PathBuf {
    data_dir.join("logs")
}

/// Writes a report of what happened at `at`; older ones beyond a handful are deleted.
///
/// # Errors
/// The folder cannot be written.
pub fn write(data_dir: &Path, at: DateTime<Utc>, report: &str) -> io::Result<PathBuf> {
    let folder = logs_folder(data_dir);
    fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{START}{}{UNSEEN}", at.format(TIME)));
    fs::write(&path, report)?;
    prune(data_dir);
    Ok(path)
}

/// Deletes the oldest reports beyond a handful: what breaks down again and again must not fill the disk.
fn prune(data_dir: &Path) {
    let reports = reports(data_dir);
    let surplus = reports.len().saturating_sub(KEPT);
    for old in &reports[..surplus] {
        if let Err(error) = fs::remove_file(old) {
            tracing::warn!(%error, "an old crash report stays");
        }
    }
}

/// The newest report of earlier runs that the person does not know of.
pub(crate) fn unseen(data_dir: &Path) -> Option<CrashView> {
    let reports = reports(data_dir);
    let unseen = |path: &&PathBuf| name(path).is_some_and(|name| name.ends_with(UNSEEN));
    let newest = reports.iter().rev().find(unseen)?;
    Some(CrashView {
        at: time(newest)?,
        file: newest.display().to_string(),
    })
}

/// The person knows of every report that there is.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn know(data_dir: &Path) -> io::Result<()> {
    for path in reports(data_dir) {
        let known = name(&path).and_then(|name| name.strip_suffix(UNSEEN));
        if let Some(known) = known {
            fs::rename(&path, path.with_file_name(format!("{known}{SEEN}")))?;
        }
    }
    Ok(())
}

/// All reports, the oldest first.
fn reports(data_dir: &Path) -> Vec<PathBuf> {
    let Ok(files) = fs::list(&logs_folder(data_dir)) else {
        return Vec::new();
    };
    let mut reports: Vec<PathBuf> = files
        .into_iter()
        .map(|file| file.path)
        .filter(|path| time(path).is_some())
        .collect();
    reports.sort();
    reports
}

fn name(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

fn time(path: &Path) -> Option<DateTime<Utc>> {
    let rest = name(path)?.strip_prefix(START)?;
    let time = rest.strip_suffix(UNSEEN).or(rest.strip_suffix(SEEN))?;
    let time = NaiveDateTime::parse_from_str(time, TIME).ok()?;
    Some(time.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u32) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::Duration::seconds(i64::from(second))
    }

    #[test]
    fn a_crash_is_told_until_the_person_knows_and_its_report_stays() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(unseen(folder.path()), None);
        write(folder.path(), at(1), "first").unwrap();
        let newest = write(folder.path(), at(2), "second").unwrap();
        for _ in 0..2 {
            let told = unseen(folder.path()).unwrap();
            assert_eq!(told.at, at(2));
            assert_eq!(told.file, newest.display().to_string());
        }
        know(folder.path()).unwrap();
        assert_eq!(unseen(folder.path()), None);
        assert_eq!(reports(folder.path()).len(), 2);
    }

    #[test]
    fn a_handful_of_reports_is_kept_and_other_files_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let log = logs_folder(folder.path()).join("palier.log");
        fs::create_dir_all(logs_folder(folder.path())).unwrap();
        fs::write(&log, "").unwrap();
        for second in 0..9 {
            write(folder.path(), at(second), "").unwrap();
        }
        let kept: Vec<_> = reports(folder.path())
            .iter()
            .filter_map(|it| time(it))
            .collect();
        assert_eq!(kept, (4..9).map(at).collect::<Vec<_>>());
        assert!(log.exists());
    }
}
