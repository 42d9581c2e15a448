//! `cargo xtask bench`: what server, device and window do, beside peers that are measured in the same run.
//!
//! Builds server and `palier-bench` optimised and hands over; what is measured and how is said there.
//! PocketBase and PouchDB, peers, are installed into folders of their own the first time; the window's peer is
//! built (`hello`).

mod hello;
mod window;

use std::{ffi::OsString, process::Command};

use anyhow::Result;

use crate::{
    cache::Cache,
    pages,
    process::{self, run},
    progress,
    setup::{Consent, Purpose, ensure, node, python},
    workspace::Workspace,
};

/// Measures; `arguments` go to `palier-bench server` as they are, or to `palier-bench device`, `sync`, `window` or
/// `phone` after that word.
pub fn run_all(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    ensure(workspace, Purpose::Quick, Consent::from_flag(false))?;
    match arguments.split_first() {
        Some((what, arguments)) if what == "device" => device(workspace, arguments),
        Some((what, arguments)) if what == "sync" => sync(workspace, arguments),
        Some((what, arguments)) if what == "phone" => phone(workspace, arguments),
        Some((what, arguments)) if what == "window" => window::window(workspace, arguments),
        _ => server(workspace, arguments),
    }
}

fn device(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    progress::step("build, optimised", || {
        run(process::cargo().args(["build", "--release", "--package", "palier-bench"]))
    })?;
    let mut command = Command::new(workspace.optimised("palier-bench"));
    command.arg("device").args(arguments);
    progress::step("measure", || run(&mut command))
}

fn sync(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    let cache = Cache::find()?;
    let pouchdb = progress::step("install PouchDB", || node::pouchdb(workspace, &cache))?;
    build_both()?;
    let mut command = Command::new(workspace.optimised("palier-bench"));
    command
        .arg("sync")
        .arg("--server")
        .arg(workspace.optimised("palier-server"))
        .arg("--pouchdb")
        .arg(pouchdb)
        .args(arguments);
    progress::step("measure", || run(&mut command))
}

fn phone(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    ensure(workspace, Purpose::Test, Consent::from_flag(false))?;
    pages::build(workspace)?;
    build_both()?;
    let mut command = Command::new(workspace.optimised("palier-bench"));
    command
        .arg("phone")
        .arg("--server")
        .arg(workspace.optimised("palier-server"))
        .args(arguments);
    progress::step("measure", || run(&mut command))
}

fn build_both() -> Result<()> {
    progress::step("build, optimised", || {
        run(process::cargo().args(["build", "--release"]).args([
            "--package",
            "palier-server",
            "--package",
            "palier-bench",
        ]))
    })
}

fn server(workspace: &Workspace, arguments: &[OsString]) -> Result<()> {
    let cache = Cache::find()?;
    let pocketbase = progress::step("install PocketBase", || python::peer(workspace, &cache))?;
    build_both()?;
    let mut command = Command::new(workspace.optimised("palier-bench"));
    command
        .arg("server")
        .arg("--server")
        .arg(workspace.optimised("palier-server"))
        .arg("--pocketbase")
        .arg(pocketbase)
        .args(arguments);
    progress::step("measure", || run(&mut command))
}
