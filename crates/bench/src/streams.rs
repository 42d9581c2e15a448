//! Idle streams: the memory of one, and how soon a change reaches all of them (budget 13).

use crate::{
    Wanted,
    figures::median,
    house::{self, Caller},
    load::histogram,
    peers::{self, RawCaller},
    program::Program,
};
use anyhow::{Context, Result};
use std::{path::Path, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::{Barrier, mpsc},
    time::{Instant, timeout},
};

/// Changes that are waited for.
const POKES: usize = 20;
/// How long a change may take to reach everybody.
const PATIENCE: Duration = Duration::from_secs(20);

/// Measures both, in turn.
pub async fn measure(wanted: &Wanted) -> Result<()> {
    // Two ends of each stream are open here or in a server that inherits the limit.
    rlimit::increase_nofile_limit(wanted.streams as u64 * 2 + 1000)?;
    let (ours, theirs) = (TempDir::new()?, TempDir::new()?);
    let owners = house::furnish(ours.path(), None, 1).await?;
    let owner = owners.first().context("no owner")?;
    peers::copy(ours.path(), theirs.path())?;
    let (mut palier, mut raw) = (Vec::new(), Vec::new());
    for _ in 0..wanted.rounds {
        palier.push(of_palier(wanted, ours.path(), owner).await?);
        raw.push(of_raw(wanted, theirs.path(), owner).await?);
    }
    println!("\n### {} idle streams\n", wanted.streams);
    println!("| | memory a stream | change → all of them, p50 | p99 |");
    println!("|---|---|---|---|");
    let line = |name: &str, seen: &[Seen]| {
        let of = |what: fn(&Seen) -> f64| median(seen.iter().map(what).collect());
        let (memory, p50, p99) = (of(|it| it.memory), of(|it| it.p50_ms), of(|it| it.p99_ms));
        println!(
            "| {name} | {:.1} KiB | {p50:.1} ms | {p99:.1} ms |",
            memory / 1024.0
        );
        (memory, p99)
    };
    let (memory, p99) = line("palier-server", &palier);
    let (raw_memory, raw_p99) = line("raw axum stream", &raw);
    println!(
        "| of the peer | {:.2}× | | {:.2}× |",
        memory / raw_memory,
        p99 / raw_p99
    );
    Ok(())
}

/// What a round showed.
struct Seen {
    /// Bytes a stream.
    memory: f64,
    p50_ms: f64,
    p99_ms: f64,
}

async fn of_palier(wanted: &Wanted, folder: &Path, owner: &house::Owner) -> Result<Seen> {
    let program = Program::palier(&wanted.server, folder, None)?;
    let caller = Caller::sign_in(owner, &program.url).await?;
    let cursor = caller.cursor(0).await?;
    let head = format!(
        "GET /api/sync/stream?cursor={cursor} HTTP/1.1\r\nhost: bench\r\n\
         authorization: Bearer {}\r\n\r\n",
        caller.token()
    );
    let poke = async || caller.push(owner.incident).await;
    streams(wanted, &program, &head, poke).await
}

async fn of_raw(wanted: &Wanted, folder: &Path, owner: &house::Owner) -> Result<Seen> {
    let program = Program::raw(folder, None)?;
    let caller = RawCaller::new(owner, &program.url);
    let head = "GET /stream HTTP/1.1\r\nhost: bench\r\n\r\n";
    streams(wanted, &program, head, async || caller.push().await).await
}

/// Opens streams with the request `head`, weighs them, and waits for each of some changes on all.
async fn streams<P: AsyncFn() -> Result<()>>(
    wanted: &Wanted,
    program: &Program,
    head: &str,
    poke: P,
) -> Result<Seen> {
    // What a first request allocates for good is no stream's.
    poke().await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = program.memory()?;
    let address = program.url.trim_start_matches("http://").to_owned();
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let opened = Arc::new(Barrier::new(wanted.streams + 1));
    let mut readers = Vec::with_capacity(wanted.streams);
    for _ in 0..wanted.streams {
        let stream = open(&address, head).await?;
        readers.push(tokio::spawn(read(stream, arrived.clone(), opened.clone())));
    }
    opened.wait().await;
    // Until the server's first writes are over.
    tokio::time::sleep(Duration::from_secs(1)).await;
    while arrivals.try_recv().is_ok() {}
    let memory = program.memory()?.saturating_sub(before) as f64 / wanted.streams as f64;
    let mut latencies = histogram()?;
    for _ in 0..POKES {
        let begun = Instant::now();
        poke().await?;
        for _ in 0..wanted.streams {
            let at = timeout(PATIENCE, arrivals.recv()).await;
            let at: Instant = at
                .context("a stream got no change")?
                .context("no stream left")?;
            latencies.saturating_record(at.duration_since(begun).as_micros() as u64);
        }
    }
    for reader in readers {
        reader.abort();
    }
    let ms = |percentile| latencies.value_at_percentile(percentile) as f64 / 1000.0;
    Ok(Seen {
        memory,
        p50_ms: ms(50.0),
        p99_ms: ms(99.0),
    })
}

async fn open(address: &str, head: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(head.as_bytes()).await?;
    Ok(stream)
}

/// Says when each change arrives.
async fn read(
    stream: TcpStream,
    arrived: mpsc::UnboundedSender<Instant>,
    opened: Arc<Barrier>,
) -> Result<()> {
    let mut lines = BufReader::with_capacity(2048, stream).lines();
    let status = lines.next_line().await?.unwrap_or_default();
    anyhow::ensure!(status.contains(" 200 "), "no stream: {status}");
    opened.wait().await;
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("event: changes") || line.starts_with("event:changes") {
            arrived.send(Instant::now())?;
        }
    }
    Ok(())
}
