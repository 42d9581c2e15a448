//! The formats that travel, as golden files: a change of format is seen in review.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Utc};
use palier_domain::{
    Category, Denied, Invalid, InvalidReason, LeaseStanding, MediaType, Priority, ReadView, Role,
    Sha256, Status, TicketKind,
};
use palier_wire::*;
use uuid::Uuid;

fn id<T: From<Uuid>>(n: u128) -> T {
    Uuid::from_u128(n).into()
}

fn time() -> DateTime<Utc> {
    "2026-11-12T10:40:00.123Z".parse().unwrap()
}

fn golden(name: &str, value: impl serde::Serialize) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_json_snapshot!(name, value));
}

fn incident() -> Incident {
    Incident {
        id: id(1),
        portfolio_id: id(2),
        property_id: id(3),
        unit_id: id(4),
        lease_id: Some(id(5)),
        title: "Plus d’eau chaude".into(),
        description: "Depuis ce matin.".into(),
        category: Category::Heating,
        priority: Priority::High,
        status: Status::Planned,
        reopened: 0,
        opened_by: id(6),
        opened_by_type: Role::Tenant,
        last_n: 3,
        created_at: time(),
        updated_at: time(),
    }
}

fn ticket() -> Ticket {
    Ticket {
        id: id(7),
        incident_id: id(1),
        n: 3,
        kind: TicketKind::Message,
        author_id: id(6),
        author_type: Role::Tenant,
        message: "La chaudière affiche E4".into(),
        attachments: vec![id(8)],
        status_change: None,
        created_at: time(),
        written_at: Some(time()),
        after_lease_end: false,
    }
}

#[test]
fn rows() {
    golden("incident", incident());
    golden("ticket", ticket());
    golden(
        "system_ticket",
        Ticket {
            kind: TicketKind::System,
            message: String::new(),
            attachments: vec![],
            status_change: Some(StatusChange {
                from: Status::Open,
                to: Status::Planned,
            }),
            ..ticket()
        },
    );
    golden(
        "attachment",
        Attachment {
            id: id(8),
            incident_id: id(1),
            ticket_id: id(7),
            name: "chaudière.jpg".into(),
            media_type: MediaType::Jpeg,
            size: 120_000,
            sha256: Sha256::of(b"original"),
            shared_size: 90_000,
            shared_sha256: Sha256::of(b"shared"),
            has_thumbnail: true,
        },
    );
    golden(
        "participant",
        Participant {
            id: id(9),
            incident_id: id(1),
            user_id: id(6),
            role: Role::Tenant,
            read_n: 2,
            read_at: Some(time()),
        },
    );
}

fn digest() -> ScopeDigest {
    let mut digest = ScopeDigest::default();
    digest.add(EntityKind::Incident, id(1), 4);
    digest
}

#[test]
fn a_page_of_changes() {
    let mut to = Cursor::start(Epoch(id(99)));
    to.at.insert(Scope::Portfolio(id(2)), 41);
    let page = ChangesPage {
        from: Cursor::start(Epoch(id(99))),
        to,
        more: false,
        scopes: vec![Scope::Portfolio(id(2)), Scope::User(id(6))],
        changes: vec![
            Change {
                scope: Scope::Portfolio(id(2)),
                kind: EntityKind::Incident,
                op: Op::Put,
                id: id(1),
                rev: 4,
                data: Some(serde_json::to_value(incident()).unwrap()),
                mine: Some(Mine {
                    view: ReadView {
                        read_n: 2,
                        last_n: 3,
                        unread: 1,
                        flagged: false,
                    },
                    flag_rev: 0,
                    incident_rev: 4,
                    participant_rev: 2,
                }),
            },
            Change {
                scope: Scope::Portfolio(id(2)),
                kind: EntityKind::Ticket,
                op: Op::Drop,
                id: id(7),
                rev: 2,
                data: None,
                mine: None,
            },
        ],
        digests: [(Scope::Portfolio(id(2)), digest())].into(),
        server_time: time(),
        schema: SCHEMA,
    };
    golden("changes_page", &page);
    let text = serde_json::to_string(&page).unwrap();
    assert_eq!(serde_json::from_str::<ChangesPage>(&text).unwrap(), page);
}

#[test]
fn a_push_keeps_its_payload_byte_for_byte() {
    let payload = r#"{"incident_id":"00000000-0000-0000-0000-000000000001",  "up_to_n": 3 }"#;
    let body = format!(
        r#"{{"user_id":"{0}","device_id":"{0}","mutations":[{{"mutation_id":"{0}","schema":1,"kind":"mark_read","payload":{payload}}}]}}"#,
        Uuid::from_u128(6)
    );
    let request: PushRequest = serde_json::from_str(&body).unwrap();
    assert_eq!(request.mutations[0].payload.get(), payload);
    assert_eq!(serde_json::to_string(&request).unwrap(), body);
    let read = Payload::decode("mark_read", 1, payload).unwrap();
    assert!(matches!(&read, Payload::MarkRead(it) if it.up_to_n == Some(3)));
    assert_eq!(
        Payload::decode(read.kind(), 1, read.to_raw().unwrap().get()).unwrap(),
        read
    );
}

