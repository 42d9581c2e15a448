//! `cargo xtask test`: every check, in an order that finds cheap mistakes first.
//!
//! A failing check does not hide the ones after it, except those that build upon it. All native
//! steps use one target folder and one set of features, so nothing is compiled twice for a
//! difference that nobody wanted. (`cargo test -p one` resolves features for that package alone
//! and would build tokio, serde and others once more.)

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::{
    cache::Cache,
    demo::build_command,
    gallery, package, pages,
    process::{self, run as run_program, run_and_read, succeeds},
    progress::{self, Ending, Row, note},
    schemathesis::{self, Effort, SEED},
    screens,
    setup::{Consent, Purpose, ensure, node, python},
    wasm::{TARGET, Toolchain},
    workspace::Workspace,
};

/// What makes a native build the same in every step: see the module's text.
const SAME_BUILD: [&str; 3] = ["--workspace", "--features", "palier/custom-protocol"];

/// The crates that also run in the browser.
const FOR_WASM: &[&str] = &[
    "palier-domain",
    "palier-wire",
    "palier-bridge",
    "palier-engine",
    "palier-i18n",
    "palier-disk",
    "palier-sqlite",
    "palier-store",
    "palier-ui",
    "palier-web",
    "palier-gallery",
];

/// The test targets that drive a real window. They do not take part in a plain `cargo test`
/// (`test = false` in Cargo.toml), because they need a display.
const WINDOW: &str = "window";
/// The stories with a real browser.
const BROWSER: &str = "browser";
const SCREENSHOTS: &str = "screenshots";

/// What the checks try of the API; `cargo xtask schemathesis` tries more.
const FEW: Effort = Effort {
    examples: 5,
    seed: SEED,
};

/// Runs the checks and prints how long each took. An error if any failed.
pub fn run(workspace: &Workspace, quick: bool) -> Result<()> {
    let mut report = Report::default();
    let purpose = if quick { Purpose::Quick } else { Purpose::Test };
    // Nothing can be checked without it, so a failure here ends everything.
    report.required("set-up", || {
        ensure(workspace, purpose, Consent::from_flag(false))
    })?;

    let _ = report.step("formatting", || {
        run_program(process::cargo().args(["fmt", "--all", "--check"]))
    });
    // The desktop carries the screens, so even its lints need some; quick ones need no new ones.
    let screens = report.step("screens", || {
        if quick && screens::exist(workspace) {
            note("  those of the last build will do");
            return Ok(());
        }
        pages::build(workspace)
    });
    if screens.is_ok() {
        let _ = report.step("lints, native", clippy_native);
    } else {
        report.skip("lints, native");
    }
    if !quick {
        let _ = report.step("lints, wasm", || clippy_wasm(workspace));
        if screens.is_ok() {
            let _ = report.step("documentation", documentation);
        } else {
            report.skip("documentation");
        }
        let _ = report.step("licences and sources", licences);
        let _ = report.step("alerts", || alerts(workspace));
    }

    let mut count = Count::default();
    let built = match screens {
        // The server's program too: the window tests start it.
        Ok(()) => report.step("build", || {
            run_program(build_command().args(["--lib", "--bins"]))?;
            let mut tests = process::cargo();
            tests
                .args(["test", "--no-run"])
                .args(SAME_BUILD)
                .args(["--tests"]);
            run_program(&mut tests)
        }),
        Err(failed) => {
            report.skip("build");
            Err(failed)
        }
    };
    if built.is_ok() {
        let _ = report.step("tests", || tests(quick, &mut count));
        if !quick {
            let _ = report.step("tests as in a browser", || as_in_a_browser(&mut count));
            let _ = report.step("tests on PostgreSQL", || on_postgres(workspace, &mut count));
            let _ = report.step("schemathesis", || schemathesis::run(workspace, FEW));
            let _ = report.step("window tests", || stories(workspace, WINDOW, &mut count));
            let _ = report.step("browser tests", || stories(workspace, BROWSER, &mut count));
            let _ = report.step("gallery", || {
                gallery::check(workspace, |line| count.add_line(line))
            });
            let _ = report.step("packages", || package::check(workspace));
        }
    } else {
        report.skip("tests");
        if !quick {
            report.skip("tests as in a browser");
            report.skip("tests on PostgreSQL");
            report.skip("schemathesis");
            report.skip("window tests");
            report.skip("browser tests");
            report.skip("gallery");
            report.skip("packages");
        }
    }
    report.finish(&count)
}

