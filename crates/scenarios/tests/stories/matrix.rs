//! Every endpoint × everything that a network does to a request: in the end all is as if nothing had
//! happened.
//!
//! A cell is a house of its own: the tenant has sent a photo; the owner signs in, looks at it, reads,
//! and answers with a photo, while the first two requests to one endpoint meet one fault.

use crate::ends_well;
use anyhow::{Context, ensure};
use palier_domain::{AttachmentId, IncidentId};
use palier_scenarios::{Device, DeviceOptions, Fault, House, PASSWORD, eventually, photo};
use std::{sync::Arc, time::Duration};
use tokio::{runtime::Handle, sync::Semaphore, task::JoinSet};

const ENDPOINTS: [&str; 8] = [
    "POST /api/session",
    "GET /api/sync/changes",
    "GET /api/sync/snapshot",
    "GET /api/sync/stream",
    "POST /api/sync/push",
    "POST /api/uploads",
    "PATCH /api/uploads",
    "GET /api/attachments",
];

const FAULTS: [Fault; 9] = [
    Fault::Refuse,
    Fault::CutRequest,
    Fault::Hang,
    Fault::LoseReply,
    Fault::CutReply,
    Fault::Trickle,
    Fault::Twice,
    Fault::Portal(200),
    Fault::Portal(403),
];

/// Cells at once: they wait more than they work.
const AT_ONCE: usize = 4;

/// Longer than a busy machine needs to answer, shorter than the other stories' time.
const SILENCE: Duration = Duration::from_millis(600);

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_survives_everything_that_a_network_does() -> anyhow::Result<()> {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut cells = JoinSet::new();
    for endpoint in ENDPOINTS {
        for fault in FAULTS {
            let turns = turns.clone();
            let turn = turns.acquire_owned().await?;
            // On a thread of its own: what a story borrows cannot change threads.
            let runtime = Handle::current();
            cells.spawn_blocking(move || {
                let _turn = turn;
                let lived = runtime.block_on(cell(endpoint, fault.clone()));
                lived.with_context(|| format!("{endpoint} × {fault:?}"))
            });
        }
    }
    let mut count = 0;
    while let Some(ended) = cells.join_next().await {
        ended??;
        count += 1;
    }
    assert_eq!(count, ENDPOINTS.len() * FAULTS.len());
    Ok(())
}

async fn cell(endpoint: &'static str, fault: Fault) -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let awa = house.awas_device().await?;
    awa.attaches(incident, &[photo(awa.desk(), "évier.jpg", 50)])
        .await?;
    let shown = awa.writes(incident, "Regardez").await?;
    awa.sees_sent(incident, shown.id).await;

    let options = DeviceOptions {
        silence: Some(SILENCE),
        ..DeviceOptions::default()
    };
    let claire = house.new_device(options).await?;
    claire.undo_time(0).await?;
    claire.line.lay_fault(endpoint, fault, Some(2));
    // Signing in is the one thing that a person tries again herself.
    eventually("she is signed in", async || {
        claire
            .signs_in("claire@maison.test", PASSWORD)
            .await
            .is_ok()
    })
    .await;
    claire.sees_words(incident, "Regardez").await;
    let theirs = photo_of(&claire, incident).await?;
    eventually("the photo is here", async || {
        looks_at(&claire, theirs).await
    })
    .await;
    claire.reads(incident, 1).await?;
    let own = photo(claire.desk(), "plombier.jpg", 60);
    claire
        .attaches(incident, std::slice::from_ref(&own))
        .await?;
    let answer = claire.writes(incident, "Le plombier arrive").await?;
    claire.sees_sent(incident, answer.id).await;
    claire.is_up_to_date().await;

    ensure!(claire.line.faults() > 0, "the fault met nothing");
    let words = ["Regardez", "Le plombier arrive"];
    assert_eq!(claire.words(incident).await?, words);
    assert_eq!(house.onlooker().messages(incident).await?, words);
    let sent = house.onlooker().tickets(incident).await?;
    assert_eq!(sent[1].attachments.len(), 1);
    let file = house.onlooker().file(sent[1].attachments[0]).await?;
    assert_eq!(file, std::fs::read(own)?, "the original, to its author");
    eventually("the answer is there", async || {
        let thread = awa.thread(incident).await;
        thread.is_ok_and(|thread| thread.entries.len() == 2)
    })
    .await;
    assert_eq!(claire.list().await?[0].unread, 0);
    assert!(claire.outbox().await?.is_empty());
    ends_well(&house).await
}

async fn photo_of(device: &Device, incident: IncidentId) -> anyhow::Result<AttachmentId> {
    device
        .sees("a photo", async |device| {
            let entries = device.thread(incident).await?.entries;
            Ok(entries.iter().any(|entry| !entry.attachments.is_empty()))
        })
        .await;
    let thread = device.thread(incident).await?;
    let files = thread.entries.iter().flat_map(|it| &it.attachments);
    files.map(|file| file.id).next().context("a photo")
}

/// Looks at a file; what the network did to it, it says, and is asked again.
async fn looks_at(device: &Device, id: AttachmentId) -> bool {
    let seen = device.ask(async move |client| client.attachment_file(id).await);
    seen.await.is_ok()
}
