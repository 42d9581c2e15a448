//! Small pictures of images.
//!
//! A picture is a convenience: a file that cannot be shown small is taken without one.

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
};
use palier_disk::fs::File;
use palier_domain::MediaType;
use std::{
    io::{BufReader, Cursor},
    path::Path,
};

/// The longer side of a small picture, in pixels.
const MAX_SIDE: u32 = 320;
/// Larger images are not decoded: some files of a few kilobytes claim to be gigabytes of pixels.
const MAX_PIXELS: u64 = 100_000_000;
/// Memory that decoding may take.
const MAX_ALLOC: u64 = 512 * 1024 * 1024;
/// Good enough for a tile in a thread.
const JPEG_QUALITY: u8 = 80;

/// A small picture of the image, with its type: PNG where it is transparent, else JPEG. None where
/// it cannot be decoded within the limits.
pub(crate) fn make(file: &Path, media_type: MediaType) -> Option<(Vec<u8>, MediaType)> {
    let format = match media_type {
        MediaType::Jpeg => ImageFormat::Jpeg,
        MediaType::Png => ImageFormat::Png,
        MediaType::Webp => ImageFormat::WebP,
        _ => return None,
    };
    match shrink(file, format) {
        Ok(made) => made,
        Err(error) => {
            tracing::debug!(%error, "no small picture could be made");
            None
        }
    }
}

fn shrink(
    file: &Path,
    format: ImageFormat,
) -> Result<Option<(Vec<u8>, MediaType)>, image::ImageError> {
    let mut reader = ImageReader::new(BufReader::new(File::open(file)?));
    reader.set_format(format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Ok(None);
    }
    // Phones store photos as the sensor lies and say how to turn them.
    let orientation = decoder.orientation()?;
    let mut small = DynamicImage::from_decoder(decoder)?;
    if width > MAX_SIDE || height > MAX_SIDE {
        small = small.thumbnail(MAX_SIDE, MAX_SIDE);
    }
    small.apply_orientation(orientation);
    encode(&small).map(Some)
}

fn encode(small: &DynamicImage) -> Result<(Vec<u8>, MediaType), image::ImageError> {
    let mut bytes = Vec::new();
    if small.has_alpha() {
        small.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)?;
        return Ok((bytes, MediaType::Png));
    }
    let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    small.to_rgb8().write_with_encoder(encoder)?;
    Ok((bytes, MediaType::Jpeg))
}
