//! `cargo xtask soak`: many more random lives than the tests have time for.

use anyhow::Result;

use crate::{
    process::{self, run},
    progress,
};

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How many lives.
    pub lives: u64,
    /// How many steps each has at most.
    pub steps: u64,
    /// The first one's seed; each later one has the next.
    pub seed: u64,
}

/// Lives them, optimised, on all cores; what breaks a promise is printed, cut down to what matters.
pub fn soak(effort: Effort) -> Result<()> {
    progress::step("build", || {
        run(process::cargo().args(["build", "--release", "-p", "palier-server"]))
    })?;
    progress::step("lives", || {
        run(process::cargo()
            .args(["test", "--release", "-p", "palier-model", "--test", "model"])
            .args(["--", "--nocapture"])
            .env("PALIER_MODEL_LIVES", effort.lives.to_string())
            .env("PALIER_MODEL_STEPS", effort.steps.to_string())
            .env("PALIER_MODEL_SEED", effort.seed.to_string()))
    })
}
