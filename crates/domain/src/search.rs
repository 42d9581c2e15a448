//! What a person looks for, and where it stands in a text.
//!
//! A search ignores case, accents, ligatures and punctuation: `degat` finds `Dégât`, `coeur` finds
//! `cœur`. Every word must be there; the last one may be only begun, unless something is typed behind it
//! (a space): then it is finished. Nothing that is typed has a
//! meaning beyond its words, so quotes and operators cannot become a query of their own.
//!
//! Start at [`SearchQuery::parse`]; [`SearchQuery::excerpt`] marks what was found.

use crate::text::{Invalid, InvalidReason};
use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;

/// Longest query, in bytes of UTF-8.
pub const MAX_QUERY_BYTES: usize = 256;

/// Most words in a query.
pub const MAX_QUERY_WORDS: usize = 16;

/// A last word of fewer letters is looked for as a whole: one letter begins half of the dictionary.
const SHORTEST_BEGINNING: usize = 2;

/// Letters of a text that an excerpt shows, about.
const EXCERPT_CHARS: usize = 160;

/// Letters before the first hit that an excerpt shows, at most.
const LEAD_CHARS: usize = 40;

/// The words that are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    words: Vec<String>,
    /// Something that is no word was typed behind the last one.
    finished: bool,
}

/// A stretch of an excerpt. Plain text: whoever shows it marks the hits in his own way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Piece {
    /// The text as it was written.
    pub text: String,
    /// It is what was looked for.
    pub hit: bool,
}

impl SearchQuery {
    /// Reads what was typed.
    ///
    /// # Errors
    /// `q`: longer than [`MAX_QUERY_BYTES`], more than [`MAX_QUERY_WORDS`], or without any word.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refused = |reason| Err(Invalid::new("q", reason));
        if text.len() > MAX_QUERY_BYTES {
            return refused(InvalidReason::TooLong {
                limit: MAX_QUERY_BYTES as u32,
            });
        }
        let words: Vec<String> = words(text)
            .map(|(start, end)| fold(&text[start..end]))
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() {
            return refused(InvalidReason::Empty);
        }
        if words.len() > MAX_QUERY_WORDS {
            return refused(InvalidReason::TooMany {
                limit: MAX_QUERY_WORDS as u32,
            });
        }
        let finished =
            !text.ends_with(|last: char| last.is_alphanumeric() || is_combining_mark(last));
        Ok(Self { words, finished })
    }

    /// The words that must be there as they are, folded: letters and digits, nothing else.
    pub fn whole_words(&self) -> &[String] {
        match self.beginning() {
            Some(_) => &self.words[..self.words.len() - 1],
            None => &self.words,
        }
    }

    /// What the last word begins with, folded; none when it is finished, or too short to be taken for a
    /// beginning.
    ///
    /// ```
    /// # use palier_domain::SearchQuery;
    /// assert!(SearchQuery::parse("chau")?.matches("la chaudière"));
    /// assert!(!SearchQuery::parse("chau ")?.matches("la chaudière"));
    /// # Ok::<(), palier_domain::Invalid>(())
    /// ```
    pub fn beginning(&self) -> Option<&str> {
        self.words
            .last()
            .filter(|word| !self.finished && word.chars().count() >= SHORTEST_BEGINNING)
            .map(String::as_str)
    }

    /// Whether a word of a text is one of those that are looked for.
    fn hits(&self, word: &str) -> bool {
        self.beginning().is_some_and(|begun| begins(word, begun))
            || self.whole_words().iter().any(|whole| is(word, whole))
    }

    /// Whether a text has all the words.
    ///
    /// ```
    /// # use palier_domain::SearchQuery;
    /// let query = SearchQuery::parse("eau chau")?;
    /// assert!(query.matches("Pas d’eau : la CHAUDIÈRE affiche E4"));
    /// assert!(!query.matches("Des eaux chaudes"));
    /// # Ok::<(), palier_domain::Invalid>(())
    /// ```
    pub fn matches(&self, text: &str) -> bool {
        let any = |fits: fn(&str, &str) -> bool, wanted: &str| {
            words(text).any(|(start, end)| fits(&text[start..end], wanted))
        };
        self.whole_words().iter().all(|word| any(is, word))
            && self.beginning().is_none_or(|begun| any(begins, begun))
    }

    /// The part of `text` around the first hit, with all hits in it marked. `…` stands where it
    /// was cut. Without a hit it is the beginning of the text. Neither a cut nor a mark divides what
    /// a reader sees as one character.
    ///
    /// ```
    /// # use palier_domain::SearchQuery;
    /// let pieces = SearchQuery::parse("degat")?.excerpt("Un <b>dégât</b> des eaux");
    /// let marked: Vec<_> = pieces.iter().filter(|piece| piece.hit).collect();
    /// assert_eq!(marked[0].text, "dégât");
    /// # Ok::<(), palier_domain::Invalid>(())
    /// ```
    pub fn excerpt(&self, text: &str) -> Vec<Piece> {
        let borders = Borders::of(text);
        let mut hits: Vec<(usize, usize)> = words(text)
            .filter(|(start, end)| self.hits(&text[*start..*end]))
            .map(|(start, end)| (borders.before(start), borders.after(end)))
            .collect();
        // Two words that share a character are one mark.
        hits.dedup_by(|next, hit| {
            let shared = next.0 < hit.1;
            if shared {
                hit.1 = hit.1.max(next.1);
            }
            shared
        });
        let first = hits.first().map_or(0, |hit| hit.0);
        let from = borders.before(lead(text, first));
        // At least the first hit, however long the word.
        let least = hits.first().map_or(from, |hit| hit.1);
        let to = text[from..]
            .char_indices()
            .nth(EXCERPT_CHARS)
            .map_or(text.len(), |(at, _)| borders.before(from + at))
            .max(least);
        let mut pieces = Vec::new();
        let mut push = |text: &str, hit| {
            if !text.is_empty() {
                let text = text.to_owned();
                pieces.push(Piece { text, hit });
            }
        };
        if from > 0 {
            push("…", false);
        }
        let mut at = from;
        for (start, end) in hits.into_iter().filter(|(_, end)| *end <= to) {
            push(&text[at..start], false);
            push(&text[start..end], true);
            at = end;
        }
        push(&text[at..to], false);
        if to < text.len() {
            push("…", false);
        }
        pieces
    }
}

