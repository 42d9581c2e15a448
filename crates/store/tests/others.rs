//! What other programs and the system do to the folder: a file that is held, a folder that is read-only.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_store::{ActError, IntakeError, Store, StoreError};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use std::{
    io::{Read, Write},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::{Child, Command, Stdio},
};
use support::*;

/// What the other program is to do, and with which file or folder.
const ROLE: &str = "PALIER_TEST_OTHER_PROGRAM";

/// Not a test of its own: the other program of the tests below, which start it.
#[tokio::test]
async fn the_other_program() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let (what, path) = role.split_once(' ').unwrap();
    match what {
        "holds" => hold(Path::new(path)).await,
        "opens" => open_read_only(Path::new(path)).await,
        "picks" => pick(Path::new(path)).await,
        other => panic!("{other}"),
    }
}

fn other_program(exe: &Path, what: &str, path: &Path) -> Command {
    let mut command = Command::new(exe);
    command
        .args(["--exact", "the_other_program", "--nocapture"])
        .env(ROLE, format!("{what} {}", path.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

/// Holds a database until nobody listens any more.
async fn hold(file: &Path) {
    let mut conn = SqliteConnectOptions::new()
        .filename(file)
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql("begin immediate")
        .execute(&mut conn)
        .await
        .unwrap();
    println!("held");
    let _ = std::io::stdin().read(&mut [0]);
    drop(conn);
}

/// A backup that takes its time.
struct Backup(Child);

impl Backup {
    fn of(file: &Path) -> Self {
        let exe = std::env::current_exe().unwrap();
        let mut child = other_program(&exe, "holds", file).spawn().unwrap();
        let mut said = String::new();
        let mut byte = [0];
        let output = child.stdout.as_mut().unwrap();
        while !said.contains("held") {
            assert_eq!(output.read(&mut byte).unwrap(), 1, "it ended: {said}");
            said.push(char::from(byte[0]));
        }
        Self(child)
    }

    fn ends(mut self) {
        self.0.stdin.take().unwrap().write_all(b"x").unwrap();
        assert!(self.0.wait().unwrap().success());
    }
}

#[tokio::test]
async fn a_journal_that_another_program_holds_is_said_and_costs_nothing() {
    let mut desk = Desk::at_home().await;
    desk.store()
        .save_draft(BOILER, "à garder", at(0))
        .await
        .unwrap();
    let backup = Backup::of(&desk.path("journal.sqlite"));
    assert_eq!(desk.draft().await, "à garder", "it can still be read");
    let refused = desk.store().send_ticket(BOILER, "à garder", 0, at(1)).await;
    assert!(matches!(
        refused,
        Err(ActError::Store(StoreError::Busy { .. }))
    ));
    assert_eq!(desk.draft().await, "à garder");
    assert!(desk.unsent().await.is_empty());

    backup.ends();
    desk.sends("à garder").await;
    desk.crash_and_start().await;
    assert_eq!(desk.unsent().await, ["à garder"]);
}

#[tokio::test]
async fn a_start_while_another_program_holds_the_journal_is_refused_and_works_later() {
    let mut desk = Desk::at_home().await;
    desk.sends("à garder").await;
    desk.stop().await;
    let backup = Backup::of(&desk.path("journal.sqlite"));
    let refused = Store::open(desk.folder.path(), AWA).await;
    assert!(
        matches!(refused, Err(StoreError::Busy { .. })),
        "{refused:?}"
    );
    backup.ends();
    desk.start().await;
    assert_eq!(desk.unsent().await, ["à garder"]);
}

/// Opens a folder that may not be written, and says how that ended.
async fn open_read_only(folder: &Path) {
    match Store::open(folder, AWA).await {
        Err(StoreError::FolderNotWritable { .. }) => println!("not writable"),
        other => println!("{other:?}"),
    }
}

/// Picks the photos of a folder into a draft of a store that it makes beside them, and says how that ended.
async fn pick(folder: &Path) {
    let store = Store::open(&folder.join("device"), AWA)
        .await
        .unwrap()
        .store;
    for name in ["mine.jpg", "forbidden.jpg"] {
        let taken = store
            .add_draft_file(BOILER, &folder.join(name), at(0))
            .await;
        match taken {
            Ok(file) => println!("{name} taken: {} bytes", file.size),
            Err(IntakeError::Unreadable(error)) => println!("{name} unreadable: {}", error.kind()),
            Err(other) => println!("{name}: {other:?}"),
        }
    }
    let names: Vec<String> = store
        .draft(BOILER)
        .await
        .unwrap()
        .files
        .into_iter()
        .map(|file| file.name)
        .collect();
    let kept = folder.join("device/blobs").read_dir().unwrap().count();
    println!("the draft has {names:?}, the folder {kept}");
    store.close().await;
}

/// This program, run by somebody whom the modes of files bind. Root may do everything: the other program is
/// somebody else then, who may run this one only where he can find it.
struct SomebodyElse {
    is_root: bool,
    programs: tempfile::TempDir,
}

impl SomebodyElse {
    fn new() -> Self {
        let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| {
            use std::os::unix::fs::MetadataExt;
            own.uid() == 0
        });
        let programs = tempfile::tempdir().unwrap();
        set_mode(programs.path(), 0o755);
        std::fs::copy(
            std::env::current_exe().unwrap(),
            programs.path().join("other"),
        )
        .unwrap();
        Self { is_root, programs }
    }

    /// What he says after he did this with that.
    fn does(&self, what: &str, path: &Path) -> String {
        let mut command = other_program(&self.programs.path().join("other"), what, path);
        if self.is_root {
            command.uid(65_534).gid(65_534);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
#[cfg_attr(browser, ignore = "a browser has no folders that could be read-only")]
async fn a_folder_that_is_read_only_is_said_whether_or_not_something_is_in_it() {
    let full = Desk::at_home().await;
    full.sends("à garder").await;
    let mut full = full;
    full.stop().await;
    let empty = tempfile::tempdir().unwrap();
    let somebody = SomebodyElse::new();
    for folder in [full.folder.path(), empty.path()] {
        set_mode(folder, 0o555);
        let said = somebody.does("opens", folder);
        assert!(said.contains("not writable"), "{said}");
        set_mode(folder, 0o755);
    }
    full.start().await;
    assert_eq!(full.unsent().await, ["à garder"]);
}

#[test]
fn a_file_that_the_person_may_not_read_is_said_and_leaves_nothing_in_the_draft() {
    let folder = tempfile::tempdir().unwrap();
    set_mode(folder.path(), 0o777);
    let photo = image::RgbImage::new(8, 8);
    for (name, mode) in [("mine.jpg", 0o644), ("forbidden.jpg", 0o000)] {
        let path = folder.path().join(name);
        photo.save(&path).unwrap();
        set_mode(&path, mode);
    }
    let said = SomebodyElse::new().does("picks", folder.path());
    assert!(said.contains("mine.jpg taken"), "{said}");
    assert!(
        said.contains("forbidden.jpg unreadable: permission denied"),
        "{said}"
    );
    // The photo and its small picture.
    assert!(
        said.contains(r#"the draft has ["mine.jpg"], the folder 2"#),
        "{said}"
    );
}
