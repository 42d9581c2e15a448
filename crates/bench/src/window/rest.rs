//! What both windows cost while nobody touches them, and whether ours keeps what passes through it (budgets 16, 10).
//!
//! This one is signed in at a server, as a window on a desk is: its stream stands, and new tickets come in.

use super::{
    Wanted, hello, processes,
    processes::{Work, work},
    surroundings,
    table::Samples,
};
use crate::{
    growth,
    house::{Caller, Owner, PASSWORD},
    program::Program,
};
use anyhow::{Result, ensure};
use palier_domain::UserId;
use palier_webdriver::Desk;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::time::sleep;

/// Tickets in the cache before it rests.
const TICKETS: usize = 100_000;
/// Tickets that come in then, in pushes of so many.
const MORE: usize = 10_000;
const PUSH: usize = 100;
/// After whatever happened, both are left alone for so long before anything is counted.
const SETTLED: Duration = Duration::from_secs(20);
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(600);
/// How often both are watched while they rest.
const ROUNDS: usize = 3;

/// Measures.
///
/// # Errors
/// When server or window do not start, or the tickets do not come.
pub async fn measure(wanted: &Wanted, desk: &Desk) -> Result<()> {
    let older = TempDir::new_in(desk.folder())?;
    growth::make(older.path(), TICKETS).await?;
    growth::import(&wanted.server, older.path())?;
    let program = Program::palier(&wanted.server, older.path(), None)?;
    let data = desk.folder().join("resting");
    let mut command = surroundings(desk, &wanted.program.to_string_lossy(), &data);
    command
        .env("PALIER_SERVER", &program.url)
        .env("PALIER_DEMO_EMAIL", growth::OWNER)
        .env("PALIER_DEMO_PASSWORD", PASSWORD);
    let ours = desk.program("resting", command).start();
    let hello = hello(wanted, desk);
    until_cached(&data, TICKETS).await?;
    sleep(SETTLED).await;

    rest(wanted, ours.id(), hello.id()).await?;
    let before = processes::memory(ours.id())?;
    more(&program.url).await?;
    until_cached(&data, TICKETS + MORE).await?;
    sleep(SETTLED).await;
    let after = processes::memory(ours.id())?;
    println!(
        "memory (PSS) with {TICKETS} tickets {before:.1} MiB, after {MORE} more {after:.1} MiB: {:.2}×",
        after / before
    );
    ours.kill().await;
    hello.kill().await;
    Ok(())
}

/// Watches both at the same time: what else the machine does then, it does to both.
async fn rest(wanted: &Wanted, ours: u32, hello: u32) -> Result<()> {
    let (mut mine, mut its) = (Watched::default(), Watched::default());
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let before = (work(ours)?, work(hello)?);
        sleep(Duration::from_secs(wanted.seconds)).await;
        let lasted = begun.elapsed().as_secs_f64();
        mine.take(work(ours)? - before.0, lasted);
        its.take(work(hello)? - before.1, lasted);
    }
    println!(
        "\n### Left alone, {ROUNDS} × {} s, medians\n",
        wanted.seconds
    );
    println!("| | of a core | wake-ups a second |\n|---|---|---|");
    for (name, it) in [("the window that says hello", &its), ("ours", &mine)] {
        println!(
            "| {name} | {:.3} % | {:.1} |",
            it.core.median(),
            it.wakeups.median()
        );
    }
    println!(
        "\nours takes {:+.3} % of a core and {:+.1} wake-ups a second more",
        mine.core.median() - its.core.median(),
        mine.wakeups.median() - its.wakeups.median()
    );
    Ok(())
}

#[derive(Default)]
struct Watched {
    core: Samples,
    wakeups: Samples,
}

impl Watched {
    fn take(&mut self, work: Work, seconds: f64) {
        self.core.push(work.seconds / seconds * 100.0);
        self.wakeups.push(work.wakeups / seconds);
    }
}

/// Sends tickets from another device of the same owner.
async fn more(url: &str) -> Result<()> {
    let owner = Owner {
        id: UserId(growth::id(1, 1)),
        email: growth::OWNER.into(),
        incident: growth::incident(0),
    };
    let caller = Caller::sign_in(&owner, url).await?;
    for push in 0..MORE / PUSH {
        let incidents = (0..PUSH).map(|at| growth::incident((push * PUSH + at) % 1_000));
        caller.push_all(incidents).await?;
    }
    Ok(())
}

/// Waits until so many tickets are in the window's cache.
async fn until_cached(data: &Path, wanted: usize) -> Result<()> {
    let begun = Instant::now();
    // It may not be there yet, or be in the middle of being made.
    while tickets(data).await.unwrap_or(0) < wanted {
        ensure!(begun.elapsed() < PATIENCE, "the tickets do not come");
        sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}

async fn tickets(data: &Path) -> Result<usize> {
    let mut most = 0;
    for cache in caches(data) {
        let options = SqliteConnectOptions::new().filename(cache).read_only(true);
        let mut conn = options.connect().await?;
        let count: i64 = sqlx::query_scalar("select count(*) from ticket")
            .fetch_one(&mut conn)
            .await?;
        conn.close().await?;
        most = most.max(usize::try_from(count)?);
    }
    Ok(most)
}

fn caches(data: &Path) -> Vec<PathBuf> {
    let accounts = fs::read_dir(data.join("accounts"));
    let folders = accounts.into_iter().flatten().flatten();
    folders
        .flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten())
        .map(|file| file.path())
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("cache") && name.ends_with(".sqlite"))
        })
        .collect()
}
