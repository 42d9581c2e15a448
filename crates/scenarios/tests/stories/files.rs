//! Files of tickets, for viewer, other applications and "save as".

use crate::ends_well;
use palier_bridge::{
    AppEvent, CommandError,
    request::{
        AttachDropped, EditTicket, ExportData, OpenAttachment, PasteImage, RemoveAttachment,
        SaveAttachment, SaveDashboard,
    },
    view::{Delivery, FailureReason},
};
use palier_domain::{AttachmentId, IncidentId, PeriodChoice, Sha256, TicketId};
use palier_scenarios::{Device, DeviceOptions, Fault, House, eventually, film, photo};
use std::{collections::BTreeSet, path::PathBuf, time::Duration};

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_shown_opened_and_saved_on_the_other_side_also_offline() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let awa = house.awas_device().await?;
    let claire = house.claires_device().await?;
    awa.attaches(incident, &[photo(awa.desk(), "évier.jpg", 33)])
        .await?;
    let ticket = awa.writes(incident, "Regardez").await?;
    awa.sees_sent(incident, ticket.id).await;
    claire.sees_words(incident, "Regardez").await;
    claire
        .sees("its photo", async |claire| {
            let thread = claire.thread(incident).await?;
            Ok(thread.entries[0].attachments.len() == 1)
        })
        .await;
    let attachment_id = claire.thread(incident).await?.entries[0].attachments[0].id;

    let small = claire
        .ask(async move |client| client.thumbnail_file(attachment_id).await)
        .await?;
    assert!(image::load_from_memory(&std::fs::read(small)?).is_ok());
    let fetched = |what: &str| {
        let request = format!("GET /api/attachments/{attachment_id}{what} ");
        claire.line.count(&request)
    };
    let both = (fetched("/thumbnail"), fetched(""));
    assert_eq!(both, (1, 0), "a small picture costs a small picture");
    let whole = claire
        .ask(async move |client| client.attachment_file(attachment_id).await)
        .await?;
    let given = house.onlooker().file(attachment_id).await?;
    assert_eq!(Sha256::of(&std::fs::read(&whole)?), Sha256::of(&given));

    // What is here once needs no network any more.
    claire.line.cut();
    claire
        .ask(async move |client| {
            client
                .open_attachment(OpenAttachment { attachment_id })
                .await
        })
        .await?;
    let opened = claire.shell.opened();
    assert_eq!(opened[0].file_name().unwrap(), "évier.jpg");
    std::fs::write(&opened[0], "changed by another application")?;
    let target = claire.desk().join("copie.jpg");
    claire.shell.will_save_to(target.clone());
    claire
        .ask(async move |client| {
            client
                .save_attachment(SaveAttachment { attachment_id })
                .await
        })
        .await?;
    assert_eq!(std::fs::read(target)?, given);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_where_nothing_can_be_saved_and_a_file_that_nothing_opens_are_said()
-> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let claire = house.claires_device().await?;
    claire
        .attaches(incident, &[photo(claire.desk(), "évier.jpg", 36)])
        .await?;
    let ticket = claire.writes(incident, "Regardez").await?;
    let attachment_id = ticket.attachments[0].id;
    let save = async |target: PathBuf| {
        claire.shell.will_save_to(target);
        let request = SaveAttachment { attachment_id };
        let saved = claire.ask(async move |client| client.save_attachment(request).await);
        saved.await
    };
    // A folder that went meanwhile, and a file where the folder should be: a test may be root, who may write
    // everywhere.
    let name = "copie.jpg".to_owned();
    let no_place = CommandError::CannotSaveThere { name };
    let gone = claire.desk().join("gone").join("copie.jpg");
    assert_eq!(save(gone).await, Err(no_place.clone()));
    let below_a_file = claire.desk().join("évier.jpg").join("copie.jpg");
    assert_eq!(save(below_a_file.clone()).await, Err(no_place.clone()));
    claire.shell.will_save_to(below_a_file.clone());
    let table = claire.ask(async |client| {
        let request = SaveDashboard {
            period: PeriodChoice::default(),
            property_id: None,
        };
        client.save_dashboard(request).await
    });
    assert_eq!(table.await, Err(no_place.clone()));
    claire.is_up_to_date().await;
    claire.shell.will_save_to(below_a_file);
    let export = claire.ask(async |client| client.export_data(ExportData {}).await);
    assert_eq!(export.await, Err(no_place));

    claire.shell.opens_nothing();
    let request = OpenAttachment { attachment_id };
    let opened = claire.ask(async move |client| client.open_attachment(request).await);
    let name = "évier.jpg".to_owned();
    assert_eq!(opened.await, Err(CommandError::NoApplication { name }));
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_here_says_so_while_there_is_no_network() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let awa = house.awas_device().await?;
    let claire = house.claires_device().await?;
    awa.attaches(incident, &[photo(awa.desk(), "évier.jpg", 34)])
        .await?;
    let ticket = awa.writes(incident, "Regardez").await?;
    awa.sees_sent(incident, ticket.id).await;
    claire
        .sees("a photo", async |claire| {
            let entries = claire.thread(incident).await?.entries;
            Ok(entries.iter().any(|entry| !entry.attachments.is_empty()))
        })
        .await;
    let id = claire.thread(incident).await?.entries[0].attachments[0].id;
    claire.line.cut();
    let told = claire
        .ask(async move |client| client.attachment_file(id).await)
        .await;
    assert_eq!(told, Err(CommandError::FileNotHere));
    claire.line.mend();
    claire
        .ask(async move |client| client.attachment_file(id).await)
        .await?;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_nothing_refers_to_leave_the_disk_at_the_next_start() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let mut awa = house.awas_device().await?;
    awa.attaches(incident, &[photo(awa.desk(), "évier.jpg", 35)])
        .await?;
    let ticket = awa.writes(incident, "Regardez").await?;
    awa.sees_sent(incident, ticket.id).await;
    awa.quits().await;

    let blobs = awa.account_folder()?.join("blobs");
    let kept = files_in(&blobs)?;
    let stray = blobs.join(Sha256::of(b"what a crash left").to_string());
    std::fs::write(&stray, "what a crash left")?;
    awa.starts().await;
    awa.sees("a swept folder", async |_| Ok(!stray.exists()))
        .await;
    assert_eq!(files_in(&blobs)?, kept);
    ends_well(&house).await
}

