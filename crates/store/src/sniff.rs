//! What a file is, by its content; its name must say the same. The server judges again by the same
//! rule: asking here tells the person at once.

use crate::IntakeError;
use infer::MatcherType;
use palier_disk::fs::File;
use palier_domain::{FileName, MediaType};
use std::io::{Read, Seek, SeekFrom};

/// As much of a file as says what it is.
const HEAD_BYTES: u64 = 64 * 1024;

/// The type of a file whose content and name agree. The file is read from its start.
pub(crate) fn recognise(file: &mut File, name: &FileName) -> Result<MediaType, IntakeError> {
    let head = read(file, HEAD_BYTES)?;
    let claimed = MediaType::from_name(name.as_str());
    if let Some(claimed) = claimed
        && matches(file, &head, claimed)?
    {
        return Ok(claimed);
    }
    let found = found(&head);
    Err(IntakeError::TypeRefused { found })
}

/// The accepted type that the content is, whatever the name says. Plain text is what nothing else
/// is, so it is never found.
pub(crate) fn found(head: &[u8]) -> Option<MediaType> {
    match infer::get(head)?.mime_type() {
        "image/heif" => Some(MediaType::Heic),
        "video/x-m4v" => Some(MediaType::Mp4),
        mime => MediaType::from_media_type(mime),
    }
}

fn matches(file: &mut File, head: &[u8], claimed: MediaType) -> Result<bool, IntakeError> {
    let kind = infer::get(head);
    let mime = kind.map_or("", |kind| kind.mime_type());
    Ok(match claimed {
        MediaType::Txt => {
            let bytes = read(file, u64::MAX)?;
            is_plain_text(&bytes, kind.map(|kind| kind.matcher_type()), mime)
        }
        MediaType::Heic => matches!(mime, "image/heic" | "image/heif"),
        MediaType::Mp4 => matches!(mime, "video/mp4" | "video/x-m4v"),
        MediaType::Docx if mime != claimed.as_str() => {
            is_office(&read(file, u64::MAX)?, mime, b"word/document.xml")
        }
        MediaType::Xlsx if mime != claimed.as_str() => {
            is_office(&read(file, u64::MAX)?, mime, b"xl/workbook.xml")
        }
        _ => mime == claimed.as_str(),
    })
}

/// An archive that holds the main part of an Office document: programs other than Office write the
/// parts in another order than the one that is looked for first.
fn is_office(bytes: &[u8], mime: &str, part: &[u8]) -> bool {
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    mime == "application/zip" && holds(b"[Content_Types].xml") && holds(part)
}

/// UTF-8 without control characters, and no markup, script or other text that something runs.
// Two letters are enough for some binary formats ("BM" is a bitmap), so those alone refuse nothing.
fn is_plain_text(bytes: &[u8], kind: Option<MatcherType>, mime: &str) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let clean = !text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'));
    let runs = kind == Some(MatcherType::Text)
        || matches!(
            mime,
            "application/pdf" | "application/rtf" | "application/postscript"
        );
    clean && !runs && !text.starts_with("#!")
}

fn read(file: &mut File, limit: u64) -> Result<Vec<u8>, IntakeError> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))
        .and_then(|_| file.take(limit).read_to_end(&mut bytes))
        .map_err(IntakeError::Unreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn judge(bytes: &[u8], name: &str) -> Result<MediaType, Option<MediaType>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        recognise(&mut file, &FileName::parse(name).unwrap()).map_err(|error| match error {
            IntakeError::TypeRefused { found } => found,
            other => panic!("{other}"),
        })
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn name_and_content_have_to_agree() {
        assert_eq!(judge(PNG, "photo.PNG"), Ok(MediaType::Png));
        assert_eq!(judge(PNG, "photo.jpg"), Err(Some(MediaType::Png)));
        assert_eq!(judge(PNG, "photo"), Err(Some(MediaType::Png)));
        assert_eq!(judge(b"%PDF-1.7 \n", "bail.pdf"), Ok(MediaType::Pdf));
        assert_eq!(judge(b"%PDF-1.7 \n", "bail.txt"), Err(Some(MediaType::Pdf)));
    }

    #[test]
    fn programs_and_markup_are_refused_whatever_they_are_called() {
        assert_eq!(judge(b"\x7fELF\x02\x01\x01\0", "photo.jpg"), Err(None));
        assert_eq!(judge(b"MZ\x90\0\x03", "photo.png"), Err(None));
        assert_eq!(judge(b"<!DOCTYPE html><script>", "note.txt"), Err(None));
        assert_eq!(judge(b"#!/bin/sh\nrm -rf /", "note.txt"), Err(None));
        assert_eq!(judge(b"<svg xmlns='x'/>", "dessin.svg"), Err(None));
        assert_eq!(judge(b"PK\x03\x04 anything", "facture.docx"), Err(None));
    }

    #[test]
    fn plain_text_stays_plain() {
        let text = "BMW garée devant l’entrée".as_bytes();
        assert_eq!(judge(text, "note.txt"), Ok(MediaType::Txt));
        assert_eq!(judge(b"nul \0 inside", "note.txt"), Err(None));
        assert_eq!(judge(b"\xff\xfe", "note.txt"), Err(None));
    }
}
