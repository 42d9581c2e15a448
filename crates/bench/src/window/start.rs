//! From the start to a list that can be used, and what memory that takes (budgets 4 and 10).
//!
//! Usable is the list when its first row is painted: rows answer to clicks from when they stand in the page.
//! Where the row is painted is asked of the page once, with a WebDriver; the starts that count have none.

use super::{
    Wanted,
    cached::Cached,
    hello, ours, processes,
    screen::{Region, Screen, are_alike},
    surroundings,
    table::{self, Samples},
};
use anyhow::{Context, Result};
use palier_webdriver::{
    Desk, Driven, Session,
    process::{Process, signal},
};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Longest wait for a window's content.
const PATIENCE: Duration = Duration::from_secs(120);
/// What has not changed for so long is ready; longer than any list lets wait.
const QUIET: Duration = Duration::from_secs(15);
/// So long after it was ready, memory is read: what the start left behind is freed then.
const SETTLED: Duration = Duration::from_secs(5);

/// The first row of the list.
pub const ROW: &str = "[data-testid=incident-row]";
/// What of it is looked at: its first words. Over its end lies the scroll bar, which goes after a while.
const WORDS: &str = "[data-testid=incident-row] .incident-title";

/// A window whose start is measured.
struct Started<'a> {
    start: Box<dyn Fn() -> Process + 'a>,
    region: Region,
    expected: Vec<u8>,
    times: Samples,
    memory: Samples,
}

/// Starts both windows in turn.
///
/// # Errors
/// When one does not show what it should.
pub async fn measure(wanted: &Wanted, desk: &Desk, cache: &Cached) -> Result<Samples> {
    let screen = Screen::open(desk)?;
    let data = cache.folder.as_path();
    let driver = surroundings(desk, "WebKitWebDriver", data);
    let row = place(desk, driver, &wanted.program.to_string_lossy(), WORDS).await?;
    let driver = desk.command("WebKitWebDriver");
    let heading = place(desk, driver, &wanted.hello.to_string_lossy(), "h1").await?;
    let ours = Started::new(&screen, desk, row, || ours(wanted, desk, data)).await?;
    let hello = Started::new(&screen, desk, heading, || hello(wanted, desk)).await?;
    let mut both = [ours, hello];
    for _ in 0..wanted.rounds {
        for window in &mut both {
            window.once(&screen).await?;
        }
    }
    let [ours, hello] = both;
    table::header("From the start to something that can be used");
    table::row(
        "the window that says hello: its heading",
        &hello.times,
        None,
    );
    table::row("ours: the first row", &ours.times, Some(hello.times.p99()));
    println!(
        "\nmedian {:.2}× of hello, {:+.0} ms; slowest {:.0} ms, hello {:.0} ms",
        ours.times.median() / hello.times.median(),
        ours.times.median() - hello.times.median(),
        ours.times.largest(),
        hello.times.largest()
    );
    let (mine, its) = (ours.memory.median(), hello.memory.median());
    println!(
        "memory of all processes (PSS): {mine:.1} MiB, hello {its:.1} MiB: {:.2}×; allowed are 1.25 × hello + 40 MiB = {:.1} MiB",
        mine / its,
        1.25 * its + 40.0
    );
    Ok(ours.times)
}

impl<'a> Started<'a> {
    /// Starts it once without counting, and remembers what is seen in the end. `within` is the place in the
    /// window's page.
    async fn new(
        screen: &Screen,
        desk: &Desk,
        within: Region,
        start: impl Fn() -> Process + 'a,
    ) -> Result<Self> {
        let process = start();
        let (left, top) = standing(desk, process.id()).await?;
        let region = Region {
            x: left + within.x,
            y: top + within.y,
            ..within
        };
        let expected = screen.rests(region, QUIET)?;
        process.kill().await;
        gone(screen, region, &expected).await?;
        Ok(Self {
            start: Box::new(start),
            region,
            expected,
            times: Samples::default(),
            memory: Samples::default(),
        })
    }

    async fn once(&mut self, screen: &Screen) -> Result<()> {
        let (process, took) =
            screen.until(self.region, &self.expected, PATIENCE, || (self.start)())?;
        self.times.push(took.as_secs_f64() * 1000.0);
        sleep(SETTLED).await;
        self.memory.push(processes::memory(process.id())?);
        process.kill().await;
        gone(screen, self.region, &self.expected).await
    }
}

/// Waits until the window has left the display.
async fn gone(screen: &Screen, region: Region, expected: &[u8]) -> Result<()> {
    let begun = Instant::now();
    while are_alike(&screen.look(region)?, expected) {
        anyhow::ensure!(begun.elapsed() < PATIENCE, "the window stays");
        sleep(Duration::from_millis(20)).await;
    }
    // The processes of its page see that they are alone, and end.
    sleep(Duration::from_secs(1)).await;
    Ok(())
}

/// Where the window of a process begins on the display, once the window manager has put it there.
async fn standing(desk: &Desk, process: u32) -> Result<(u64, u64)> {
    let begun = Instant::now();
    let mut before = None;
    loop {
        let now = corner(desk, process);
        match (before, now) {
            (Some(before), Some(now)) if before == now => return Ok(now),
            _ => before = now,
        }
        anyhow::ensure!(begun.elapsed() < PATIENCE, "no window opens");
        sleep(QUIET / 5).await;
    }
}

/// Where it begins now.
fn corner(desk: &Desk, process: u32) -> Option<(u64, u64)> {
    let search = ["search", "--onlyvisible", "--pid", &process.to_string()];
    let window = desk.xdotool(&search)?.lines().last()?.to_owned();
    let said = desk.xdotool(&["getwindowgeometry", "--shell", &window])?;
    let number = |name: &str| -> Option<u64> {
        let line = said.lines().find_map(|line| line.strip_prefix(name))?;
        line.parse().ok()
    };
    Some((number("X=")?, number("Y=")?))
}

/// Where the first element of this kind is in a program's page, once it stands there.
async fn place(
    desk: &Desk,
    driver: std::process::Command,
    program: &str,
    css: &str,
) -> Result<Region> {
    let driven = Driven::open(desk, driver, program, &[]).await;
    until_there(&driven.session, css).await?;
    let script = format!(
        "const it = document.querySelector('{css}').getBoundingClientRect();
         return [it.x, it.y, it.width, it.height].map(Math.round)"
    );
    let told = driven
        .session
        .run(&script)
        .await
        .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let number = |at: usize| told.get(at).and_then(serde_json::Value::as_u64);
    let region = Region {
        x: number(0).context("no place")?,
        y: number(1).context("no place")?,
        width: number(2).context("no place")?,
        height: number(3).context("no place")?,
    };
    end(driven).await;
    Ok(region)
}

/// Waits until there is such an element.
///
/// # Errors
/// When there is none in time.
pub async fn until_there(session: &Session, css: &str) -> Result<()> {
    let begun = Instant::now();
    while session.find(css).await.is_err() {
        anyhow::ensure!(begun.elapsed() < PATIENCE, "{css} never came");
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Ends a program that was started by a driver, and the driver.
pub async fn end(driven: Driven) {
    signal("KILL", &driven.application.to_string());
    driven.driver.kill().await;
    // Its window leaves the display a moment later.
    sleep(Duration::from_secs(1)).await;
}
