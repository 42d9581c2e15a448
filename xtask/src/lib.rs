//! Set up, run, test: the project's own commands.
//!
//! `cargo xtask …` is how everything in this repository is started. The binary parses the command
//! line and calls the functions here; they are a library so that the tests beside it can hold the
//! workspace to its rules ([`edges`], [`queries`], [`shell`]).
//!
//! Start at [`setup::ensure`] (what a machine needs), [`wasm`] (which compiler builds the screens)
//! and [`checks::run`] (every check, in order).

pub mod bench;
pub mod cache;
pub mod checks;
pub mod demo;
pub mod edges;
pub mod fuzz;
pub mod gallery;
pub mod licences;
pub mod package;
pub mod pages;
pub mod process;
pub mod progress;
pub mod queries;
pub mod say;
pub mod schemathesis;
pub mod screens;
pub mod setup;
pub mod shell;
pub mod soak;
pub mod wasm;
pub mod workspace;
