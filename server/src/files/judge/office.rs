//! Documents that are archives: the right parts, no program among them, and no bomb.
//!
//! Nothing is unpacked to anywhere: what an entry expands to is counted and thrown away, so that an
//! archive that lies about its sizes is found out by its own bytes.

use super::Refused;
use palier_domain::MediaType;
use std::{
    collections::HashSet,
    io::{Cursor, Read},
};
use zip::{CompressionMethod, ZipArchive};

/// Most entries: a long report with a picture on every page has some hundred.
const MAX_ENTRIES: usize = 10_000;
/// Most bytes that all entries may expand to.
const MAX_EXPANDED: u64 = 256 * 1024 * 1024;
/// Below this an archive may be as dense as it likes.
const DENSE: u64 = 8 * 1024 * 1024;
/// Above it, no denser than this: a sheet full of zeros reaches 100, a bomb 1,000.
const MAX_RATIO: u64 = 200;
/// Largest part that is read as text.
const MAX_LIST: u64 = 4 * 1024 * 1024;

/// Whether an archive is the document that its name claims, and nothing else.
pub fn inspect(bytes: &[u8], claimed: MediaType) -> Result<(), Refused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.offset() != 0 || archive.has_duplicate_names() {
        return Err(Refused::because("the archive is more than one thing"));
    }
    if archive.len() > MAX_ENTRIES {
        return Err(Refused::because("the archive has too many entries"));
    }
    if archive.has_overlapping_entries().map_err(broken)? {
        return Err(Refused::because(
            "entries of the archive lie upon each other",
        ));
    }
    let names = names(&archive)?;
    no_program(&names)?;
    expands_to_little(&mut archive, bytes.len() as u64)?;
    match claimed {
        MediaType::Docx => is_office(
            &mut archive,
            &names,
            "word/document.xml",
            "wordprocessingml.document.main+xml",
        ),
        MediaType::Xlsx => is_office(
            &mut archive,
            &names,
            "xl/workbook.xml",
            "spreadsheetml.sheet.main+xml",
        ),
        _ => is_open_document(&mut archive, &names),
    }
}

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

fn broken(_: zip::result::ZipError) -> Refused {
    Refused::because("the archive cannot be read")
}

fn names(archive: &Archive<'_>) -> Result<HashSet<String>, Refused> {
    archive
        .file_names()
        .map(|name| Ok(name.map_err(broken)?.into_owned()))
        .collect()
}

/// Macros, controls, classes: what something runs when the document is opened. And names that
/// leave the folder that somebody unpacks the archive to.
fn no_program(names: &HashSet<String>) -> Result<(), Refused> {
    for name in names {
        let lower = name.to_lowercase();
        let leaves = name.starts_with('/')
            || name.contains(['\\', ':', '\0'])
            || name.split('/').any(|part| part == "..");
        let runs = lower.contains("vbaproject")
            || lower.contains("vbadata")
            || lower.contains("/macrosheets/")
            || lower.contains("/activex/")
            || lower.starts_with("basic/")
            || lower.starts_with("scripts/")
            || lower == "meta-inf/manifest.mf"
            || [
                ".class", ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".jar",
            ]
            .iter()
            .any(|ending| lower.ends_with(ending));
        if leaves || runs {
            return Err(Refused::because("the document holds macros or programs"));
        }
    }
    Ok(())
}

fn expands_to_little(archive: &mut Archive<'_>, size: u64) -> Result<(), Refused> {
    let bomb = || Refused::because("the archive expands to too much");
    let most = MAX_EXPANDED.min(DENSE.max(size.saturating_mul(MAX_RATIO)));
    let declared = archive.decompressed_size().ok_or_else(bomb)?;
    if declared > u128::from(most) {
        return Err(bomb());
    }
    let mut left = most;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(broken)?;
        if entry.encrypted() || entry.is_symlink() {
            return Err(Refused::because("the archive has locked entries"));
        }
        if !matches!(
            entry.compression(),
            CompressionMethod::Stored | CompressionMethod::Deflated
        ) {
            return Err(Refused::because("the archive is packed in an unusual way"));
        }
        let declared = entry.size();
        // One more than it says: an entry that goes on after its end has lied.
        let expanded = std::io::copy(&mut entry.take(declared + 1), &mut std::io::sink())
            .map_err(|_| Refused::because("the archive cannot be unpacked"))?;
        if expanded != declared {
            return Err(Refused::because("the archive lies about its sizes"));
        }
        left = left.checked_sub(expanded).ok_or_else(bomb)?;
    }
    Ok(())
}

