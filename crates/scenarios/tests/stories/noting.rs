//! Notes among owners, and incidents of which somebody wants to hear no more.

use crate::ends_well;
use palier_bridge::{
    CommandError,
    request::{AddNote, EditTicket, MarkNotesRead, Search, SetMute, SetStatus, SetUnreadFlag},
    view::Link,
};
use palier_domain::{Denied, IncidentId, Status, TicketId};
use palier_scenarios::{Device, House, eventually};
use palier_server::ops::seed;

async fn notes(
    device: &Device,
    incident_id: IncidentId,
    message: &'static str,
) -> Result<TicketId, CommandError> {
    let entry = device
        .ask(async move |client| {
            client
                .add_note(AddNote {
                    incident_id,
                    message: message.into(),
                })
                .await
        })
        .await?;
    assert!(entry.note && entry.is_mine);
    Ok(entry.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_written_offline_reaches_the_owners_and_nobody_else() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let (desk, laptop) = (house.claires_device().await?, house.claires_device().await?);
    let awa = house.awas_device().await?;
    desk.line.cut();
    let note = notes(&desk, incident, "zyxcanari: ask the insurance").await?;
    let ticket = desk.writes(incident, "A plumber comes at nine").await?;
    desk.line.mend();
    desk.sees_sent(incident, ticket.id).await;
    laptop
        .sees("the note, before the message", async |laptop| {
            let entries = laptop.thread(incident).await?.entries;
            let ids: Vec<_> = entries.iter().map(|entry| (entry.id, entry.note)).collect();
            Ok(ids == [(note, true), (ticket.id, false)])
        })
        .await;
    awa.sees_words(incident, "A plumber comes at nine").await;
    awa.is_up_to_date().await;
    assert_eq!(awa.words(incident).await?, ["A plumber comes at nine"]);
    let found = awa
        .ask(async |client| {
            client
                .search(Search {
                    query: "zyxcanari".into(),
                    after: None,
                })
                .await
        })
        .await?;
    assert_eq!(found.hits, []);
    for file in walk(&awa.account_folder()?) {
        let bytes = std::fs::read(&file)?;
        let there = bytes.windows(9).any(|window| window == b"zyxcanari");
        assert!(!there, "a note in {}", file.display());
    }
    // A note counts as nothing unread, on no device.
    assert_eq!(laptop.list().await?[0].unread, 0);
    let refused = notes(&awa, incident, "me too").await;
    assert!(matches!(
        refused,
        Err(CommandError::Denied {
            rule: Denied::OwnersOnly
        })
    ));
    ends_well(&house).await
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        match entry.path() {
            folder if folder.is_dir() => files.extend(walk(&folder)),
            file => files.push(file),
        }
    }
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_taken_back_is_a_note_again() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let claire = house.claires_device().await?;
    // Held: what is on its way when the line is cut may still arrive, and is told as delivered then.
    claire.undo_time(30).await?;
    claire.line.cut();
    let ticket_id = notes(&claire, incident, "between us").await?;
    let draft = claire
        .ask(async move |client| client.edit_ticket(EditTicket { ticket_id }).await)
        .await?;
    assert_eq!((draft.message.as_str(), draft.note), ("between us", true));
    claire.line.mend();
    claire.is_up_to_date().await;
    assert_eq!(claire.thread(incident).await?.entries, []);
    assert!(claire.thread(incident).await?.draft.note);
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_incident_is_quiet_on_every_device() -> anyhow::Result<()> {
    let house = House::open().await?;
    let (quiet, loud) = (
        house.incident("Fuite").await?,
        house.incident("No hot water").await?,
    );
    let (desk, laptop) = (house.claires_device().await?, house.claires_device().await?);
    desk.is_up_to_date().await;
    laptop.is_up_to_date().await;
    desk.ask(async move |client| {
        client
            .set_mute(SetMute {
                incident_id: quiet,
                muted: true,
            })
            .await
    })
    .await?;
    laptop
        .sees("the silence", async |laptop| {
            Ok(laptop.thread(quiet).await?.incident.muted)
        })
        .await;
    let awa = house.awas_device().await?;
    awa.writes(quiet, "Still leaking").await?;
    awa.writes(loud, "Still cold").await?;
    for device in [&desk, &laptop] {
        device.sees_words(quiet, "Still leaking").await;
        eventually("the other one is announced", async || {
            !device.shell.notifications().is_empty()
        })
        .await;
        device.is_up_to_date().await;
        let said: Vec<_> = device
            .shell
            .notifications()
            .into_iter()
            .map(|it| it.body)
            .collect();
        assert_eq!(said, ["Still cold"]);
        // It is unread all the same.
        let rows = device.list().await?;
        assert!(rows.iter().all(|row| row.unread == 1), "{rows:?}");
    }
    ends_well(&house).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_co_owners_note_is_new_until_it_was_seen_on_any_device() -> anyhow::Result<()> {
    let house = House::open().await?;
    let incident = house.incident("No hot water").await?;
    let (portfolio, paul) = (house.portfolio, house.paul);
    house
        .at_the_server(async move |app| seed::add_owner(&app, portfolio, paul).await)
        .await?;
    let (desk, laptop) = (house.claires_device().await?, house.claires_device().await?);
    let paul = house.device("paul@maison.test").await?;
    paul.sees_incident(incident).await;
    notes(&paul, incident, "The warranty has ended").await?;
    for device in [&desk, &laptop] {
        device
            .sees("a new note", async |device| {
                Ok(device.list().await?[0].new_notes == 1)
            })
            .await;
    }
    assert_eq!(desk.list().await?[0].unread, 0, "on no badge");
    assert_eq!(paul.list().await?[0].new_notes, 0, "his own is no news");

    let entries = desk.thread(incident).await?.entries;
    let seen = MarkNotesRead {
        incident_id: incident,
        up_to_m: entries[0].m.unwrap(),
    };
    desk.ask(async move |client| client.mark_notes_read(seen).await)
        .await?;
    for device in [&desk, &laptop] {
        device
            .sees("nothing new", async |device| {
                Ok(device.list().await?[0].new_notes == 0)
            })
            .await;
    }
    ends_well(&house).await
}

/// What the list says of an incident: where it stands, how much is unread, whether it is quiet; and whether
/// it is marked by hand.
async fn said_of(
    device: &Device,
    incident: IncidentId,
) -> Result<(Status, u64, bool, bool), CommandError> {
    let rows = device.list().await?;
    let row = rows.iter().find(|row| row.id == incident);
    let row = row.ok_or(CommandError::NoSuchIncident)?;
    let head = device.thread(incident).await?.incident;
    Ok((row.status, row.unread, row.muted, head.flagged))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_marked_muted_noted_and_moved_offline_is_so_on_every_device()
-> anyhow::Result<()> {
    let house = House::open().await?;
    let read = house.incident("Fuite").await?;
    let marked = house.incident("No hot water").await?;
    let (mut desk, laptop) = (house.claires_device().await?, house.claires_device().await?);
    let awa = house.awas_device().await?;
    for (incident, words) in [(read, "It drips"), (marked, "Still cold")] {
        let ticket = awa.writes(incident, words).await?;
        awa.sees_sent(incident, ticket.id).await;
        for device in [&desk, &laptop] {
            device
                .sees("something unread", async |device| {
                    Ok(said_of(device, incident).await? == (Status::Open, 1, false, false))
                })
                .await;
        }
    }

    desk.line.cut();
    desk.is(Link::Offline).await;
    for incident in [read, marked] {
        let last_n = desk.thread(incident).await?.last_n;
        desk.reads(incident, last_n).await?;
    }
    desk.ask(async move |client| {
        let (incident_id, unread) = (marked, true);
        let flag = SetUnreadFlag {
            incident_id,
            unread,
        };
        client.set_unread_flag(flag).await?;
        let incident_id = read;
        let mute = SetMute {
            incident_id,
            muted: true,
        };
        client.set_mute(mute).await?;
        let moves = SetStatus {
            incident_id,
            from: Status::Open,
            to: Status::Planned,
        };
        client.set_status(moves).await
    })
    .await?;
    let note = notes(&desk, read, "Ask the insurance").await?;
    // At once, after a restart without a network, and for good.
    let (quiet, flagged) = (
        (Status::Planned, 0, true, false),
        (Status::Open, 1, false, true),
    );
    for again in [false, true] {
        if again {
            desk.restarts().await;
        }
        assert_eq!(said_of(&desk, read).await?, quiet);
        assert_eq!(said_of(&desk, marked).await?, flagged);
    }
    assert_eq!(
        said_of(&laptop, read).await?,
        (Status::Open, 1, false, false)
    );

    desk.line.mend();
    desk.is_up_to_date().await;
    assert!(desk.outbox().await?.is_empty(), "nothing of it failed");
    for (incident, wanted) in [(read, quiet), (marked, flagged)] {
        for device in [&laptop, &desk] {
            device
                .sees(&format!("{wanted:?}"), async |device| {
                    Ok(said_of(device, incident).await? == wanted)
                })
                .await;
        }
    }
    for device in [&laptop, &desk] {
        device
            .sees("the note", async |device| {
                let entries = device.thread(read).await?.entries;
                Ok(entries.iter().any(|it| it.id == note && it.m == Some(1)))
            })
            .await;
    }
    assert_eq!(house.onlooker().notes(read).await?, ["Ask the insurance"]);
    // The mark is taken back as it was set, on the other device.
    laptop
        .ask(async move |client| {
            let (incident_id, unread) = (marked, false);
            let flag = SetUnreadFlag {
                incident_id,
                unread,
            };
            client.set_unread_flag(flag).await
        })
        .await?;
    desk.sees("nothing unread", async |desk| {
        Ok(said_of(desk, marked).await? == (Status::Open, 0, false, false))
    })
    .await;
    ends_well(&house).await
}
