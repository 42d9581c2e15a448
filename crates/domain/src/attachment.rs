//! Files on tickets: names, types, sizes, digests.

use crate::text::{Invalid, InvalidReason};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Digest;
use std::{fmt, str::FromStr};

/// Largest file, in bytes: 25 MiB.
pub const MAX_ATTACHMENT_BYTES: u64 = 25 * 1024 * 1024;
/// Most bytes that one user uploads without a ticket that takes them: 40 files of the largest size.
pub const MAX_UNUSED_BYTES: u64 = 40 * MAX_ATTACHMENT_BYTES;

/// Whether `more` bytes fit beside the `held` ones into `limit`.
///
/// ```
/// # use palier_domain::fits_quota;
/// assert!(fits_quota(90, 10, 100));
/// assert!(!fits_quota(90, 11, 100));
/// assert!(!fits_quota(1, u64::MAX, u64::MAX));
/// ```
pub fn fits_quota(held: u64, more: u64, limit: u64) -> bool {
    held.checked_add(more).is_some_and(|sum| sum <= limit)
}

/// SHA-256 of a file or message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^[0-9a-fA-F]{64}$"))]
pub struct Sha256(pub [u8; 32]);

impl Sha256 {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

impl FromStr for Sha256 {
    type Err = hex::FromHexError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut digest = [0; 32];
        hex::decode_to_slice(text, &mut digest)?;
        Ok(Self(digest))
    }
}

impl Serialize for Sha256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The types of file that may be attached; recognised by content, never by name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MediaType {
    /// JPEG image.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// PNG image.
    #[serde(rename = "image/png")]
    Png,
    /// WebP image.
    #[serde(rename = "image/webp")]
    Webp,
    /// HEIC image, as phones make them. Stored and offered, not shown.
    #[serde(rename = "image/heic")]
    Heic,
    /// PDF.
    #[serde(rename = "application/pdf")]
    Pdf,
    /// Plain text in UTF-8.
    #[serde(rename = "text/plain")]
    Txt,
    /// Word document.
    #[serde(rename = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    Docx,
    /// Excel sheet.
    #[serde(rename = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    Xlsx,
    /// OpenDocument text.
    #[serde(rename = "application/vnd.oasis.opendocument.text")]
    Odt,
    /// MPEG-4 video.
    #[serde(rename = "video/mp4")]
    Mp4,
}

impl MediaType {
    /// Every type, with its media type and the extensions its file names end in; the first
    /// extension is the usual one.
    pub const ALL: &[(Self, &str, &[&str])] = &[
        (Self::Jpeg, "image/jpeg", &["jpg", "jpeg"]),
        (Self::Png, "image/png", &["png"]),
        (Self::Webp, "image/webp", &["webp"]),
        (Self::Heic, "image/heic", &["heic", "heif"]),
        (Self::Pdf, "application/pdf", &["pdf"]),
        (Self::Txt, "text/plain", &["txt"]),
        (
            Self::Docx,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            &["docx"],
        ),
        (
            Self::Xlsx,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            &["xlsx"],
        ),
        (
            Self::Odt,
            "application/vnd.oasis.opendocument.text",
            &["odt"],
        ),
        (Self::Mp4, "video/mp4", &["mp4", "m4v"]),
    ];

    /// The media type (RFC 6838 name).
    pub fn as_str(self) -> &'static str {
        Self::row(self).1
    }

    /// The extensions that names of this type end in, the usual one first.
    pub fn extensions(self) -> &'static [&'static str] {
        Self::row(self).2
    }

    /// Whether screens show it as a picture.
    pub fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// The type that a media type names.
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|row| row.1 == media_type)
            .map(|row| row.0)
    }

    /// The type that a file name claims by its extension, ignoring case.
    pub fn from_name(name: &str) -> Option<Self> {
        let extension = name.rsplit_once('.')?.1.to_lowercase();
        Self::ALL
            .iter()
            .find(|row| row.2.contains(&extension.as_str()))
            .map(|row| row.0)
    }

    fn row(self) -> &'static (Self, &'static str, &'static [&'static str]) {
        // Every variant has its row: `every_type_has_its_row` holds it.
        Self::ALL
            .iter()
            .find(|row| row.0 == self)
            .unwrap_or(&Self::ALL[0])
    }
}

/// The name of a file as it is stored and shown: its last path component, without characters that
/// deceive or break file systems.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileName(String);

