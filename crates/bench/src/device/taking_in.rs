//! A portfolio comes in, page by page as a server sends it.

use super::portfolio::{self, Made, SCOPE};
use crate::window::work;
use anyhow::Result;
use chrono::Utc;
use palier_store::Store;
use palier_wire::{Change, Epoch, MAX_PAGE_CHANGES, Scope, SnapshotPage};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The server's life that the portfolio is of.
pub const EPOCH: Epoch = Epoch(Uuid::from_u128(99));

/// What it took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Took {
    /// By the clock.
    pub time: Duration,
    /// Of a core, in seconds: what others do on this machine meanwhile is not in it.
    pub processor: f64,
}

/// Takes a portfolio in; answers what its rows took. The few files with bytes come afterwards.
pub async fn fill(store: &Store, made: &Made) -> Result<Took> {
    store.adopt_epoch(EPOCH, Utc::now()).await?;
    let own = Scope::User(portfolio::OWNER);
    apply(store, own, true, vec![portfolio::membership()], None).await?;
    let all: Vec<&Change> = made.rows().collect();
    let count = all.len().div_ceil(MAX_PAGE_CHANGES);
    let mut took = Took::default();
    for (index, page) in all.chunks(MAX_PAGE_CHANGES).enumerate() {
        let page = page.iter().map(|change| (*change).clone()).collect();
        let next = (index + 1 < count).then(|| index.to_string());
        let worked = work(std::process::id())?;
        let begun = Instant::now();
        apply(store, SCOPE, index == 0, page, next).await?;
        took.time += begun.elapsed();
        took.processor += (work(std::process::id())? - worked).seconds;
    }
    for (attachment, bytes) in &made.bytes {
        let mut received = store.blobs().receive().await?;
        received.write(bytes).await?;
        store.keep_download(*attachment, received).await?;
    }
    Ok(took)
}

async fn apply(
    store: &Store,
    scope: Scope,
    first: bool,
    changes: Vec<Change>,
    next: Option<String>,
) -> Result<()> {
    let page = SnapshotPage {
        scope,
        number: first.then_some(1),
        changes,
        next,
        server_time: Utc::now(),
        schema: 1,
    };
    store.apply_snapshot(&page, 1, Utc::now()).await?;
    Ok(())
}