/// Where the characters of a text, as a reader sees them, begin and end: in bytes, ascending.
struct Borders(Vec<usize>);

impl Borders {
    fn of(text: &str) -> Self {
        let starts = text.grapheme_indices(true).map(|(at, _)| at);
        Self(starts.chain([text.len()]).collect())
    }

    /// The border at or before `at`.
    fn before(&self, at: usize) -> usize {
        let after = self.0.partition_point(|border| *border <= at);
        self.0[..after].last().copied().unwrap_or(0)
    }

    /// The border at or after `at`.
    fn after(&self, at: usize) -> usize {
        let place = self.0.partition_point(|border| *border < at);
        self.0.get(place).copied().unwrap_or(at)
    }
}

/// Where an excerpt begins that shows what stands at `first`: at a word's beginning, if there is
/// one near enough.
fn lead(text: &str, first: usize) -> usize {
    let before = &text[..first];
    let Some((near, _)) = before.char_indices().rev().nth(LEAD_CHARS) else {
        return 0;
    };
    words(&text[near..])
        .map(|(start, _)| near + start)
        .find(|start| *start > near && *start <= first)
        .unwrap_or(near)
}

/// A word without case, accents and ligatures.
fn fold(word: &str) -> String {
    folded(word).collect()
}

fn folded(word: &str) -> impl Iterator<Item = char> + '_ {
    let plain = word.nfd().filter(|c| !is_combining_mark(*c));
    plain.flat_map(char::to_lowercase).flat_map(|c| {
        let (first, second) = match c {
            'œ' => ('o', Some('e')),
            'æ' => ('a', Some('e')),
            c => (c, None),
        };
        std::iter::once(first).chain(second)
    })
}

// A thousand texts are read while somebody types: letters that are plain as they stand, which most are, are
// compared as they stand, and nothing is copied.

/// Whether a word, once it is folded, is `wanted`.
fn is(word: &str, wanted: &str) -> bool {
    match word.is_ascii() {
        true => word.eq_ignore_ascii_case(wanted),
        false => folded(word).eq(wanted.chars()),
    }
}

/// Whether a word, once it is folded, begins with `wanted`.
fn begins(word: &str, wanted: &str) -> bool {
    if word.is_ascii() {
        let begun = word.as_bytes().get(..wanted.len());
        return begun.is_some_and(|begun| begun.eq_ignore_ascii_case(wanted.as_bytes()));
    }
    let mut letters = folded(word);
    wanted.chars().all(|wanted| letters.next() == Some(wanted))
}

