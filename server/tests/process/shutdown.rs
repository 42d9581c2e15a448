//! It is told to stop while everybody is busy.

use crate::program::{PATIENCE, Program};
use futures_util::future::join_all;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::Notify;

#[tokio::test]
async fn nothing_that_was_acknowledged_is_lost_and_every_stream_is_told_when_to_come_back() {
    let (program, folder) = Program::demo(&[]);
    let tenant = program.tenant().await;
    let incident = tenant.incident().await;

    let streams: Vec<_> = join_all((0..20).map(|_| tenant.stream()))
        .await
        .into_iter()
        .map(|reply| tokio::spawn(reply.text()))
        .collect();
    let (count, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (tenant, incident) = (tenant.clone(), incident.clone());
            let (count, enough) = (count.clone(), enough.clone());
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                // Until the server is gone.
                while let Ok(id) = tenant.writes(&incident, "encore").await {
                    acknowledged.push(id);
                    if count.fetch_add(1, Ordering::Relaxed) == 100 {
                        enough.notify_one();
                    }
                }
                acknowledged
            })
        })
        .collect();
    let reached = tokio::time::timeout(PATIENCE, enough.notified()).await;
    assert!(reached.is_ok(), "{}", program.log());
    tokio::task::spawn_blocking(|| program.stop())
        .await
        .unwrap();

    let mut waits = Vec::new();
    for stream in streams {
        let text = stream.await.unwrap().expect("it ends in order");
        let last = text.trim_end().lines().last().unwrap_or_default();
        let wait: u64 = last.strip_prefix("retry: ").unwrap().parse().unwrap();
        assert!((1_000..15_000).contains(&wait), "{wait}");
        waits.push(wait);
    }
    waits.sort_unstable();
    assert!(waits[19] - waits[0] > 3_000, "spread out: {waits:?}");

    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    let program = Program::start("serve", folder.path(), &[]);
    let thread = program.tenant().await.thread(&incident).await;
    assert!(acknowledged.len() > 100);
    let lost: Vec<_> = acknowledged
        .iter()
        .filter(|id| !thread.contains(id))
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}
