//! What is logged, and how: to standard error, because standard output is for the one line that
//! says where we listen.

use super::layers::HEADING;
use clap::ValueEnum;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

#[derive(clap::Args)]
pub struct Log {
    /// What is logged: a level (error, warn, info, debug, trace), or `tracing`'s filters.
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
        let lines = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(&self.log))
            .with_writer(std::io::stderr)
            // Colours are for people; a log file keeps the escapes.
            .with_ansi(std::io::stderr().is_terminal());
        match self.log_format {
            Format::Text => lines.init(),
            Format::Json => lines.json().flatten_event(true).init(),
        }
    }
}