fn files_in(folder: &std::path::Path) -> std::io::Result<BTreeSet<String>> {
    std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_were_dropped_and_a_pasted_picture_arrive_with_the_words() -> anyhow::Result<()>
{
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let incident_id = incident;
    // The page is told that something was dropped, and asks for it without knowing from where.
    let files = [
        photo(claire.desk(), "chaudière.jpg", 120),
        photo(claire.desk(), "compteur.jpg", 60),
    ];
    claire
        .ask(async move |client| client.files_dropped(files.to_vec()))
        .await;
    assert!(claire.shell.events().contains(&AppEvent::FilesDropped));
    let drops = async || {
        let dropped = AttachDropped { incident_id };
        claire
            .ask(async move |client| client.attach_dropped(dropped).await)
            .await
    };
    assert_eq!(drops().await?.attachments.len(), 2);
    assert_eq!(drops().await?.attachments.len(), 2, "each is taken once");

    let pastes = async || {
        let paste = PasteImage { incident_id };
        claire
            .ask(async move |client| client.paste_image(paste).await)
            .await
    };
    assert_eq!(pastes().await?.attachments.len(), 2, "no picture");
    let mut picture = Vec::new();
    image::RgbImage::from_fn(40, 30, |x, y| [x as u8, y as u8, 90].into()).write_to(
        &mut std::io::Cursor::new(&mut picture),
        image::ImageFormat::Png,
    )?;
    claire.shell.copies_picture(picture);
    let draft = pastes().await?;
    assert_eq!(draft.refused, []);
    assert_eq!(draft.attachments[2].name, "image collée.png");

    let ticket = claire.writes(incident, "Trois photos").await?;
    claire.sees_sent(incident, ticket.id).await;
    let sent = house.onlooker().tickets(incident).await?;
    assert_eq!(sent[0].attachments.len(), 3);
    ends_well(&house).await
}

const MIB: usize = 1024 * 1024;

/// How much of a ticket's files is said to be on the server, while that is said.
async fn uploaded(device: &Device, incident: IncidentId, ticket: TicketId) -> Option<u8> {
    match device.delivery(incident, ticket).await {
        Ok(Some(Delivery::Waiting { upload_percent, .. })) => upload_percent,
        _ => None,
    }
}

/// Every number of the bar that a download drew; none is its end.
fn downloaded(device: &Device, file: AttachmentId) -> Vec<Option<u8>> {
    let events = device.shell.events().into_iter();
    events
        .filter_map(|event| match event {
            AppEvent::FileProgress {
                attachment_id,
                percent,
            } if attachment_id == file => Some(percent),
            _ => None,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_goes_on_where_it_was_cut_and_says_how_far_it_has_come() -> anyhow::Result<()>
{
    const PATCH: &str = "PATCH /api/uploads";
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    // Three parts; what stands still here stands for longer than a device usually waits.
    let patient = DeviceOptions {
        silence: Some(Duration::from_secs(15)),
        ..DeviceOptions::default()
    };
    let awa = house
        .device_with("awa@maison.test", patient.clone())
        .await?;
    let mut claire = house.device_with("claire@maison.test", patient).await?;
    let original = film(claire.desk(), "fuite.mp4", 17 * MIB);
    let line = claire.line.clone();
    line.lay_fault_on(PATCH, "upload-offset: 0\r", Fault::Delay, Some(1));
    line.lay_fault(PATCH, Fault::CutRequest, Some(1));
    line.lay_fault(PATCH, Fault::Hang, None);
    let draft = claire
        .attaches(incident, std::slice::from_ref(&original))
        .await?;
    assert_eq!(draft.refused, []);
    let ticket = claire.writes(incident, "Voici").await?.id;

    // The first part has left and is not answered; then the second is cut off, and another hangs.
    claire
        .sees("almost half of it", async |claire| {
            Ok(uploaded(claire, incident, ticket).await == Some(47))
        })
        .await;
    line.release();
    eventually("the second part", async || line.count(PATCH) >= 2).await;
    eventually("a third attempt", async || line.count(PATCH) == 3).await;
    claire
        .sees("more than that", async |claire| {
            Ok(uploaded(claire, incident, ticket).await > Some(47))
        })
        .await;
    claire.is_killed().await;

    line.clear();
    claire.starts().await;
    claire.sees_sent(incident, ticket).await;
    let offsets: Vec<usize> = line
        .said(PATCH, "upload-offset")
        .iter()
        .map(|offset| offset.parse())
        .collect::<Result<_, _>>()?;
    assert_eq!(offsets[..2], [0, 8 * MIB]);
    let again = &offsets[3..];
    assert!(!again.is_empty(), "{offsets:?}");
    assert!(
        again.iter().all(|offset| *offset >= 8 * MIB),
        "what had arrived was sent again: {offsets:?}"
    );

    // It arrived whole, and the other sees it come.
    let bytes = std::fs::read(original)?;
    awa.sees("its film", async |awa| {
        let entries = awa.thread(incident).await?.entries;
        Ok(entries.iter().any(|entry| !entry.attachments.is_empty()))
    })
    .await;
    let file = awa.thread(incident).await?.entries[0].attachments[0].id;
    let here = awa
        .ask(async move |client| client.attachment_file(file).await)
        .await?;
    assert!(std::fs::read(here)? == bytes, "other bytes");
    let drawn = downloaded(&awa, file);
    assert_eq!(drawn.last(), Some(&None), "the bar goes");
    let numbers: Vec<u8> = drawn.into_iter().flatten().collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    let different: BTreeSet<u8> = numbers.into_iter().collect();
    assert!(different.len() >= 2, "{different:?}");
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_files_the_one_that_the_server_refuses_is_named_and_left_out() -> anyhow::Result<()>
{
    let house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let claire = house.claires_device().await?;
    // It begins as a document and breaks off, as a download does; only the server reads to its end.
    let broken = claire.desk().join("devis.pdf");
    std::fs::write(&broken, "%PDF-1.7\n1 0 obj\n<< /Type /Catalog")?;
    let files = [photo(claire.desk(), "évier.jpg", 36), broken];
    let draft = claire.attaches(incident, &files).await?;
    assert_eq!(draft.refused, []);
    let ticket_id = claire.writes(incident, "La photo et le devis").await?.id;
    claire
        .sees_delivery(incident, ticket_id, "refused for its document", |it| {
            let name = "devis.pdf".to_owned();
            let reason = FailureReason::FileRefused { name };
            *it == Delivery::Failed { reason }
        })
        .await;
    assert_eq!(house.onlooker().messages(incident).await?, [""; 0]);

    let draft = claire
        .ask(async move |client| client.edit_ticket(EditTicket { ticket_id }).await)
        .await?;
    assert_eq!(draft.message, "La photo et le devis");
    let refused = draft.attachments.iter().find(|it| it.name == "devis.pdf");
    let attachment_id = refused.expect("the document is there still").id;
    claire
        .ask(async move |client| {
            let incident_id = incident;
            let request = RemoveAttachment {
                incident_id,
                attachment_id,
            };
            client.remove_attachment(request).await
        })
        .await?;
    let again = claire
        .writes(incident, "La photo, et bientôt le devis")
        .await?;
    claire.sees_sent(incident, again.id).await;
    let sent = house.onlooker().tickets(incident).await?;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].attachments.len(), 1);
    let whole = house.onlooker().file(sent[0].attachments[0]).await?;
    assert!(whole == std::fs::read(&files[0])?, "the photo");
    assert!(claire.outbox().await?.is_empty());
    ends_well(&house).await
}
