//! Power cuts: of the device, of the server.

use crate::ends_well;
use palier_bridge::{request::ForgetRescue, view::Delivery};
use palier_domain::{IncidentId, Priority, Sha256, Status};
use palier_scenarios::{Fault, House, eventually, photo};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{fs, path::Path};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_queued_work_and_a_half_typed_draft_are_still_there() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut claire = house.claires_device().await?;
    claire.line.cut();
    let original = photo(claire.desk(), "chaudière.jpg", 120);
    claire.attaches(incident, &[original]).await?;
    let ticket = claire.writes(incident, "La chaudière").await?;
    claire.types(incident, "Et aussi le radiat").await?;

    claire.restarts().await;
    let thread = claire.thread(incident).await?;
    assert_eq!(thread.draft.message, "Et aussi le radiat");
    let waiting = thread.entries.iter().find(|it| it.id == ticket.id).unwrap();
    assert!(matches!(waiting.delivery, Delivery::Waiting { .. }));
    assert_eq!(waiting.attachments.len(), 1);

    claire.line.mend();
    claire.sees_sent(incident, ticket.id).await;
    assert_eq!(house.onlooker().messages(incident).await?, ["La chaudière"]);
    assert_eq!(
        claire.thread(incident).await?.draft.message,
        "Et aussi le radiat"
    );
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_with_a_push_on_its_way_doubles_nothing() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut claire = house.claires_device().await?;
    claire
        .line
        .lay_fault("POST /api/sync/push", Fault::LoseReply, None);
    let ticket = claire.writes(incident, "Sent or not?").await?;
    eventually("an attempt", async || {
        claire.line.count("POST /api/sync/push") >= 1
    })
    .await;
    claire.is_killed().await;
    claire.line.clear();
    claire.starts().await;
    claire.sees_sent(incident, ticket.id).await;
    assert_eq!(house.onlooker().messages(incident).await?, ["Sent or not?"]);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_between_upload_and_ticket_gets_both_once() -> anyhow::Result<()> {
    let mut house = House::open().await?;
    let incident = house.incident("Fuite").await?;
    let claire = house.claires_device().await?;
    claire
        .line
        .lay_fault("POST /api/sync/push", Fault::Refuse, None);
    let original = photo(claire.desk(), "plafond.jpg", 200);
    claire
        .attaches(incident, std::slice::from_ref(&original))
        .await?;
    let ticket = claire.writes(incident, "Le plafond").await?;
    eventually("the file is there and the ticket is not", async || {
        claire.line.count("PATCH /api/uploads") >= 1
            && claire.line.count("POST /api/sync/push") >= 1
    })
    .await;
    house.kill_the_server().await;
    claire.line.clear();
    house.start_the_server().await?;
    claire.sees_sent(incident, ticket.id).await;
    let tickets = house.onlooker().tickets(incident).await?;
    assert_eq!(tickets.len(), 1);
    let file = house.onlooker().file(tickets[0].attachments[0]).await?;
    assert_eq!(file, std::fs::read(original)?);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_back_is_found_again_by_everybody() -> anyhow::Result<()> {
    let mut house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let awa = house.awas_device().await?;
    house.kill_the_server().await;
    let question = awa.writes(incident, "Anybody there?").await?;
    let answer = claire.writes(incident, "Yes, here").await?;
    house.start_the_server().await?;
    awa.sees_sent(incident, question.id).await;
    claire.sees_sent(incident, answer.id).await;
    awa.sees_words(incident, "Yes, here").await;
    claire.sees_words(incident, "Anybody there?").await;
    assert_eq!(awa.words(incident).await?, claire.words(incident).await?);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_is_shown_once_also_across_a_restart() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut claire = house.claires_device().await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    awa.writes(incident, "It is cold").await?;
    eventually("a notification", async || {
        claire.shell.notifications().len() == 1
    })
    .await;
    claire.restarts().await;
    claire.is_up_to_date().await;
    // What came while it was closed is told, what was told is not told again.
    claire.is_killed().await;
    awa.writes(incident, "It is freezing").await?;
    claire.starts().await;
    eventually("the next notification", async || {
        claire.shell.notifications().len() >= 2
    })
    .await;
    claire.restarts().await;
    claire.is_up_to_date().await;
    let told: Vec<_> = claire
        .shell
        .notifications()
        .into_iter()
        .map(|notification| notification.body)
        .collect();
    assert_eq!(told, ["It is cold", "It is freezing"]);
    eventually("the badge of a fresh program", async || {
        claire.shell.badge() == 2
    })
    .await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_damaged_journal_still_holds_is_saved_said_and_sent() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut claire = house.claires_device().await?;
    claire.line.cut();
    for number in 0..40 {
        let words = format!("Message {number}: {}", "word ".repeat(40));
        claire.writes(incident, &words).await?;
    }
    claire.types(incident, "Half a").await?;
    let folder = claire.account_folder()?;
    claire.quits().await;
    damage_messages(&folder.join("journal.sqlite"))?;

    claire.starts().await;
    let rescued = claire.state().await?.rescued.expect("a notice");
    assert!(rescued.incomplete);
    assert_eq!(rescued.drafts, 1);
    assert!((20..40).contains(&rescued.unsent), "{rescued:?}");
    assert!(Path::new(&rescued.kept).exists());
    assert_eq!(claire.thread(incident).await?.draft.message, "Half a");
    claire
        .ask(async |client| client.forget_rescue(ForgetRescue {}).await)
        .await?;
    assert_eq!(claire.state().await?.rescued, None);

    claire.line.mend();
    let saved = rescued.unsent as usize;
    eventually("what was saved is sent", async || {
        let sent = house.onlooker().messages(incident).await;
        sent.is_ok_and(|sent| sent.len() == saved)
    })
    .await;
    claire.is_up_to_date().await;
    ends_well(&house).await
}

/// Destroys the page in the middle of the messages.
fn damage_messages(journal: &Path) -> std::io::Result<()> {
    let mut bytes = fs::read(journal)?;
    let needle = b"Message 20:";
    let found = bytes.windows(needle.len()).position(|at| at == needle);
    let page = found.expect("the message is in the file") / 4096;
    bytes[page * 4096..(page + 1) * 4096].fill(0xAA);
    fs::write(journal, bytes)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_version_left_in_its_journal_is_sent() -> anyhow::Result<()> {
    for dump in [
        include_str!("../../../store/tests/fixtures/journal-1.sql"),
        include_str!("../../../store/tests/fixtures/journal-2.sql"),
    ] {
        let house = House::open().await?;
        let incident = house.incident("Chauffe-eau").await?;
        let opened = Uuid::now_v7();
        let mut claire = house.claires_device().await?;
        claire.sees_incident(incident).await;
        let folder = claire.account_folder()?;
        claire.quits().await;
        let ids = [
            (1, house.claire.0),
            (0x0c, house.unit.0),
            (0x14, incident.0),
            (0x16, opened),
            (0x63, house.app().epoch().0),
        ];
        lay_journal(&folder, &moved_into(dump, &ids)).await?;

        claire.starts().await;
        eventually("everything but what was refused has left", async || {
            let left = claire.outbox().await.unwrap_or_default();
            left.len() == 1
        })
        .await;
        let onlooker = house.onlooker();
        assert_eq!(
            onlooker.messages(incident).await?,
            ["En cours d’envoi", "Avec le devis", "En attente"],
            "in their order; what was taken back is not there, nor what was refused"
        );
        let opened = IncidentId(opened);
        assert_eq!(onlooker.messages(opened).await?, ["Ça goutte sur la table"]);
        let there = onlooker.incidents().await?;
        let changed = there.iter().find(|it| it.incident.id == incident);
        let changed = &changed.expect("the incident").incident;
        assert_eq!(
            (changed.status, changed.priority),
            (Status::Planned, Priority::High)
        );
        let noted = dump.contains("À ne pas dire");
        assert_eq!(onlooker.notes(incident).await?.len(), usize::from(noted));
        let thread = claire.thread(incident).await?;
        assert_eq!(thread.draft.message, "Encore une chose :");
        ends_well(&house).await?;
    }
    Ok(())
}

/// The dump with other ids, as bytes and as words.
fn moved_into(dump: &str, ids: &[(u128, Uuid)]) -> String {
    ids.iter().fold(dump.to_owned(), |dump, (from, to)| {
        let from = Uuid::from_u128(*from);
        let bytes = |id: Uuid| format!("X'{}'", id.simple()).to_uppercase();
        dump.replace(&bytes(from), &bytes(*to))
            .replace(&format!("{from}"), &format!("{to}"))
    })
}

/// Puts a journal and the file that it names into an account's folder, in place of what is there.
async fn lay_journal(folder: &Path, dump: &str) -> anyhow::Result<()> {
    let journal = folder.join("journal.sqlite");
    for name in ["sqlite", "sqlite-wal", "sqlite-shm"] {
        let _ = fs::remove_file(journal.with_extension(name));
    }
    let options = SqliteConnectOptions::new()
        .filename(journal)
        .create_if_missing(true)
        // A dump has its tables in the order of their names.
        .foreign_keys(false);
    let mut conn = options.connect().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(dump.to_owned()))
        .execute(&mut conn)
        .await?;
    conn.close().await?;
    let estimate = "Chauffe-eau : 480 euros".as_bytes();
    let blob = folder.join("blobs").join(Sha256::of(estimate).to_string());
    Ok(fs::write(blob, estimate)?)
}
