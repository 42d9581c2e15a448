//! Pushes and reads a second (budgets 12 and 14).

use crate::{
    Wanted,
    cluster::Cluster,
    figures::{self, Series},
    house::{self, Caller, Owner, PAGE},
    load,
    peers::{self, PocketBase, RawCaller},
    program::Program,
};
use anyhow::{Context, Result};
use std::{path::Path, sync::Arc, time::Duration};
use tempfile::TempDir;

/// Callers at once.
const CALLERS: usize = 32;

/// On SQLite, with what waits in one commit.
pub async fn on_sqlite(wanted: &Wanted) -> Result<()> {
    let (ours, theirs) = (TempDir::new()?, TempDir::new()?);
    let owners = house::furnish(ours.path(), None, CALLERS).await?;
    peers::copy(ours.path(), theirs.path())?;
    let palier = Program::palier(&wanted.server, ours.path(), None)?;
    let raw = Program::raw(theirs.path(), None)?;
    let pocketbase = match &wanted.pocketbase {
        Some(program) => Some(Arc::new(PocketBase::start(program).await?)),
        None => None,
    };
    let callers = sign_in(&owners, &palier.url).await?;
    let mut measured = Measured::default();
    for _ in 0..wanted.rounds {
        measured.round(wanted, &callers, &owners, &raw.url).await?;
        if let Some(pocketbase) = &pocketbase {
            let there = pocketbase.clone();
            let create = move |_| {
                let there = there.clone();
                async move { there.create().await }
            };
            measured.pocketbase.push(lasting(wanted, create).await?);
        }
    }
    drop((palier, raw));
    peers::same_rows_sqlite(ours.path(), theirs.path(), &measured.written).await?;
    figures::header(&format!("SQLite, {CALLERS} callers, one message a request"));
    figures::row("push", &measured.push, Some(&measured.raw_push));
    figures::row("push, raw", &measured.raw_push, None);
    figures::row("thread of 50", &measured.read, Some(&measured.raw_read));
    figures::row("thread of 50, raw", &measured.raw_read, None);
    if pocketbase.is_some() {
        figures::row(
            "push, beside PocketBase",
            &measured.push,
            Some(&measured.pocketbase),
        );
        figures::row("PocketBase, create record", &measured.pocketbase, None);
    }
    Ok(())
}

/// On PostgreSQL, with a transaction a request.
pub async fn on_postgres(wanted: &Wanted, cluster: &Cluster) -> Result<()> {
    // A database each: else the second would work on the rows of the first.
    let (ours, theirs) = (cluster.database("ours")?, cluster.database("theirs")?);
    let (folder, other) = (TempDir::new()?, TempDir::new()?);
    let owners = house::furnish(folder.path(), Some(&ours), CALLERS).await?;
    let others = house::furnish(other.path(), Some(&theirs), CALLERS).await?;
    let palier = Program::palier(&wanted.server, folder.path(), Some(&ours))?;
    let raw = Program::raw(Path::new(""), Some(&theirs))?;
    let callers = sign_in(&owners, &palier.url).await?;
    let mut measured = Measured::default();
    for _ in 0..wanted.rounds {
        measured.round(wanted, &callers, &others, &raw.url).await?;
    }
    figures::header(&format!(
        "PostgreSQL, {CALLERS} callers, one message a request"
    ));
    figures::row("push", &measured.push, Some(&measured.raw_push));
    figures::row("push, raw", &measured.raw_push, None);
    figures::row("thread of 50", &measured.read, Some(&measured.raw_read));
    figures::row("thread of 50, raw", &measured.raw_read, None);
    Ok(())
}

async fn sign_in(owners: &[Owner], url: &str) -> Result<Arc<Vec<Caller>>> {
    let mut callers = Vec::with_capacity(owners.len());
    for owner in owners {
        callers.push(Caller::sign_in(owner, url).await?);
    }
    Ok(Arc::new(callers))
}

async fn lasting<F, Fut>(wanted: &Wanted, call: F) -> Result<load::Load>
where
    F: Fn(usize) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    load::run(CALLERS, Duration::from_secs(wanted.seconds), call).await
}

/// How many messages each of the two wrote.
#[derive(Default)]
pub struct Written {
    /// Palier.
    pub ours: u64,
    /// The raw server.
    pub theirs: u64,
}

#[derive(Default)]
struct Measured {
    push: Series,
    raw_push: Series,
    read: Series,
    raw_read: Series,
    pocketbase: Series,
    written: Written,
}

impl Measured {
    async fn round(
        &mut self,
        wanted: &Wanted,
        callers: &Arc<Vec<Caller>>,
        owners: &[Owner],
        raw: &str,
    ) -> Result<()> {
        let (these, those) = (callers.clone(), callers.clone());
        let push = lasting(wanted, move |caller| {
            let caller = these[caller].clone();
            async move { caller.push(caller.owner.incident).await }
        });
        let push = push.await.context("push")?;
        self.written.ours += push.answers();
        self.push.push(push);
        let raw_callers: Arc<Vec<RawCaller>> = Arc::new(
            owners
                .iter()
                .map(|owner| RawCaller::new(owner, raw))
                .collect(),
        );
        let raw_readers = raw_callers.clone();
        let push = lasting(wanted, move |caller| {
            let caller = raw_callers[caller].clone();
            async move { caller.push().await }
        });
        let push = push.await.context("raw push")?;
        self.written.theirs += push.answers();
        self.raw_push.push(push);
        let read = lasting(wanted, move |caller| {
            let caller = those[caller].clone();
            async move {
                let incident = caller.owner.incident;
                let path = format!("/api/incidents/{incident}/tickets?limit={PAGE}");
                caller.get(&path).await
            }
        });
        self.read.push(read.await.context("read")?);
        let read = lasting(wanted, move |caller| {
            let caller = raw_readers[caller].clone();
            async move { caller.read().await }
        });
        self.raw_read.push(read.await.context("raw read")?);
        Ok(())
    }
}
