//! Runs one of `palier_server::fuzzing::TARGETS`, named by `PALIER_FUZZ_TARGET`, on what libFuzzer makes up.
//! `cargo xtask fuzz` builds and starts it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use palier_server::fuzzing::TARGETS;
use std::sync::LazyLock;

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("PALIER_FUZZ_TARGET").unwrap_or_default();
    let found = TARGETS.iter().find(|(target, _)| *target == name);
    found.unwrap_or_else(|| panic!("PALIER_FUZZ_TARGET names no target: {name}")).1
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
