//! The doorbell between nodes: what moved on one rings on all.
//!
//! Three tasks, none of which carries the truth. One tells the others, by PostgreSQL's NOTIFY, outside of the
//! transactions that it tells of and no more often than every 10 ms. One listens. And one compares, every few
//! seconds, the heads of the scopes that somebody waits at: a connection that was cut, a database that was
//! restarted, a node that died between its commit and its word cost those seconds and never a ticket.

use super::Doorbell;
use crate::{App, db::postgres::Server, error::Result, ops::metrics};
use palier_wire::Scope;
use sqlx::postgres::PgListener;
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::mpsc, time::sleep};
use uuid::Uuid;

/// The channel of PostgreSQL's.
const CHANNEL: &str = "palier";
/// A word to the others is sent no more often.
const REST: Duration = Duration::from_millis(10);
/// PostgreSQL takes words of less than 8000 bytes; a scope has at most 47.
const SCOPES_A_WORD: usize = 160;
/// After a connection failed, before the next.
const PAUSE: Duration = Duration::from_millis(500);

/// Scopes that the others said have moved, since the last comparison.
type Heard = Mutex<HashSet<Scope>>;

/// Rings and listens until the server stops. Does nothing on SQLite, which one node alone works on.
pub async fn run(app: App) {
    let Some(server) = app.db().postgres() else {
        return;
    };
    let (node, heard) = (Uuid::new_v4(), Heard::default());
    let told = app.doorbell().told();
    let mut stopping = app.stopping();
    tokio::select! {
        () = tell(server, node, told) => {}
        () = listen(server, node, app.doorbell(), &heard) => {}
        () = compare(&app, &heard) => {}
        _ = stopping.wait_for(|stop| *stop) => {}
    }
}

/// Tells the others what moved here.
async fn tell(server: &Server, node: Uuid, mut told: mpsc::UnboundedReceiver<Vec<Scope>>) {
    while let Some(first) = told.recv().await {
        let mut scopes: BTreeSet<Scope> = first.into_iter().collect();
        while let Ok(more) = told.try_recv() {
            scopes.extend(more);
        }
        for word in words(node, &scopes) {
            let sent = sqlx::query("select pg_notify($1, $2)")
                .bind(CHANNEL)
                .bind(word)
                .execute(server.bells())
                .await;
            if let Err(error) = sent {
                tracing::warn!("the other nodes were not told, they will see: {error}");
            }
        }
        sleep(REST).await;
    }
}

/// What is sent: who says it, and which scopes moved.
fn words(node: Uuid, scopes: &BTreeSet<Scope>) -> Vec<String> {
    let scopes: Vec<_> = scopes.iter().map(ToString::to_string).collect();
    let word = |some: &[String]| format!("{} {}", node.simple(), some.join(" "));
    scopes.chunks(SCOPES_A_WORD).map(word).collect()
}

/// What others said; nothing of what this node said itself, or nobody can read.
fn understood(node: Uuid, word: &str) -> Vec<Scope> {
    let mut parts = word.split(' ');
    if parts.next() == Some(&node.simple().to_string()) {
        return Vec::new();
    }
    parts.filter_map(|scope| scope.parse().ok()).collect()
}

/// Rings here for what moved elsewhere.
async fn listen(server: &Server, node: Uuid, doorbell: &Doorbell, heard: &Heard) {
    loop {
        match hear(server, node, doorbell, heard).await {
            Ok(()) => tracing::info!("the connection to the other nodes was cut"),
            Err(error) => tracing::warn!("the other nodes cannot be heard: {error}"),
        }
        metrics::doorbell_cut();
        sleep(PAUSE).await;
    }
}

/// Listens until the connection is lost.
async fn hear(server: &Server, node: Uuid, doorbell: &Doorbell, heard: &Heard) -> sqlx::Result<()> {
    let mut listener = PgListener::connect_with(server.bells()).await?;
    listener.listen(CHANNEL).await?;
    // It was away: it may have come back as another.
    match server.compare().await {
        Ok(true) => tracing::warn!("another life of the data has begun: {}", server.epoch()),
        Ok(false) => {}
        Err(error) => crate::error::log(&error, "witness"),
    }
    // What was said while nobody listened.
    doorbell.ring_here(doorbell.watched());
    while let Some(word) = listener.try_recv().await? {
        let scopes = understood(node, word.payload());
        let mut kept = heard.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(scopes.iter().copied());
        drop(kept);
        doorbell.ring_here(scopes);
    }
    Ok(())
}

/// Compares heads, and rings for those that moved.
async fn compare(app: &App, heard: &Heard) {
    let mut known = HashMap::new();
    loop {
        sleep(app.config().head_check).await;
        if let Err(error) = look(app, heard, &mut known).await {
            crate::error::log(&error, "heads");
        }
    }
}

async fn look(app: &App, heard: &Heard, known: &mut HashMap<Scope, u64>) -> Result<()> {
    let watched = app.doorbell().watched();
    let heard = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
    let mut read = app.db().read().await?;
    let heads = super::changes::heads(&mut read, &watched).await?;
    drop(read);
    // One that nobody waited at before may have moved since its first reader looked.
    let moved: Vec<Scope> = heads
        .iter()
        .filter(|(scope, head)| known.get(scope) != Some(&head.seq))
        .map(|(scope, _)| *scope)
        .collect();
    let own = app.doorbell().rung_here_lately();
    let missed = moved.iter().filter(|scope| {
        known.contains_key(scope) && !heard.contains(scope) && !own.contains(scope)
    });
    metrics::doorbell_missed(missed.count());
    *known = heads
        .into_iter()
        .map(|(scope, head)| (scope, head.seq))
        .collect();
    app.doorbell().ring_here(moved);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_domain::PortfolioId;

    #[test]
    fn what_is_said_is_short_enough_and_understood_by_the_others_alone() {
        let (here, there) = (Uuid::new_v4(), Uuid::new_v4());
        let scope = |n| Scope::Portfolio(PortfolioId(Uuid::from_u128(n)));
        let scopes: BTreeSet<Scope> = (0..1000).map(scope).collect();
        let words = words(here, &scopes);
        assert!(words.iter().all(|word| word.len() < 8000));
        let heard = words.iter().flat_map(|word| understood(there, word));
        assert_eq!(heard.collect::<BTreeSet<_>>(), scopes);
        assert!(words.iter().all(|word| understood(here, word).is_empty()));
        assert!(understood(there, "nonsense and more of it").is_empty());
    }
}
