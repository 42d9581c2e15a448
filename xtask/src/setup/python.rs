//! Programs from PyPI, in a virtual environment of our own in the cache folder.
//!
//! What is in it is pinned by `xtask/python-requirements.txt`. A stamp in the environment says which
//! text it was made from: another text, and it is made anew. [`program`] gives the path of a program
//! in it, and [`for_tests`] hands the paths to the tests, by variables, so that no test needs to know
//! about Python, virtual environments or this cache folder.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result};

use super::{Missing, Purpose};
use crate::{
    cache::Cache,
    process::{self, Refused, run},
    progress,
    workspace::Workspace,
};

/// Which variable tells the tests where a program is.
const FOR_TESTS: &[(&str, &str)] = &[("PALIER_WEED", "weed")];

/// What a virtual environment is made from and where.
struct Environment {
    requirements: PathBuf,
    folder: PathBuf,
    holds: &'static str,
    estimate: Duration,
    purpose: Purpose,
}

fn all(workspace: &Workspace, cache: &Cache) -> Vec<Environment> {
    vec![Environment {
        requirements: workspace.root().join("xtask/python-requirements.txt"),
        folder: cache.python(),
        holds: "schemathesis, SeaweedFS",
        estimate: Duration::from_secs(45),
        purpose: Purpose::Quick,
    }]
}

/// The environments that are missing for a purpose, or made from another list than today's.
pub fn missing(workspace: &Workspace, cache: &Cache, purpose: Purpose) -> Result<Vec<Missing>> {
    let mut missing = Vec::new();
    for environment in all(workspace, cache) {
        if environment.purpose > purpose || environment.is_current()? {
            continue;
        }
        missing.push(Missing {
            name: format!("programs from PyPI: {}", environment.holds),
            estimate: environment.estimate,
            install: Box::new(move || environment.make()),
        });
    }
    Ok(missing)
}

/// PocketBase, a peer of `cargo xtask bench`; installs it where it is missing.
pub fn peer(workspace: &Workspace, cache: &Cache) -> Result<PathBuf> {
    let environment = Environment {
        requirements: workspace.root().join("xtask/python-peers.txt"),
        folder: cache.peers(),
        holds: "PocketBase",
        estimate: Duration::from_secs(10),
        purpose: Purpose::Quick,
    };
    if !environment.is_current()? {
        environment.make()?;
    }
    find(&environment.folder, "pocketbase").context("the package brought no `pocketbase`")
}

/// Where a program of the environment is; an error that says what to do when it is not there.
pub fn program(cache: &Cache, name: &str) -> Result<PathBuf> {
    find(&cache.python(), name).ok_or_else(|| {
        Refused(format!(
            "the program `{name}` is not in {}: cargo xtask setup installs it",
            cache.root().display()
        ))
        .into()
    })
}

/// Tells the tests that a command runs where the programs are that they start.
///
/// A variable that is set already is left alone: somebody wants the tests to use another program.
pub fn for_tests(command: &mut Command) -> Result<()> {
    let cache = Cache::find()?;
    for (variable, name) in FOR_TESTS {
        if env::var_os(variable).is_none() {
            command.env(variable, program(&cache, name)?);
        }
    }
    Ok(())
}

fn find(environment: &Path, name: &str) -> Option<PathBuf> {
    let programs = if cfg!(windows) { "Scripts" } else { "bin" };
    let path = environment
        .join(programs)
        .join(format!("{name}{}", env::consts::EXE_SUFFIX));
    path.is_file().then_some(path)
}

impl Environment {
    /// The name of the list that this environment was made from. It is written last, so what was
    /// interrupted is made anew.
    fn stamp(&self) -> PathBuf {
        self.folder.join("made-from.txt")
    }

    fn wanted(&self) -> Result<String> {
        fs::read_to_string(&self.requirements)
            .with_context(|| format!("could not read {}", self.requirements.display()))
    }

