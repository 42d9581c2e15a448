//! Whether a file's content is what its name says, and nothing else besides.
//!
//! Whoever opens an attachment trusts its name, so a program called `photo.jpg` is refused, and so
//! is a picture called `facture.pdf`.

use super::Refused;
use infer::MatcherType;
use palier_domain::MediaType;

/// How near its end a PDF says that it ends, as readers look for it.
const PDF_TAIL: usize = 1024;

/// Whether the first look at the content agrees with the type that the name claims.
pub fn agree(bytes: &[u8], claimed: MediaType) -> Result<(), Refused> {
    let found = infer::get(bytes);
    let mime = found.map_or("", |kind| kind.mime_type());
    let agrees = match claimed {
        MediaType::Txt => {
            is_plain_text(bytes, found.map(|kind| kind.matcher_type()), mime) && !is_webp(bytes)
        }
        MediaType::Heic => matches!(mime, "image/heic" | "image/heif"),
        MediaType::Mp4 => matches!(mime, "video/mp4" | "video/x-m4v"),
        MediaType::Pdf => bytes.starts_with(b"%PDF-") && ends_as_pdf(bytes),
        // Archives say in their parts what they are: `office` looks there.
        MediaType::Docx | MediaType::Xlsx | MediaType::Odt => bytes.starts_with(b"PK\x03\x04"),
        MediaType::Jpeg | MediaType::Png => mime == claimed.as_str(),
        MediaType::Webp => is_webp(bytes),
    };
    match agrees {
        true => Ok(()),
        false => Err(Refused::because("the content is not what the name says")),
    }
}

/// A RIFF container of the kind WEBP: infer asks for the second word alone, which may stand in any text.
fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

/// Refuses a file that is an archive as well: it is read from its end, so that anything may stand
/// before it (a picture, a PDF), and runs as a program where Java is.
pub fn is_nothing_else(bytes: &[u8]) -> Result<(), Refused> {
    const END: &[u8] = b"PK\x05\x06";
    // The archive's end has 22 bytes and a comment of at most 65,535, which its last field counts.
    let from = bytes.len().saturating_sub(22 + 65_535);
    let tail = bytes.get(from..).unwrap_or_default();
    let archive = tail.windows(22).enumerate().any(|(at, end)| {
        let comment = usize::from(u16::from_le_bytes([end[20], end[21]]));
        end.starts_with(END) && at + 22 + comment == tail.len()
    });
    match archive {
        true => Err(Refused::because("the file is an archive as well")),
        false => Ok(()),
    }
}

/// Nothing but white space and zeros after the last `%%EOF`.
// Some scanners pad their files with zeros.
fn ends_as_pdf(bytes: &[u8]) -> bool {
    const END: &[u8] = b"%%EOF";
    let last = bytes.windows(END.len()).rposition(|window| window == END);
    last.is_some_and(|at| {
        let rest = &bytes[at + END.len()..];
        rest.len() <= PDF_TAIL
            && rest
                .iter()
                .all(|byte| matches!(byte, 0 | b'\n' | b'\r' | b' ' | b'\t'))
    })
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
    clean && !runs && !text.starts_with("#!") && !is_markup(text)
}

/// `<!doctype`, `<?xml`, `<svg`, `<a …`: a browser would read it as a page.
fn is_markup(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let Some(rest) = text.strip_prefix('<') else {
        return false;
    };
    rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::judge::recognise;

    fn judge(bytes: &[u8], claimed: MediaType) -> bool {
        recognise(bytes, claimed).is_ok()
    }

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const PDF: &[u8] = b"%PDF-1.7 \n1 0 obj\n%%EOF\n";
    /// An archive without entries.
    const ARCHIVE: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    #[test]
    fn name_and_content_have_to_agree() {
        assert!(judge(PNG, MediaType::Png));
        assert!(!judge(PNG, MediaType::Jpeg));
        assert!(judge(PDF, MediaType::Pdf));
        assert!(!judge(PDF, MediaType::Txt));
    }

    #[test]
    fn programs_and_markup_are_refused_whatever_they_are_called() {
        assert!(!judge(b"\x7fELF\x02\x01\x01\0", MediaType::Jpeg));
        assert!(!judge(b"MZ\x90\0\x03", MediaType::Png));
        assert!(!judge(b"#!/bin/sh\nrm -rf /", MediaType::Txt));
        assert!(!judge(b"PK\x03\x04 anything", MediaType::Docx));
        for markup in [
            "<!DOCTYPE html><script>",
            "<svg xmlns='x'/>",
            " \u{feff}<p>",
            "\n<a href",
        ] {
            assert!(!judge(markup.as_bytes(), MediaType::Txt), "{markup}");
        }
    }

    #[test]
    fn a_webp_is_no_text_and_a_text_no_webp() {
        let text = b"Format: WEBP, lisible";
        assert_eq!(&text[8..12], b"WEBP");
        assert!(judge(text, MediaType::Txt) && !judge(text, MediaType::Webp));
        // A size of four printable characters: the whole file is valid text.
        let picture = b"RIFFabcdWEBPVP8L";
        assert!(judge(picture, MediaType::Webp) && !judge(picture, MediaType::Txt));
    }

    #[test]
    fn plain_text_stays_plain() {
        assert!(judge(
            "BMW garée devant l’entrée".as_bytes(),
            MediaType::Txt
        ));
        assert!(judge(b"< 20 degres, <3", MediaType::Txt));
        assert!(!judge(b"nul \0 inside", MediaType::Txt));
        assert!(!judge(b"\xff\xfe", MediaType::Txt));
    }

    #[test]
    fn what_is_also_an_archive_is_refused() {
        assert!(!judge(&[PDF, ARCHIVE].concat(), MediaType::Pdf));
        assert!(!judge(&[PNG, ARCHIVE].concat(), MediaType::Png));
        // The archive's comment makes the PDF end as it should.
        let mut both = [b"%PDF-1.7\n".as_slice(), ARCHIVE].concat();
        let comment = b"\n%%EOF\n";
        let at = both.len() - 2;
        both[at] = comment.len() as u8;
        both.extend(comment);
        assert!(!judge(&both, MediaType::Pdf));
        // The mark alone is no archive: a photo may hold these four bytes.
        assert!(judge(
            &[PNG, b"PK\x05\x06 and so on, for a while"].concat(),
            MediaType::Png
        ));
    }
}
