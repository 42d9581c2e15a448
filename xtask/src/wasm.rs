//! Which compiler builds the screens.
//!
//! The screens need Rust's standard library for `wasm32-unknown-unknown`. There are two ways:
//!
//! 1. The toolchain in use has it, or `rustup target add` fetches it: nothing else to do.
//! 2. Where rustup cannot download, Debian's `rustc-web` packages bring a second compiler with the
//!    sources of its library. We build that library once, into a folder of our own, and point the
//!    compiler there. (Our toolchain's compiler cannot be used with it: compiler and library must
//!    be of one version.)
//!
//! [`Toolchain::find`] tells which of them is ready; [`Toolchain::prepare`] sets a command up for it.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustc_build_sysroot::{BuildMode, SysrootBuilder, rustc_sysroot_src};

use crate::{
    cache::Cache,
    process::{self, read, run, succeeds},
    progress,
    setup::{Missing, system},
};

/// The target of the screens.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's second compiler. By path, because rustup's comes first on PATH.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_CLIPPY: &str = "/usr/bin/cargo-clippy";
const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"];

/// A compiler with a wasm standard library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toolchain {
    /// The one that runs us.
    Own,
    /// Debian's, with the library we built.
    Debian {
        /// Where that library is.
        sysroot: PathBuf,
        /// The linker for wasm, out of our own toolchain: Debian's packages bring none.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// The toolchain that is ready to use, if any.
    #[must_use]
    pub fn find(cache: &Cache) -> Option<Self> {
        if own_has_target() {
            return Some(Self::Own);
        }
        let sysroot = cache.wasm_sysroot();
        let stamp = fs::read_to_string(stamp(&sysroot)).ok()?;
        let compiler = read(Command::new(DEBIAN_RUSTC).arg("-vV")).ok()?;
        if stamp != compiler || !Path::new(DEBIAN_CLIPPY).is_file() {
            return None;
        }
        Some(Self::Debian {
            sysroot,
            linker: wasm_linker().ok()?,
        })
    }

    /// Like [`Self::find`], where its absence is an error.
    pub fn require(cache: &Cache) -> Result<Self> {
        Self::find(cache)
            .with_context(|| format!("there is no compiler for {TARGET}: start cargo xtask setup"))
    }

    /// Sets up a command that compiles for wasm: cargo, or Trunk, which calls it.
    pub fn prepare<'a>(
        &self,
        command: &'a mut Command,
        target_dir: &Path,
    ) -> Result<&'a mut Command> {
        for (name, value) in self.environment()? {
            command.env(name, value);
        }
        if *self != Self::Own {
            // `cargo run` puts our toolchain's libraries there, which another compiler must not load.
            command.env_remove("LD_LIBRARY_PATH");
        }
        Ok(command.env("CARGO_TARGET_DIR", target_dir))
    }

    /// The variables under which `cargo … --target wasm32-unknown-unknown` works.
    fn environment(&self) -> Result<Vec<(&'static str, OsString)>> {
        match self {
            Self::Own => Ok(Vec::new()),
            Self::Debian { sysroot, linker } => {
                let sysroot = sysroot
                    .to_str()
                    .context("the cache folder's name is not UTF-8")?;
                Ok(vec![
                    ("RUSTC", DEBIAN_RUSTC.into()),
                    // With --target, cargo keeps these flags from build scripts and macros.
                    (
                        "CARGO_ENCODED_RUSTFLAGS",
                        format!("--sysroot\x1f{sysroot}").into(),
                    ),
                    ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker.into()),
                ])
            }
        }
    }

    /// `cargo clippy` for wasm. Clippy is a compiler too, so each toolchain has its own.
    pub fn clippy(&self, target_dir: &Path) -> Result<Command> {
        let mut command = match self {
            Self::Own => process::cargo(),
            Self::Debian { .. } => {
                let mut clippy = Command::new(DEBIAN_CLIPPY);
                clippy.env("CARGO", process::cargo_path());
                clippy
            }
        };
        command.arg("clippy");
        self.prepare(&mut command, target_dir)?;
        Ok(command)
    }

    /// What distinguishes builds of this toolchain from another's.
    #[must_use]
    pub fn identity(&self) -> String {
        let rustc = match self {
            Self::Own => own_rustc(),
            Self::Debian { .. } => DEBIAN_RUSTC.into(),
        };
        read(Command::new(rustc).arg("-vV")).unwrap_or_default()
    }
}

