//! Callers who each send the next request when the last one is answered.

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// What a number of callers saw.
pub struct Load {
    latencies: Histogram<u64>,
    lasted: Duration,
}

impl Load {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.lasted.as_secs_f64()
    }

    /// Answers.
    pub fn answers(&self) -> u64 {
        self.latencies.len()
    }

    /// That percentile of the latencies, in milliseconds.
    pub fn percentile_ms(&self, percentile: f64) -> f64 {
        self.latencies.value_at_percentile(percentile) as f64 / 1000.0
    }

    /// Of latencies that were measured one after the other.
    pub fn of(latencies: Histogram<u64>, lasted: Duration) -> Self {
        Self { latencies, lasted }
    }
}

/// Microseconds up to a minute, three digits of them.
///
/// # Errors
/// Never for these limits.
pub fn histogram() -> Result<Histogram<u64>> {
    Histogram::new_with_bounds(1, 60_000_000, 3).context("could not make a histogram")
}

/// Lets `callers` call for so long. `call` gets the caller's number.
///
/// # Errors
/// The first call that fails: a figure of a server that refuses is none.
pub async fn run<F, Fut>(callers: usize, lasts: Duration, call: F) -> Result<Load>
where
    F: Fn(usize) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    let call = Arc::new(call);
    let begun = Instant::now();
    let end = begun + lasts;
    let mut running = JoinSet::new();
    for caller in 0..callers {
        let call = call.clone();
        running.spawn(async move {
            let mut latencies = histogram()?;
            loop {
                let sent = Instant::now();
                if sent >= end {
                    return anyhow::Ok(latencies);
                }
                call(caller).await?;
                latencies.saturating_record(sent.elapsed().as_micros() as u64);
            }
        });
    }
    let mut all = histogram()?;
    while let Some(ended) = running.join_next().await {
        all.add(ended??).context("histograms differ")?;
    }
    Ok(Load::of(all, begun.elapsed()))
}
