//! What a machine needs, found out and installed.
//!
//! [`ensure`] looks at everything first, then shows one list with estimated times, asks once, and
//! installs in an order in which each part finds what it builds upon. Nothing is asked when
//! nothing is missing, so `run` and `test` call it every time.
//!
//! The parts: [`system`] (the distribution's packages), [`tools`] (programs built by cargo, and the
//! toolchain's own components), [`crate::wasm`] (the standard library for the screens), [`python`]
//! (programs from PyPI that the checks use) and [`node`] (axe-core from npm).

pub mod node;
pub mod python;
pub mod system;
pub mod tools;

use std::{
    io::{IsTerminal, Write},
    time::Duration,
};

use anyhow::{Context, Result};

use crate::{
    cache::Cache,
    process::Refused,
    progress::{self, human, step},
    wasm,
    workspace::Workspace,
};

/// What the machine is wanted for: tests need more than running does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Build everything and open the window.
    Run,
    /// The plain tests, with the other programs that they start.
    Quick,
    /// Every check, with a window on a virtual display.
    Test,
}

/// Whether installing was agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Beforehand: `--yes`, or the environment of a CI.
    Given,
    /// The person is to be asked.
    Ask,
}

impl Consent {
    /// `--yes`, or `CI=true` in the environment.
    #[must_use]
    pub fn from_flag(yes: bool) -> Self {
        let ci = std::env::var("CI").is_ok_and(|value| matches!(value.as_str(), "true" | "1"));
        if yes || ci { Self::Given } else { Self::Ask }
    }
}

/// One thing that is missing, and how to get it.
pub struct Missing {
    /// What the list calls it.
    pub name: String,
    /// A guess for two cores, so that nobody wonders whether it hangs.
    pub estimate: Duration,
    /// Installs it.
    pub install: Box<dyn FnOnce() -> Result<()>>,
}

/// Sees to it that everything for a purpose is here, or says what is not and why.
pub fn ensure(workspace: &Workspace, purpose: Purpose, consent: Consent) -> Result<()> {
    let cache = Cache::find()?;
    let missing = find(workspace, &cache, purpose)?;
    if missing.is_empty() {
        return Ok(());
    }

    progress::note("This machine lacks:");
    for part in &missing {
        progress::note(&format!(
            "  • {} (about {})",
            part.name,
            human(part.estimate)
        ));
    }
    let total: Duration = missing.iter().map(|part| part.estimate).sum();
    progress::note(&format!(
        "Installing takes about {}. Tools go to {}.",
        human(total),
        cache.root().display()
    ));
    if consent == Consent::Ask {
        ask()?;
    }

    for part in missing {
        let Missing { name, install, .. } = part;
        step(&format!("install {name}"), install).with_context(|| {
            format!("could not install {name}; what was installed before it stays, so setup can simply be started again")
        })?;
    }
    Ok(())
}

/// All that is missing, in the order of installing.
fn find(workspace: &Workspace, cache: &Cache, purpose: Purpose) -> Result<Vec<Missing>> {
    let mut missing = Vec::new();
    missing.extend(system::missing(purpose)?);
    missing.extend(tools::missing_components());
    missing.extend(wasm::missing(cache)?);
    missing.extend(tools::missing(workspace, cache, purpose)?);
    missing.extend(python::missing(workspace, cache, purpose)?);
    missing.extend(node::missing(workspace, cache, purpose)?);
    Ok(missing)
}

fn ask() -> Result<()> {
    if !std::io::stdin().is_terminal() {
        return Err(Refused(
            "nobody is there to be asked: start `cargo xtask setup --yes` to agree beforehand"
                .into(),
        )
        .into());
    }
    print!("Install now? [Y/n] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if agrees(&answer) {
        Ok(())
    } else {
        Err(Refused("nothing was installed".into()).into())
    }
}

fn agrees(answer: &str) -> bool {
    // An end of input has no line break: that is somebody leaving, not somebody pressing Return.
    answer.ends_with('\n')
        && matches!(
            answer.trim().to_lowercase().as_str(),
            "" | "y" | "yes" | "o" | "oui"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_agrees_and_an_end_of_input_does_not() {
        assert!(agrees("\n") && agrees("Y\n") && agrees("oui\n"));
        assert!(!agrees("") && !agrees("n\n") && !agrees("what?\n"));
    }
}
