//! The proof that the model can fail: every planted bug is found.

#![allow(clippy::unwrap_used)]

use palier_domain::planted::{Bug, plant};
use palier_model::life::{life_of, live};
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Instant,
};

/// In so many lives every bug is found.
const MOST: u64 = 2_000;

/// In how many lives a bug is found, and which promise it breaks; none where it is not found. The life that
/// found it breaks nothing without the bug.
fn find(bug: Bug) -> Option<(u64, String)> {
    plant(Some(bug));
    let (next, over) = (AtomicU64::new(1), AtomicBool::new(false));
    let search = || {
        while !over.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed > MOST {
                return None;
            }
            let life = life_of(seed, 100).unwrap();
            if let Err(why) = live(&life) {
                over.store(true, Ordering::Relaxed);
                return Some((seed, format!("{why:#}")));
            }
        }
        None
    };
    let found = thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let searches: Vec<_> = (0..threads).map(|_| scope.spawn(search)).collect();
        let found = searches.into_iter().map(|it| it.join().unwrap());
        found.flatten().min()
    });
    plant(None);
    if let Some((seed, why)) = &found
        && let Err(own) = live(&life_of(*seed, 100).unwrap())
    {
        panic!("life {seed} broke with {bug:?} ({why}), and breaks without: {own:#}");
    }
    found
}

#[test]
fn every_planted_bug_is_found() {
    // The house that every life begins with is furnished by an honest program.
    live(&life_of(0, 0).unwrap()).unwrap();
    let mut missed = Vec::new();
    for bug in Bug::ALL {
        let began = Instant::now();
        match find(*bug) {
            Some((lives, why)) => {
                let why: String = why.chars().take(160).collect();
                println!("{bug:?} in {lives} lives, {:.1?}: {why}", began.elapsed());
            }
            None => missed.push(bug),
        }
    }
    assert!(missed.is_empty(), "not found in {MOST} lives: {missed:?}");
}
