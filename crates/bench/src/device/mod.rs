//! What a device does with a portfolio of a given size, beside the raw work on the same disk.
//!
//! No window and no server: journal and cache as the application uses them. A made-up portfolio
//! ([`portfolio`]) comes in as pages of a snapshot, as from a server.

mod cache;
mod journal;
pub mod portfolio;
mod searching;
pub mod shell;
mod taking_in;

pub use journal::{commit_once, raw};
pub use taking_in::{EPOCH, fill};

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

/// What to measure, and how often.
#[derive(clap::Args, Clone)]
pub struct Wanted {
    /// Sizes of the portfolio, in tickets.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
    tickets: Vec<usize>,
    /// How often a measurement is repeated.
    #[arg(long, default_value_t = 300)]
    repeats: usize,
    /// What the portfolio is made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the files go; a disk, to measure durable commits. A temporary folder without.
    #[arg(long)]
    folder: Option<PathBuf>,
}

/// Measures.
///
/// # Errors
/// When the files cannot be written.
pub async fn measure(wanted: &Wanted) -> Result<()> {
    journal::measure(wanted).await?;
    cache::measure(wanted).await
}

fn temporary(wanted: &Wanted) -> Result<tempfile::TempDir> {
    match &wanted.folder {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    }
    .context("making a folder")
}

/// How long something took, again and again.
pub(crate) struct Times(Histogram<u64>);

impl Times {
    fn new() -> Result<Self> {
        crate::load::histogram().map(Self)
    }

    /// Measures once.
    async fn take<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let begun = Instant::now();
        let done = work.await?;
        self.note(begun.elapsed());
        Ok(done)
    }

    fn note(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.0.saturating_record(micros.max(1));
    }

    pub(crate) fn ms(&self, percentile: f64) -> f64 {
        self.0.value_at_percentile(percentile) as f64 / 1000.0
    }
}

/// A line of a table: what, its p50 and p99, and how many times a peer's p99 that is.
fn line(name: &str, times: &Times, peer: Option<&Times>) {
    let ratio = match peer {
        Some(peer) => format!("{:.2}×", times.ms(99.0) / peer.ms(99.0)),
        None => "–".to_owned(),
    };
    println!(
        "| {name} | {:.2} ms | {:.2} ms | {ratio} |",
        times.ms(50.0),
        times.ms(99.0)
    );
}

fn header(title: &str, peer: &str) {
    println!("\n### {title}\n\n| | p50 | p99 | p99 of {peer} |\n|---|---|---|---|");
}
