//! What a file is, by its content; its name must say the same.
//!
//! Whoever opens an attachment trusts its name, so a program called `photo.jpg` is refused, and so
//! is a picture called `facture.pdf`.

use crate::error::{Error, Result};
use infer::MatcherType;
use palier_domain::{FileName, MediaType};
use palier_wire::ProblemKind;

/// The type of a file whose content and name agree.
///
/// # Errors
/// `unsupported-file`.
pub fn recognise(bytes: &[u8], name: &FileName) -> Result<MediaType> {
    let claimed = claimed(name)?;
    if matches(bytes, claimed) {
        Ok(claimed)
    } else {
        Err(unsupported(format!(
            "the content of {} is not what its name says",
            name.as_str()
        )))
    }
}

/// The type that the name claims, if it is one of ours.
///
/// # Errors
/// `unsupported-file`.
pub fn claimed(name: &FileName) -> Result<MediaType> {
    MediaType::from_name(name.as_str())
        .ok_or_else(|| unsupported(format!("{} is of no accepted type", name.as_str())))
}

/// A file that is not taken.
pub fn unsupported(detail: String) -> Error {
    Error::refused(ProblemKind::UnsupportedFile, detail)
}

fn matches(bytes: &[u8], claimed: MediaType) -> bool {
    let found = infer::get(bytes);
    let mime = found.map_or("", |kind| kind.mime_type());
    match claimed {
        MediaType::Txt => is_plain_text(bytes, found.map(|kind| kind.matcher_type()), mime),
        MediaType::Heic => matches!(mime, "image/heic" | "image/heif"),
        MediaType::Mp4 => matches!(mime, "video/mp4" | "video/x-m4v"),
        MediaType::Docx => mime == claimed.as_str() || is_office(bytes, mime, b"word/document.xml"),
        MediaType::Xlsx => mime == claimed.as_str() || is_office(bytes, mime, b"xl/workbook.xml"),
        _ => mime == claimed.as_str(),
    }
}

/// An archive that holds the main part of an Office document: programs other than Office write the
/// parts in another order than the one that is looked for first.
fn is_office(bytes: &[u8], mime: &str, part: &[u8]) -> bool {
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    mime == "application/zip" && holds(b"[Content_Types].xml") && holds(part)
}

/// UTF-8 without control characters, and no markup, script or other text that something runs.
// Two letters are enough for some binary formats ("BM" is a bitmap), so those alone refuse nothing.
fn is_plain_text(bytes: &[u8], found: Option<MatcherType>, mime: &str) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let clean = !text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'));
    let runs = found == Some(MatcherType::Text)
        || matches!(
            mime,
            "application/pdf" | "application/rtf" | "application/postscript"
        );
    clean && !runs && !text.starts_with("#!")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(bytes: &[u8], name: &str) -> Option<MediaType> {
        recognise(bytes, &FileName::parse(name).unwrap()).ok()
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn name_and_content_have_to_agree() {
        assert_eq!(judge(PNG, "photo.PNG"), Some(MediaType::Png));
        assert_eq!(judge(PNG, "photo.jpg"), None);
        assert_eq!(judge(b"%PDF-1.7 \n", "bail.pdf"), Some(MediaType::Pdf));
        assert_eq!(judge(b"%PDF-1.7 \n", "bail.txt"), None);
    }

    #[test]
    fn programs_and_markup_are_refused_whatever_they_are_called() {
        assert_eq!(judge(b"\x7fELF\x02\x01\x01\0", "photo.jpg"), None);
        assert_eq!(judge(b"MZ\x90\0\x03", "photo.png"), None);
        assert_eq!(judge(b"<!DOCTYPE html><script>", "note.txt"), None);
        assert_eq!(judge(b"#!/bin/sh\nrm -rf /", "note.txt"), None);
        assert_eq!(judge(b"<svg xmlns='x'/>", "dessin.svg"), None);
        assert_eq!(judge(b"PK\x03\x04 anything", "facture.docx"), None);
    }

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(
            judge("BMW garée devant l’entrée".as_bytes(), "note.txt"),
            Some(MediaType::Txt)
        );
        assert_eq!(judge(b"nul \0 inside", "note.txt"), None);
        assert_eq!(judge(b"\xff\xfe", "note.txt"), None);
    }
}
