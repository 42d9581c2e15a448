//! Sentences: what tenants and owners write about a thing that broke.

use super::{lists::*, words::*};
use fastrand::Rng;

/// What an incident is called.
pub fn title(rng: &mut Rng, about: Noun) -> String {
    match rng.u8(..4) {
        0 => capital(&format!("{} {}", about.the(), one(rng, PLACES))),
        1 => capital(&format!("{} {}", about.the(), about.is(rng))),
        _ => capital(&format!("{} {}", about.the(), one(rng, STATES))),
    }
}

/// What a tenant writes about it.
pub fn report(rng: &mut Rng, about: Noun) -> String {
    let mut text = told(rng, about);
    for _ in 0..place(rng, 5) {
        let about = aside(rng, about);
        join(&mut text, &told(rng, about));
    }
    if rng.bool() {
        join(&mut text, one(rng, ASKS));
    }
    text
}

/// What an owner answers.
pub fn answer(rng: &mut Rng, about: Noun) -> String {
    let mut text = one(rng, ANSWERS).to_owned();
    for _ in 0..place(rng, 4) {
        let about = aside(rng, about);
        join(&mut text, &done(rng, about));
    }
    text
}

// People stay with what they write about, most of the time.
fn aside(rng: &mut Rng, about: Noun) -> Noun {
    match rng.u8(..3) {
        0 => about,
        _ => Noun::any(rng),
    }
}

fn told(rng: &mut Rng, about: Noun) -> String {
    let said = match rng.u8(..9) {
        0 => format!("{} {}", about.the(), one(rng, STATES)),
        1 => format!(
            "{} {} {}, {}",
            about.the(),
            verb(rng, "e"),
            one(rng, PLACES),
            one(rng, TIMES)
        ),
        2 => format!("{} est {} {}", about.the(), about.is(rng), one(rng, TIMES)),
        3 => format!(
            "les {} {} {}",
            about.several(),
            verb(rng, "ent"),
            one(rng, PLACES)
        ),
        4 => format!(
            "avant, {} {} et maintenant c’est {}",
            about.the(),
            verb(rng, "ait"),
            about.is(rng)
        ),
        5 => format!(
            "j’ai voulu {} {} {} en {}",
            verb(rng, "er"),
            about.the(),
            one(rng, PLACES),
            verb(rng, "ant")
        ),
        6 => format!(
            "il y a des {} {} {} {}",
            about.several(),
            about.are(rng),
            one(rng, PLACES),
            one(rng, TIMES)
        ),
        7 => format!(
            "{} {} affiche {}{:02}",
            about.the(),
            one(rng, MAKES),
            ["E", "F", "H", "A"][place(rng, 4)],
            place(rng, 99)
        ),
        _ => format!(
            "{} m’a dit que {} était {}",
            name(rng),
            about.the(),
            about.was(rng)
        ),
    };
    capital(&said) + "."
}

fn done(rng: &mut Rng, about: Noun) -> String {
    let said = match rng.u8(..7) {
        0 => format!(
            "{} {} {} {} à {} h",
            name(rng),
            verb(rng, "era"),
            about.the(),
            one(rng, PLACES),
            8 + place(rng, 11)
        ),
        1 => format!(
            "{} a été {} {}",
            about.the(),
            about.was(rng),
            one(rng, TIMES)
        ),
        2 => format!(
            "devis {}{} de {} : {} € pour {}",
            ["D", "DV-", "2025-"][place(rng, 3)],
            rng.u32(100..100_000),
            family_name(rng),
            40 + place(rng, 4_000),
            about.the()
        ),
        3 => format!(
            "référence {} {}-{}",
            one(rng, MAKES),
            rng.u16(10..1_000),
            rng.u32(1_000..1_000_000)
        ),
        4 => format!(
            "{} {} et nous {} {}",
            family_name(rng),
            verb(rng, "e"),
            verb(rng, "ons"),
            about.the()
        ),
        5 => format!(
            "ne {} pas {} avant que {} ne {}",
            verb(rng, "ez"),
            about.the(),
            name(rng),
            verb(rng, "e")
        ),
        _ => format!(
            "l’artisan est au {} {}, {}",
            1 + place(rng, 120),
            street(rng),
            one(rng, TIMES)
        ),
    };
    capital(&said) + "."
}

fn join(text: &mut String, more: &str) {
    text.push(' ');
    text.push_str(more);
}

fn capital(said: &str) -> String {
    let mut letters = said.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
