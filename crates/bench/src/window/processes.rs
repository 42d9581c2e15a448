//! What a program and everything it has started cost, as the kernel counts it (Linux).

use anyhow::{Context, Result};
use palier_webdriver::process::children;
use std::{fs, ops::Sub, path::Path};

/// A process and what it has started, and what that has started.
pub fn family(root: u32) -> Vec<u32> {
    let mut all = vec![root];
    let mut at = 0;
    while let Some(process) = all.get(at) {
        all.extend(children(*process));
        at += 1;
    }
    all
}

/// Memory of a family in MiB: what only they have, and their share of the rest (PSS).
///
/// # Errors
/// When the kernel does not tell.
pub fn memory(root: u32) -> Result<f64> {
    let mut kib = 0;
    for process in family(root) {
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let told = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let told = told.context("the kernel does not tell the memory")?;
        kib += told.trim().parse::<u64>()?;
    }
    Ok(kib as f64 / 1024.0)
}

/// What a family has done since it was started.
#[derive(Debug, Clone, Copy, Default)]
pub struct Work {
    /// Seconds on a core.
    pub seconds: f64,
    /// How often one of its threads had waited for something and was woken.
    pub wakeups: f64,
}

impl Sub for Work {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            seconds: self.seconds - earlier.seconds,
            wakeups: self.wakeups - earlier.wakeups,
        }
    }
}

/// Counts it, thread by thread.
///
/// # Errors
/// When the kernel does not tell.
pub fn work(root: u32) -> Result<Work> {
    let mut all = Work::default();
    for process in family(root) {
        for thread in fs::read_dir(format!("/proc/{process}/task"))?.flatten() {
            // A thread may end while it is being read.
            if let Some(it) = of_thread(&thread.path()) {
                all.seconds += it.seconds;
                all.wakeups += it.wakeups;
            }
        }
    }
    Ok(all)
}

fn of_thread(folder: &Path) -> Option<Work> {
    let ran = fs::read_to_string(folder.join("schedstat")).ok()?;
    let nanoseconds: f64 = ran.split_whitespace().next()?.parse().ok()?;
    let status = fs::read_to_string(folder.join("status")).ok()?;
    let mut lines = status.lines();
    let wakeups = lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
    Some(Work {
        seconds: nanoseconds / 1e9,
        wakeups: wakeups.trim().parse().ok()?,
    })
}
