//! Words looked for in a portfolio, beside a scan of the same file (budget 5).

use super::{Times, Wanted, header, line};
use anyhow::Result;
use palier_domain::SearchQuery;
use palier_store::Store;
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;

/// Scans of everything are slow: so many are enough.
const SCANS: usize = 5;
/// From the most frequent words to such as stand in few texts.
const WORDS: &[&str] = &[
    "chaudiere",
    "devis",
    "bruit bizarre",
    "evier cuisine",
    "mosaique",
    "traore",
    "crepi fendu",
    "9417",
];
/// What somebody has typed so far.
const BEGINNINGS: &[&str] = &[
    "ch",
    "chau",
    "mo",
    "ele",
    "dev",
    "se",
    "plo",
    "detart",
    "mosa",
    "resonn",
    "tr",
    "zi",
    "mosaique ch",
    "crepi de",
];

/// Looks for each in turn.
pub async fn searching(wanted: &Wanted, store: &Store, file: &Path) -> Result<()> {
    let mut conn = SqliteConnectOptions::new()
        .filename(file)
        .read_only(true)
        .connect()
        .await?;
    let (mut word, mut begun, mut scan) = (Times::new()?, Times::new()?, Times::new()?);
    for round in 0..wanted.repeats {
        // Something behind the last word finishes it; without, it is taken for a beginning.
        let whole = format!("{} ", WORDS[round % WORDS.len()]);
        find(store, &mut word, &whole).await?;
        find(store, &mut begun, BEGINNINGS[round % BEGINNINGS.len()]).await?;
    }
    for round in 0..SCANS {
        let like = format!(
            "%{}%",
            ["chaudi", "bizarre", "devis", "9417", "mosa"][round]
        );
        scan.take(scan_once(&mut conn, &like)).await?;
    }
    header("Searching", "a LIKE scan of the same file");
    line("LIKE scan of all tickets, newest 50", &scan, None);
    line("words", &word, Some(&scan));
    line("beginnings", &begun, Some(&scan));
    for (what, times, most) in [("words", &word, 10.0), ("beginnings", &begun, 30.0)] {
        println!(
            "{what}: p50 is 1/{:.0} of a scan's, p99 {:.1} ms (goals: 1/50; {most} ms)",
            scan.ms(50.0) / times.ms(50.0),
            times.ms(99.0)
        );
    }
    each(&mut conn, store).await?;
    conn.close().await?;
    Ok(())
}

/// How often each stands in the portfolio, and what finding it takes.
async fn each(conn: &mut SqliteConnection, store: &Store) -> Result<()> {
    println!("\n| looked for | texts that have it | found in |\n|---|---|---|");
    let typed = WORDS.iter().map(|words| format!("{words} "));
    for typed in typed.chain(BEGINNINGS.iter().map(|begun| (*begun).to_owned())) {
        let query = match typed.strip_suffix(' ') {
            Some(words) => words.to_owned(),
            None => format!("{typed}*"),
        };
        let texts: i64 =
            sqlx::query_scalar("select count(*) from search_words where search_words match ?1")
                .bind(query)
                .fetch_one(&mut *conn)
                .await?;
        let mut times = Times::new()?;
        for _ in 0..SCANS {
            find(store, &mut times, &typed).await?;
        }
        println!("| {typed} | {texts} | {:.2} ms |", times.ms(50.0));
    }
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
