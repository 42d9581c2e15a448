//! Looking for words in cache and journal.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use palier_domain::{Priority, SearchQuery, TicketId};
use palier_engine::Settle;
use palier_store::view::{FoundRow, FoundWhat};
use palier_wire::{Problem, ProblemKind};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use support::*;

async fn found(desk: &Desk, typed: &str) -> Vec<FoundRow> {
    let query = SearchQuery::parse(typed).unwrap();
    desk.store().search(&query, None, 50).await.unwrap().hits
}

async fn texts(desk: &Desk, typed: &str) -> Vec<String> {
    let hits = found(desk, typed).await;
    hits.into_iter().map(|hit| hit.text).collect()
}

#[tokio::test]
async fn messages_incidents_and_people_are_found_without_accents_newest_first() {
    let mut desk = Desk::at_home().await;
    desk.pull(
        HOME,
        vec![
            incident(SINK, 5, 1),
            ticket(SINK, 1, TOM, "Un cœur de chaudière, et l’évier fuit"),
        ],
    )
    .await;
    assert_eq!(
        texts(&desk, "CHAUDIERE").await,
        [
            "Un cœur de chaudière, et l’évier fuit",
            "La chaudière affiche E4"
        ]
    );
    assert_eq!(texts(&desk, "coeur").await.len(), 1);
    assert_eq!(texts(&desk, "evier fui").await.len(), 2);
    assert_eq!(
        texts(&desk, "fui evier").await,
        [""; 0],
        "only the last word may be begun"
    );
    let incident = &found(&desk, "eau chaude").await[0];
    assert_eq!(incident.incident_id, Some(BOILER));
    assert!(matches!(incident.what, FoundWhat::Incident { .. }));
    let tom = &found(&desk, "tom").await[0];
    assert_eq!(tom.what, FoundWhat::Person { id: TOM });
    assert_eq!(tom.incident_id, Some(SINK), "the latest of his home");
    assert_eq!(tom.property.as_deref(), Some("12 rue des Lilas"));
}