fn is_office(
    archive: &mut Archive<'_>,
    names: &HashSet<String>,
    main: &str,
    main_type: &str,
) -> Result<(), Refused> {
    if !names.contains(main) {
        return Err(other());
    }
    let list = text(archive, "[Content_Types].xml")?;
    // A document with macros has another main type (and keeps the same parts).
    if !list.contains(main_type) || list.contains("macroEnabled") || list.contains("vbaProject") {
        return Err(other());
    }
    Ok(())
}

fn is_open_document(archive: &mut Archive<'_>, names: &HashSet<String>) -> Result<(), Refused> {
    if !names.contains("content.xml") || !names.contains("META-INF/manifest.xml") {
        return Err(other());
    }
    match text(archive, "mimetype")?.trim_end() == MediaType::Odt.as_str() {
        true => Ok(()),
        false => Err(other()),
    }
}

fn other() -> Refused {
    Refused::because("the document is not what its name says")
}

fn text(archive: &mut Archive<'_>, part: &str) -> Result<String, Refused> {
    let entry = archive.by_name(part).map_err(|_| other())?;
    let mut bytes = Vec::new();
    entry
        .take(MAX_LIST)
        .read_to_end(&mut bytes)
        .map_err(|_| other())?;
    String::from_utf8(bytes).map_err(|_| other())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::{ZipWriter, write::SimpleFileOptions};

    const DOCX_TYPES: &str = "<Types><Override PartName=\"/word/document.xml\" ContentType=\"\
        application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn docx(more: &[(&str, &[u8])]) -> Vec<u8> {
        let mut parts: Vec<(&str, &[u8])> = vec![
            ("[Content_Types].xml", DOCX_TYPES.as_bytes()),
            ("word/document.xml", b"<w:document/>"),
        ];
        parts.extend(more);
        archive(&parts)
    }

    fn why(bytes: &[u8], claimed: MediaType) -> String {
        inspect(bytes, claimed).unwrap_err().0
    }

    #[test]
    fn a_document_is_known_by_its_parts() {
        assert_eq!(inspect(&docx(&[]), MediaType::Docx), Ok(()));
        assert!(inspect(&docx(&[]), MediaType::Xlsx).is_err());
        let odt = archive(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", b"<office/>"),
            ("META-INF/manifest.xml", b"<manifest/>"),
        ]);
        assert_eq!(inspect(&odt, MediaType::Odt), Ok(()));
        assert!(inspect(&odt, MediaType::Docx).is_err());
        let anything = archive(&[("photo.jpg", b"\xff\xd8\xff")]);
        for claimed in [MediaType::Docx, MediaType::Xlsx, MediaType::Odt] {
            assert!(inspect(&anything, claimed).is_err());
        }
    }

    #[test]
    fn macros_and_programs_are_refused() {
        for part in [
            "word/vbaProject.bin",
            "xl/macrosheets/sheet1.xml",
            "word/activeX/activeX1.xml",
            "Basic/Standard/Module1.xml",
            "META-INF/MANIFEST.MF",
            "word/embeddings/setup.EXE",
            "../../autostart.desktop",
        ] {
            assert!(
                why(&docx(&[(part, b"x")]), MediaType::Docx).contains("macros"),
                "{part}"
            );
        }
        let types =
            DOCX_TYPES.replace("<Types>", "<Types><x t=\"ms-word.document.macroEnabled\"/>");
        let renamed = archive(&[
            ("[Content_Types].xml", types.as_bytes()),
            ("word/document.xml", b"<w:document/>"),
        ]);
        assert!(inspect(&renamed, MediaType::Docx).is_err());
    }

    #[test]
    fn a_bomb_is_refused_whether_it_says_its_size_or_not() {
        let zeros = vec![0; 16 * 1024 * 1024];
        let bomb = docx(&[("word/media/image1.bmp", &zeros)]);
        assert!(bomb.len() < 100_000, "{}", bomb.len());
        assert!(why(&bomb, MediaType::Docx).contains("expands"));
        // The size of that entry in the list at the end, set to 7.
        let size = (16u32 * 1024 * 1024).to_le_bytes();
        let mut liar = bomb.clone();
        for at in 0..liar.len() - 4 {
            if liar[at..at + 4] == size {
                liar[at..at + 4].copy_from_slice(&7u32.to_le_bytes());
            }
        }
        assert_ne!(liar, bomb);
        assert!(inspect(&liar, MediaType::Docx).is_err());
    }

    #[test]
    fn something_before_the_archive_is_refused() {
        let both = [b"\xff\xd8\xff\xe0".as_slice(), &docx(&[])].concat();
        assert!(inspect(&both, MediaType::Docx).is_err());
    }
}