#[test]
fn payloads_of_later_versions_are_refused_by_name() {
    assert!(Payload::decode("add_ticket", 2, "{}").is_err());
    assert!(Payload::decode("paint_the_door", 1, "{}").is_err());
    assert!(Payload::decode("add_ticket", 1, r#"{"ticket_id":5}"#).is_err());
}

#[test]
fn problems() {
    let late = palier_domain::may(
        Role::Tenant,
        LeaseStanding::Ended,
        palier_domain::Act::AddTicket,
    );
    assert_eq!(late, Err(Denied::LeaseEnded));
    golden("problem_denied", Problem::from(Denied::LeaseEnded));
    golden(
        "problem_invalid",
        Problem::from(Invalid::new(
            "message",
            InvalidReason::TooLong { limit: 16_384 },
        )),
    );
    for kind in ProblemKind::ALL {
        let text = serde_json::to_string(kind).unwrap();
        assert!(text.starts_with("\"urn:palier:problem:"), "{text}");
        assert_eq!(serde_json::from_str::<ProblemKind>(&text).unwrap(), *kind);
    }
    let later = r#""urn:palier:problem:of-a-later-version""#;
    assert_eq!(
        serde_json::from_str::<ProblemKind>(later).unwrap(),
        ProblemKind::Unknown
    );
}

#[test]
fn a_kind_of_a_later_version_is_kept_as_unknown() {
    let text = format!(
        r#"{{"scope":"user:{0}","kind":"horoscope","op":"put","id":"{0}","rev":1,"data":{{}}}}"#,
        Uuid::from_u128(6)
    );
    let change: Change = serde_json::from_str(&text).unwrap();
    assert_eq!(change.kind, EntityKind::Unknown);
}

#[test]
fn notes_markers_and_mutes_keep_their_formats() {
    golden(
        "note",
        Note {
            id: id(20),
            incident_id: id(1),
            m: 2,
            after_n: 3,
            author_id: id(9),
            message: "Assurance prévenue".into(),
            created_at: time(),
            written_at: time(),
        },
    );
    golden(
        "note_marker",
        NoteMarker {
            id: id(21),
            incident_id: id(1),
            read_m: 2,
            read_at: time(),
        },
    );
    golden(
        "mute",
        Mute {
            id: id(22),
            incident_id: id(1),
            muted: true,
        },
    );
}

#[test]
fn what_a_device_stored_about_notes_can_be_read_again() {
    use palier_wire::sync::{AddNote, MarkRead, SetMute};
    let payloads = [
        Payload::AddNote(AddNote {
            note_id: id(20),
            incident_id: id(1),
            message: "Assurance prévenue".into(),
            written_at: time(),
        }),
        Payload::MarkRead(MarkRead {
            incident_id: id(1),
            up_to_n: None,
            up_to_m: Some(2),
            seen_flag: None,
        }),
        Payload::SetMute(SetMute {
            incident_id: id(1),
            muted: true,
        }),
    ];
    let stored: Vec<_> = payloads
        .iter()
        .map(|it| (it.kind(), it.to_raw().unwrap()))
        .collect();
    golden("note_mutations", &stored);
    for (payload, (kind, raw)) in payloads.iter().zip(stored) {
        assert_eq!(&Payload::decode(kind, 1, raw.get()).unwrap(), payload);
    }
    // A marker of a device that knows no notes.
    let old = format!(
        r#"{{"incident_id": "{}", "up_to_n": 3}}"#,
        Uuid::from_u128(1)
    );
    let Payload::MarkRead(marker) = Payload::decode("mark_read", 1, &old).unwrap() else {
        panic!("another payload");
    };
    assert_eq!((marker.up_to_n, marker.up_to_m), (Some(3), None));
}

#[test]
fn a_later_field_is_left_out_by_readers_of_today() {
    fn reads<T>(row: T)
    where
        T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
    {
        let mut sent = serde_json::to_value(&row).unwrap();
        sent["of_a_later_version"] = serde_json::json!({ "a": [1] });
        assert_eq!(serde_json::from_value::<T>(sent).unwrap(), row);
    }
    reads(incident());
    reads(ticket());
    reads(PushReply {
        results: vec![],
        server_time: time(),
    });
}
