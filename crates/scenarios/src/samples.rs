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