impl FileName {
    /// Largest name, in bytes of UTF-8: what common file systems take.
    pub const MAX_BYTES: usize = 255;

    /// Reads a name. A path keeps its last component only; control characters and marks that
    /// change the direction of writing (which let `gpj.exe` read as `exe.jpg`) go; leading dots go.
    /// Of what Windows cannot store, characters become `_`, and names of devices begin with one:
    /// who sends a file does not know where it is opened.
    ///
    /// # Errors
    /// `name` when nothing is left or it is longer than 255 bytes.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = last
            .chars()
            .filter(|c| !c.is_control() && !is_bidi_mark(*c))
            .map(|c| if FORBIDDEN.contains(c) { '_' } else { c })
            .collect();
        let mut name = name
            .trim_matches(|c: char| c.is_whitespace() || c == '.')
            .to_owned();
        if name.is_empty() {
            return Err(Invalid::new("name", InvalidReason::Empty));
        }
        if is_device(&name) {
            name.insert(0, '_');
        }
        if name.len() > Self::MAX_BYTES {
            return Err(Invalid::new(
                "name",
                InvalidReason::TooLong {
                    limit: Self::MAX_BYTES as u32,
                },
            ));
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a name on Windows cannot have. A colon would even name a hidden part of another file.
const FORBIDDEN: &str = "<>:\"|?*";

/// Whether Windows takes a name for one of its devices, whatever its ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_lowercase();
    let numbered = |device| {
        let number = stem.strip_prefix(device);
        number.is_some_and(|it| {
            matches!(
                it,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
    };
    matches!(
        stem.as_str(),
        "con" | "prn" | "aux" | "nul" | "conin$" | "conout$"
    ) || numbered("com")
        || numbered("lpt")
}

/// The explicit directional marks of Unicode Standard Annex #9.
fn is_bidi_mark(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_row() {
        for (media, name, extensions) in MediaType::ALL {
            assert_eq!(media.as_str(), *name);
            assert_eq!(MediaType::from_media_type(name), Some(*media));
            assert_eq!(serde_json::to_string(media).unwrap(), format!("\"{name}\""));
            assert_eq!(
                MediaType::from_name(&format!("X.{}", extensions[0].to_uppercase())),
                Some(*media)
            );
        }
        assert_eq!(MediaType::from_name("virus.exe"), None);
    }

    #[test]
    fn names_lose_paths_and_deceiving_marks() {
        assert_eq!(
            FileName::parse("../../etc/photo.jpg").unwrap().as_str(),
            "photo.jpg"
        );
        assert_eq!(
            FileName::parse("C:\\Photos\\été 1.png").unwrap().as_str(),
            "été 1.png"
        );
        assert_eq!(
            FileName::parse("photo\u{202E}gpj.exe").unwrap().as_str(),
            "photogpj.exe"
        );
        assert_eq!(FileName::parse("a\0b.txt").unwrap().as_str(), "ab.txt");
        assert!(FileName::parse("..").is_err());
        assert!(FileName::parse(". .. ").is_err());
        assert!(FileName::parse(&"x".repeat(256)).is_err());
        assert!(FileName::parse(&"x".repeat(255)).is_ok());
    }

    #[test]
    fn names_can_be_stored_anywhere() {
        for (said, kept) in [
            ("con.jpg", "_con.jpg"),
            ("AUX", "_AUX"),
            ("Com1.tar.txt", "_Com1.tar.txt"),
            ("lpt² .txt", "_lpt² .txt"),
            ("console.txt", "console.txt"),
            ("com10.txt", "com10.txt"),
            ("a.exe:b.jpg", "a.exe_b.jpg"),
            ("« été ? ».pdf. .", "« été _ ».pdf"),
        ] {
            let name = FileName::parse(said).unwrap();
            assert_eq!(name.as_str(), kept);
            assert_eq!(FileName::parse(kept), Ok(name), "read again, it stays");
        }
        assert!(FileName::parse(&format!("nul.{}", "x".repeat(251))).is_err());
    }

    #[test]
    fn a_digest_survives_a_round_trip() {
        let digest = Sha256::of(b"abc");
        assert_eq!(
            digest.to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(digest.to_string().parse::<Sha256>().unwrap(), digest);
        assert!("ba78".parse::<Sha256>().is_err());
    }
}
