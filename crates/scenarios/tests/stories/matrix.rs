//! Every endpoint × everything that a network does to a request: in the end all is as if nothing had
//! happened.
//!
//! A cell is a house of its own: the tenant has sent a photo; the owner signs in, looks at it, reads,
//! and answers with a photo, while the first two requests to one endpoint meet one fault. Both have to meet
//! it, where anybody asks a second time.

use crate::ends_well;
use anyhow::{Context, ensure};
use palier_bridge::request::SignOut;
use palier_domain::{AttachmentId, IncidentId};
use palier_scenarios::{Device, DeviceOptions, Fault, House, PASSWORD, eventually, photo};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};
use tokio::{runtime::Handle, sync::Semaphore, task::JoinSet};

/// How far an upload came is asked only after a piece of it got no answer.
const OFFSET: &str = "HEAD /api/uploads";
/// Asked once, when she signs out.
const SIGN_OUT: &str = "DELETE /api/session";

const ENDPOINTS: [&str; 10] = [
    "POST /api/session",
    OFFSET,
    SIGN_OUT,
    "GET /api/sync/changes",
    "GET /api/sync/snapshot",
    "GET /api/sync/stream",
    "POST /api/sync/push",
    "POST /api/uploads",
    "PATCH /api/uploads",
    "GET /api/attachments",
];

const FAULTS: [Fault; 11] = [
    Fault::Refuse,
    Fault::Unplug,
    Fault::CutHead,
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
                let lives = || runtime.block_on(cell(endpoint, fault.clone()));
                let told = match catch_unwind(AssertUnwindSafe(lives)) {
                    Ok(Ok(())) => return None,
                    Ok(Err(why)) => format!("{why:#}"),
                    Err(_) => "a panic, told above".to_owned(),
                };
                Some(format!("{endpoint} × {fault:?}: {told}"))
            });
        }
    }
    let (mut count, mut broken) = (0, Vec::new());
    while let Some(ended) = cells.join_next().await {
        broken.extend(ended?);
        count += 1;
    }
    println!(
        "{count} cells: {} endpoints × {} faults",
        ENDPOINTS.len(),
        FAULTS.len()
    );
    assert_eq!(count, ENDPOINTS.len() * FAULTS.len());
    ensure!(broken.is_empty(), "{}", broken.join("\n"));
    Ok(())
}

/// How many requests have to meet the fault: who got what he wanted may not ask again.
fn meets(endpoint: &str, fault: &Fault) -> usize {
    let got_it = match fault {
        // There how far it came is what is asked, and that is nothing.
        Fault::Trickle | Fault::Twice => endpoint != OFFSET,
        // How far it came is asked elsewhere, and that is all of it.
        Fault::LoseReply | Fault::CutReply => endpoint == "PATCH /api/uploads",
        _ => false,
    };
    match got_it || endpoint == SIGN_OUT {
        true => 1,
        false => 2,
    }
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
    if endpoint == OFFSET {
        claire
            .line
            .lay_fault("PATCH /api/uploads", Fault::Refuse, Some(2));
    }
    claire.line.lay_fault(endpoint, fault.clone(), Some(2));
    is_signed_in(&claire).await;
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
    if endpoint == SIGN_OUT {
        signs_out_and_in_again(&claire).await?;
        claire.sees_words(incident, "Le plombier arrive").await;
    }
    let wanted = meets(endpoint, &fault);
    eventually("everything that met the fault", async || {
        claire.line.faults(endpoint) >= wanted
    })
    .await;
    claire.is_up_to_date().await;
    ends_well(&house).await
}

/// Signing in is the one thing that a person tries again herself.
async fn is_signed_in(device: &Device) {
    eventually("she is signed in", async || {
        let signed_in = device.signs_in("claire@maison.test", PASSWORD).await;
        signed_in.is_ok()
    })
    .await;
}

/// Whatever the network says to it: nothing is left here, and she can come back.
async fn signs_out_and_in_again(device: &Device) -> anyhow::Result<()> {
    let folder = device.account_folder()?;
    let told = SignOut {
        discard_unsent: false,
    };
    device
        .ask(async move |client| client.sign_out(told).await)
        .await?;
    ensure!(!folder.exists(), "something is left on this computer");
    is_signed_in(device).await;
    Ok(())
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
