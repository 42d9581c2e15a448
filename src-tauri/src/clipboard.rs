//! The picture in the desktop's clipboard.

use arboard::{Clipboard, Error};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

/// Why a picture could not be taken from the clipboard.
#[derive(Debug, thiserror::Error)]
pub enum ClipboardError {
    /// The desktop has none, or refuses.
    #[error(transparent)]
    Clipboard(#[from] Error),
    /// What is in it is no picture after all.
    #[error(transparent)]
    Picture(#[from] image::ImageError),
}

/// The picture as PNG; none when there is no picture.
///
/// # Errors
/// The desktop has no clipboard, or what is in it cannot be read.
pub fn picture() -> Result<Option<Vec<u8>>, ClipboardError> {
    let found = match Clipboard::new()?.get_image() {
        Err(Error::ContentNotAvailable) => return Ok(None),
        found => found?,
    };
    let size = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    let mut png = Vec::new();
    PngEncoder::new(&mut png).write_image(
        &found.bytes,
        size(found.width),
        size(found.height),
        ExtendedColorType::Rgba8,
    )?;
    Ok(Some(png))
}
