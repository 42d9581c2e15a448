//! Builds what `palier-bench window` measures: our window and its package, the peer's, and the screens.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::hello;
use crate::{
    package::{self, Build},
    process::run,
    progress, screens,
    setup::{Consent, Purpose, ensure},
    workspace::Workspace,
};

/// Builds both windows and measures them side by side.
pub fn window(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    ensure(workspace, Purpose::Test, Consent::from_flag(false))?;
    progress::step("screens", || screens::build(workspace))?;
    progress::step("our window", || package::build(Build::Release))?;
    let packages = progress::step("packages", || package::make(workspace, Build::Release))?;
    let hello = progress::step("the peer's window", || hello::build(workspace))?;
    super::build_both()?;
    let mut command = Command::new(workspace.optimised("palier-bench"));
    command
        .arg("window")
        .arg("--program")
        .arg(packages.program)
        .arg("--deb")
        .arg(packages.deb)
        .arg("--hello")
        .arg(hello.program)
        .arg("--hello-deb")
        .arg(hello.deb)
        .arg("--wasm")
        .arg(wasm(&workspace.root().join("ui/dist"))?)
        .arg("--server")
        .arg(workspace.optimised("palier-server"))
        .args(arguments);
    progress::step("measure", || run(&mut command))
}

/// The screens' program among what was built for the page.
fn wasm(dist: &Path) -> Result<PathBuf> {
    let files = fs::read_dir(dist)?.flatten().map(|entry| entry.path());
    let mut wasm = files.filter(|path| path.extension().is_some_and(|it| it == "wasm"));
    wasm.next().context("the screens hold no wasm")
}
