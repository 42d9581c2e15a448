//! How the judging process tells what it found: frames of a tag, a length and so many bytes, of
//! which the last is the verdict. An end without a verdict means that the process died.

use std::io::{self, Write};

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// The picture for the others.
    Shared,
    /// The small picture.
    Thumbnail,
    /// Verdict: the file is what its name says. Empty.
    Kept,
    /// Verdict: it is not taken. A sentence.
    Refused,
}

/// A frame's tag and length, as they travel: one byte, then four, big-endian.
pub const HEAD: usize = 5;

const TAGS: [(Tag, u8); 4] = [
    (Tag::Shared, b's'),
    (Tag::Thumbnail, b't'),
    (Tag::Kept, b'k'),
    (Tag::Refused, b'r'),
];

/// Writes one frame.
pub fn write(to: &mut impl Write, tag: Tag, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let letter = TAGS.iter().find(|row| row.0 == tag).map_or(0, |row| row.1);
    to.write_all(&[letter])?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(bytes)
}

/// Reads the head of a frame; `None` when it is none.
pub fn head([letter, length @ ..]: [u8; HEAD]) -> Option<(Tag, u64)> {
    let tag = TAGS.iter().find(|row| row.1 == letter)?.0;
    Some((tag, u64::from(u32::from_be_bytes(length))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_it_was_written() {
        for (tag, _) in TAGS {
            let mut bytes = Vec::new();
            write(&mut bytes, tag, b"seven..").unwrap();
            let (first, rest) = bytes.split_at(HEAD);
            assert_eq!(head(first.try_into().unwrap()), Some((tag, 7)));
            assert_eq!(rest, b"seven..");
        }
        assert_eq!(head(*b"runni"), Some((Tag::Refused, 0x756e_6e69)));
        assert_eq!(head(*b"\nrunn"), None);
    }
}
