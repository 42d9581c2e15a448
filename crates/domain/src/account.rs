//! Mail addresses, names and passwords as a person may type them.

use crate::text::{Invalid, InvalidReason, line};
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// A mail address, lower-cased, as it identifies a user.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

/// RFC 5321 § 4.5.3.1.3: a path has at most 256 octets, two of them the angle brackets.
const MAX_EMAIL_BYTES: usize = 254;

impl Email {
    /// Reads an address: something before one `@`, a dot-separated host after it, no white space.
    ///
    /// Only a mail that arrives proves an address, so this refuses what cannot be one and no more.
    ///
    /// # Errors
    /// `email` with the reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = line("email", text, MAX_EMAIL_BYTES)?.to_lowercase();
        let malformed = || Invalid::new("email", InvalidReason::Malformed);
        let (local, host) = text.rsplit_once('@').ok_or_else(malformed)?;
        let bad_host = host.is_empty() || host.split('.').any(str::is_empty);
        if local.is_empty() || local.contains('@') || bad_host || text.contains(char::is_whitespace)
        {
            return Err(malformed());
        }
        Ok(Self(text))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a person is called on screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// Largest name, in bytes of UTF-8.
    pub const MAX_BYTES: usize = 120;

    /// Reads a name: one line, 1–120 bytes.
    ///
    /// # Errors
    /// `name` with the reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        line("name", text, Self::MAX_BYTES).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password that may be set. Never logged, never serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword(String);

impl NewPassword {
    /// Fewest characters (NIST SP 800-63B § 5.1.1.2).
    pub const MIN_CHARS: u32 = 8;
    /// Most characters: enough for a passphrase, little enough for Argon2 not to be a weapon.
    pub const MAX_CHARS: u32 = 128;

    /// Reads a password: 8–128 characters of any kind, kept as [`password_as_hashed`] has them, none
    /// cut off, and not one that everybody tries.
    ///
    /// # Errors
    /// `password` with the reason.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refuse = |reason| Err(Invalid::new("password", reason));
        let text = password_as_hashed(text);
        let chars = text.chars().count();
        if chars < Self::MIN_CHARS as usize {
            return refuse(InvalidReason::TooShort {
                limit: Self::MIN_CHARS,
            });
        }
        if chars > Self::MAX_CHARS as usize {
            return refuse(InvalidReason::TooLong {
                limit: Self::MAX_CHARS,
            });
        }
        let lower = text.to_lowercase();
        if COMMON.contains(&lower.as_str()) {
            return refuse(InvalidReason::TooCommon);
        }
        Ok(Self(text))
    }

    /// The password, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// A typed password as it is hashed and compared: NFC, every kind of space a plain one, otherwise
/// untouched.
///
/// One keyboard says é with one character and another with two, and on a Mac a space typed with the
/// option key is a no-break one: nobody sees the difference, and whoever changes his device must not be
/// locked out by it. This is what RFC 8265 (OpaqueString) asks for. Not NFKC: that would take ﬁ for fi
/// and ² for 2, which a person does see.
pub fn password_as_hashed(typed: &str) -> String {
    let plain = |c: char| match c {
        c if c.is_whitespace() && !c.is_control() => ' ',
        c => c,
    };
    typed.chars().map(plain).nfc().collect()
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// The head of the published lists of leaked passwords, French ones included, from 8 characters on.
const COMMON: &[&str] = &[
    "12345678",
    "123456789",
    "1234567890",
    "password",
    "password1",
    "password123",
    "qwertyui",
    "qwerty123",
    "qwertyuiop",
    "azertyuiop",
    "azerty123",
    "azerty12",
    "motdepasse",
    "motdepasse1",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "abcd1234",
    "abc12345",
    "11111111",
    "00000000",
    "88888888",
    "87654321",
    "987654321",
    "1q2w3e4r",
    "1qaz2wsx",
    "q1w2e3r4",
    "zaq12wsx",
    "passw0rd",
    "p@ssw0rd",
    "welcome1",
    "letmein1",
    "admin123",
    "administrator",
    "changeme",
    "doudou01",
    "loulou01",
    "marseille",
    "chouchou",
    "jetaime1",
    "nicolas1",
    "camille1",
    "bonjour1",
    "soleil01",
    "toulouse",
    "bordeaux",
    "whatever",
    "starwars",
    "computer",
    "michelle",
    "jennifer",
    "charlie1",
    "asdfghjkl",
    "1111111111",
    "0123456789",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lower_cased_and_trimmed() {
        assert_eq!(
            Email::parse("  Awa@Exemple.FR ").unwrap().as_str(),
            "awa@exemple.fr"
        );
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for bad in [
            "",
            "awa",
            "@exemple.fr",
            "awa@",
            "a b@c.d",
            "awa@.fr",
            "a@b@c.d",
            "a\0@b.c",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn passwords_are_counted_in_characters_and_kept_as_typed() {
        assert_eq!(NewPassword::parse(" éééééé ").unwrap().expose(), " éééééé ");
        assert!(NewPassword::parse("ééééééé").is_err());
        assert!(NewPassword::parse(&"x".repeat(129)).is_err());
        assert!(NewPassword::parse("MotDePasse").is_err());
    }

    #[test]
    fn the_same_password_from_another_keyboard_is_the_same() {
        let typed = |text| NewPassword::parse(text).unwrap();
        assert_eq!(
            typed("trois \u{e9}t\u{e9}s"),
            typed("trois\u{a0}e\u{301}te\u{301}s")
        );
        assert_ne!(typed("la finesse"), typed("la \u{fb01}nesse"));
        assert_ne!(typed("Trois étés"), typed("trois étés"));
    }

    #[test]
    fn characters_are_counted_as_they_are_hashed() {
        assert!(NewPassword::parse(&"e\u{301}".repeat(128)).is_ok());
        assert!(NewPassword::parse(&"e\u{301}".repeat(7)).is_err());
    }

    #[test]
    fn a_password_does_not_appear_in_debug_output() {
        assert!(!format!("{:?}", NewPassword::parse("correct horse").unwrap()).contains("horse"));
    }
}
