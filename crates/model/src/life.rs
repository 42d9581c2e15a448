//! A whole life: its steps from a seed, lived to the end, and cut down where it breaks a promise.

use crate::{Life, Tally, World, lives};
use anyhow::{Context, Result, anyhow};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use std::fmt::Write;

/// After so many steps the server is looked at as it stands.
const GLANCE: usize = 20;

/// A life that broke a promise.
#[derive(Debug, Clone)]
pub struct Broken {
    /// Which promise.
    pub why: String,
    /// The few steps that suffice.
    pub life: Life,
}

/// The life of `seed`, of at most `most` steps.
///
/// # Errors
/// Never in practice: the strategy refuses nothing.
pub fn life_of(seed: u64, most: usize) -> Result<Life> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let tree = lives(most).new_tree(&mut runner);
    Ok(tree.map_err(|why| anyhow!("{why}"))?.current())
}

/// Lives these steps, heals the world and holds it against what everybody wrote. Answers what the
/// life was made of.
///
/// # Errors
/// The first promise that is broken.
pub fn live(life: &Life) -> Result<Tally> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut world = World::begin(life.devices).await?;
        for (at, step) in life.steps.iter().enumerate() {
            let taken = world.take(step).await;
            taken.with_context(|| format!("at step {at}, {step:?}"))?;
            if (at + 1) % GLANCE == 0 {
                let well = world.glance().await;
                well.with_context(|| format!("after step {at}, {step:?}"))?;
            }
        }
        world.heal().await?;
        world.judge().await?;
        Ok(world.tally())
    })
}

/// Lives the life of `seed`; where it breaks a promise, finds the few steps that suffice.
///
/// # Errors
/// What it takes to break a promise.
pub fn prove(seed: u64, most: usize) -> std::result::Result<Tally, Broken> {
    let life = life_of(seed, most).unwrap_or_else(|why| unreachable!("{why}"));
    match live(&life) {
        Ok(tally) => Ok(tally),
        Err(why) => Err(cut_down(Broken {
            why: format!("{why:#}"),
            life,
        })),
    }
}

/// Leaves steps out, many at once and then fewer, as long as a promise stays broken
/// (Zeller's and Hildebrandt's "Simplifying and Isolating Failure-Inducing Input", without its
/// complements).
fn cut_down(mut broken: Broken) -> Broken {
    let mut size = broken.life.steps.len().div_ceil(2);
    while size > 0 {
        let mut from = 0;
        let mut shorter = false;
        while from < broken.life.steps.len() {
            let mut fewer = broken.life.clone();
            let to = (from + size).min(fewer.steps.len());
            fewer.steps.drain(from..to);
            match live(&fewer) {
                Err(why) => {
                    broken = Broken {
                        why: format!("{why:#}"),
                        life: fewer,
                    };
                    shorter = true;
                }
                Ok(_) => from += size,
            }
        }
        if !shorter || size > 1 {
            size /= 2;
        }
    }
    broken
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut steps = String::new();
        for step in &self.life.steps {
            writeln!(steps, "  {step:?}")?;
        }
        write!(
            f,
            "{}\nwith {} devices after\n{steps}",
            self.why, self.life.devices
        )
    }
}
