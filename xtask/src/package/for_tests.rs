//! What only tests turn on must not be in a program that people get.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

/// Moments at which a test lets a program die (`palier_domain::failpoint`). Their names are in a program only
/// with the feature `failpoints`, which cargo turns on for everything that it builds together with a test.
const WORDS: &[&str] = &["store: before a commit", "client: before a request"];

/// Whether a program can be given to people.
///
/// # Errors
/// It holds what only tests want, or cannot be read.
pub fn is_free_of_it(program: &Path) -> Result<()> {
    let content = fs::read(program).context("could not read the program that is packed")?;
    match found_in(&content) {
        Some(word) => bail!(
            "{} was built with what only tests turn on: it says “{word}”",
            program.display()
        ),
        None => Ok(()),
    }
}

fn found_in(content: &[u8]) -> Option<&'static str> {
    let content = String::from_utf8_lossy(content);
    WORDS.iter().copied().find(|word| content.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_of_a_test_is_found_among_whatever_else() {
        let content = [b"\x7fELF\xff\0", WORDS[1].as_bytes(), b"pushing\xfe"].concat();
        assert_eq!(found_in(&content), Some(WORDS[1]));
        assert_eq!(found_in(b"\x7fELF\xff\0client: before"), None);
    }

    #[test]
    fn the_words_are_those_of_the_source() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
        let places = [
            "store/src/store/connections.rs",
            "client/src/driver/flight.rs",
        ];
        for (word, place) in WORDS.iter().zip(places) {
            let source = fs::read_to_string(crates.join(place)).unwrap();
            assert!(
                source.contains(&format!("failpoint::pass({word:?}")),
                "{place}"
            );
        }
    }
}
