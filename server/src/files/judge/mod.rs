//! What a file is, and what the others get of it. Pure: bytes in, a verdict out.
//!
//! Whoever sent the bytes may have made them to hurt whoever reads them. So this runs in a
//! process of its own ([`super::child`]), and never in the server's.
//!
//! - [`sniff`] holds content against the type that the name claims.
//! - [`office`] looks into documents that are archives.
//! - [`picture`] makes the copy without EXIF and GPS, and the small one.

mod office;
mod picture;
mod sniff;

use palier_domain::MediaType;
pub use picture::Copies;

/// Why a file is not taken: a sentence for people with `curl`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

impl Refused {
    fn because(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

/// Judges a whole file whose name claims to be `claimed`. Pictures come with their copies; other
/// files are passed on as they came.
///
/// # Errors
/// When content and name do not agree, or the content is not what may be attached.
pub fn judge(bytes: &[u8], claimed: MediaType) -> Result<Option<Copies>, Refused> {
    recognise(bytes, claimed)?;
    match claimed.is_image() {
        true => picture::copies(bytes, claimed).map(Some),
        false => Ok(None),
    }
}

/// Whether the content is what the name claims, without decoding pictures.
///
/// # Errors
/// When it is not.
pub fn recognise(bytes: &[u8], claimed: MediaType) -> Result<(), Refused> {
    sniff::agree(bytes, claimed)?;
    match claimed {
        MediaType::Docx | MediaType::Xlsx | MediaType::Odt => office::inspect(bytes, claimed),
        _ => sniff::is_nothing_else(bytes),
    }
}