/// Calls every route of a server with more values than the checks do.
pub fn schemathesis(workspace: &Workspace, effort: Effort) -> Result<()> {
    ensure(workspace, Purpose::Quick, Consent::from_flag(false))?;
    progress::step("build the server", || {
        run_program(process::cargo().args(["build", "--package", "palier-server"]))
    })?;
    progress::step("schemathesis", || schemathesis::run(workspace, effort))
}

/// Takes pictures of the window, in both languages and colour schemes.
pub fn screenshots(workspace: &Workspace) -> Result<()> {
    require_target(workspace, SCREENSHOTS)?;
    ensure(workspace, Purpose::Test, Consent::from_flag(false))?;
    progress::step("screens", || screens::build(workspace))?;
    progress::step("build", || {
        run_program(build_command().args(["--lib", "--bins"]))
    })?;
    let folder = workspace.root().join("target/screenshots");
    progress::step("screenshots", || {
        run_program(
            test_target(SCREENSHOTS)
                .args(["--", "--nocapture", "--test-threads=1"])
                .env("PALIER_SCREENSHOTS", &folder),
        )
    })?;
    note(&format!("The pictures are in {}.", folder.display()));
    Ok(())
}

fn clippy_native() -> Result<()> {
    let mut command = process::cargo();
    command.arg("clippy").args(SAME_BUILD).arg("--all-targets");
    // `--all-targets` leaves out what a plain `cargo test` leaves out.
    for target in [
        WINDOW,
        BROWSER,
        SCREENSHOTS,
        gallery::CHECK,
        gallery::PICTURES,
    ] {
        command.args(["--test", target]);
    }
    run_program(command.args(["--", "-D", "warnings"]))
}

fn clippy_wasm(workspace: &Workspace) -> Result<()> {
    let toolchain = Toolchain::require(&Cache::find()?)?;
    let mut command = toolchain.clippy(&workspace.web_target())?;
    // The profile of the screens: macros and build scripts are then those of Trunk's build.
    command.args(["--target", TARGET, "--profile", "web"]);
    for package in FOR_WASM {
        command.args(["--package", package]);
    }
    run_program(command.args(["--", "-D", "warnings"]))
}

