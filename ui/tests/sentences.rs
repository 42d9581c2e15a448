//! Every sentence that the screens ask for is there, and none is there in vain.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use palier_i18n::{Language, Localizer};
use std::{collections::BTreeSet, fs, path::Path};

/// Sentences whose key is put together from a word.
const PUT_TOGETHER: &[&str] = &[
    "dashboard-",
    // By what is to be changed among what is let.
    "letting-portfolio-",
    "letting-property-",
    "letting-unit-",
    "letting-lease-",
    "letting-end-",
    "letting-tenant-",
    "letting-owner-",
];

fn sources(folder: &Path, into: &mut String) {
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else {
            into.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

fn source() -> String {
    let mut source = String::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut source,
    );
    source
}

/// What stands between quotes right after `before`.
fn literals_after<'a>(source: &'a str, before: &str) -> BTreeSet<&'a str> {
    source
        .match_indices(before)
        .filter_map(|(at, _)| source[at + before.len()..].split_once('"'))
        .map(|(literal, _)| literal)
        .collect()
}

#[test]
fn every_sentence_that_is_asked_for_is_there() {
    let source: String = source().split_whitespace().collect();
    let localizer = Localizer::new(Language::Fr);
    let mut asked = literals_after(&source, "i18n.text(\"");
    asked.extend(literals_after(&source, "i18n.format(\""));
    assert!(asked.len() > 80, "only {} were found", asked.len());
    for key in asked {
        assert!(localizer.has(key), "there is no sentence “{key}”");
    }
}

#[test]
fn no_sentence_of_the_screens_is_there_in_vain() {
    let source = source();
    let screens = Path::new(env!("CARGO_MANIFEST_DIR")).join("../locales/fr/screens.ftl");
    for line in fs::read_to_string(screens).unwrap().lines() {
        let Some((key, _)) = line.split_once(" =") else {
            continue;
        };
        let word = key.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let together = PUT_TOGETHER.iter().any(|start| key.starts_with(start));
        if word && !together {
            assert!(
                source.contains(&format!("\"{key}\"")),
                "nobody says “{key}”"
            );
        }
    }
}

#[test]
fn the_guide_says_nothing_twice_in_a_row() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    for guide in ["guide.fr.md", "guide.en.md"] {
        let text = fs::read_to_string(docs.join(guide)).unwrap();
        let sentences: Vec<&str> = text
            .lines()
            .flat_map(|line| line.split(". "))
            .map(|sentence| sentence.trim_end_matches('.').trim())
            .filter(|sentence| sentence.contains(' '))
            .collect();
        assert!(sentences.len() > 60, "{guide}: only {}", sentences.len());
        for pair in sentences.windows(2) {
            assert_ne!(pair[0], pair[1], "{guide}");
        }
    }
}
