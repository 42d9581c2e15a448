//! What a device does with a portfolio of a given size: takes it in, lists it, opens threads, searches.

use super::{
    Times, Wanted, fill, header, line,
    portfolio::{self, Made},
    searching::searching,
    shell, temporary,
};
use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;
use palier_store::{Store, view::ListWanted};
use std::{path::Path, time::Instant};

/// What reads everything is slow: so many times are enough.
const FEW: usize = 5;

pub async fn measure(wanted: &Wanted) -> Result<()> {
    for tickets in &wanted.tickets {
        at_size(wanted, *tickets).await?;
    }
    Ok(())
}

async fn at_size(wanted: &Wanted, tickets: usize) -> Result<()> {
    let folder = temporary(wanted)?;
    let made = portfolio::make(wanted.seed, tickets);
    let device = folder.path().join("device");
    let store = Store::open(&device, portfolio::OWNER).await?.store;
    println!("\n## {tickets} tickets, {} incidents\n", made.threads.len());
    taking_in(folder.path(), &store, &made).await?;
    reading(wanted, &store, &made).await?;
    let file = store.shown_cache();
    searching(wanted, &store, &file).await?;
    let size = std::fs::metadata(&file)?.len();
    println!("\nthe cache takes {} MiB", size / 1024 / 1024);
    store.close().await;
    cold_start(&device).await
}

/// Budget 7. By the clock, and by what a core had to do: the second holds on a machine that others use too.
async fn taking_in(folder: &Path, store: &Store, made: &Made) -> Result<()> {
    let took = fill(store, made).await?;
    let rows = made.rows().count() as f64;
    let (rate, processor_rate) = (rows / took.time.as_secs_f64(), rows / took.processor);
    println!("| rows taken in, with full text: {rows} | by the clock | of a core |\n|---|---|---|");
    println!("| rows a second | {rate:.0} | {processor_rate:.0} |");
    let Some(peer) = shell::import(folder, made)? else {
        println!("\nsqlite3's shell is not installed: no peer");
        return Ok(());
    };
    println!(
        "| sqlite3's .import of the tickets and a rebuild of their full text | {:.0} | {:.0} |",
        peer.rate, peer.processor_rate
    );
    println!(
        "| ours of it (goal: 0.7×) | {:.2}× | {:.2}× |",
        rate / peer.rate,
        processor_rate / peer.processor_rate
    );
    Ok(())
}

async fn cold_start(device: &Path) -> Result<()> {
    let begun = Instant::now();
    let store = Store::open(device, portfolio::OWNER).await?.store;
    let open = begun.elapsed();
    let listed = store.list(&first_page()).await?.len();
    println!(
        "a cold start opens it in {:.0} ms and has the first {listed} of its list in {:.0} ms",
        open.as_secs_f64() * 1000.0,
        begun.elapsed().as_secs_f64() * 1000.0
    );
    store.close().await;
    Ok(())
}

async fn reading(wanted: &Wanted, store: &Store, made: &Made) -> Result<()> {
    let mut rng = Rng::with_seed(wanted.seed);
    let (mut thread, mut memory) = (Times::new()?, Times::new()?);
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
    let mut page = Times::new()?;
    for _ in 0..wanted.repeats {
        page.take(async { Ok(store.list(&first_page()).await?) })
            .await?;
    }
    let (mut list, mut sweep) = (Times::new()?, Times::new()?);
    for _ in 0..FEW.max(wanted.repeats / 30) {
        list.take(async { Ok(store.incidents(&[], false).await?) })
            .await?;
    }
    for _ in 0..FEW {
        sweep.take(async { Ok(store.sweep_blobs().await?) }).await?;
    }
    let newest = newest(made);
    let month = dashboard(store, newest - TimeDelta::days(30)).await?;
    let everything = dashboard(store, DateTime::UNIX_EPOCH).await?;
    header("Reading", "the rows copied in memory");
    line("a thread's newest 50", &thread, Some(&memory));
    line("the first hundred of the list", &page, None);
    line("the whole list", &list, None);
    line(
        "the rows of a dashboard over the last 30 days",
        &month,
        None,
    );
    line("the same over everything", &everything, None);
    line("files that nothing names are looked for", &sweep, None);
    Ok(())
}

/// What the application asks for when it starts.
fn first_page() -> ListWanted {
    ListWanted {
        in_sight: true,
        limit: Some(100),
        ..ListWanted::default()
    }
}

/// The rows of the owner's dashboard since then.
async fn dashboard(store: &Store, since: DateTime<Utc>) -> Result<Times> {
    let mut times = Times::new()?;
    for _ in 0..FEW {
        times
            .take(async { Ok(store.dashboard(since..Utc::now(), None).await?) })
            .await?;
    }
    Ok(times)
}

/// When the last thing happened.
fn newest(made: &Made) -> DateTime<Utc> {
    let opened = made.threads.iter().map(|(id, _)| id.0.as_u128() >> 80);
    let millis = opened.max().and_then(|millis| i64::try_from(millis).ok());
    millis
        .and_then(DateTime::from_timestamp_millis)
        .unwrap_or_default()
}
