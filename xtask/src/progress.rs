//! What a person sees while a command works: which step, how long, and a table at the end.

use std::time::{Duration, Instant};

use anstream::{eprintln, println};
use anstyle::{AnsiColor, Style};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// A line of information.
pub fn note(text: &str) {
    println!("{text}");
}

/// An error with its causes, on standard error.
pub fn error(error: &anyhow::Error) {
    eprintln!("{BAD}error{BAD:#}: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}

/// Runs one piece of work between a line that names it and a line that says how long it took.
pub fn step<T>(name: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    println!("{BOLD}▶ {name}{BOLD:#}");
    let start = Instant::now();
    let result = work();
    let time = human(start.elapsed());
    match &result {
        Ok(_) => println!("{GOOD}✔ {name}{GOOD:#} {DIM}{time}{DIM:#}"),
        Err(_) => println!("{BAD}✘ {name}{BAD:#} {DIM}{time}{DIM:#}"),
    }
    result
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It did what it should.
    Passed,
    /// It found something wrong.
    Failed,
    /// A step it builds upon failed.
    Skipped,
}

/// One row of the table at the end.
#[derive(Debug, Clone)]
pub struct Row {
    /// The step's name.
    pub name: String,
    /// How it ended.
    pub ending: Ending,
    /// How long it took.
    pub time: Duration,
}

/// Prints the table of steps with their times.
pub fn summary(rows: &[Row]) {
    let width = rows
        .iter()
        .map(|row| row.name.chars().count())
        .max()
        .unwrap_or(0)
        .max(5);
    println!("\n{BOLD}Time per step{BOLD:#}");
    for Row { name, ending, time } in rows {
        let (style, mark, text) = match ending {
            Ending::Passed => (GOOD, "✔", human(*time)),
            Ending::Failed => (BAD, "✘", format!("{} failed", human(*time))),
            Ending::Skipped => (DIM, "–", "skipped: an earlier step failed".to_owned()),
        };
        println!("{style}{mark}{style:#} {name:<width$}  {text}");
    }
    let total = rows.iter().map(|row| row.time).sum();
    println!("  {:<width$}  {}", "total", human(total));
}

/// A duration as people say it: `0.4 s`, `48 s`, `3 min 05 s`.
#[must_use]
pub fn human(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 10 {
        format!("{:.1} s", time.as_secs_f64())
    } else if seconds < 60 {
        format!("{seconds} s")
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_speech() {
        assert_eq!(human(Duration::from_millis(420)), "0.4 s");
        assert_eq!(human(Duration::from_secs(48)), "48 s");
        assert_eq!(human(Duration::from_secs(185)), "3 min 05 s");
    }
}
