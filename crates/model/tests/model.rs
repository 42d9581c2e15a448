//! Random lives, from seeds: `PALIER_MODEL_LIVES` makes more of them, `PALIER_MODEL_STEPS` longer
//! ones, `PALIER_MODEL_SEED` begins elsewhere.

#![allow(clippy::unwrap_used)]

use palier_model::{Tally, life::prove};
use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Instant,
};

fn number(name: &str, otherwise: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn every_promise_holds_in_every_life() {
    let lives = number("PALIER_MODEL_LIVES", 300);
    let length = number("PALIER_MODEL_STEPS", 100) as usize;
    let first = number("PALIER_MODEL_SEED", 1);
    let next = AtomicU64::new(first);
    let found = Mutex::new(Vec::new());
    let tally = Mutex::new(Tally::default());
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + lives {
                        return;
                    }
                    match prove(seed, length) {
                        Ok(lived) => tally.lock().unwrap().add(lived),
                        Err(broken) => found.lock().unwrap().push(format!("seed {seed}: {broken}")),
                    }
                }
            });
        }
    });
    println!(
        "{lives} lives of at most {length} steps in {:.1?}",
        began.elapsed()
    );
    for (what, count) in tally.into_inner().unwrap().0 {
        println!("{count:8} {what}");
    }
    let found = found.into_inner().unwrap();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
