//! Forms of words, and how they are chosen: the frequent ones far more often than the others, as in any
//! language (Zipf's law), with a long tail of names and numbers.

use super::lists::*;
use fastrand::Rng;

/// A place of `0..len`: the second half as often as the first, the third a third as often, and so on.
pub fn place(rng: &mut Rng, len: usize) -> usize {
    let most = len as f64 + 1.0;
    ((most.powf(rng.f64()) - 1.0) as usize).min(len.saturating_sub(1))
}

/// One of a list, by its place.
pub fn one<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of[place(rng, of.len())]
}

/// A thing, as one may speak of it.
#[derive(Debug, Clone, Copy)]
pub struct Noun {
    word: &'static str,
    feminine: bool,
}

impl Noun {
    /// One of them.
    pub fn any(rng: &mut Rng) -> Self {
        match rng.bool() {
            true => Self {
                word: one(rng, FEMININE),
                feminine: true,
            },
            false => Self {
                word: one(rng, MASCULINE),
                feminine: false,
            },
        }
    }

    /// With its article.
    pub fn the(self) -> String {
        let article = match (self.begins_with_a_vowel(), self.feminine) {
            (true, _) => "l’",
            (false, true) => "la ",
            (false, false) => "le ",
        };
        format!("{article}{}", self.word)
    }

    /// Several of them, without an article.
    pub fn several(self) -> String {
        let (first, rest) = self.word.split_once(' ').unwrap_or((self.word, ""));
        let plural = plural(first);
        match rest {
            "" => plural,
            rest => format!("{plural} {rest}"),
        }
    }

    fn begins_with_a_vowel(self) -> bool {
        self.word
            .starts_with(|first| "aâeéèêiîoôuyœ".contains(first))
    }

    /// An adjective that fits.
    pub fn is(self, rng: &mut Rng) -> String {
        agreed(one(rng, ADJECTIVES), self.feminine, false)
    }

    /// One that fits several.
    pub fn are(self, rng: &mut Rng) -> String {
        agreed(one(rng, ADJECTIVES), self.feminine, true)
    }

    /// What was done to it.
    pub fn was(self, rng: &mut Rng) -> String {
        let done = form(one(rng, VERBS), "é");
        agreed(&done, self.feminine, false)
    }
}

fn plural(word: &str) -> String {
    match word {
        word if word.ends_with(['s', 'x', 'z']) => word.to_owned(),
        word if word.ends_with("eau") => format!("{word}x"),
        word if word.ends_with("al") => format!("{}aux", &word[..word.len() - 2]),
        word => format!("{word}s"),
    }
}

fn agreed(adjective: &str, feminine: bool, several: bool) -> String {
    let of_one = match feminine {
        true => feminine_of(adjective),
        false => adjective.to_owned(),
    };
    match several {
        true => plural(&of_one),
        false => of_one,
    }
}

fn feminine_of(adjective: &str) -> String {
    const ENDINGS: &[(&str, &str)] = &[
        ("vieux", "vieille"),
        ("sec", "sèche"),
        ("long", "longue"),
        ("épais", "épaisse"),
        ("eux", "euse"),
        ("er", "ère"),
        ("f", "ve"),
        ("el", "elle"),
        ("ien", "ienne"),
        ("et", "ète"),
    ];
    if adjective.ends_with('e') {
        return adjective.to_owned();
    }
    let known = ENDINGS
        .iter()
        .find_map(|(from, to)| Some(format!("{}{to}", adjective.strip_suffix(from)?)));
    known.unwrap_or_else(|| format!("{adjective}e"))
}

/// A verb with an ending, spelt as it is spoken: nous changeons, il aère.
fn form(stem: &str, ending: &str) -> String {
    let mut stem = stem.to_owned();
    let hard = ending.starts_with(['a', 'o']);
    if hard && stem.ends_with('g') {
        stem.push('e');
    } else if hard && stem.ends_with('c') {
        stem.pop();
        stem.push('ç');
    }
    let mute = matches!(ending, "e" | "ent");
    let last_vowel = stem.rfind(|it| "aeiouyéèêâîôû".contains(it));
    if let (true, Some(at)) = (mute, last_vowel)
        && stem[at..].starts_with('é')
        && at + 'é'.len_utf8() < stem.len()
    {
        stem.replace_range(at..at + 'é'.len_utf8(), "è");
    }
    stem + ending
}

/// A verb with this ending: of "er" (to do), "e" (does), "ent" (they do), "ait" (did), "era" (will do), "ons"
/// (let us do), "ez" (do), "ant" (doing), "é" (done).
pub fn verb(rng: &mut Rng, ending: &str) -> String {
    form(one(rng, VERBS), ending)
}

/// A family name.
pub fn family_name(rng: &mut Rng) -> String {
    format!("{}{}", one(rng, NAMES_BEGIN), one(rng, NAMES_END))
}

/// First and family name.
pub fn name(rng: &mut Rng) -> String {
    format!("{} {}", one(rng, FIRST), family_name(rng))
}

/// A street, without a number.
pub fn street(rng: &mut Rng) -> String {
    let kind = one(rng, STREETS);
    match rng.u8(..3) {
        0 => format!("{kind} {}", name(rng).replace(' ', "-")),
        _ => format!("{kind} {}", one(rng, PLACES_NAMED)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_bent_as_people_bend_them() {
        let noun = |word, feminine| Noun { word, feminine };
        assert_eq!(noun("évier", false).the(), "l’évier");
        assert_eq!(noun("chaudière", true).the(), "la chaudière");
        assert_eq!(noun("chasse d’eau", true).several(), "chasses d’eau");
        assert_eq!(noun("carreau", false).several(), "carreaux");
        assert_eq!(agreed("dangereux", true, true), "dangereuses");
        assert_eq!(agreed("sec", true, false), "sèche");
        assert_eq!(form("chang", "ons"), "changeons");
        assert_eq!(form("remplac", "ant"), "remplaçant");
        assert_eq!(form("récupér", "e"), "récupère");
        assert_eq!(form("répar", "e"), "répare");
    }

    #[test]
    fn the_tenth_of_a_list_is_taken_about_a_tenth_as_often_as_the_first() {
        let mut rng = Rng::with_seed(3);
        let mut times = [0_u32; 100];
        for _ in 0..100_000 {
            times[place(&mut rng, 100)] += 1;
        }
        let ratio = f64::from(times[0]) / f64::from(times[9]);
        assert!((6.0..10.0).contains(&ratio), "{ratio}");
        assert!(times[99] > 0);
    }
}
