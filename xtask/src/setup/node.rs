//! What comes from npm: axe-core, which looks at the gallery for what keeps people out, and PouchDB, a peer of the bench.
//!
//! A `package-lock.json` pins each by its digest. A stamp in the folder says from which text
//! it was installed: another text, and it is installed anew.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};

use super::{Missing, Purpose};
use crate::{
    cache::Cache,
    process::{Refused, run},
    workspace::Workspace,
};

/// The list of PouchDB, below the root.
const POUCHDB: &str = "crates/bench/pouchdb";

/// What npm reads.
const LISTS: [&str; 2] = ["package.json", "package-lock.json"];

/// Where axe-core is; an error that says what to do when it is not there.
pub fn axe(cache: &Cache) -> Result<PathBuf> {
    let path = cache.node().join("node_modules/axe-core/axe.min.js");
    if path.is_file() {
        return Ok(path);
    }
    let text = "axe-core is not here: cargo xtask setup installs it";
    Err(Refused(text.to_owned()).into())
}

/// axe-core, if it is missing for a purpose or another one than the list names.
pub fn missing(workspace: &Workspace, cache: &Cache, purpose: Purpose) -> Result<Option<Missing>> {
    let lists = workspace.root().join("xtask/node");
    let folder = cache.node();
    if purpose < Purpose::Test || (axe(cache).is_ok() && is_current(&lists, &folder)?) {
        return Ok(None);
    }
    Ok(Some(Missing {
        name: "axe-core from npm".to_owned(),
        estimate: Duration::from_secs(5),
        install: Box::new(move || install(&lists, &folder)),
    }))
}

/// PouchDB and its server, installed where they are missing; answers the folder that holds their modules.
pub fn pouchdb(workspace: &Workspace, cache: &Cache) -> Result<PathBuf> {
    let (lists, folder) = (workspace.root().join(POUCHDB), cache.pouchdb());
    if !is_current(&lists, &folder)? {
        install(&lists, &folder)?;
    }
    Ok(folder)
}

fn stamp(folder: &Path) -> PathBuf {
    folder.join("made-from.json")
}

fn wanted(lists: &Path) -> Result<String> {
    let lock = lists.join(LISTS[1]);
    fs::read_to_string(&lock).with_context(|| format!("could not read {}", lock.display()))
}

fn is_current(lists: &Path, folder: &Path) -> Result<bool> {
    let wanted = wanted(lists)?;
    Ok(fs::read_to_string(stamp(folder)).is_ok_and(|made_from| made_from == wanted))
}

fn install(lists: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).context("could not make the cache folder")?;
    for list in LISTS {
        fs::copy(lists.join(list), folder.join(list)).context("could not copy npm's list")?;
    }
    let npm = which::which("npm").context("npm is needed for the checks: install Node.js")?;
    run(Command::new(npm)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder))?;
    // Last, so that what was interrupted is installed anew.
    fs::write(stamp(folder), wanted(lists)?).context("could not write npm's stamp")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_list_installs_it_anew() {
        let here = tempfile::tempdir().unwrap();
        let (lists, folder) = (here.path().join("lists"), here.path().join("node"));
        fs::create_dir_all(&lists).unwrap();
        fs::create_dir_all(&folder).unwrap();
        fs::write(lists.join(LISTS[1]), "one").unwrap();
        assert!(!is_current(&lists, &folder).unwrap());
        fs::write(stamp(&folder), "one").unwrap();
        assert!(is_current(&lists, &folder).unwrap());
        fs::write(lists.join(LISTS[1]), "two").unwrap();
        assert!(!is_current(&lists, &folder).unwrap());
    }

    #[test]
    fn what_comes_from_npm_is_pinned_by_digest_and_from_no_place() {
        let workspace = Workspace::find().unwrap();
        for list in ["xtask/node", POUCHDB] {
            let lock = wanted(&workspace.root().join(list)).unwrap();
            assert!(lock.contains("\"integrity\": \"sha512-"));
            // Whoever has a mirror uses it.
            assert!(!lock.contains("\"resolved\""));
        }
    }
}
