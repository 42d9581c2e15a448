//! What is wrong gets a clear answer and loses nothing.

use crate::ends_well;
use palier_bridge::{CommandError, request::GetThread, view::Link};
use palier_domain::{IncidentId, Invalid, InvalidReason, MAX_MESSAGE_BYTES, MediaType};
use palier_scenarios::{DeviceOptions, Fault, House, PASSWORD, eventually, photo};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_tells_apart_what_is_wrong() -> anyhow::Result<()> {
    let house = House::open().await?;
    let device = house.new_device(DeviceOptions::default()).await?;
    let email = "claire@maison.test";
    let told = |result: Result<_, CommandError>| result.map(drop).unwrap_err();

    let wrong = device.signs_in(email, "wrong horse").await;
    assert_eq!(told(wrong), CommandError::WrongCredentials);
    let unknown = device.signs_in("nobody@maison.test", PASSWORD).await;
    assert_eq!(told(unknown), CommandError::WrongCredentials);
    let no_mail = device.signs_in("claire", PASSWORD).await;
    assert_eq!(
        told(no_mail),
        CommandError::Invalid(Invalid::new("email", InvalidReason::Malformed))
    );
    let typo = device.signs_in_at("not an address", email, PASSWORD).await;
    assert_eq!(
        told(typo),
        CommandError::BadServerAddress {
            address: "not an address".into()
        }
    );
    let dead = device
        .signs_in_at("http://127.0.0.1:9", email, PASSWORD)
        .await;
    assert_eq!(
        told(dead),
        CommandError::ServerUnreachable {
            address: "http://127.0.0.1:9".into()
        }
    );
    device.line.lay_fault("", Fault::Portal(200), Some(1));
    let html = device.signs_in(email, PASSWORD).await;
    assert_eq!(
        told(html),
        CommandError::NotPalier {
            address: device.line.address()
        }
    );
    let mut seconds = 0;
    for _ in 0..20 {
        if let CommandError::TooManyAttempts { seconds: wait } =
            told(device.signs_in("paul@maison.test", "wrong").await)
        {
            seconds = wait;
            break;
        }
    }
    assert!(seconds > 0, "guessing is slowed down");
    device.signs_in(email, PASSWORD).await?;
    device.is_up_to_date().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_or_huge_message_is_refused_and_the_draft_stays() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let huge = "x".repeat(17 * 1024);
    claire.types(incident, &huge).await?;
    let refused = |reason| CommandError::Invalid(Invalid::new("message", reason));
    assert_eq!(
        claire.writes(incident, " \n ").await.unwrap_err(),
        refused(InvalidReason::Empty)
    );
    assert_eq!(
        claire.writes(incident, &huge).await.unwrap_err(),
        refused(InvalidReason::TooLong {
            limit: MAX_MESSAGE_BYTES as u32
        })
    );
    assert_eq!(claire.thread(incident).await?.draft.message, huge);
    assert!(claire.outbox().await?.is_empty());
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_not_taken_are_named_and_the_others_stay() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let desk = claire.desk();
    let good = photo(desk, "bonne.jpg", 7);
    let empty = desk.join("vide.jpg");
    std::fs::write(&empty, "")?;
    let program = desk.join("vacances.jpg");
    std::fs::copy(std::env::current_exe()?, &program)?;
    let renamed = desk.join("photo.pdf");
    std::fs::copy(&good, &renamed)?;
    let missing = desk.join("partie.png");
    let large = desk.join("film.mp4");
    std::fs::File::create(&large)?.set_len(26 * 1024 * 1024)?;

    let draft = claire
        .attaches(incident, &[empty, good, renamed, missing, large])
        .await?;
    let kept: Vec<_> = draft
        .attachments
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(kept, ["bonne.jpg"]);
    assert_eq!(
        draft.refused,
        [
            CommandError::FileEmpty {
                name: "vide.jpg".into()
            },
            CommandError::FileTypeRefused {
                name: "photo.pdf".into(),
                found: Some(MediaType::Jpeg)
            },
            CommandError::FileUnreadable {
                name: "partie.png".into()
            },
            CommandError::FileTooLarge {
                name: "film.mp4".into(),
                limit_mib: 25
            },
        ]
    );
    let small_program = desk.join("plage.jpg");
    let head = std::fs::read(std::env::current_exe()?)?;
    std::fs::write(&small_program, &head[..64 * 1024])?;
    let draft = claire.attaches(incident, &[small_program]).await?;
    assert_eq!(
        draft.refused,
        [CommandError::FileTypeRefused {
            name: "plage.jpg".into(),
            found: None
        }]
    );
    assert_eq!(draft.attachments.len(), 1);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_that_is_not_there_says_so() -> anyhow::Result<()> {
    let house = House::open().await?;
    let claire = house.claires_device().await?;
    let nowhere = IncidentId(Uuid::now_v7());
    let thread = claire
        .ask(async move |client| {
            client
                .get_thread(GetThread {
                    incident_id: nowhere,
                    before_n: None,
                    limit: 50,
                })
                .await
        })
        .await;
    assert_eq!(thread.unwrap_err(), CommandError::NoSuchIncident);
    assert_eq!(
        claire.writes(nowhere, "hello").await.unwrap_err(),
        CommandError::NoSuchIncident
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_says_so_keeps_what_was_there_and_recovers() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    claire.types(incident, "What was there").await?;
    claire
        .ask(async |client| client.limit_journal_pages(Some(1)).await)
        .await;
    let long = "y".repeat(16 * 1024);
    assert_eq!(
        claire.types(incident, &long).await.unwrap_err(),
        CommandError::DiskFull
    );
    assert_eq!(
        claire.writes(incident, &long).await.unwrap_err(),
        CommandError::DiskFull
    );
    assert_eq!(
        claire.thread(incident).await?.draft.message,
        "What was there"
    );
    // What others write is still shown.
    let awa = house.onlooker_as("awa@maison.test").await?;
    awa.writes(incident, "Still cold").await?;
    claire.sees_words(incident, "Still cold").await;

    claire
        .ask(async |client| client.limit_journal_pages(None).await)
        .await;
    let ticket = claire.writes(incident, &long).await?;
    claire.sees_sent(incident, ticket.id).await;
    eventually("the notification", async || {
        claire.shell.notifications().len() == 1
    })
    .await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_cache_is_fetched_anew_and_nothing_of_ones_own_is_lost() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let mut claire = house.claires_device().await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    awa.writes(incident, "It is cold").await?;
    claire.sees_words(incident, "It is cold").await;
    eventually("a notification", async || {
        claire.shell.notifications().len() == 1
    })
    .await;
    claire.line.cut();
    let waiting = claire.writes(incident, "I come tomorrow").await?;
    claire.types(incident, "half a sent").await?;
    claire.is_killed().await;
    let cache = claire.account_folder()?.join("cache.sqlite");
    assert!(cache.exists());
    std::fs::write(&cache, "this is no database at all".repeat(1000))?;
    for beside in ["cache.sqlite-wal", "cache.sqlite-shm"] {
        let _ = std::fs::remove_file(claire.account_folder()?.join(beside));
    }

    claire.starts().await;
    let outbox = claire.outbox().await?;
    assert_eq!(outbox.len(), 1);
    claire.line.mend();
    claire.sees_words(incident, "It is cold").await;
    claire.sees_sent(incident, waiting.id).await;
    claire.is_up_to_date().await;
    assert_eq!(claire.thread(incident).await?.draft.message, "half a sent");
    assert_eq!(
        claire.words(incident).await?,
        ["It is cold", "I come tomorrow"]
    );
    assert_eq!(
        claire.shell.notifications().len(),
        1,
        "history is not announced again"
    );
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_is_damaged_while_it_is_used_is_fetched_anew() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    awa.writes(incident, "It is cold").await?;
    claire.sees_words(incident, "It is cold").await;
    claire.types(incident, "half a sent").await?;
    let folder = claire.account_folder()?;
    for file in ["cache.sqlite", "cache.sqlite-wal"] {
        let path = folder.join(file);
        // The second one may be gone: the damage to the first one was met already.
        if let Ok(metadata) = std::fs::metadata(&path) {
            std::fs::write(&path, vec![0xA5; usize::try_from(metadata.len())?])?;
        }
    }

    awa.writes(incident, "It is freezing").await?;
    // Reading meets the damage as well, and says so until the cache is there again.
    eventually("both messages", async || {
        let said = claire.words(incident).await;
        said.is_ok_and(|said| said == ["It is cold", "It is freezing"])
    })
    .await;
    assert_eq!(claire.thread(incident).await?.draft.message, "half a sent");
    let ticket = claire.writes(incident, "I come").await?;
    claire.sees_sent(incident, ticket.id).await;
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_of_a_later_version_stops_nothing() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let other = house.incident("Fuite").await?;
    let claire = house.claires_device().await?;
    let awa = house.onlooker_as("awa@maison.test").await?;
    claire
        .line
        .lay_fault("GET /api/sync/stream", Fault::Refuse, None);
    let rewrite = Fault::Rewrite("\"author_type\":\"tenant\"", "\"author_type\":\"wizard\"");
    claire
        .line
        .lay_fault("GET /api/sync/changes", rewrite, None);
    claire.line.shake();
    awa.writes(incident, "From a role that nobody knows")
        .await?;
    claire
        .sees("the list goes on", async |claire| {
            let list = claire.list().await?;
            Ok(
                list.iter().any(|row| row.id == incident)
                    && claire.state().await?.unread_total == 1,
            )
        })
        .await;
    claire.line.clear();
    awa.writes(other, "From a tenant").await?;
    claire.sees_words(other, "From a tenant").await;
    let ticket = claire.writes(incident, "An answer").await?;
    claire.sees_sent(incident, ticket.id).await;
    assert_ne!(claire.sync().await?.link, Link::NeedsSignIn);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_that_cannot_be_used_says_so() -> anyhow::Result<()> {
    let house = House::open().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("a file");
    std::fs::write(&file, "not a folder")?;
    let blocked = house
        .new_device(DeviceOptions {
            data_dir: Some(file.join("palier")),
            ..DeviceOptions::default()
        })
        .await?;
    assert_eq!(
        blocked.state().await.unwrap_err(),
        CommandError::FolderNotWritable
    );

    let mut first = house.claires_device().await?;
    let second = house
        .new_device(DeviceOptions {
            data_dir: Some(first.data_dir().to_owned()),
            ..DeviceOptions::default()
        })
        .await?;
    assert_eq!(second.state().await.unwrap_err(), CommandError::FolderInUse);
    // As soon as the first one is closed, the second one works.
    first.quits().await;
    second
        .sees("the folder is free", async |second| {
            match second.state().await {
                Ok(state) => Ok(state.account.is_some()),
                Err(CommandError::FolderInUse) => Ok(false),
                Err(error) => Err(error),
            }
        })
        .await;
    Ok(())
}