    fn is_current(&self) -> Result<bool> {
        let wanted = self.wanted()?;
        // The interpreter too: it is a link to the system's, which an upgrade may have taken away.
        let works = || {
            find(&self.folder, "python")
                .is_some_and(|python| process::succeeds(Command::new(python).arg("--version")))
        };
        Ok(fs::read_to_string(self.stamp()).is_ok_and(|made_from| made_from == wanted) && works())
    }

    fn make(&self) -> Result<()> {
        let parent = self.folder.parent().unwrap_or(&self.folder);
        fs::create_dir_all(parent).context("could not make the cache folder")?;
        // Checkouts share the folder: two set-ups at once would take away each other's files.
        let lock = File::create(self.folder.with_extension("lock"))
            .context("could not make the environment's lock")?;
        if lock.lock().is_err() {
            progress::note("  this file system has no locks: do not start two set-ups at once");
        }
        if self.is_current()? {
            return Ok(());
        }
        let wanted = self.wanted()?;
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).context("could not remove the old environment")?;
        }
        run(Command::new(interpreter()?)
            .args(["-m", "venv"])
            .arg(&self.folder))?;
        let python = find(&self.folder, "python")
            .context("the new environment has no Python; `python3 -m venv` is broken here")?;
        run(Command::new(python)
            .args(["-m", "pip", "install", "--quiet", "--requirement"])
            .arg(&self.requirements)
            .env("PIP_DISABLE_PIP_VERSION_CHECK", "1"))?;
        fs::write(self.stamp(), wanted).context("could not write the environment's stamp")
    }
}

/// A Python that can make environments: Debian's own asks for a package for that (it is in the list
/// of system packages), others bring it.
fn interpreter() -> Result<PathBuf> {
    let works = |path: &PathBuf| {
        process::succeeds(Command::new(path).args(["-c", "import venv, ensurepip"]))
    };
    ["python3", "python"]
        .into_iter()
        .filter_map(|name| which::which(name).ok())
        .chain([PathBuf::from("/usr/bin/python3")])
        .find(works)
        .ok_or_else(|| {
            Refused("Python 3 with its modules venv and ensurepip is needed for the checks".into())
                .into()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An environment as `make` leaves it, with a shell script for its Python.
    #[cfg(unix)]
    fn made(folder: &Path, from: &str) -> Environment {
        use std::os::unix::fs::PermissionsExt;
        let environment = Environment {
            requirements: folder.join("requirements.txt"),
            folder: folder.join("python"),
            holds: "nothing",
            estimate: Duration::ZERO,
            purpose: Purpose::Test,
        };
        let python = environment.folder.join("bin/python");
        fs::create_dir_all(environment.folder.join("bin")).unwrap();
        fs::write(&python, "#!/bin/sh\nexit 0\n").unwrap();
        fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(environment.stamp(), from).unwrap();
        environment
    }

    #[cfg(unix)]
    #[test]
    fn a_changed_list_or_a_python_that_is_gone_makes_the_environment_anew() {
        let folder = tempfile::tempdir().unwrap();
        let environment = made(folder.path(), "one==1\n");
        fs::write(&environment.requirements, "one==1\n").unwrap();
        assert!(environment.is_current().unwrap());

        fs::write(&environment.requirements, "one==2\n").unwrap();
        assert!(!environment.is_current().unwrap());

        fs::write(&environment.requirements, "one==1\n").unwrap();
        fs::remove_file(environment.folder.join("bin/python")).unwrap();
        assert!(!environment.is_current().unwrap());
    }

    #[test]
    fn every_package_is_pinned() {
        let workspace = Workspace::find().unwrap();
        for environment in all(&workspace, &Cache::find().unwrap()) {
            let wanted = environment.wanted().unwrap();
            let loose: Vec<&str> = wanted
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with(['#', '-']))
                .filter(|line| !line.contains("=="))
                .collect();
            assert!(loose.is_empty(), "{loose:?}");
        }
    }
}
