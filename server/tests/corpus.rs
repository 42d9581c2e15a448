//! What fuzzing found worth keeping is tried again: `fuzz/corpus`, and the same cut short, doubled and with
//! bytes turned.
#![allow(clippy::unwrap_used)]

use palier_server::fuzzing::TARGETS;
use std::{fs, path::Path};

fn variants(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![bytes.to_vec(), bytes.repeat(2)];
    let step = bytes.len().div_ceil(64).max(1);
    for at in (0..bytes.len()).step_by(step) {
        all.push(bytes[..at].to_vec());
        all.push(bytes[at..].to_vec());
        for turned in [0x00, 0x22, 0x7f, 0xff] {
            let mut other = bytes.to_vec();
            other[at] = turned;
            all.push(other);
        }
    }
    all
}

#[test]
fn no_bytes_of_the_corpus_break_anything() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    for (name, target) in TARGETS {
        let mut tried = 0;
        for file in fs::read_dir(corpus.join(name)).unwrap() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            for variant in variants(&bytes) {
                target(&variant);
                tried += 1;
            }
        }
        assert!(tried > 100, "{name}: {tried}");
    }
}

#[test]
fn every_folder_of_the_corpus_is_a_target() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    for folder in fs::read_dir(corpus).unwrap() {
        let name = folder.unwrap().file_name();
        assert!(
            TARGETS.iter().any(|(target, _)| name == *target),
            "{name:?}"
        );
    }
}
