//! What is painted after a click, a key, a message (budgets 1–3), measured inside the page.
//!
//! [`SCRIPT`] clicks, writes and sends as a person does and reads the page's own clock, which WebKit rounds to
//! milliseconds. Each peer is measured beside it, in the same window: the thread's rows put into the page from
//! memory, one bubble put there by hand, one durable commit on the same disk.

use super::{
    Wanted,
    cached::Cached,
    start::{ROW, end, until_there},
    surroundings,
    table::{self, Samples},
};
use crate::device;
use anyhow::{Context, Result, ensure};
use palier_webdriver::{Desk, Driven};
use serde::Deserialize;
use std::time::Instant;

const SCRIPT: &str = include_str!("page.js");

/// How long the composer lets text rest before it is kept.
const DEBOUNCE_MS: f64 = 200.0;

/// What the script measured, in milliseconds.
#[derive(Deserialize)]
struct Measured {
    /// From the click on a row to the thread's fifty newest tickets, painted.
    opened: f64,
    /// The same rows out of memory, painted.
    memory: f64,
    /// A question to the core, and its answer.
    asked: f64,
    /// From a keystroke to a draft that is on the disk.
    durable: f64,
    /// Of that: from asking the core to its answer.
    kept: f64,
    /// One bubble put into the page by hand, painted.
    bubble: f64,
    /// From the click on Send to the bubble, painted.
    sent: f64,
}

#[derive(Default)]
struct All {
    commit: Samples,
    opened: Samples,
    memory: Samples,
    asked: Samples,
    durable: Samples,
    kept: Samples,
    bubble: Samples,
    sent: Samples,
}

/// Measures; answers how long threads took to open.
///
/// # Errors
/// When the page does not do what it should.
pub async fn measure(wanted: &Wanted, desk: &Desk, cache: &Cached) -> Result<Samples> {
    let driver = surroundings(desk, "WebKitWebDriver", &cache.folder);
    let driven = Driven::open(desk, driver, &wanted.program.to_string_lossy(), &[]).await;
    until_there(&driven.session, ROW).await?;
    let mut raw = device::raw(&cache.folder.join("raw.sqlite")).await?;
    let mut all = All::default();
    for round in 0..wanted.repeats {
        let long = cache.long.get(round % cache.long.len());
        let long = long.context("a long thread")?;
        let words = format!("Le plombier passe demain à 9 h, message {round}.");
        let begun = Instant::now();
        device::commit_once(&mut raw, &words).await?;
        all.commit.push(begun.elapsed().as_secs_f64() * 1000.0);
        let (id, place) = (long.id.to_string(), long.place.to_string());
        let args = [id.as_str(), &place, &words];
        let told = driven.session.run_and_wait(SCRIPT, &args);
        let told = told.await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        ensure!(told.get("error").is_none(), "in the page: {told}");
        all.take(&serde_json::from_value(told)?);
    }
    end(driven).await;
    all.print();
    Ok(all.opened)
}

impl All {
    fn take(&mut self, it: &Measured) {
        self.opened.push(it.opened);
        self.memory.push(it.memory);
        self.asked.push(it.asked);
        self.durable.push(it.durable - DEBOUNCE_MS);
        self.kept.push(it.kept);
        self.bubble.push(it.bubble);
        self.sent.push(it.sent);
    }

    fn print(&self) {
        let commit = self.commit.p99();
        table::header("In the page");
        table::row("raw durable commit on this disk", &self.commit, None);
        table::row("a question to the core and back", &self.asked, None);
        table::row(
            "keystroke → draft durable, without the 200 ms it rests",
            &self.durable,
            Some(commit),
        );
        table::row(
            "of that, from asking the core to its answer",
            &self.kept,
            Some(commit),
        );
        table::row("one bubble put there by hand → painted", &self.bubble, None);
        table::row(
            "Send → own bubble painted, durable (peer: the bubble by hand + a commit)",
            &self.sent,
            Some(self.bubble.p99() + commit),
        );
        table::row("fifty rows out of memory → painted", &self.memory, None);
        table::row(
            "click → thread painted",
            &self.opened,
            Some(self.memory.p99()),
        );
    }
}
