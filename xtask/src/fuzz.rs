//! `cargo xtask fuzz`: bytes that nobody meant, for what takes bytes from strangers.
//!
//! libFuzzer through the crate libfuzzer-sys, on the stable compiler: the flags below are those that cargo-fuzz
//! sets, without its sanitizers, which need a nightly one (there is no unsafe code here for them to watch). What
//! is found is in `fuzz/artifacts`; a file of it that belongs into the tests goes to `fuzz/corpus`.

use std::{fs, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    process::{self, run},
    progress,
    workspace::Workspace,
};

/// Coverage for libFuzzer, as rustc hands it to LLVM.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1";

/// What there is: the names of `palier_server::fuzzing::TARGETS`, which a test of the server holds to the
/// folders of the corpus.
const TARGETS: &[&str] = &[
    "cursor",
    "push",
    "upload_headers",
    "file_name",
    "file_type",
    "search",
];

/// Fuzzes `target`, or one after the other all, for so many minutes each.
pub fn fuzz(workspace: &Workspace, target: Option<&str>, minutes: u64) -> Result<()> {
    let targets: Vec<&str> = match target {
        Some(target) if TARGETS.contains(&target) => vec![target],
        Some(other) => bail!(
            "there is no target {other}; there are: {}",
            TARGETS.join(", ")
        ),
        None => TARGETS.to_vec(),
    };
    let folder = workspace.root().join("fuzz");
    let built = workspace.target().join("fuzz");
    // Named, so that programs of the build itself get none of the flags.
    let host = rustc_version::version_meta()?.host;
    progress::step("build, with coverage", || {
        run(process::cargo()
            .args(["build", "--release", "--manifest-path"])
            .arg(folder.join("Cargo.toml"))
            .args(["--target", &host])
            .env("CARGO_TARGET_DIR", &built)
            .env("RUSTFLAGS", FLAGS))
    })?;
    for target in targets {
        progress::step(target, || {
            // What it learns on its way is kept apart from what the tests replay.
            let learnt = built.join("learnt").join(target);
            let artifacts = folder.join("artifacts");
            for made in [&learnt, &artifacts] {
                fs::create_dir_all(made).context("could not make a folder for what is found")?;
            }
            run(Command::new(built.join(&host).join("release/palier-fuzz"))
                .env("PALIER_FUZZ_TARGET", target)
                .arg(format!("-max_total_time={}", minutes * 60))
                .arg(format!(
                    "-artifact_prefix={}/{target}-",
                    artifacts.display()
                ))
                .args([
                    "-print_final_stats=1",
                    "-timeout=10",
                    "-max_len=65536",
                    "-verbosity=0",
                ])
                .arg(&learnt)
                .arg(folder.join("corpus").join(target)))
        })?;
    }
    Ok(())
}
