//! What the window costs and how soon it shows something, beside a window that says hello (budgets 1–4, 10, 11, 16).
//!
//! Both are the real programs on a private display ([`palier_webdriver::Desk`]). Starts are seen from outside, in the
//! display's own pixels ([`screen`]); what happens after a click is measured inside the page ([`page`]), so that
//! nothing of the WebDriver is in it. The window's cache is made by [`cached`]; it opens without a server, as
//! it does on a train.

mod cached;
mod page;
mod processes;
mod rest;
mod screen;
mod sizes;
mod start;
mod table;

use anyhow::{Context, Result};
use palier_webdriver::{Desk, process::Process};
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use table::Samples;
use tempfile::TempDir;

pub use cached::{Wanted as Furnish, furnish};
pub use processes::work;

/// What to measure, and how often.
#[derive(clap::Args, Clone)]
pub struct Wanted {
    /// The application.
    #[arg(long)]
    program: PathBuf,
    /// Its package.
    #[arg(long)]
    deb: PathBuf,
    /// The window that says hello.
    #[arg(long)]
    hello: PathBuf,
    /// The package of that one.
    #[arg(long)]
    hello_deb: PathBuf,
    /// The screens' wasm.
    #[arg(long)]
    wasm: PathBuf,
    /// The server's program, for the window that rests.
    #[arg(long)]
    server: PathBuf,
    /// Sizes of the portfolio in the window's cache, in tickets.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
    tickets: Vec<usize>,
    /// How often each window is started, in turn with the other.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// How often a thread is opened, and something written and sent in it.
    #[arg(long, default_value_t = 100)]
    repeats: usize,
    /// Seconds for which both windows are left alone.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// What the portfolio is made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the files go; a disk, to measure durable commits. A temporary folder without.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Only these parts.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
}

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The packages and the screens.
    Sizes,
    /// From the start to a list, and memory then.
    Start,
    /// What is painted after a click, a key, a message.
    Page,
    /// What both cost while nobody touches them.
    Rest,
}

impl Wanted {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    fn room(&self) -> Result<TempDir> {
        match &self.folder {
            Some(folder) => tempfile::tempdir_in(folder),
            None => tempfile::tempdir(),
        }
        .context("making a folder")
    }
}

/// Measures.
///
/// # Errors
/// When a program cannot be started, or does not show what it should.
pub async fn measure(wanted: &Wanted) -> Result<()> {
    if wanted.wants(Part::Sizes) {
        sizes::measure(wanted)?;
    }
    let room = wanted.room()?;
    without_frames(room.path())?;
    let desk = Desk::start(room.path(), "fr_FR.UTF-8", false).await;
    if wanted.wants(Part::Start) || wanted.wants(Part::Page) {
        let mut grown = Vec::new();
        for tickets in &wanted.tickets {
            grown.push((*tickets, at_size(wanted, &desk, *tickets).await?));
        }
        growth(&grown);
    }
    if wanted.wants(Part::Rest) {
        rest::measure(wanted, &desk).await?;
    }
    Ok(())
}

/// Tells the desk's window manager to put no frames around windows: where one begins would be off by its frame.
fn without_frames(room: &Path) -> Result<()> {
    let folder = room.join("home/.config/openbox");
    std::fs::create_dir_all(&folder)?;
    let wish = r#"<?xml version="1.0"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <applications><application class="*"><decor>no</decor></application></applications>
</openbox_config>
"#;
    Ok(std::fs::write(folder.join("rc.xml"), wish)?)
}

/// What must not grow with the portfolio.
#[derive(Default)]
struct Growing {
    start: Samples,
    opened: Samples,
}

async fn at_size(wanted: &Wanted, desk: &Desk, tickets: usize) -> Result<Growing> {
    let mut growing = Growing::default();
    println!("\n## A window with {tickets} tickets cached");
    let cache = cached::make(desk, wanted, tickets)?;
    if wanted.wants(Part::Start) {
        growing.start = start::measure(wanted, desk, &cache).await?;
    }
    if wanted.wants(Part::Page) {
        growing.opened = page::measure(wanted, desk, &cache).await?;
    }
    std::fs::remove_dir_all(cache.folder)?;
    Ok(growing)
}

/// From the smallest portfolio to each: medians of the start, p99 of opening a thread.
fn growth(grown: &[(usize, Growing)]) {
    let Some((smallest, first)) = grown.first() else {
        return;
    };
    println!(
        "\n### From {smallest} tickets\n\n| to | start, median | click → thread, p99 |\n|---|---|---|"
    );
    for (tickets, it) in grown {
        println!(
            "| {tickets} | {:.2}× | {:.2}× |",
            it.start.median() / first.start.median(),
            it.opened.p99() / first.opened.p99()
        );
    }
}

/// The application's surroundings; the program may be it, or a driver that starts it.
fn surroundings(desk: &Desk, program: &str, data: &Path) -> Command {
    let mut command = desk.command(program);
    command
        .env("PALIER_LOG", "warn")
        .env("PALIER_DATA_DIR", data);
    command
}

/// Starts the application as a person does.
fn ours(wanted: &Wanted, desk: &Desk, data: &Path) -> Process {
    let command = surroundings(desk, &wanted.program.to_string_lossy(), data);
    desk.program("palier", command).start()
}

/// Starts the window that says hello.
fn hello(wanted: &Wanted, desk: &Desk) -> Process {
    desk.program("hello", desk.command(&wanted.hello)).start()
}
