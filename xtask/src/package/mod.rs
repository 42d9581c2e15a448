//! `cargo xtask package`: a .deb and an .rpm of the desktop application, looked through and tried.
//!
//! Made by `cargo-deb` and `cargo-generate-rpm`: plain cargo programs that work offline and are set up like the
//! other tools. Tauri's own bundler makes the same two, but comes with Node, or with a quarter of an hour of
//! compiling; it is configured for what those two do not make (docs/packaging.md). What is in the packages is
//! said in Cargo.toml, `[package.metadata.deb]` and `[package.metadata.generate-rpm]`.
//!
//! Start at [`make`].

mod for_tests;
mod trial;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use walkdir::WalkDir;

use crate::{
    cache::Cache,
    process::{self, run},
    progress::{self, note, step},
    screens,
    setup::{Consent, Purpose, ensure},
    workspace::Workspace,
};

/// Where packages are left, and what goes into them is collected.
const FOLDER: &str = "target/package";

/// Of which build a package is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// Optimised, and built by itself: for people.
    Release,
    /// The one that the tests have built anyway, with what only they turn on: to see that packages can be made.
    Debug,
}

/// The profile of programs that people download.
pub const PROFILE: &str = "packaged";

/// The two packages.
pub struct Packages {
    /// The program that is in both, without its symbols.
    pub program: PathBuf,
    /// For Debian and its children.
    pub deb: PathBuf,
    /// For Fedora, openSUSE and others.
    pub rpm: PathBuf,
}

/// Builds the program, makes both packages, and tries them.
pub fn package(workspace: &Workspace, build: Build) -> Result<()> {
    ensure(workspace, Purpose::Test, Consent::from_flag(false))?;
    step("screens", || screens::build(workspace))?;
    step("build", || self::build(build))?;
    let packages = step("packages", || make(workspace, build))?;
    step("trial", || trial::all(&packages))?;
    for package in [&packages.deb, &packages.rpm] {
        let bytes = fs::metadata(package)?.len();
        note(&format!(
            "{} ({:.1} MB)",
            package.display(),
            bytes as f64 / 1e6
        ));
    }
    Ok(())
}

/// Builds the program that is packed; the screens are built.
///
/// By itself where it is for people: cargo gives to all that it builds together the features that any of it wants.
pub fn build(build: Build) -> Result<()> {
    let mut cargo = process::cargo();
    cargo.args(["build", "--bins", "--features", "palier/custom-protocol"]);
    match build {
        Build::Release => cargo.args(["--package", "palier", "--profile", PROFILE]),
        Build::Debug => cargo.arg("--workspace"),
    };
    run(&mut cargo)
}

/// The step of the checks: packages of the program that was built for the tests.
pub fn check(workspace: &Workspace) -> Result<()> {
    let packages = make(workspace, Build::Debug)?;
    trial::all(&packages)
}

/// Makes both packages of a program that is built.
pub fn make(workspace: &Workspace, build: Build) -> Result<Packages> {
    let folder = workspace.root().join(FOLDER);
    // Nothing of an earlier version must be taken for this one's.
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let stage = folder.join("stage");
    fs::create_dir_all(&stage)?;
    let program = match build {
        Build::Release => workspace.packaged("palier"),
        Build::Debug => workspace.program("palier"),
    };
    if build == Build::Release {
        for_tests::is_free_of_it(&program)?;
    }
    run(Command::new("strip")
        .arg("-o")
        .arg(stage.join("palier"))
        .arg(&program))
    .with_context(|| format!("could not take {} into the packages", program.display()))?;
    fs::copy(
        workspace.root().join("ui/dist/licences.json"),
        stage.join("licences.json"),
    )
    .context("the screens were built without licences")?;

    let cache = Cache::find()?;
    let (deb, rpm) = (folder.join("deb"), folder.join("rpm"));
    fs::create_dir_all(&rpm)?;
    let mut cargo_deb = deb_of_what_is_built(&cache, "palier", &deb);
    let mut cargo_rpm = tool(&cache, "cargo-generate-rpm", "generate-rpm");
    // By `ldd`, which is everywhere; the other way needs the tools of rpm.
    cargo_rpm
        .args(["--auto-req", "builtin", "--output"])
        .arg(&rpm);
    if build == Build::Debug {
        // Thrown away after the trial: small is worth less than quick.
        cargo_deb.args(["--fast", "--compress-type", "gz"]);
        cargo_rpm.args(["--payload-compress", "none"]);
    }
    for command in [&mut cargo_deb, &mut cargo_rpm] {
        run(command
            .current_dir(workspace.root())
            .env("PATH", cache.path()?))?;
    }
    Ok(Packages {
        program: stage.join("palier"),
        deb: only_file(&deb, "deb")?,
        rpm: only_file(&rpm, "rpm")?,
    })
}

/// `cargo-deb` for a package whose program is built and stripped; the .deb is left in `folder`.
pub fn deb_of_what_is_built(cache: &Cache, package: &str, folder: &Path) -> Command {
    let mut cargo_deb = tool(cache, "cargo-deb", "deb");
    cargo_deb.args(["--package", package, "--no-build", "--no-strip"]);
    // The tools are built without optimisation, and would take minutes for what xz does in seconds.
    cargo_deb
        .args(["--compress-system", "--output"])
        .arg(folder);
    cargo_deb
}

/// A subcommand of cargo, called as cargo would.
fn tool(cache: &Cache, program: &str, subcommand: &str) -> Command {
    let path = cache.tool(program).unwrap_or_else(|| program.into());
    let mut command = Command::new(path);
    // cargo-deb takes its name or leaves it; the other insists on it.
    if subcommand == "generate-rpm" {
        command.arg(subcommand);
    }
    command
}

/// The one file with this extension in a folder.
pub fn only_file(folder: &Path, extension: &str) -> Result<PathBuf> {
    let files = WalkDir::new(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.into_path());
    let mut found: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .collect();
    match (found.pop(), found.is_empty()) {
        (Some(file), true) => Ok(file),
        _ => bail!("{} does not hold one .{extension}", folder.display()),
    }
}

/// Says which part of a trial begins.
fn trying(what: &str) {
    progress::note(&format!("  {what}"));
}
