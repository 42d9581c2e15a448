//! What the generator promises.

use super::{Made, make};
use palier_domain::Sha256;
use palier_wire::{Attachment, EntityKind, Ticket};
use std::collections::{HashMap, HashSet};

fn of_kind<T: serde::de::DeserializeOwned>(made: &Made, kind: EntityKind) -> Vec<T> {
    let rows = made.rows().filter(|row| row.kind == kind);
    rows.map(|row| serde_json::from_value(row.data.clone().unwrap()).unwrap())
        .collect()
}

#[test]
fn the_same_seed_makes_the_same_portfolio_of_the_size_that_was_asked_for() {
    let (one, other) = (make(7, 3_000), make(7, 3_000));
    assert!(one.rows().eq(other.rows()));
    assert_eq!(one.bytes, other.bytes);
    assert_eq!(one.tickets().count(), 3_000);
    assert!(!one.rows().eq(make(8, 3_000).rows()));
    let mut lengths: Vec<u64> = one.threads.iter().map(|(_, length)| *length).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    let longest = lengths.last().copied().unwrap_or(0);
    assert!(median <= 6 && longest >= 60, "{median} {longest}");
}

#[test]
fn words_are_many_and_unequal_as_in_a_language() {
    let mut times: HashMap<String, u32> = HashMap::new();
    for ticket in of_kind::<Ticket>(&make(1, 20_000), EntityKind::Ticket) {
        let words = ticket.message.split(|it: char| !it.is_alphanumeric());
        for word in words.filter(|word| !word.is_empty()) {
            *times.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    let mut ranked: Vec<u32> = times.values().copied().collect();
    ranked.sort_unstable_by(|one, other| other.cmp(one));
    let often = ranked.iter().filter(|times| **times > 1).count();
    assert!(often > 3_000, "{often} words come more than once");
    // By Zipf's law the tenth word comes ten times as often as the hundredth; somewhat.
    for (rank, tenfold) in [(10, 100), (100, 1_000)] {
        let ratio = f64::from(ranked[rank]) / f64::from(ranked[tenfold]);
        assert!((3.0..50.0).contains(&ratio), "{rank}: {ratio}");
    }
}

#[test]
fn tickets_name_the_files_behind_them_and_a_few_of_these_have_bytes() {
    let made = make(1, 3_000);
    let tickets = of_kind::<Ticket>(&made, EntityKind::Ticket);
    let named: Vec<_> = tickets
        .iter()
        .flat_map(|it| it.attachments.clone())
        .collect();
    let files = of_kind::<Attachment>(&made, EntityKind::Attachment);
    let ids: Vec<_> = files.iter().map(|file| file.id).collect();
    assert_eq!(named, ids);
    assert!(files.len() > 150, "{}", files.len());
    let digests: HashMap<_, _> = files.iter().map(|file| (file.id, file.sha256)).collect();
    assert_eq!(made.bytes.len(), super::files::WITH_BYTES);
    let different: HashSet<_> = made.bytes.iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(different.len(), made.bytes.len());
    for (id, bytes) in &made.bytes {
        assert_eq!(digests[id], Sha256::of(bytes));
    }
}