/// The missing part of the setup, if no toolchain is ready.
pub fn missing(cache: &Cache) -> Result<Option<Missing>> {
    if Toolchain::find(cache).is_some() {
        return Ok(None);
    }
    let cache = cache.clone();
    Ok(Some(Missing {
        name: format!(
            "Rust's standard library for {TARGET}, by rustup, or else by Debian's packages {}",
            DEBIAN_PACKAGES.join(" ")
        ),
        estimate: Duration::from_secs(150),
        install: Box::new(move || install(&cache)),
    }))
}

fn install(cache: &Cache) -> Result<()> {
    let mut rustup = Command::new("rustup");
    if which::which("rustup").is_ok()
        && run(rustup.args(["target", "add", TARGET])).is_ok()
        && own_has_target()
    {
        return Ok(());
    }
    if !system::is_debian() {
        bail!(
            "rustup could not fetch {TARGET}. Try `rustup target add {TARGET}` for its reason, or your distribution's Rust packages for wasm"
        );
    }
    progress::note("  rustup could not fetch it, so Debian's compiler for the web is used");
    let absent = system::absent(DEBIAN_PACKAGES);
    if !absent.is_empty() {
        let names: Vec<String> = absent.iter().map(|&name| name.to_owned()).collect();
        // They conflict with Debian's own rustup package: rather fail than remove somebody's.
        system::apt_install(&names, &["--no-remove"])?;
    }
    build_library(&cache.wasm_sysroot())
}

/// Builds the standard library of Debian's compiler for wasm (half a minute).
fn build_library(sysroot: &Path) -> Result<()> {
    wasm_linker()?;
    let mut cargo = Command::new(DEBIAN_CARGO);
    cargo
        .env("RUSTC", DEBIAN_RUSTC)
        // A released compiler builds its own library only when told that it may.
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("LD_LIBRARY_PATH")
        .stderr(Stdio::inherit());
    let version = rustc_version::VersionMeta::for_command(Command::new(DEBIAN_RUSTC))
        .context("Debian's compiler does not tell its version")?;
    let sources = rustc_sysroot_src(Command::new(DEBIAN_RUSTC))?;
    SysrootBuilder::new(sysroot, TARGET)
        .build_mode(BuildMode::Build)
        .cargo(cargo)
        .rustc_version(version)
        .build_from_source(&sources)
        .context("could not build the standard library")?;
    let compiler = read(Command::new(DEBIAN_RUSTC).arg("-vV"))?;
    // Last, so that an interrupted build is not taken for a finished one.
    fs::write(stamp(sysroot), compiler).context("could not finish the library's folder")
}

/// Says for which compiler the library in a sysroot was built.
fn stamp(sysroot: &Path) -> PathBuf {
    sysroot.join("built-for")
}

fn own_rustc() -> OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

fn own_has_target() -> bool {
    let folder =
        read(Command::new(own_rustc()).args(["--print", "target-libdir", "--target", TARGET]));
    folder.is_ok_and(|folder| {
        fs::read_dir(folder).is_ok_and(|entries| {
            entries
                .flatten()
                .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
        })
    })
}

/// The `rust-lld` of our own toolchain, or LLVM's under its usual name.
fn wasm_linker() -> Result<PathBuf> {
    // Beside the toolchain's libraries for this machine: lib/rustlib/<host>/{lib,bin}.
    let libraries = read(Command::new(own_rustc()).args(["--print", "target-libdir"]))?;
    let own = Path::new(&libraries).with_file_name("bin").join("rust-lld");
    // Where it is, not a copy: it finds its LLVM by its own path.
    if own.is_file() && succeeds(Command::new(&own).args(["-flavor", "wasm", "--version"])) {
        return Ok(own);
    }
    which::which("wasm-ld").context("there is no linker for wasm: install the package lld")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_toolchain_needs_no_variables() {
        assert!(Toolchain::Own.environment().unwrap().is_empty());
    }

    #[test]
    fn a_sysroot_with_spaces_stays_one_argument() {
        let debian = Toolchain::Debian {
            sysroot: "/my cache/sysroot".into(),
            linker: "/lld".into(),
        };
        let flags = &debian.environment().unwrap()[1];
        assert_eq!(flags.0, "CARGO_ENCODED_RUSTFLAGS");
        assert_eq!(
            flags.1.to_str().unwrap().split('\x1f').collect::<Vec<_>>(),
            ["--sysroot", "/my cache/sysroot"]
        );
    }
}
