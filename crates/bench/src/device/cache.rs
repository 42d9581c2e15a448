//! What a device does with a portfolio of a given size: takes it in, lists it, opens threads, searches.

use super::{
    Times, Wanted, header, line,
    portfolio::{self, Made, SCOPE},
    shell, temporary,
};
use anyhow::Result;
use chrono::{DateTime, Utc};
use fastrand::Rng;
use palier_domain::SearchQuery;
use palier_store::Store;
use palier_wire::{Change, Epoch, MAX_PAGE_CHANGES, Scope, SnapshotPage};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The server's life that the portfolio is of.
pub const EPOCH: Epoch = Epoch(Uuid::from_u128(99));

/// Scans of everything are slow: so many are enough.
const SCANS: usize = 5;

pub async fn measure(wanted: &Wanted) -> Result<()> {
    for tickets in &wanted.tickets {
        at_size(wanted, *tickets).await?;
    }
    Ok(())
}

async fn at_size(wanted: &Wanted, tickets: usize) -> Result<()> {
    let folder = temporary(wanted)?;
    let made = portfolio::make(wanted.seed, tickets);
    let opened = Store::open(&folder.path().join("device"), portfolio::OWNER).await?;
    let store = opened.store;
    let took = fill(&store, &made).await?;
    let rows = made.first.len() + made.tickets.len();
    println!("\n## {tickets} tickets, {} incidents\n", made.threads.len());
    println!(
        "took {rows} rows in, with full text, in {:.1} s: {:.0} rows a second",
        took.as_secs_f64(),
        rows as f64 / took.as_secs_f64()
    );
    match shell::import(folder.path(), &made)? {
        Some(peer) => println!(
            "sqlite3's .import of the tickets and a rebuild of their full text: {:.0} rows a second; ours is {:.2}× of it",
            peer,
            rows as f64 / took.as_secs_f64() / peer
        ),
        None => println!("sqlite3's shell is not installed: no peer"),
    }
    reading(wanted, &store, &made).await?;
    let file = store.shown_cache();
    searching(wanted, &store, &file).await?;
    let size = std::fs::metadata(&file)?.len();
    println!("\nthe cache takes {} MiB", size / 1024 / 1024);
    store.close().await;
    let begun = Instant::now();
    let store = Store::open(&folder.path().join("device"), portfolio::OWNER)
        .await?
        .store;
    let open = begun.elapsed();
    let listed = store.incidents(&[], false).await?.len();
    println!(
        "a cold start opens it in {:.0} ms and has its list of {listed} in {:.0} ms",
        open.as_secs_f64() * 1000.0,
        begun.elapsed().as_secs_f64() * 1000.0
    );
    store.close().await;
    Ok(())
}

/// Takes a portfolio in, page by page as a server sends it; answers how long that took.
pub async fn fill(store: &Store, made: &Made) -> Result<Duration> {
    store.adopt_epoch(EPOCH, Utc::now()).await?;
    let own = Scope::User(portfolio::OWNER);
    apply(store, own, true, &[portfolio::membership()], None).await?;
    let all: Vec<&Change> = made.first.iter().chain(&made.tickets).collect();
    let pages: Vec<Vec<Change>> = all
        .chunks(MAX_PAGE_CHANGES)
        .map(|page| page.iter().map(|change| (*change).clone()).collect())
        .collect();
    let count = pages.len();
    let mut took = Duration::ZERO;
    for (index, page) in pages.into_iter().enumerate() {
        let next = (index + 1 < count).then(|| index.to_string());
        let begun = Instant::now();
        apply(store, SCOPE, index == 0, &page, next).await?;
        took += begun.elapsed();
    }
    Ok(took)
}

async fn apply(
    store: &Store,
    scope: Scope,
    first: bool,
    changes: &[Change],
    next: Option<String>,
) -> Result<()> {
    let page = SnapshotPage {
        scope,
        number: first.then_some(1),
        changes: changes.to_vec(),
        next,
        server_time: Utc::now(),
        schema: 1,
    };
    store.apply_snapshot(&page, 1, Utc::now()).await?;
    Ok(())
}

async fn reading(wanted: &Wanted, store: &Store, made: &Made) -> Result<()> {
    let mut rng = Rng::with_seed(wanted.seed);
    let (mut thread, mut memory, mut list) = (Times::new()?, Times::new()?, Times::new()?);
    for _ in 0..wanted.repeats {
        let (id, _) = made.threads[rng.usize(..made.threads.len())];
        let page = thread
            .take(async { Ok(store.thread(id, None, 50).await?) })
            .await?;
        // What showing the same rows costs when they are in memory: a copy of every text.
        memory
            .take(async {
                let copied = page.as_ref().map(|page| page.tickets.clone());
                Ok(std::hint::black_box(copied))
            })
            .await?;
    }
    for _ in 0..SCANS.max(wanted.repeats / 30) {
        list.take(async { Ok(store.incidents(&[], false).await?) })
            .await?;
    }
    let mut dashboard = Times::new()?;
    for _ in 0..SCANS {
        let whole = DateTime::UNIX_EPOCH..Utc::now();
        dashboard
            .take(async { Ok(store.dashboard(whole, None).await?) })
            .await?;
    }
    header("Reading", "the rows copied in memory");
    line("a thread's newest 50", &thread, Some(&memory));
    line("the whole list", &list, None);
    line("the rows of a dashboard over everything", &dashboard, None);
    Ok(())
}

async fn searching(wanted: &Wanted, store: &Store, file: &std::path::Path) -> Result<()> {
    let words = [
        "chaudiere",
        "bruit bizarre",
        "devis",
        "9417",
        "moisissures",
        "evier cuisine",
    ];
    let beginnings = ["chau", "mo", "ele", "dev", "se", "plo"];
    let mut conn = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .connect()
        .await?;
    let (mut word, mut begun, mut scan) = (Times::new()?, Times::new()?, Times::new()?);
    for round in 0..wanted.repeats {
        // Something behind the last word finishes it; without, it is taken for a beginning.
        find(
            store,
            &mut word,
            &format!("{} ", words[round % words.len()]),
        )
        .await?;
        find(store, &mut begun, beginnings[round % beginnings.len()]).await?;
    }
    for round in 0..SCANS {
        let like = format!(
            "%{}%",
            ["chaudi", "bizarre", "devis", "9417", "moisi"][round]
        );
        scan.take(scan_once(&mut conn, &like)).await?;
    }
    conn.close().await?;
    header("Searching", "a LIKE scan of the same file");
    line("LIKE scan of all tickets, newest 50", &scan, None);
    line("words", &word, Some(&scan));
    line("beginnings", &begun, Some(&scan));
    Ok(())
}

async fn find(store: &Store, times: &mut Times, typed: &str) -> Result<()> {
    let query = SearchQuery::parse(typed)?;
    times
        .take(async { Ok(store.search(&query, None, 50).await?) })
        .await?;
    Ok(())
}

async fn scan_once(conn: &mut SqliteConnection, like: &str) -> Result<()> {
    sqlx::query("select id from ticket where message like ?1 order by created_ms desc limit 50")
        .bind(like.to_owned())
        .fetch_all(conn)
        .await?;
    Ok(())
}
