//! What other programs and the system do to the folder: a file that is held, a folder that is read-only.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_store::{ActError, Store, StoreError};
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

#[tokio::test]
async fn a_folder_that_is_read_only_is_said_whether_or_not_something_is_in_it() {
    let full = Desk::at_home().await;
    full.sends("à garder").await;
    let mut full = full;
    full.stop().await;
    let empty = tempfile::tempdir().unwrap();
    // Root may write everywhere: the other program is somebody else then, who may run this one only
    // where he can find it.
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| {
        use std::os::unix::fs::MetadataExt;
        own.uid() == 0
    });
    let programs = tempfile::tempdir().unwrap();
    let open = |mode| std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(programs.path(), open(0o755)).unwrap();
    let exe = programs.path().join("other");
    std::fs::copy(std::env::current_exe().unwrap(), &exe).unwrap();
    for folder in [full.folder.path(), empty.path()] {
        std::fs::set_permissions(folder, open(0o555)).unwrap();
        let mut command = other_program(&exe, "opens", folder);
        if is_root {
            command.uid(65_534).gid(65_534);
        }
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("not writable"), "{said}");
        std::fs::set_permissions(folder, open(0o755)).unwrap();
    }
    full.start().await;
    assert_eq!(full.unsent().await, ["à garder"]);
}
