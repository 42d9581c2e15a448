//! Builds the screens: `ui/` becomes `ui/dist`, which the desktop program carries inside itself; and
//! the gallery that shows their states, which goes to the target folder and into no program.
//!
//! Trunk is slow even when it has nothing to do, and a new `dist` makes cargo build the desktop
//! again. So a build is skipped when nothing it is made from has changed.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::{
    cache::Cache, licences, process::run, progress, wasm::Toolchain, workspace::Workspace,
};

/// Builds the screens unless the ones in `ui/dist` are up to date.
pub fn build(workspace: &Workspace) -> Result<()> {
    Page {
        package: "palier-ui",
        folder: workspace.root().join("ui"),
        dist: workspace.root().join("ui/dist"),
        licences: true,
    }
    .build(workspace)
}

/// Builds the gallery unless it is up to date, and tells in which folder it is.
pub fn build_gallery(workspace: &Workspace) -> Result<PathBuf> {
    let dist = workspace.target().join("gallery");
    let page = Page {
        package: "palier-gallery",
        folder: workspace.root().join("crates/gallery"),
        dist: dist.clone(),
        licences: false,
    };
    page.build(workspace)?;
    Ok(dist)
}

/// Whether there are screens to carry, of whatever age.
#[must_use]
pub fn exist(workspace: &Workspace) -> bool {
    is_built(&workspace.root().join("ui/dist"))
}

/// Something that Trunk builds for a browser.
struct Page {
    package: &'static str,
    folder: PathBuf,
    dist: PathBuf,
    /// The program carries the licences of what it is built from.
    licences: bool,
}

/// Makes `dist` from a package's sources and `also`, unless it is made from them already.
pub fn unless_up_to_date(
    workspace: &Workspace,
    package: &str,
    dist: &Path,
    also: &[&Path],
    make: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let toolchain = Toolchain::require(&Cache::find()?)?;
    let stamp = workspace.web_target().join(format!("{package}.stamp"));
    let inputs = inputs(workspace, package, also, &toolchain)?;
    let made = fs::read_to_string(&stamp);
    if is_built(dist) && made.is_ok_and(|text| text == state(&inputs, dist)) {
        progress::note(&format!("  {package} is up to date"));
        return Ok(());
    }
    make()?;
    fs::write(&stamp, state(&inputs, dist))
        .context("could not note down that the screens are built")
}

impl Page {
    fn build(&self, workspace: &Workspace) -> Result<()> {
        unless_up_to_date(workspace, self.package, &self.dist, &[], || {
            self.make(workspace)
        })
    }

    fn make(&self, workspace: &Workspace) -> Result<()> {
        let cache = Cache::find()?;
        let toolchain = Toolchain::require(&cache)?;
        if !self.folder.join("index.html").is_file() {
            bail!(
                "{} has no index.html: Trunk starts from it",
                self.folder.display()
            );
        }

        let trunk = cache
            .tool("trunk")
            .unwrap_or_else(|| PathBuf::from("trunk"));
        let mut command = Command::new(trunk);
        command
            // Offline: else it downloads a wasm-bindgen of its own when it could use ours.
            .args(["build", "--offline", "--dist"])
            .arg(&self.dist)
            .current_dir(&self.folder)
            .env("PATH", cache.path()?)
            // Trunk reads NO_COLOR as a truth value and stops at the usual `NO_COLOR=1`.
            .env_remove("NO_COLOR");
        run(toolchain.prepare(&mut command, &workspace.web_target())?)?;
        if self.licences {
            licences::write(workspace, &self.dist)?;
        }
        Ok(())
    }
}

fn is_built(dist: &Path) -> bool {
    dist.join("index.html").is_file()
}

/// A digest of everything the screens are made from.
fn inputs(
    workspace: &Workspace,
    package: &str,
    also: &[&Path],
    toolchain: &Toolchain,
) -> Result<String> {
    let root = workspace.root();
    let mut digest = Sha256::new();
    digest.update(toolchain.identity());
    let mut sources = workspace.folders_behind(package)?;
    sources.extend(also.iter().map(|path| path.to_path_buf()));
    sources.extend(
        [
            "locales",
            "docs/guide.fr.md",
            "docs/guide.en.md",
            "docs/images",
            "Cargo.toml",
            "Cargo.lock",
            "xtask/src/licences.rs",
        ]
        .map(|name| root.join(name)),
    );
    for source in sources {
        add(&mut digest, &source, root)?;
    }
    Ok(hex::encode(digest.finalize()))
}

/// Adds the names and contents below a path, in an order that does not depend on the disk.
fn add(digest: &mut Sha256, path: &Path, root: &Path) -> Result<()> {
    let files = WalkDir::new(path)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            !matches!(
                entry.file_name().to_str(),
                Some("dist" | "target" | "tests")
            )
        });
    for file in files {
        let file = file.context("could not look through the sources of the screens")?;
        if !file.file_type().is_file() {
            continue;
        }
        let name = file.path().strip_prefix(root).unwrap_or(file.path());
        let content = fs::read(file.path())
            .with_context(|| format!("could not read {}", file.path().display()))?;
        digest.update(name.to_string_lossy().as_bytes());
        digest.update((content.len() as u64).to_le_bytes());
        digest.update(content);
    }
    Ok(())
}

/// What the stamp says: these inputs led to these files. Trunk names files after their contents,
/// so the names tell another checkout's `dist` from ours when both share a target folder.
fn state(inputs: &str, dist: &Path) -> String {
    let names = WalkDir::new(dist)
        .sort_by_file_name()
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let size = entry.metadata().ok().filter(fs::Metadata::is_file)?.len();
            Some(format!(
                "{} {size}\n",
                entry.path().strip_prefix(dist).ok()?.display()
            ))
        });
    std::iter::once(format!("{inputs}\n"))
        .chain(names)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest_of(folder: &Path) -> String {
        let mut digest = Sha256::new();
        add(&mut digest, folder, folder).unwrap();
        hex::encode(digest.finalize())
    }

    #[test]
    fn a_changed_source_is_noticed_and_a_build_result_is_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("lib.rs"), "a").unwrap();
        let before = digest_of(folder.path());
        fs::create_dir(folder.path().join("dist")).unwrap();
        fs::write(folder.path().join("dist/ui.js"), "x").unwrap();
        assert_eq!(digest_of(folder.path()), before);
        fs::write(folder.path().join("lib.rs"), "b").unwrap();
        assert_ne!(digest_of(folder.path()), before);
    }

    #[test]
    fn another_build_result_is_noticed() {
        let dist = tempfile::tempdir().unwrap();
        fs::write(dist.path().join("ui-1234.js"), "x").unwrap();
        let before = state("inputs", dist.path());
        fs::rename(
            dist.path().join("ui-1234.js"),
            dist.path().join("ui-5678.js"),
        )
        .unwrap();
        assert_ne!(state("inputs", dist.path()), before);
    }
}