/// Where the words of a text begin and end, in bytes.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let in_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, _) = rest.find(|(_, c)| c.is_alphanumeric())?;
        while rest.next_if(|(_, c)| in_word(*c)).is_some() {}
        let end = rest.peek().map_or(text.len(), |(at, _)| *at);
        Some((start, end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn query(text: &str) -> SearchQuery {
        SearchQuery::parse(text).unwrap()
    }

    fn marked(text: &str, in_text: &str) -> Vec<String> {
        let pieces = query(text).excerpt(in_text);
        pieces
            .into_iter()
            .filter(|piece| piece.hit)
            .map(|piece| piece.text)
            .collect()
    }

    #[test]
    fn operators_and_quotes_are_no_words() {
        let query = query("\"l'EAU\" OR (chaude* -froide) NEAR/2 {col}: ^x\0y");
        assert_eq!(
            query.words,
            [
                "l", "eau", "or", "chaude", "froide", "near", "2", "col", "x", "y"
            ]
        );
    }

    #[test]
    fn accents_case_and_ligatures_are_ignored_however_they_are_written() {
        assert_eq!(query("ÉVIER").words, ["evier"]);
        assert_eq!(query("e\u{301}vier").words, ["evier"]);
        assert_eq!(query("Cœur").words, ["coeur"]);
        assert_eq!(
            marked("evier", "L’évier fuit, l’E\u{301}VIER !"),
            ["évier", "E\u{301}VIER"]
        );
    }

    #[test]
    fn the_last_word_may_be_only_begun_when_it_is_long_enough() {
        assert_eq!(
            marked("eau chau", "Eaux, eau, chaudière"),
            ["eau", "chaudière"]
        );
        assert_eq!(marked("eau 3", "eau, 3B, 3"), ["eau", "3"]);
    }

    #[test]
    fn too_much_and_nothing_are_refused_with_the_reason() {
        let reason = |text: &str| SearchQuery::parse(text).unwrap_err().reason;
        assert_eq!(reason(" ?! \0"), InvalidReason::Empty);
        assert_eq!(
            reason(&"é".repeat(129)),
            InvalidReason::TooLong { limit: 256 }
        );
        assert_eq!(
            reason(&"a ".repeat(17)),
            InvalidReason::TooMany { limit: 16 }
        );
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_hit() {
        let text = format!("{} fuite {}", "avant ".repeat(50), "après ".repeat(50));
        let pieces = query("fuite").excerpt(&text);
        let shown: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert!(
            shown.starts_with("…avant") && shown.ends_with('…'),
            "{shown}"
        );
        assert!(shown.chars().count() <= EXCERPT_CHARS + 2);
        assert!(
            pieces
                .iter()
                .any(|piece| piece.hit && piece.text == "fuite")
        );
    }

    #[test]
    fn neither_a_mark_nor_a_cut_divides_a_character() {
        // A joiner belongs to what stands before it; a family is one character.
        assert_eq!(marked("a", "a\u{200d} b"), ["a\u{200d}"]);
        let family = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}";
        let text = format!("fuite {}", family.repeat(60));
        let pieces = query("fuite").excerpt(&text);
        let shown: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let shown = shown.trim_start_matches("fuite ").trim_end_matches('…');
        assert!(shown.len().is_multiple_of(family.len()), "{shown}");
    }

    #[test]
    fn a_text_matches_when_it_has_all_the_words() {
        assert!(query("evier CHAU").matches("La chaudière, l’évier"));
        assert!(!query("chau evier").matches("La chaudière, l’évier"));
        assert!(query("coeur").matches("Cœurs"));
        assert!(!query("eau 3").matches("eau 3B"));
    }

    proptest! {
        /// Compared as it stands, a word is what it is once it is folded.
        #[test]
        fn words_are_compared_as_if_they_were_folded(word in "[a-zA-ZéÉœŒß\u{301}İ]{0,6}", other in "[a-zA-Zéœ]{0,3}") {
            let (folded, wanted) = (fold(&word), fold(&other));
            prop_assert_eq!(is(&word, &wanted), folded == wanted);
            prop_assert_eq!(begins(&word, &wanted), folded.starts_with(&wanted));
            prop_assert!(is(&word, &folded) && begins(&word, &folded));
        }

        /// Whatever is typed and written: no panic, hits are whole words, and the pieces are a
        /// stretch of the text.
        #[test]
        fn an_excerpt_is_a_stretch_of_the_text(q in "\\PC{0,20}", text in "(?s).{0,400}") {
            let Ok(query) = SearchQuery::parse(&q) else { return Ok(()) };
            let pieces = query.excerpt(&text);
            let mut shown: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
            if !text.contains(&shown) {
                shown = shown.trim_matches('…').to_owned();
            }
            prop_assert!(text.contains(&shown));
            let borders = Borders::of(&text);
            let mut at = text.find(&shown).unwrap_or_default();
            for piece in pieces.iter().filter(|piece| piece.hit || piece.text != "…") {
                let start = text[at..].find(&piece.text).map(|found| at + found);
                prop_assert!(start.is_some());
                at = start.unwrap_or_default() + piece.text.len();
                prop_assert!(!piece.hit || borders.before(at) == at, "{:?}", pieces);
            }
            for word in query.words {
                prop_assert!(word.chars().all(|c| c.is_alphanumeric()));
            }
        }
    }
}
