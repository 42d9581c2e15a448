//! How long a message is, for writing and for showing.

use palier_domain::MAX_MESSAGE_BYTES;

/// How the text in the composer stands to the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Plenty: nothing to say.
    Plenty,
    /// Close to the limit: so many bytes are left.
    Left(usize),
    /// Above it: so many bytes are too many.
    TooMany(usize),
}

/// From how many bytes left on the person is told.
const TELL_BELOW: usize = 1024;

/// How much room a text leaves. White space at its end does not count: sending drops it.
pub fn room(text: &str) -> Room {
    let length = text.trim_end().len();
    match MAX_MESSAGE_BYTES.checked_sub(length) {
        None => Room::TooMany(length - MAX_MESSAGE_BYTES),
        Some(left) if left < TELL_BELOW => Room::Left(left),
        Some(_) => Room::Plenty,
    }
}

/// A message longer than this is shown folded.
const FOLD_CHARS: usize = 1_600;
const FOLD_LINES: usize = 24;

/// The beginning that a folded message shows; none when it is short enough to be shown whole.
pub fn folded(message: &str) -> Option<&str> {
    let by_chars = message.char_indices().nth(FOLD_CHARS).map(|(at, _)| at);
    let by_lines = message
        .match_indices('\n')
        .nth(FOLD_LINES - 1)
        .map(|(at, _)| at);
    let end = by_chars.into_iter().chain(by_lines).min()?;
    // Not in the middle of a word, unless the word is absurd.
    let (head, rest) = message.split_at(end);
    let between = rest.starts_with(char::is_whitespace);
    let word = head.rfind(char::is_whitespace);
    let cut = word.filter(|at| !between && end - at < 40);
    Some(head[..cut.unwrap_or(end)].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_appears_near_the_limit_and_counts_bytes() {
        assert_eq!(room("é"), Room::Plenty);
        assert_eq!(room(&"é".repeat(MAX_MESSAGE_BYTES / 2)), Room::Left(0));
        assert_eq!(room(&"x".repeat(MAX_MESSAGE_BYTES + 5)), Room::TooMany(5));
        assert_eq!(
            room(&"x".repeat(MAX_MESSAGE_BYTES - 1023)),
            Room::Left(1023)
        );
        assert_eq!(room(&"x".repeat(MAX_MESSAGE_BYTES - 1024)), Room::Plenty);
        let padded = "x".repeat(MAX_MESSAGE_BYTES) + "\n\n  ";
        assert_eq!(room(&padded), Room::Left(0));
    }

    #[test]
    fn short_messages_are_shown_whole() {
        assert_eq!(folded("Bonjour"), None);
        assert_eq!(folded(&"a\n".repeat(23)), None);
    }

    #[test]
    fn long_ones_are_folded_between_words() {
        let long = "mot ".repeat(1000);
        let head = folded(&long).unwrap();
        assert!(head.ends_with("mot") && head.len() <= FOLD_CHARS);
        assert_eq!(
            folded(&"a\n".repeat(60)).unwrap().lines().count(),
            FOLD_LINES
        );
        let absurd = "é".repeat(5000);
        assert_eq!(folded(&absurd).unwrap().chars().count(), FOLD_CHARS);
    }
}
