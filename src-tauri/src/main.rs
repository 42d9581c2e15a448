//! Starts the desktop application.

// Else Windows opens a console beside the window.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    palier_lib::run(palier_lib::Cli::parse())
}