fn documentation() -> Result<()> {
    run_program(
        process::cargo()
            .arg("doc")
            .args(SAME_BUILD)
            .arg("--no-deps")
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn licences() -> Result<()> {
    let cache = Cache::find()?;
    let deny = || -> Result<Command> {
        let mut command = process::cargo();
        command.arg("deny").env("PATH", cache.path()?);
        Ok(command)
    };
    run_program(deny()?.args([
        "--all-features",
        "check",
        "--show-stats",
        "bans",
        "licenses",
        "sources",
    ]))?;
    // The list of known holes is a clone from a code host, which not every network reaches.
    if succeeds(deny()?.args(["fetch", "db"])) {
        run_program(deny()?.args(["--all-features", "check", "--disable-fetch", "advisories"]))
    } else {
        note("  advisories were NOT checked: their database could not be fetched from here");
        Ok(())
    }
}

/// The alerts of `deploy/`, and the tests that say when they ring.
fn alerts(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root().join("deploy/prometheus");
    let promtool = |args: [&str; 3]| {
        let mut command = Command::new("promtool");
        run_program(command.current_dir(&folder).args(args))
    };
    promtool(["check", "rules", "palier.rules.yml"])?;
    promtool(["test", "rules", "palier.rules.test.yml"])
}

fn tests(quick: bool, count: &mut Count) -> Result<()> {
    let mut command = process::cargo();
    // Past the first failing program, so that one run shows all that is wrong.
    command.arg("test").args(SAME_BUILD).arg("--no-fail-fast");
    if quick {
        // No examples in documentation: each is a program of its own.
        command.args(["--lib", "--bins", "--tests"]);
        command.env("PALIER_MODEL_LIVES", "30");
    }
    python::for_tests(&mut command)?;
    run_and_read(&mut command, |line| count.add_line(line))
}

/// The store's tests again and some lives of the model, with one connection and the driver that needs no
/// threads.
fn as_in_a_browser(count: &mut Count) -> Result<()> {
    // With `--workspace`, `--tests` would be those of all packages. Not the planted bugs: some are in what
    // happens between two commits, and without threads nothing can happen there.
    for tests in [
        &["--package", "palier-store", "--features", "browser"][..],
        &[
            "--workspace",
            "--features",
            "palier/custom-protocol,palier-store/browser",
            "--test",
            "model",
        ],
    ] {
        let mut command = process::cargo();
        command
            .arg("test")
            .args(tests)
            .env("PALIER_MODEL_LIVES", "60");
        run_and_read(&mut command, |line| count.add_line(line))?;
    }
    Ok(())
}

/// The server's tests of every route again, on the other database.
fn on_postgres(workspace: &Workspace, count: &mut Count) -> Result<()> {
    const ROUTES: &str = "http";
    if !workspace.has_test("palier-server", ROUTES) {
        bail!("the server has no test target `{ROUTES}`");
    }
    let mut command = test_target(ROUTES);
    command.env("PALIER_TEST_DATABASE", "postgres");
    python::for_tests(&mut command)?;
    run_and_read(&mut command, |line| count.add_line(line))
}

/// Stories with a window or a browser, one after the other: more at once would only wait for each other.
fn stories(workspace: &Workspace, target: &str, count: &mut Count) -> Result<()> {
    require_target(workspace, target)?;
    let mut command = test_target(target);
    command.args(["--", "--nocapture", "--test-threads=1"]);
    command.env("PALIER_AXE", node::axe(&Cache::find()?)?);
    run_and_read(&mut command, |line| count.add_line(line))
}

/// A renamed target must not look like one that passes.
fn require_target(workspace: &Workspace, name: &str) -> Result<()> {
    if !workspace.has_test("palier", name) {
        bail!("the desktop package has no test target `{name}`");
    }
    Ok(())
}

pub(crate) fn test_target(name: &str) -> Command {
    let mut command = process::cargo();
    command.arg("test").args(SAME_BUILD).args(["--test", name]);
    command
}

/// A step failed; what went wrong has been printed.
struct Failed;

/// The rows of the table at the end.
#[derive(Default)]
struct Report {
    rows: Vec<Row>,
}

impl Report {
    /// A step that others may go on without: its error is printed where it happened.
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<(), Failed> {
        self.required(name, work).map_err(|error| {
            progress::error(&error);
            Failed
        })
    }

    /// A step that nothing can go on without: its error is the command's.
    fn required(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let start = Instant::now();
        let result = progress::step(name, work);
        let ending = if result.is_ok() {
            Ending::Passed
        } else {
            Ending::Failed
        };
        self.rows.push(Row {
            name: name.to_owned(),
            ending,
            time: start.elapsed(),
        });
        result
    }

    fn skip(&mut self, name: &str) {
        self.rows.push(Row {
            name: name.to_owned(),
            ending: Ending::Skipped,
            time: Duration::ZERO,
        });
    }

    fn finish(self, count: &Count) -> Result<()> {
        progress::summary(&self.rows);
        note(&format!("\n{count}"));
        let bad: Vec<&str> = self
            .rows
            .iter()
            .filter(|row| row.ending != Ending::Passed)
            .map(|row| row.name.as_str())
            .collect();
        if bad.is_empty() {
            Ok(())
        } else {
            bail!("not in order: {}", bad.join(", "))
        }
    }
}

/// The tests of all test programs together.
#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Count {
    /// Counts a closing line: `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
    fn add_line(&mut self, line: &str) {
        let Some((_, numbers)) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in numbers.split(';') {
            if let Some((number, word)) = part.trim().split_once(' ') {
                let number = number.parse().unwrap_or(0);
                match word {
                    "passed" => self.passed += number,
                    "failed" => self.failed += number,
                    "ignored" => self.ignored += number,
                    _ => {}
                }
            }
        }
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            passed,
            failed,
            ignored,
        } = self;
        write!(
            formatter,
            "{passed} passed, {failed} failed, {ignored} skipped"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_test_target_that_is_gone_is_a_failure() {
        let workspace = Workspace::find().unwrap();
        assert!(require_target(&workspace, WINDOW).is_ok());
        assert!(require_target(&workspace, BROWSER).is_ok());
        assert!(require_target(&workspace, SCREENSHOTS).is_ok());
        assert!(require_target(&workspace, "windows-of-last-year").is_err());
    }

    #[test]
    fn the_closing_lines_of_all_test_programs_are_added_up() {
        let mut count = Count::default();
        count.add_line("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s");
        count.add_line("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s");
        count.add_line("test the_result_is_ok ... ok");
        assert_eq!(count.to_string(), "15 passed, 2 failed, 1 skipped");
    }
}
