//! What leaves the disk: looked for in every file, by a word that stands in all that there was.

use crate::ends_well;
use palier_bridge::request::{AddNote, OpenAttachment, SetStatus, SignOut};
use palier_domain::{IncidentId, Status};
use palier_scenarios::{Device, House, eventually};
use palier_server::ops::seed;
use std::{fs, path::Path};

/// In no word of any program.
const CANARY: &str = "zyxcanari";

/// The word as only the description has it.
fn described() -> String {
    format!("{CANARY} depuis lundi")
}

/// Whether a file below `folder` has these words, or its name has.
fn is_below(folder: &Path, words: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let path = entry.path();
        let named = entry.file_name().to_string_lossy().contains(words);
        let bytes = fs::read(&path).unwrap_or_default();
        let has = bytes.windows(words.len()).any(|it| it == words.as_bytes());
        named || has || is_below(&path, words)
    })
}

/// An incident with the word in its title and description, a message, a file's name and bytes, and an owners'
/// note.
async fn incident_full_of_it(house: &House, claire: &Device) -> anyhow::Result<IncidentId> {
    let incident = house
        .incident_described(&format!("{CANARY} fuit"), &described())
        .await?;
    let awa = house.awas_device().await?;
    let file = awa.desk().join(format!("{CANARY}.txt"));
    fs::write(&file, format!("{CANARY} en toutes lettres"))?;
    awa.attaches(incident, &[file]).await?;
    let ticket = awa
        .writes(incident, &format!("{CANARY} dans la cave"))
        .await?;
    awa.sees_sent(incident, ticket.id).await;
    claire.sees_incident(incident).await;
    let note = AddNote {
        incident_id: incident,
        message: format!("{CANARY} entre nous"),
    };
    claire
        .ask(async move |client| client.add_note(note).await)
        .await?;
    Ok(incident)
}

/// Waits for the message, fetches its file and opens a copy of it.
async fn opens_its_file(device: &Device, incident: IncidentId) -> anyhow::Result<()> {
    device
        .sees_words(incident, &format!("{CANARY} dans la cave"))
        .await;
    device
        .sees("its file", async |device| {
            let entries = device.thread(incident).await?.entries;
            Ok(entries.iter().any(|entry| !entry.attachments.is_empty()))
        })
        .await;
    let entries = device.thread(incident).await?.entries;
    let attachment_id = entries
        .iter()
        .find_map(|entry| entry.attachments.first())
        .expect("a file")
        .id;
    device
        .ask(async move |client| {
            client
                .open_attachment(OpenAttachment { attachment_id })
                .await
        })
        .await?;
    Ok(())
}

async fn moves(device: &Device, incident_id: IncidentId, to: Status) -> anyhow::Result<()> {
    let request = SetStatus {
        incident_id,
        from: Status::Open,
        to,
    };
    device
        .ask(async move |client| client.set_status(request).await)
        .await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_leaves_no_word_on_the_disk_and_no_notification() -> anyhow::Result<()> {
    let house = House::open().await?;
    let mut claire = house.claires_device().await?;
    let incident = incident_full_of_it(&house, &claire).await?;
    opens_its_file(&claire, incident).await?;
    eventually("a notification", async || {
        !claire.shell.notifications().is_empty()
    })
    .await;
    claire.line.cut();
    claire
        .writes(incident, &format!("{CANARY} pas encore parti"))
        .await?;
    claire
        .types(incident, &format!("{CANARY} à moitié écrit"))
        .await?;
    let everything = claire.data_dir().to_owned();
    assert!(is_below(&everything, CANARY), "it is looked for rightly");
    assert!(is_below(&everything, &described()));
    assert!(is_below(&everything, "claire@maison.test"));

    let sign_out = SignOut {
        discard_unsent: true,
    };
    claire
        .ask(async move |client| client.sign_out(sign_out).await)
        .await?;
    assert!(claire.shell.withdrawn().contains(&incident));
    let gone = |when: &str| {
        assert!(!is_below(&everything, CANARY), "words stay {when}");
        assert!(!is_below(&everything, "claire@maison.test"), "{when}");
    };
    gone("when she has signed out");
    claire.restarts().await;
    assert!(claire.state().await?.account.is_none());
    gone("after the next start");
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_a_portfolio_keeps_no_word_of_others_on_the_disk() -> anyhow::Result<()> {
    let house = House::open().await?;
    let (portfolio, user) = (house.portfolio, house.paul);
    house
        .at_the_server(async move |app| seed::add_owner(&app, portfolio, user).await)
        .await?;
    let claire = house.claires_device().await?;
    let mut paul = house.device("paul@maison.test").await?;
    let incident = incident_full_of_it(&house, &claire).await?;
    opens_its_file(&paul, incident).await?;
    // What the server refuses says what is there instead.
    paul.line.cut();
    moves(&paul, incident, Status::Acknowledged).await?;
    moves(&claire, incident, Status::Planned).await?;
    claire
        .sees("it is planned", async |claire| {
            Ok(
                claire.thread(incident).await?.incident.status == Status::Planned
                    && claire.outbox().await?.is_empty(),
            )
        })
        .await;
    paul.line.mend();
    paul.sees("the refusal", async |paul| {
        Ok(paul.sync().await?.failed == 1)
    })
    .await;
    let everything = paul.data_dir().to_owned();
    assert!(is_below(&everything, CANARY), "it is looked for rightly");
    assert!(is_below(&everything, &described()));

    house
        .at_the_server(async move |app| seed::remove_owner(&app, portfolio, user).await)
        .await?;
    paul.sees("that all is gone", async |paul| {
        Ok(paul.list().await?.is_empty() && !is_below(paul.data_dir(), CANARY))
    })
    .await;
    paul.restarts().await;
    paul.is_up_to_date().await;
    assert!(!is_below(&everything, CANARY), "words are back on the disk");
    ends_well(&house).await
}
