//! Erasing a person from the command line: afterwards his name and address are in no file of the
//! server but in what people wrote.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use palier_domain::{Category, Email, IncidentId, Language, Priority, TicketId, UserId};
use palier_server::{
    App, Config,
    ops::{
        mail::{self, Content, Letter, To},
        seed,
    },
};
use palier_wire::{
    Payload,
    sync::{AddTicket, OpenIncident},
};
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;
use uuid::Uuid;

const NAME: &str = "Zénobie Quasimodo";
const EMAIL: &str = "zenobie@quasimodo.example";

fn palier(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_palier-server"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PALIER_") {
            command.env_remove(name);
        }
    }
    let command = command.args(args).arg("--data-dir").arg(folder);
    command.output().unwrap()
}

/// Where any file below `folder` has `word`, in any spelling of case.
fn found(folder: &Path, word: &str) -> Vec<String> {
    let mut places = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            places.extend(found(&path, word));
            continue;
        }
        let bytes = fs::read(&path).unwrap().to_ascii_lowercase();
        let word = word.to_lowercase().into_bytes();
        if bytes.windows(word.len()).any(|window| window == word) {
            places.push(path.display().to_string());
        }
    }
    places
}

/// A house where Zénobie lives and wrote, her neighbour too.
async fn house(folder: &Path) -> (App, UserId, UserId, IncidentId) {
    let app = App::open(Config::new(folder)).await.unwrap();
    let person = |email, name| seed::create_user(&app, email, name, "a long enough secret");
    let owner = person("o@example.test", "Owner").await.unwrap();
    let zenobie = person(EMAIL, NAME).await.unwrap();
    let portfolio = seed::create_portfolio(&app, owner, "Maisons")
        .await
        .unwrap();
    let property = seed::create_property(&app, portfolio, "1 rue Haute", "Europe/Paris");
    let unit = seed::create_unit(&app, property.await.unwrap(), "1A");
    let unit = unit.await.unwrap();
    let first = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    seed::create_lease(&app, unit, first, None, &[zenobie])
        .await
        .unwrap();
    let incident = IncidentId(Uuid::now_v7());
    let opening = Payload::OpenIncident(OpenIncident {
        incident_id: incident,
        unit_id: unit,
        title: "Fuite".into(),
        description: String::new(),
        category: Category::Plumbing,
        priority: Priority::High,
        written_at: chrono::Utc::now(),
    });
    let ticket = |words: &str| {
        Payload::AddTicket(AddTicket {
            ticket_id: TicketId(Uuid::now_v7()),
            incident_id: incident,
            message: words.into(),
            attachments: Vec::new(),
            written_at: chrono::Utc::now(),
        })
    };
    let said = vec![opening, ticket("Ça goutte."), ticket("Toujours.")];
    seed::submit(&app, zenobie, said).await.unwrap();
    for to in [
        To::User(zenobie),
        To::Address(Email::parse(EMAIL).unwrap(), Language::Fr),
    ] {
        let letter = Letter {
            to,
            content: Content::Invitation {
                inviter: NAME.into(),
                portfolio: "Maisons".into(),
                home: None,
                link: "https://palier.test/i".into(),
                days: 7,
            },
            portfolio: None,
            expires_at: None,
        };
        mail::queue(&app, letter).await.unwrap();
    }
    (app, owner, zenobie, incident)
}

#[tokio::test]
async fn nothing_of_an_erased_person_is_left_but_what_was_written() {
    let folder = TempDir::new().unwrap();
    let (app, owner, _, incident) = house(folder.path()).await;
    app.close().await;
    for word in ["quasimodo", EMAIL] {
        assert!(
            !found(folder.path(), word).is_empty(),
            "{word} is there before"
        );
    }

    let refused = palier(folder.path(), &["erase-user", "--email", EMAIL]);
    assert!(!refused.status.success(), "nobody could be asked");
    assert!(!found(folder.path(), EMAIL).is_empty());

    let done = palier(folder.path(), &["erase-user", "--email", EMAIL, "--yes"]);
    let said = String::from_utf8(done.stdout).unwrap();
    let log = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{log}");
    assert!(said.contains("called “Personne effacée”"), "{said}");
    assert!(said.contains("2 tickets stay"), "{said}");
    assert!(said.contains("1 portfolios and leases left"), "{said}");
    for word in ["quasimodo", "zenobie", "zénobie"] {
        let places = found(folder.path(), word);
        assert!(places.is_empty(), "{word} in {places:?}");
        assert!(!log.to_lowercase().contains(word), "{log}");
    }
    assert!(
        !found(folder.path(), "a goutte.").is_empty(),
        "tickets stay"
    );

    let again = palier(folder.path(), &["erase-user", "--email", EMAIL, "--yes"]);
    assert!(!again.status.success(), "nobody has that address");
    let app = App::open(Config::new(folder.path())).await.unwrap();
    seed::create_user(&app, EMAIL, "Somebody else", "a long enough secret")
        .await
        .expect("the address is free");
    let ticket = Payload::AddTicket(AddTicket {
        ticket_id: TicketId(Uuid::now_v7()),
        incident_id: incident,
        message: "On continue.".into(),
        attachments: Vec::new(),
        written_at: chrono::Utc::now(),
    });
    let results = seed::submit(&app, owner, vec![ticket]).await.unwrap();
    assert!(results[0].problem.is_none(), "the others go on");
    app.close().await;
}

#[tokio::test]
async fn a_person_is_erased_while_another_process_has_the_data_open_and_only_by_one_name() {
    let folder = TempDir::new().unwrap();
    let (app, _, zenobie, _) = house(folder.path()).await;
    let id = zenobie.to_string();
    let both = palier(
        folder.path(),
        &["erase-user", "--email", EMAIL, "--id", &id, "--yes"],
    );
    assert!(!both.status.success());
    let done = palier(folder.path(), &["erase-user", "--id", &id, "--yes"]);
    let log = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success(), "{log}");
    assert!(found(folder.path(), "quasimodo").is_empty());
    // Again: nothing more to do, and no harm.
    let done = palier(folder.path(), &["erase-user", "--id", &id, "--yes"]);
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(said.contains("0 sessions ended"), "{said}");
    app.close().await;
}
