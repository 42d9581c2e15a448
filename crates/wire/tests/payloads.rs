//! What was ever written into a journal can be read for ever.
//!
//! One file for each schema of payloads that was released, with every kind as that version wrote it. Lines
//! are added when a schema begins; none is changed or taken away.
#![allow(clippy::unwrap_used)]

use palier_wire::Payload;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::collections::BTreeSet;

/// A payload as it lies in a journal.
#[derive(Deserialize)]
struct Written {
    kind: String,
    payload: Box<RawValue>,
}

/// What each schema wrote, and the kinds that it had.
const RELEASED: [(u32, &str, &[&str]); 1] = [(
    1,
    include_str!("payloads/schema-1.jsonl"),
    &[
        "open_incident",
        "add_ticket",
        "set_status",
        "set_priority",
        "set_category",
        "mark_read",
        "mark_unread",
        "clear_unread",
        "cancel",
        "add_note",
        "set_mute",
    ],
)];

fn written(lines: &str) -> Vec<Written> {
    let lines = lines.lines();
    lines.map(|it| serde_json::from_str(it).unwrap()).collect()
}

#[test]
fn every_payload_that_was_ever_released_is_read_and_nothing_of_it_is_lost() {
    for (schema, lines, _) in RELEASED {
        for Written { kind, payload } in written(lines) {
            let read = Payload::decode(&kind, schema, payload.get()).unwrap();
            assert_eq!(read.kind(), kind);
            let before: Value = serde_json::from_str(payload.get()).unwrap();
            let now: Value = serde_json::from_str(read.to_raw().unwrap().get()).unwrap();
            for (name, value) in before.as_object().unwrap() {
                assert_eq!(now.get(name), Some(value), "{name} of {kind}");
            }
        }
    }
}

#[test]
fn every_kind_of_a_released_schema_is_among_them() {
    for (schema, lines, kinds) in RELEASED {
        let there: BTreeSet<String> = written(lines).into_iter().map(|it| it.kind).collect();
        let wanted: BTreeSet<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        assert_eq!(there, wanted, "of schema {schema}");
    }
}

/// This version writes as the newest of them: a change of what is written begins a schema.
#[test]
fn what_is_written_today_is_what_the_newest_schema_wrote() {
    let (schema, lines, _) = RELEASED[RELEASED.len() - 1];
    for Written { kind, payload } in written(lines) {
        let read = Payload::decode(&kind, schema, payload.get()).unwrap();
        assert_eq!(read.to_raw().unwrap().get(), payload.get());
    }
}
