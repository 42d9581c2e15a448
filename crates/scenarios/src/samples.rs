//! Files that people attach.

use image::{ImageFormat, Rgb, RgbImage};
use std::{io::Cursor, path::PathBuf};

/// A small JPEG that nobody else has: `shade` makes its bytes different.
///
/// # Panics
/// When the encoder fails, which it does not.
pub fn photo(folder: &std::path::Path, name: &str, shade: u8) -> PathBuf {
    let picture = RgbImage::from_fn(96, 64, |x, y| Rgb([shade, (x * 2) as u8, (y * 3) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    let path = folder.join(name);
    let written = picture
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .map_err(std::io::Error::other)
        .and_then(|()| std::fs::write(&path, bytes.into_inner()));
    match written {
        Ok(()) => path,
        Err(error) => panic!("no sample photo: {error}"),
    }
}

/// A film of `bytes` bytes that nobody can watch: it begins as one, which is how a file is known.
///
/// # Panics
/// When the folder cannot be written.
pub fn film(folder: &std::path::Path, name: &str, bytes: usize) -> PathBuf {
    let begins = b"\0\0\0\x18ftypisom\0\0\x02\0isommp42";
    let rest = (0..bytes.saturating_sub(begins.len())).map(|at| (at / 4_099) as u8);
    let film: Vec<u8> = begins.iter().copied().chain(rest).collect();
    let path = folder.join(name);
    match std::fs::write(&path, film) {
        Ok(()) => path,
        Err(error) => panic!("no sample film: {error}"),
    }
}
