//! The folder for what is worth keeping between checkouts: tools, and a std for wasm.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// Palier's cache folder: `$PALIER_CACHE`, else `palier` in the person's own cache folder.
#[derive(Debug, Clone)]
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The cache folder of this person on this machine. It need not exist yet.
    pub fn find() -> Result<Self> {
        let root = folder(
            |name| env::var_os(name).filter(|value| !value.is_empty()),
            env::home_dir,
        )
        .context("there is no home folder: set PALIER_CACHE to a folder for tools")?;
        Ok(Self {
            root: std::path::absolute(root)?,
        })
    }

    /// Where `cargo install --root` puts the tools.
    #[must_use]
    pub fn tools(&self) -> PathBuf {
        self.root.join("tools")
    }

    /// The tools' executables.
    #[must_use]
    pub fn tools_bin(&self) -> PathBuf {
        self.tools().join("bin")
    }

    /// The target folder that the tools are built in, so that they share what they have in common.
    #[must_use]
    pub fn tools_target(&self) -> PathBuf {
        self.root.join("tools-target")
    }

    /// The virtual environment with programs from PyPI (see [`crate::setup::python`]).
    #[must_use]
    pub fn python(&self) -> PathBuf {
        self.root.join("python")
    }

    /// The same for the peers of `cargo xtask bench`.
    #[must_use]
    pub fn peers(&self) -> PathBuf {
        self.root.join("peers")
    }

    /// What comes from npm (see [`crate::setup::node`]).
    #[must_use]
    pub fn node(&self) -> PathBuf {
        self.root.join("node")
    }

    /// PouchDB and what it needs.
    #[must_use]
    pub fn pouchdb(&self) -> PathBuf {
        self.root.join("pouchdb")
    }

    /// A sysroot of our own with the wasm standard library (see [`crate::wasm`]).
    #[must_use]
    pub fn wasm_sysroot(&self) -> PathBuf {
        self.root.join("wasm-sysroot")
    }

    /// A tool of ours, if it is installed here.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<PathBuf> {
        let path = self
            .tools_bin()
            .join(format!("{name}{}", env::consts::EXE_SUFFIX));
        path.is_file().then_some(path)
    }

    /// `PATH` with our tools first: Trunk looks for wasm-bindgen there.
    pub fn path(&self) -> Result<OsString> {
        let rest = env::var_os("PATH").unwrap_or_default();
        env::join_paths(std::iter::once(self.tools_bin()).chain(env::split_paths(&rest)))
            .context("the cache folder's name cannot stand in PATH")
    }

    /// The folder itself, for messages.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }
}

fn folder(
    variable: impl Fn(&str) -> Option<OsString>,
    home: impl FnOnce() -> Option<PathBuf>,
) -> Option<PathBuf> {
    if let Some(chosen) = variable("PALIER_CACHE") {
        return Some(chosen.into());
    }
    if let Some(base) = variable("XDG_CACHE_HOME").or_else(|| variable("LOCALAPPDATA")) {
        return Some(PathBuf::from(base).join("palier"));
    }
    Some(home()?.join(".cache").join("palier"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(variables: &[(&str, &str)]) -> Option<PathBuf> {
        let find = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        };
        folder(find, || Some("/home/ada".into()))
    }

    #[test]
    fn the_most_specific_variable_wins() {
        let all = [("PALIER_CACHE", "/fast/disk"), ("XDG_CACHE_HOME", "/cache")];
        assert_eq!(choose(&all), Some("/fast/disk".into()));
        assert_eq!(choose(&all[1..]), Some("/cache/palier".into()));
        assert_eq!(choose(&[]), Some("/home/ada/.cache/palier".into()));
    }
}
