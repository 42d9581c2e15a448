//! The peer of taking rows in: sqlite3's own shell, which imports the same tickets from a text file and
//! builds their full text afterwards.

use super::portfolio::Made;
use anyhow::{Context, Result, ensure};
use palier_wire::Ticket;
use std::{
    fs::{File, read_to_string},
    io::{BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

const SCHEMA: &str = "
pragma journal_mode = wal; pragma synchronous = normal;
create table ticket (incident_id text not null, n integer not null, id text not null unique, rev integer not null,
    kind text not null, author_id text not null, author_type text not null, message text not null,
    created_ms integer not null, primary key (incident_id, n)) without rowid;
";

const FULL_TEXT: &str = "
create virtual table words using fts5 (message, content = '', detail = none,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
insert into words (rowid, message) select row_number() over (), message from ticket;
";

/// How fast it was.
#[derive(Debug, Clone, Copy)]
pub struct Imported {
    /// Rows a second, by the clock.
    pub rate: f64,
    /// Rows for each second of a core.
    pub processor_rate: f64,
}

/// Imports; none where the shell is not installed.
pub fn import(folder: &Path, made: &Made) -> Result<Option<Imported>> {
    let installed = Command::new("sqlite3").arg("-version").output().is_ok();
    if !installed {
        return Ok(None);
    }
    let rows = folder.join("rows.csv");
    let mut out = BufWriter::new(File::create(&rows)?);
    let mut count = 0;
    for change in made.tickets() {
        let data = change.data.clone().context("a row")?;
        let it: Ticket = serde_json::from_value(data)?;
        writeln!(
            out,
            "{},{},{},{},{},{},{},\"{}\",{}",
            it.incident_id.0.simple(),
            it.n,
            it.id.0.simple(),
            change.rev,
            it.kind.as_str(),
            it.author_id.0.simple(),
            it.author_type.as_str(),
            it.message.replace('"', "\"\""),
            it.created_at.timestamp_millis(),
        )?;
        count += 1;
    }
    out.into_inner()
        .map_err(|error| error.into_error())?
        .sync_all()?;
    let worked = waited_for()?;
    let begun = Instant::now();
    let mut shell = Command::new("sqlite3")
        .arg(folder.join("peer.sqlite"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let mut told = shell.stdin.take().context("the shell's input")?;
    write!(
        told,
        "{SCHEMA}\n.mode csv\n.import '{}' ticket\n{FULL_TEXT}",
        rows.display()
    )?;
    drop(told);
    ensure!(shell.wait()?.success(), "sqlite3 refused the rows");
    let rows = f64::from(count);
    Ok(Some(Imported {
        rate: rows / begun.elapsed().as_secs_f64(),
        processor_rate: rows / (waited_for()? - worked).max(0.01),
    }))
}

/// Seconds of a core that programs took which this one has started and waited for (Linux).
fn waited_for() -> Result<f64> {
    let told = read_to_string("/proc/self/stat")?;
    // The name of the program, in parentheses, may have spaces; what follows has not.
    let (_, told) = told.rsplit_once(')').context("the kernel does not tell")?;
    let ticks: u64 = told
        .split_whitespace()
        .skip(13)
        .take(2)
        .map(str::parse::<u64>)
        .sum::<Result<u64, _>>()?;
    // The kernel's unit towards programs is a hundredth of a second, whatever it counts in.
    Ok(ticks as f64 / 100.0)
}
