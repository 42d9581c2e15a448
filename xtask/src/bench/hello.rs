//! A window that says hello, the peer of ours: written into the target folder, built and packed as ours is.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    cache::Cache,
    package,
    process::{self, run},
    workspace::Workspace,
};

const NAME: &str = "hello-window";
const MANIFEST: &str = include_str!("../../hello/Cargo.toml.in");
const FILES: &[(&str, &str)] = &[
    ("build.rs", include_str!("../../hello/build.rs")),
    ("src/main.rs", include_str!("../../hello/src/main.rs")),
    (
        "tauri.conf.json",
        include_str!("../../hello/tauri.conf.json"),
    ),
    (
        "page/index.html",
        include_str!("../../hello/page/index.html"),
    ),
];

/// The peer, built.
pub struct Hello {
    /// Its program.
    pub program: PathBuf,
    /// Its package.
    pub deb: PathBuf,
}

/// Writes and builds it.
///
/// # Errors
/// It cannot be written, built or packed.
pub fn build(workspace: &Workspace) -> Result<Hello> {
    let folder = workspace.target().join(NAME);
    write(workspace, &folder)?;
    run(process::cargo()
        .args(["build", "--profile", package::PROFILE])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", workspace.target()))?;
    let built = workspace.packaged(NAME);
    let program = folder.join("stage").join(NAME);
    fs::create_dir_all(folder.join("stage"))?;
    run(Command::new("strip").arg("-o").arg(&program).arg(built))?;
    let cache = Cache::find()?;
    let packed = folder.join("deb");
    let mut cargo_deb = package::deb_of_what_is_built(&cache, NAME, &packed);
    run(cargo_deb
        .current_dir(&folder)
        .env("PATH", cache.path()?)
        .env("CARGO_TARGET_DIR", workspace.target()))?;
    let deb = package::only_file(&packed, "deb")?;
    Ok(Hello { program, deb })
}

fn write(workspace: &Workspace, folder: &Path) -> Result<()> {
    let lock = fs::read_to_string(workspace.root().join("Cargo.lock"))?;
    let manifest = MANIFEST
        .replace("TAURI-BUILD", &locked(&lock, "tauri-build")?)
        .replace("TAURI", &locked(&lock, "tauri")?);
    for (name, content) in FILES.iter().copied().chain([
        ("Cargo.toml", manifest.as_str()),
        // Everything behind it has our versions too; cargo drops the rest.
        ("Cargo.lock", lock.as_str()),
    ]) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().context("a file of a folder")?)?;
        // What has not changed is not built again.
        if fs::read_to_string(&path).is_ok_and(|old| old == content) {
            continue;
        }
        fs::write(&path, content).with_context(|| format!("could not write {name}"))?;
    }
    let icon = folder.join("icons/icon.png");
    fs::create_dir_all(folder.join("icons"))?;
    if !icon.is_file() {
        fs::copy(workspace.root().join("icons/128x128.png"), icon)?;
    }
    Ok(())
}

/// The version of a package in a lock file.
fn locked(lock: &str, name: &str) -> Result<String> {
    let lock: toml::Table = lock.parse().context("Cargo.lock")?;
    let packages = lock.get("package").and_then(toml::Value::as_array);
    let found = packages
        .into_iter()
        .flatten()
        .find(|package| package.get("name").and_then(toml::Value::as_str) == Some(name));
    let version = found.and_then(|package| package.get("version")?.as_str());
    version
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock has no {name}"))
}

#[cfg(test)]
mod tests {
    use super::locked;

    #[test]
    fn a_version_is_that_of_the_package_with_just_this_name() {
        let lock = "[[package]]\nname = \"tauri-build\"\nversion = \"2.7.4\"\n
                    [[package]]\nname = \"tauri\"\nversion = \"2.12.5\"\n";
        assert_eq!(locked(lock, "tauri").unwrap(), "2.12.5");
        assert_eq!(locked(lock, "tauri-build").unwrap(), "2.7.4");
        assert!(locked(lock, "tau").is_err());
    }
}
