//! A large older database: its upgrade, and what size does to latencies (budget 15).

use crate::{
    Wanted,
    figures::{self, Series},
    house::{Caller, Owner, PASSWORD},
    load::{self, Load},
    program::Program,
};
use anyhow::{Context, Result, ensure};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, SaltString},
};
use palier_domain::{IncidentId, UserId};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, sqlite::SqliteConnectOptions};
use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;
use uuid::Uuid;

/// Tickets on each incident.
const THREAD: usize = 100;
/// Homes of the one owner; each has a tenant.
const HOMES: usize = 200;
/// Changes that somebody who comes back has missed.
const BEHIND: u64 = 200;
/// How many times smaller the small database is.
const SMALLER: usize = 100;

/// Measures the upgrade, then both sizes in turn.
pub async fn measure(wanted: &Wanted) -> Result<()> {
    let (small, large) = (TempDir::new()?, TempDir::new()?);
    println!("\n### Older databases\n");
    println!("| tickets | import-legacy | a second |");
    println!("|---|---|---|");
    for (folder, tickets) in [(&small, wanted.tickets / SMALLER), (&large, wanted.tickets)] {
        make(folder.path(), tickets).await?;
        let took = import(&wanted.server, folder.path())?;
        let rate = tickets as f64 / took.as_secs_f64();
        println!("| {tickets} | {:.1} s | {rate:.0} |", took.as_secs_f64());
    }
    let small = Place::open(wanted, small.path(), wanted.tickets / SMALLER).await?;
    let large = Place::open(wanted, large.path(), wanted.tickets).await?;
    let mut measured: [(Series, Series); 3] = Default::default();
    for _ in 0..wanted.rounds {
        for (kind, (of_small, of_large)) in measured.iter_mut().enumerate() {
            of_small.push(small.lasting(wanted, kind).await?);
            of_large.push(large.lasting(wanted, kind).await?);
        }
    }
    println!(
        "\n### {} tickets, and a hundredth of them; one caller\n",
        wanted.tickets
    );
    println!("| | p50 small | p50 large | p99 small | p99 large | p99 grows |");
    println!("|---|---|---|---|---|---|");
    for (name, (small, large)) in KINDS.iter().zip(&measured) {
        println!(
            "| {name} | {:.2} ms | {:.2} ms | {:.2} ms | {:.2} ms | {:.2}× |",
            small.p50_ms(),
            large.p50_ms(),
            small.p99_ms(),
            large.p99_ms(),
            large.p99_ms() / small.p99_ms()
        );
    }
    figures::header("In the large one");
    for (name, (_, large)) in KINDS.iter().zip(&measured) {
        figures::row(name, large, None);
    }
    Ok(())
}

/// What is asked.
const KINDS: [&str; 3] = ["push", "list of 50", "pull of 200 changes"];

/// A served database.
struct Place {
    caller: Arc<Caller>,
    incidents: usize,
    pull: Arc<str>,
    next: Arc<AtomicUsize>,
    _program: Program,
}

impl Place {
    async fn open(wanted: &Wanted, folder: &Path, tickets: usize) -> Result<Self> {
        let program = Program::palier(&wanted.server, folder, None)?;
        let owner = Owner {
            id: UserId(id(1, 1)),
            email: OWNER.into(),
            incident: incident(0),
        };
        let caller = Caller::sign_in(&owner, &program.url).await?;
        let cursor = caller.cursor(BEHIND).await?;
        Ok(Self {
            caller: Arc::new(caller),
            incidents: tickets / THREAD,
            pull: format!("/api/sync/changes?cursor={cursor}").into(),
            next: Arc::default(),
            _program: program,
        })
    }

    async fn lasting(&self, wanted: &Wanted, kind: usize) -> Result<Load> {
        let (caller, pull, next) = (self.caller.clone(), self.pull.clone(), self.next.clone());
        let incidents = self.incidents;
        let call = move |_| {
            let (caller, pull) = (caller.clone(), pull.clone());
            // Far from the one before: what was just read is no measure of a large file.
            let at = next.fetch_add(7919, Ordering::Relaxed) % incidents;
            async move {
                match kind {
                    0 => caller.push(incident(at)).await,
                    1 => caller.get("/api/incidents?limit=50").await,
                    _ => caller.get(&pull).await,
                }
            }
        };
        load::run(1, Duration::from_secs(wanted.seconds), call).await
    }
}

/// The address of the one owner.
pub const OWNER: &str = "u1@old.test";

/// The id of the older database's row `number` of a kind.
pub fn id(kind: u128, number: u128) -> Uuid {
    Uuid::from_u128((kind << 96) | (0x4000 << 64) | (0x8000 << 48) | number)
}

/// The incident of that number, from 0.
pub fn incident(number: usize) -> IncidentId {
    IncidentId(id(2, number as u128 + 1))
}

/// An older database: one owner, his tenants, incidents with a hundred tickets each.
pub async fn make(folder: &Path, tickets: usize) -> Result<()> {
    let salt = SaltString::encode_b64(b"sixteen bytes ok").map_err(anyhow::Error::msg)?;
    let hash = Argon2::default().hash_password(PASSWORD.as_bytes(), &salt);
    let hash = hash.map_err(anyhow::Error::msg)?;
    let options = SqliteConnectOptions::new()
        .filename(folder.join("server.sqlite"))
        .create_if_missing(true);
    let mut older = options.connect().await?;
    let id =
        |kind: u8, number: &str| format!("printf('0000000{kind}-0000-4000-8000-%012x', {number})");
    let numbers = |most: usize| {
        format!(
            "with recursive numbers (x) as
                 (select 1 union all select x + 1 from numbers where x < {most})"
        )
    };
    let people = HOMES + 1;
    let tenant = format!("(x - 1) % {HOMES} + 2");
    let tenant_of_ticket = format!("((x - 1) / {THREAD}) % {HOMES} + 2");
    let sql = format!(
        "create table users (id text primary key, email text, name text, password_hash text);
         create table incidents (id text primary key, title text, owner_id text, tenant_id text,
             property text, unit text, created_at text);
         create table incident_responses (id text primary key, incident_id text, author_id text,
             message text not null, is_read integer, created_at text);
         insert into users {} select {}, 'u' || x || '@old.test', 'Person ' || x, '{hash}'
             from numbers;
         insert into incidents {} select {}, 'Fuite ' || x, {}, {}, 'Rue Haute', {tenant},
             datetime('2024-01-01', '+' || x || ' minutes') from numbers;
         insert into incident_responses {} select {}, {},
             case when x % 2 = 0 then {} else {} end,
             'Le chauffagiste passe demain entre 9 h et 11 h, message ' || x, 1,
             datetime('2024-02-01', '+' || x || ' seconds') from numbers;",
        numbers(people),
        id(1, "x"),
        numbers(tickets / THREAD),
        id(2, "x"),
        id(1, "1"),
        id(1, &tenant),
        numbers(tickets),
        id(3, "x"),
        id(2, &format!("(x - 1) / {THREAD} + 1")),
        id(1, "1"),
        id(1, &tenant_of_ticket),
    );
    // Safe SQL: names, numbers and a hash of this file's own.
    older.execute(AssertSqlSafe(sql)).await?;
    older.close().await?;
    Ok(())
}

/// Lets the server take it over; says how long that took.
pub fn import(server: &Path, folder: &Path) -> Result<Duration> {
    let begun = Instant::now();
    let output = Command::new(server)
        .args(["import-legacy", "--data-dir"])
        .arg(folder)
        .output()
        .context("could not start import-legacy")?;
    ensure!(
        output.status.success(),
        "import-legacy: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(begun.elapsed())
}
