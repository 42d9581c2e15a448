//! Internal notes of owners, and what a user mutes.

use crate::support::{House, Person, mutation, refused};
use palier_domain::{Denied, IncidentId, InvalidReason, NoteId};
use palier_server::ops::seed;
use palier_wire::{
    Cursor, EntityKind, Mutation, Payload, Scope, Verdict,
    rest::{NotePage, NoteView},
    sync::{AddNote, MarkRead, SetMute},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

pub fn notes(incident: IncidentId) -> String {
    format!("/api/incidents/{incident}/notes")
}

pub fn note(incident: IncidentId, message: &str) -> Mutation {
    mutation(&Payload::AddNote(AddNote {
        note_id: NoteId(Uuid::now_v7()),
        incident_id: incident,
        message: message.into(),
        written_at: chrono::Utc::now(),
    }))
}

pub fn mark_notes(incident: IncidentId, up_to_m: u64) -> Mutation {
    mutation(&Payload::MarkRead(MarkRead {
        incident_id: incident,
        up_to_n: None,
        up_to_m: Some(up_to_m),
        seen_flag: None,
    }))
}

pub fn muting(incident_id: IncidentId, muted: bool) -> Mutation {
    mutation(&Payload::SetMute(SetMute { incident_id, muted }))
}

impl Person {
    pub async fn notes_down(&self, incident: IncidentId, message: &str) -> NoteView {
        let body = json!({"id": Uuid::now_v7(), "message": message});
        let reply = self.post(&notes(incident), &body).await;
        assert_eq!(reply.status(), StatusCode::CREATED);
        reply.json().await.unwrap()
    }

    /// The changes of a scope from its beginning.
    async fn all_of(&self, scope: Scope) -> Vec<palier_wire::Change> {
        let mut cursor = Cursor::start(self.epoch.parse().unwrap());
        cursor.at.insert(scope, 0);
        self.changes(&cursor, 500).await.changes
    }

    async fn own(&self, kind: EntityKind) -> Vec<Value> {
        let changes = self.all_of(Scope::User(self.id)).await;
        let own = changes.into_iter().filter(|it| it.kind == kind);
        own.map(|it| it.data.unwrap()).collect()
    }
}

#[tokio::test]
async fn notes_count_by_themselves_and_stand_after_the_ticket_that_was_last() {
    let house = House::start().await;
    let incident = house.incident().await;
    let first = house
        .owner
        .notes_down(incident, " Assurance prévenue ")
        .await;
    house.tenant.writes(incident, "Bonjour").await;
    let before = house.owner.sees(incident).await;
    let second = house.owner.notes_down(incident, "Dossier 4711").await;
    assert_eq!((first.note.m, first.note.after_n), (1, 0));
    assert_eq!((second.note.m, second.note.after_n), (2, 1));
    assert_eq!(second.author_name, "Owner");
    assert_eq!(
        house.owner.sees(incident).await,
        before,
        "the incident is as it was"
    );

    let page: NotePage = house.owner.read(&notes(incident)).await;
    assert_eq!(page.notes, [first.clone(), second.clone()]);
    let path = notes(incident);
    let page: NotePage = house.owner.read(&format!("{path}?limit=1")).await;
    assert_eq!((page.notes, page.more), (vec![first.clone()], true));
    let page: NotePage = house.owner.read(&format!("{path}?before_m=2")).await;
    assert_eq!((page.notes, page.more), (vec![first], false));
    let page: NotePage = house.owner.read(&format!("{path}?after_m=1")).await;
    assert_eq!((page.notes, page.more), (vec![second], false));
    refused(
        house
            .owner
            .get(&format!("{path}?after_m=1&before_m=2"))
            .await,
        "invalid",
    )
    .await;
}

#[tokio::test]
async fn a_note_sent_again_is_there_once() {
    let house = House::start().await;
    let incident = house.incident().await;
    let body = json!({"id": Uuid::now_v7(), "message": "Une fois"});
    for status in [StatusCode::CREATED, StatusCode::OK] {
        let reply = house.owner.post(&notes(incident), &body).await;
        assert_eq!(reply.status(), status);
        assert_eq!(
            reply.headers()["location"],
            format!("{}?after_m=0&limit=1", notes(incident))
        );
    }
    let pushed = note(incident, "Par l’application");
    let result = house.owner.push_one(pushed.clone()).await;
    assert_eq!(result.status, Verdict::Applied);
    let entity = result.entity.unwrap();
    assert_eq!((&entity["m"], &entity["rev"]), (&json!(2), &json!(1)));
    let again = house.owner.push_one(pushed).await;
    assert_eq!(
        (again.status, again.entity),
        (Verdict::Duplicate, Some(entity))
    );

    let other = json!({"id": body["id"], "message": "Autre chose"});
    let request = house
        .owner
        .request(Method::POST, &notes(incident))
        .json(&other);
    let request = request.header("idempotency-key", Uuid::now_v7().to_string());
    refused(request.send().await.unwrap(), "id-taken").await;
    for (message, reason) in [
        (" ".to_owned(), InvalidReason::Empty),
        (
            "x".repeat(16 * 1024 + 1),
            InvalidReason::TooLong { limit: 16 * 1024 },
        ),
    ] {
        let body = json!({"id": Uuid::now_v7(), "message": message});
        let problem = refused(house.owner.post(&notes(incident), &body).await, "invalid").await;
        assert_eq!(problem.invalid.unwrap().reason, reason);
    }
}

#[tokio::test]
async fn notes_travel_to_the_owners_alone_and_each_reads_them_for_himself() {
    let house = House::start().await;
    let partner = house.server.person("Partner").await;
    seed::add_owner(&house.server.app, house.portfolio, partner.id)
        .await
        .unwrap();
    let incident = house.incident().await;
    house.owner.notes_down(incident, "Un").await;
    house.owner.notes_down(incident, "Deux").await;
    let portfolio = Scope::Portfolio(house.portfolio);
    let seen = partner.all_of(portfolio).await;
    let texts: Vec<_> = seen
        .iter()
        .filter(|it| it.kind == EntityKind::Note)
        .map(|it| it.data.as_ref().unwrap()["message"].clone())
        .collect();
    assert_eq!(texts, ["Un", "Deux"]);
    let page = partner.snapshot(portfolio, None, 500).await;
    let count = page.changes.iter().filter(|it| it.kind == EntityKind::Note);
    assert_eq!(count.count(), 2);
    assert_eq!(partner.sees(incident).await.unread, 0, "no unread count");

    for (up_to_m, read_m) in [(1, 1), (0, 1), (9, 2), (1, 2)] {
        let result = partner.push_one(mark_notes(incident, up_to_m)).await;
        assert_eq!(result.status, Verdict::Applied);
        let markers = partner.own(EntityKind::NoteMarker).await;
        assert_eq!(markers.len(), 1);
        assert_eq!(
            markers[0]["read_m"], read_m,
            "it never goes back, nor beyond the last"
        );
    }
    assert!(house.owner.own(EntityKind::NoteMarker).await.is_empty());
    let path = format!("/api/incidents/{incident}/read-marker");
    let mark = async |body: Value| {
        let request = house.owner.request(Method::PUT, &path).json(&body);
        request.send().await.unwrap()
    };
    assert_eq!(
        mark(json!({"up_to_m": 2})).await.status(),
        StatusCode::NO_CONTENT
    );
    assert_eq!(
        house.owner.own(EntityKind::NoteMarker).await[0]["read_m"],
        2
    );
    refused(mark(json!({})).await, "invalid").await;
}

#[tokio::test]
async fn a_tenant_neither_reads_nor_writes_nor_marks_notes() {
    let house = House::start().await;
    let incident = house.incident().await;
    let denied = Some(Denied::OwnersOnly);
    for with_notes in [false, true] {
        if with_notes {
            house.owner.notes_down(incident, "Mauvais payeur ?").await;
        }
        let reply = house.tenant.get(&notes(incident)).await;
        assert_eq!(refused(reply, "forbidden").await.denied, denied);
        let body = json!({"id": Uuid::now_v7(), "message": "x"});
        let reply = house.tenant.post(&notes(incident), &body).await;
        assert_eq!(refused(reply, "forbidden").await.denied, denied);
        let result = house.tenant.push_one(mark_notes(incident, 1)).await;
        assert_eq!(result.problem.unwrap().denied, denied);
        refused(house.stranger.get(&notes(incident)).await, "not-found").await;
    }
}

#[tokio::test]
async fn what_a_user_mutes_is_his_own_on_all_his_devices() {
    let house = House::start().await;
    let incident = house.incident().await;
    for (muted, times) in [(true, 2), (false, 2), (true, 1)] {
        for _ in 0..times {
            let result = house.tenant.push_one(muting(incident, muted)).await;
            assert_eq!((result.status, result.entity), (Verdict::Applied, None));
        }
        let own = house.tenant.own(EntityKind::Mute).await;
        assert_eq!(own.len(), 1);
        assert_eq!(own[0]["incident_id"], json!(incident));
        assert_eq!(own[0]["muted"], muted);
    }
    assert!(house.owner.own(EntityKind::Mute).await.is_empty());
    let path = format!("/api/incidents/{incident}/mute");
    for (method, muted) in [(Method::PUT, true), (Method::DELETE, false)] {
        let reply = house.owner.request(method, &path).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::NO_CONTENT);
        assert_eq!(house.owner.own(EntityKind::Mute).await[0]["muted"], muted);
    }
    let reply = house.stranger.request(Method::PUT, &path).send().await;
    refused(reply.unwrap(), "not-found").await;
}
