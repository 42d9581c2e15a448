//! `cargo xtask gallery`: every screen's states by address, in a browser, without server or desktop.
//!
//! The states are in `crates/gallery`, and so is the program that serves them; here they are only
//! built and started, with what the tests need to know in variables.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    cache::Cache,
    checks::test_target,
    demo::build_command,
    process::{run, run_and_read},
    progress::{note, step},
    screens,
    setup::{Consent, Purpose, ensure, node},
    workspace::Workspace,
};

/// The package, and its program.
const GALLERY: &str = "palier-gallery";

/// The test targets that drive a browser; `test = false`, as those of the window.
pub(crate) const CHECK: &str = "gallery";
pub(crate) const PICTURES: &str = "gallery_pictures";

/// What to do with the gallery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Serve it until Ctrl+C, and open a browser where wished.
    Serve {
        /// A browser is opened.
        open: bool,
    },
    /// Look at every state with axe-core, at 360 px, in both languages and colours.
    Check,
    /// Take pictures of every state into `target/screenshots/gallery`.
    Pictures,
}

/// Builds the gallery, and does with it what is wished.
pub fn gallery(workspace: &Workspace, wish: Wish) -> Result<()> {
    let purpose = match wish {
        Wish::Serve { .. } => Purpose::Run,
        Wish::Check | Wish::Pictures => Purpose::Test,
    };
    ensure(workspace, purpose, Consent::from_flag(false))?;
    match wish {
        Wish::Serve { open } => serve(workspace, open),
        Wish::Check => check(workspace, |_| ()),
        Wish::Pictures => pictures(workspace),
    }
}

fn serve(workspace: &Workspace, open: bool) -> Result<()> {
    let dist = screens::build_gallery(workspace)?;
    step("build", || run(build_command().args(["--bin", GALLERY])))?;
    let mut server = Command::new(workspace.program(GALLERY));
    server.arg(dist);
    run_and_read(&mut server, |address| {
        note("The gallery is there until Ctrl+C.");
        if open && let Err(error) = open::that_detached(address) {
            note(&format!("  no browser could be opened: {error}"));
        }
    })
}

/// Runs the tests that look at every state; hands each line of their output on.
pub(crate) fn check(workspace: &Workspace, each_line: impl FnMut(&str)) -> Result<()> {
    let mut command = browser_test(workspace, CHECK)?;
    command.env("PALIER_AXE", node::axe(&Cache::find()?)?);
    run_and_read(&mut command, each_line)
}

fn pictures(workspace: &Workspace) -> Result<()> {
    let album = workspace.root().join("target/screenshots/gallery");
    step("pictures", || {
        let mut command = browser_test(workspace, PICTURES)?;
        run(command.env("PALIER_PICTURES", &album))
    })?;
    note(&format!("The pictures are in {}.", album.display()));
    Ok(())
}

fn browser_test(workspace: &Workspace, name: &str) -> Result<Command> {
    if !workspace.has_test(GALLERY, name) {
        bail!("the gallery has no test target `{name}`");
    }
    let mut command = test_target(name);
    // One after the other: each starts as many browsers as there are cores.
    command.args(["--", "--nocapture", "--test-threads=1"]);
    command.env("PALIER_GALLERY", screens::build_gallery(workspace)?);
    Ok(command)
}
