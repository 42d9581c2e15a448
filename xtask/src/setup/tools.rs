//! Programs built by cargo into our cache folder, and the toolchain's own components.

use std::{path::Path, process::Command, time::Duration};

use anyhow::Result;

use super::{Missing, Purpose};
use crate::{
    cache::Cache,
    process::{self, run, succeeds},
    progress,
    workspace::Workspace,
};

/// A program that cargo can install.
struct Tool {
    package: &'static str,
    program: &'static str,
    version: String,
    /// Whether a copy elsewhere on PATH will do, given the version it prints.
    accepts: fn(wanted: &str, found: &str) -> bool,
    /// Arguments for `cargo install`.
    arguments: &'static [&'static str],
    minutes: u64,
    purpose: Purpose,
}

impl Tool {
    /// A tool that the checks start, called like its package, without its optional parts; any version of it
    /// will do.
    fn for_checks(name: &'static str, version: &str) -> Self {
        Self {
            package: name,
            program: name,
            version: version.to_owned(),
            accepts: |_, found| !found.is_empty(),
            arguments: &["--locked", "--no-default-features"],
            minutes: 2,
            purpose: Purpose::Test,
        }
    }
}

fn all(workspace: &Workspace) -> Result<Vec<Tool>> {
    Ok(vec![
        Tool {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            // Its output format changes with every release: it must be the library's own version.
            version: workspace.locked_version("wasm-bindgen")?,
            accepts: |wanted, found| wanted == found,
            // Without --locked: its lock file may name versions that have been withdrawn.
            arguments: &[],
            minutes: 3,
            purpose: Purpose::Run,
        },
        Tool {
            // The last one before 0.22, which wants a newer compiler than our `rust-version`.
            accepts: |_, found| found.starts_with("0.21."),
            minutes: 4,
            purpose: Purpose::Run,
            ..Tool::for_checks("trunk", "0.21.14")
        },
        Tool::for_checks("cargo-deny", "0.20.2"),
        Tool {
            accepts: |_, found| found.starts_with("3."),
            // Without its own xz: the system has one.
            minutes: 1,
            ..Tool::for_checks("cargo-deb", "3.8.0")
        },
        Tool {
            accepts: |_, found| found.starts_with("0.21."),
            arguments: &["--locked"],
            ..Tool::for_checks("cargo-generate-rpm", "0.21.1")
        },
    ])
}

/// The tools that are missing for a purpose.
pub fn missing(workspace: &Workspace, cache: &Cache, purpose: Purpose) -> Result<Vec<Missing>> {
    let missing = all(workspace)?
        .into_iter()
        .filter(|tool| tool.purpose <= purpose && !is_here(tool, cache))
        .map(|tool| {
            let cache = cache.clone();
            Missing {
                name: format!("{} {}", tool.package, tool.version),
                estimate: Duration::from_secs(60 * tool.minutes),
                install: Box::new(move || install(&tool, &cache)),
            }
        })
        .collect();
    Ok(missing)
}

fn is_here(tool: &Tool, cache: &Cache) -> bool {
    if let Some(path) = cache.tool(tool.program) {
        return version_of(&path).is_some_and(|found| found == tool.version);
    }
    which::which(tool.program)
        .ok()
        .and_then(|path| version_of(&path))
        .is_some_and(|found| (tool.accepts)(&tool.version, &found))
}

fn version_of(program: &Path) -> Option<String> {
    let said = process::read(Command::new(program).arg("--version")).ok()?;
    Some(version_in(&said)?.to_owned())
}

/// The version in `wasm-bindgen 0.2.130` or `trunk 0.21.14 (abc)`.
fn version_in(said: &str) -> Option<&str> {
    said.split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))
}

fn install(tool: &Tool, cache: &Cache) -> Result<()> {
    if which::which("cargo-binstall").is_ok() {
        let fetched = run(Command::new("cargo-binstall")
            .args(["--no-confirm", "--disable-strategies", "compile", "--root"])
            .arg(cache.tools())
            .args(["--version", &tool.version, tool.package]));
        if fetched.is_ok() {
            return Ok(());
        }
        progress::note("  no prebuilt program could be fetched, so it is built here");
    }
    // Unoptimised: fast enough for what they do, and built in a third of the time.
    run(process::cargo()
        .args(["install", "--debug", "--root"])
        .arg(cache.tools())
        .args(["--version", &tool.version])
        .args(tool.arguments)
        .arg(tool.package)
        .env("CARGO_TARGET_DIR", cache.tools_target())
        .env("CARGO_PROFILE_DEV_DEBUG", "0"))
}

/// rustfmt and clippy, which a minimal toolchain lacks.
#[must_use]
pub fn missing_components() -> Option<Missing> {
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(command, _)| !succeeds(process::cargo().args([command, "--version"])))
        .map(|(_, component)| component)
        .collect();
    if missing.is_empty() {
        return None;
    }
    Some(Missing {
        name: format!("components of the Rust toolchain: {}", missing.join(" ")),
        estimate: Duration::from_secs(20),
        install: Box::new(move || {
            run(Command::new("rustup")
                .args(["component", "add"])
                .args(missing))
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_say() {
        assert_eq!(version_in("wasm-bindgen 0.2.130"), Some("0.2.130"));
        assert_eq!(version_in("trunk 0.21.14 (2025-05-08)"), Some("0.21.14"));
        assert_eq!(version_in("usage: trunk"), None);
    }
}
