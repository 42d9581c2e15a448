//! Where things are in this checkout, as cargo itself sees it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::package;

/// The checkout that this xtask was started in.
#[derive(Debug)]
pub struct Workspace {
    metadata: Metadata,
}

impl Workspace {
    /// Asks cargo. Members only, so nothing is resolved or downloaded.
    pub fn find() -> Result<Self> {
        // The compiled-in folder would be another checkout's when they share a target folder.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(
            || PathBuf::from("Cargo.toml"),
            |dir| Path::new(&dir).join("Cargo.toml"),
        );
        let metadata = MetadataCommand::new()
            .manifest_path(manifest)
            .no_deps()
            .exec()
            .context("could not read the workspace: start cargo xtask inside the checkout")?;
        Ok(Self { metadata })
    }

    /// The folder of the root Cargo.toml.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.metadata.workspace_root.as_std_path()
    }

    /// The target folder for native code, wherever `CARGO_TARGET_DIR` or a configuration put it.
    #[must_use]
    pub fn target(&self) -> &Path {
        self.metadata.target_directory.as_std_path()
    }

    /// The target folder for wasm.
    ///
    /// One of its own: the compiler may be another one ([`crate::wasm`]), and a native and a wasm
    /// build can then work side by side without waiting for each other's lock.
    #[must_use]
    pub fn web_target(&self) -> PathBuf {
        self.target().join("web")
    }

    /// A built program of this workspace.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.built("debug", name)
    }

    /// A program of this workspace as `--release` builds it.
    #[must_use]
    pub fn optimised(&self, name: &str) -> PathBuf {
        self.built("release", name)
    }

    /// A program as it is put into a package.
    #[must_use]
    pub fn packaged(&self, name: &str) -> PathBuf {
        self.built(package::PROFILE, name)
    }

    fn built(&self, profile: &str, name: &str) -> PathBuf {
        self.target()
            .join(profile)
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Whether a package has a test target of that name.
    #[must_use]
    pub fn has_test(&self, package: &str, name: &str) -> bool {
        self.metadata.packages.iter().any(|candidate| {
            candidate.name.as_str() == package
                && candidate
                    .targets
                    .iter()
                    .any(|target| target.is_test() && target.name == name)
        })
    }

    /// The packages of this workspace.
    #[must_use]
    pub fn packages(&self) -> &[Package] {
        &self.metadata.packages
    }

    /// The folders of a member and of all members it is built from.
    pub fn folders_behind(&self, package: &str) -> Result<Vec<PathBuf>> {
        let members: BTreeMap<&str, &Package> = self
            .metadata
            .packages
            .iter()
            .map(|package| (package.name.as_str(), package))
            .collect();
        let mut seen = BTreeSet::new();
        let mut waiting = vec![package];
        let mut folders = Vec::new();
        while let Some(name) = waiting.pop() {
            if !seen.insert(name) {
                continue;
            }
            let Some(member) = members.get(name) else {
                bail!("there is no package {name} in this workspace");
            };
            folders.extend(
                member
                    .manifest_path
                    .parent()
                    .map(|dir| dir.as_std_path().to_owned()),
            );
            waiting.extend(
                member
                    .dependencies
                    .iter()
                    .filter(|edge| edge.path.is_some() && edge.kind != DependencyKind::Development)
                    .map(|edge| edge.name.as_str()),
            );
        }
        folders.sort();
        Ok(folders)
    }

    /// The version of a dependency in Cargo.lock.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let path = self.root().join("Cargo.lock");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("could not read {}", path.display()))?;
        locked_version(&text, package)
    }
}

fn locked_version(lock: &str, package: &str) -> Result<String> {
    let lock: toml::Table = lock.parse().context("Cargo.lock is not TOML")?;
    lock.get("package")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten()
        .find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package))
        .and_then(|entry| entry.get("version")?.as_str().map(str::to_owned))
        .with_context(|| format!("Cargo.lock does not name {package}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";

    #[test]
    fn the_lock_file_tells_exact_versions() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").unwrap(), "0.2.130");
    }

    #[test]
    fn a_dependency_that_is_not_locked_is_named() {
        let error = locked_version(LOCK, "leptos").unwrap_err();
        assert_eq!(error.to_string(), "Cargo.lock does not name leptos");
    }

    #[test]
    fn the_screens_are_built_from_the_shared_crates() {
        let folders = Workspace::find()
            .unwrap()
            .folders_behind("palier-ui")
            .unwrap();
        let ends = |tail: &str| folders.iter().any(|folder| folder.ends_with(tail));
        assert!(
            ends("ui") && ends("crates/domain") && ends("crates/bridge"),
            "{folders:?}"
        );
        assert!(!ends("server"), "{folders:?}");
    }
}
