//! What takes bytes from strangers, as functions for fuzzing: `cargo xtask fuzz` makes them up, and the tests
//! replay what is in `fuzz/corpus`.
//!
//! Each holds more than "it does not panic": what is accepted has to be what it seems to be.

use crate::files::judge;
use palier_domain::{FileName, MediaType, SearchQuery};
use palier_wire::{Cursor, Payload, PushRequest, upload::UploadMetadata};

/// A name and what takes the bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("cursor", cursor),
    ("push", push),
    ("upload_headers", upload_headers),
    ("file_name", file_name),
    ("file_type", file_type),
    ("search", search),
];

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// A cursor that is read says itself again.
fn cursor(bytes: &[u8]) {
    if let Some(cursor) = text(bytes).and_then(|text| text.parse::<Cursor>().ok()) {
        let said = cursor.to_string();
        assert_eq!(said.parse::<Cursor>().ok(), Some(cursor));
    }
}

/// Every mutation of a push that is read is decoded or refused by itself.
fn push(bytes: &[u8]) {
    let Ok(push) = serde_json::from_slice::<PushRequest>(bytes) else {
        return;
    };
    for mutation in push.mutations {
        let payload = Payload::decode(&mutation.kind, mutation.schema, mutation.payload.get());
        if let Ok(payload) = payload {
            assert_eq!(payload.kind(), mutation.kind);
        }
    }
}

/// Metadata that is read says itself again.
fn upload_headers(bytes: &[u8]) {
    if let Some(Ok(metadata)) = text(bytes).map(UploadMetadata::from_header) {
        let again = UploadMetadata::from_header(&metadata.to_header());
        assert!(again.is_ok_and(|again| again == metadata));
    }
}

/// A name that is taken is short, one line, no path, and stays what it is.
fn file_name(bytes: &[u8]) {
    if let Some(Ok(name)) = text(bytes).map(FileName::parse) {
        let name = name.as_str();
        assert!(!name.is_empty() && name.len() <= 255);
        assert!(!name.contains(['/', '\\', '\0', '\n', '\r', '\u{202e}']));
        assert!(FileName::parse(name).is_ok_and(|again| again.as_str() == name));
    }
}

/// What is taken for one type is taken for no other that means something else: a picture is no document.
fn file_type(bytes: &[u8]) {
    let taken = |claimed| judge::recognise(bytes, claimed).is_ok();
    let pictures = [MediaType::Jpeg, MediaType::Png, MediaType::Webp];
    let as_picture = pictures.into_iter().filter(|it| taken(*it)).count();
    assert!(as_picture <= 1);
    if as_picture == 1 {
        assert!(!taken(MediaType::Pdf) && !taken(MediaType::Txt) && !taken(MediaType::Docx));
    }
}

/// Whatever is typed, its words are nothing but words, and marks in an excerpt cover the text and nothing else.
fn search(bytes: &[u8]) {
    let Some(typed) = text(bytes) else { return };
    if let Ok(query) = SearchQuery::parse(typed) {
        let words = query.whole_words().iter().map(String::as_str);
        for word in words.chain(query.beginning()) {
            // They stand between quotes in both databases' questions.
            assert!(!word.is_empty() && !word.contains(['"', '\'', '\\', ' ', ':', '*', '(', ')']));
        }
        let said: String = query
            .excerpt("Fuite d’eau sous l’évier")
            .into_iter()
            .map(|piece| piece.text)
            .collect();
        assert!(!said.is_empty());
    }
}
