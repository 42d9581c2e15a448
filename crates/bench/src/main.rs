//! `palier-bench`: what server, device and window do, beside the same work with none of their duties.
//!
//! Every figure is a ratio to a peer that is measured in the same run, in turn with it, because
//! machines differ: docs/performance.md says what was measured when, on what. The peers are [`raw`],
//! a web server that writes and reads the same rows without asking who calls, whether he may and what
//! he sent; PocketBase, a server that others use; and a Tauri window that says hello.
//!
//! `cargo xtask bench` builds this and the server, optimised, and runs it. Nothing here is a test:
//! nothing fails because a machine was busy.

mod cluster;
mod device;
mod figures;
mod growth;
mod house;
mod load;
mod peers;
mod phone;
mod pouchdb;
mod program;
mod raw;
mod streams;
mod sync;
mod throughput;
mod window;

use anyhow::Result;
use clap::{Parser, Subcommand};
use cluster::Cluster;
use std::path::PathBuf;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measures the server.
    Server(Wanted),
    /// Measures what a device does with a portfolio of some size.
    Device(device::Wanted),
    /// Measures a whole device against a whole server.
    Sync(sync::Wanted),
    /// Measures the window beside one that says hello.
    Window(window::Wanted),
    /// Measures how soon a phone has the pages.
    Phone(phone::Wanted),
    /// Makes the data folder of a window that is measured.
    #[command(hide = true)]
    Furnish(window::Furnish),
    /// Serves as the peer: the same rows, no questions.
    Raw(raw::Arguments),
}

/// What to measure, and how long.
#[derive(clap::Args, Clone)]
struct Wanted {
    /// The server's program.
    #[arg(long)]
    server: PathBuf,
    /// PocketBase's program; without it that peer is left out.
    #[arg(long)]
    pocketbase: Option<PathBuf>,
    /// How often each is measured, in turn with its peer.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds that a measurement lasts.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Idle streams for the memory of one.
    #[arg(long, default_value_t = 1000)]
    streams: usize,
    /// Tickets of the large database; the small one has a hundredth of them.
    #[arg(long, default_value_t = 1_000_000)]
    tickets: usize,
    /// Only these parts.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
}

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Pushes and reads a second.
    Throughput,
    /// Memory of idle streams, and how soon a change reaches them.
    Streams,
    /// Pushes a second on PostgreSQL.
    Postgres,
    /// The upgrade of a large older database, and what size does to latencies.
    Growth,
}

impl Wanted {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    // One for the whole process; it is there already where another was chosen.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match Cli::parse().command {
        Command::Raw(arguments) => raw::serve(arguments).await,
        Command::Server(wanted) => server(&wanted).await,
        Command::Device(wanted) => device::measure(&wanted).await,
        Command::Sync(wanted) => sync::measure(&wanted).await,
        Command::Window(wanted) => window::measure(&wanted).await,
        Command::Phone(wanted) => phone::measure(&wanted).await,
        Command::Furnish(wanted) => window::furnish(&wanted).await,
    }
}

async fn server(wanted: &Wanted) -> Result<()> {
    if wanted.wants(Part::Throughput) {
        throughput::on_sqlite(wanted).await?;
    }
    if wanted.wants(Part::Streams) {
        streams::measure(wanted).await?;
    }
    if wanted.wants(Part::Postgres) {
        match Cluster::programs() {
            Some(programs) => throughput::on_postgres(wanted, &Cluster::start(&programs)?).await?,
            None => println!("\nPostgreSQL is not installed: not measured"),
        }
    }
    if wanted.wants(Part::Growth) {
        growth::measure(wanted).await?;
    }
    Ok(())
}
