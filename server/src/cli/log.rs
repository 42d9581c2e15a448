//! What is logged, and how: to standard error, because standard output is for the one line that
//! says where we listen.
//!
//! **Invariant: nothing that somebody wrote, no name, address, token or body is ever logged, at any
//! level.** `server/tests/canary.rs` looks for them.

use super::layers::HEADING;
use clap::ValueEnum;
use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::IsTerminal,
    panic::PanicHookInfo,
};
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

#[derive(clap::Args)]
pub struct Log {
    /// What is logged: a level (error, warn, info, debug, trace), or `tracing`'s filters.
    /// Libraries never say more than `info`.
    #[arg(
        long,
        global = true,
        env = "PALIER_LOG",
        default_value = "info",
        value_name = "FILTER",
        value_parser = filter,
        help_heading = HEADING
    )]
    log: String,
    /// How: lines for people, or one JSON object a line.
    #[arg(
        long,
        global = true,
        env = "PALIER_LOG_FORMAT",
        default_value = "text",
        value_name = "FORMAT",
        help_heading = HEADING
    )]
    log_format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
}

fn filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|error| error.to_string())
}

impl Log {
    /// Begins to log.
    pub fn start(&self) {
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            // Colours are for people; a log file keeps the escapes.
            .with_ansi(std::io::stderr().is_terminal());
        let wanted = EnvFilter::new(&self.log).and(filter_fn(ours_or_plain));
        let registry = tracing_subscriber::registry();
        match self.log_format {
            Format::Text => registry.with(lines.with_filter(wanted)).init(),
            Format::Json => {
                let lines = lines.json().flatten_event(true).with_span_list(false);
                registry.with(lines.with_filter(wanted)).init();
            }
        }
        std::panic::set_hook(Box::new(panicked));
    }
}

/// What libraries say below `info` is out of our hands: some write down what passes through them.
fn ours_or_plain(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("palier") || *metadata.level() <= Level::INFO
}

/// The place, without the panic's own words: those may quote what somebody wrote.
fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let place = place.unwrap_or_default();
    let backtrace = Backtrace::capture();
    match backtrace.status() {
        BacktraceStatus::Captured => tracing::error!(place, "panicked\n{backtrace}"),
        _ => tracing::error!(place, "panicked"),
    }
}