#[tokio::test]
async fn nothing_that_is_typed_is_a_query_of_its_own() {
    let desk = Desk::at_home().await;
    for typed in [
        "\"",
        "a OR b",
        "NEAR(a b)",
        "words:",
        "chaudière*",
        "^ -e4",
        "'; drop",
    ] {
        if let Ok(query) = SearchQuery::parse(typed) {
            desk.store().search(&query, None, 5).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_renamed_incident_is_found_by_its_new_name_alone() {
    let mut desk = Desk::at_home().await;
    let mut renamed = incident(BOILER, 7, 2);
    renamed.data.as_mut().unwrap()["title"] = "Radiateur froid".into();
    desk.pull(HOME, vec![renamed]).await;
    assert_eq!(found(&desk, "radiateur").await.len(), 1);
    assert_eq!(texts(&desk, "eau chaude").await, [""; 0]);
    // Coming again unchanged, it keeps its one entry.
    let mut again = incident(BOILER, 8, 3);
    again.data.as_mut().unwrap()["title"] = "Radiateur froid".into();
    desk.pull(HOME, vec![again]).await;
    assert_eq!(found(&desk, "radiateur").await.len(), 1);
}

#[tokio::test]
async fn what_is_not_sent_is_found_too_and_once() {
    let mut desk = Desk::at_home().await;
    let (ticket_id, mutation_id) = desk.sends("Le chauffagiste passe jeudi").await;
    let hit = &found(&desk, "chauffagiste").await[0];
    assert!(hit.unsent);
    assert!(matches!(hit.what, FoundWhat::Ticket { id, n: None, .. } if id == ticket_id));
    desk.attempts(mutation_id).await;
    desk.pull(
        HOME,
        vec![own_ticket(
            BOILER,
            3,
            ticket_id,
            "Le chauffagiste passe jeudi",
        )],
    )
    .await;
    let hits = found(&desk, "chauffagiste").await;
    assert_eq!(hits.len(), 1);
    assert!(!hits[0].unsent);
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let mut desk = Desk::at_home().await;
    let many = (3..=60).map(|n| ticket(BOILER, n, TOM, &format!("relance numéro {n}")));
    let mut rows = vec![incident(BOILER, 9, 60)];
    rows.extend(many);
    desk.pull(HOME, rows).await;
    let query = SearchQuery::parse("relance").unwrap();
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = desk.store().search(&query, after, 25).await.unwrap();
        seen.extend(page.hits.into_iter().map(|hit| hit.text));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let wanted: Vec<_> = (3..=60)
        .rev()
        .map(|n| format!("relance numéro {n}"))
        .collect();
    assert_eq!(seen, wanted);
}

#[tokio::test]
async fn people_are_found_by_a_beginning_whatever_number_of_texts_has_it() {
    let mut desk = Desk::at_home().await;
    let mut tom = card(TOM, "Tom Rélancier");
    tom.rev = 2;
    desk.pull(HOME, vec![tom]).await;
    let person = async |desk: &Desk| {
        let query = SearchQuery::parse("relan").unwrap();
        let page = desk.store().search(&query, None, 5).await.unwrap();
        let people = page.hits.into_iter();
        let people = people.filter(|hit| matches!(hit.what, FoundWhat::Person { .. }));
        people.map(|hit| hit.text).collect::<Vec<_>>()
    };
    assert_eq!(person(&desk).await, ["Tom Rélancier"], "nobody else has it");
    let many = (3..=60).map(|n| ticket(BOILER, n, TOM, &format!("relance numéro {n}")));
    let rows = [incident(BOILER, 9, 60)].into_iter().chain(many);
    desk.pull(HOME, rows.collect()).await;
    assert_eq!(person(&desk).await, ["Tom Rélancier"], "many have it");
}

#[tokio::test]
async fn a_person_is_at_the_home_of_the_lease_as_it_is_now() {
    let mut desk = Desk::at_home().await;
    let home = async |desk: &Desk, name| found(desk, name).await[0].incident_id;
    assert_eq!(home(&desk, "tom petit").await, Some(BOILER));
    assert_eq!(
        home(&desk, "awa diop").await,
        None,
        "she lives nowhere here"
    );
    desk.pull(HOME, vec![lease(2, AWA)]).await;
    assert_eq!(home(&desk, "tom petit").await, None, "taken off it");
    assert_eq!(home(&desk, "awa diop").await, Some(BOILER));
}

/// More texts than are read one by one: what has the beginning is among them, at their border and behind it.
#[tokio::test]
async fn a_beginning_is_found_as_far_back_as_texts_go_each_once() {
    let mut desk = Desk::at_home().await;
    let last = 1_300;
    let says = |n: u64| match n % 100 {
        7 => format!("Relance numéro {n}"),
        _ => format!("Message numéro {n}"),
    };
    for first in (3..=last).step_by(400) {
        let until = (first + 399).min(last);
        let mut rows = vec![incident(BOILER, until, until)];
        rows.extend((first..=until).map(|n| ticket(BOILER, n, TOM, &says(n))));
        desk.pull(HOME, rows).await;
    }
    let wanted: Vec<_> = (3..=last)
        .rev()
        .filter(|n| n % 100 == 7)
        .map(says)
        .collect();
    for typed in ["relan", "RELANCE ", "numero rela"] {
        let query = SearchQuery::parse(typed).unwrap();
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = desk.store().search(&query, after, 5).await.unwrap();
            seen.extend(page.hits.into_iter().map(|hit| hit.text));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, wanted, "{typed}");
    }
    assert_eq!(texts(&desk, "relan ").await, [""; 0], "a finished word");
}

/// What was deleted is in no file, under its own words: not in the rows, not in the index.
#[tokio::test]
async fn a_lost_scope_leaves_no_word_on_the_disk() {
    let mut desk = Desk::at_home().await;
    let mut tom = card(TOM, "Tom Zyxcanari");
    tom.rev = 2;
    let message = ticket(BOILER, 3, TOM, "zyxcanari dans la cave");
    desk.pull(HOME, vec![message, tom]).await;
    assert_eq!(found(&desk, "zyxcanari").await.len(), 2);
    assert!(
        on_disk(&desk, "zyxcanari"),
        "the test can see it while it is there"
    );
    desk.store().drop_scopes(&[HOME]).await.unwrap();
    assert_eq!(texts(&desk, "zyxcanari").await, [""; 0]);
    assert!(!on_disk(&desk, "zyxcanari"));
    assert!(!on_disk(&desk, "zyxcan"), "nor does a beginning of it");
}

/// A refused change keeps what the incident had instead, and nothing else of it; where an earlier version
/// kept all of it, that goes with the scope.
#[tokio::test]
async fn a_change_that_was_overtaken_keeps_no_words_of_a_lost_incident() {
    let desk = Desk::at_home().await;
    let lane = desk
        .store()
        .set_priority(BOILER, Priority::Normal, Priority::High, at(1))
        .await
        .unwrap();
    let id = lane.enqueued[0].mutation_id;
    desk.attempts(id).await;
    let mut problem = Problem::new(ProblemKind::ChangedMeanwhile, "too late");
    problem.current = Some(serde_json::json!({"priority": "low", "title": "zyxcanari"}));
    let failed = Settle::Failed(Box::new(problem.clone()));
    desk.settles(id, failed).await;
    let kept = desk.store().outbox().await.unwrap().remove(0).entry.problem;
    let shown = serde_json::json!({"priority": "low"});
    assert_eq!(kept.unwrap().current, Some(shown));
    assert!(!on_disk(&desk, "zyxcanari"));

    let mut earlier = SqliteConnectOptions::new()
        .filename(desk.path("journal.sqlite"))
        .connect()
        .await
        .unwrap();
    sqlx::query("update outbox set problem = ?1")
        .bind(serde_json::to_string(&problem).unwrap())
        .execute(&mut earlier)
        .await
        .unwrap();
    earlier.close().await.unwrap();
    assert!(on_disk(&desk, "zyxcanari"));
    desk.store().drop_scopes(&[HOME]).await.unwrap();
    assert!(!on_disk(&desk, "zyxcanari"));
    assert_eq!(desk.store().outbox().await.unwrap().len(), 1);
}

fn on_disk(desk: &Desk, word: &str) -> bool {
    std::fs::read_dir(desk.folder.path()).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        bytes
            .windows(word.len())
            .any(|window| window == word.as_bytes())
    })
}

fn own_ticket(incident: palier_domain::IncidentId, n: u64, id: TicketId, message: &str) -> Row {
    let mut row = ticket(incident, n, AWA, message);
    row.id = id.0;
    row
}
