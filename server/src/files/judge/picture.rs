//! Pictures as the others get them: the same pixels, upright, without EXIF, GPS or comments; and a
//! small one for lists.

use super::Refused;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};
use palier_domain::MediaType;
use std::io::Cursor;

/// Most pixels that are decoded: above any phone's camera, and 200 MB in memory.
const MAX_PIXELS: u64 = 50_000_000;
/// Most memory that a decoder may ask for. The process has a limit of its own.
const MAX_MEMORY: u64 = 384 * 1024 * 1024;
/// Largest colour profile that is kept, in bytes: a printer's has about a megabyte.
const MAX_PROFILE: usize = 2 * 1024 * 1024;
/// Quality of a re-encoded JPEG: no loss that a person sees.
const QUALITY: u8 = 88;
/// Longest side of the small picture.
const THUMBNAIL: u32 = 320;

/// What is made of a picture.
pub struct Copies {
    /// For the others.
    pub shared: Vec<u8>,
    /// For lists: a JPEG.
    pub thumbnail: Vec<u8>,
}

/// Makes the copies of a picture whose type was recognised.
///
/// # Errors
/// When it has too many pixels or cannot be decoded.
pub fn copies(bytes: &[u8], media_type: MediaType) -> Result<Copies, Refused> {
    let format = match media_type {
        MediaType::Png => ImageFormat::Png,
        MediaType::Webp => ImageFormat::WebP,
        _ => ImageFormat::Jpeg,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    // Before the first pixel is decoded: a small file can claim a picture that fills the memory.
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Refused::because(format!(
            "the picture has more than {MAX_PIXELS} pixels"
        )));
    }
    let profile = decoder.icc_profile().ok().flatten();
    let profile = profile.filter(|profile| profile.len() <= MAX_PROFILE);
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(Copies {
        shared: encode(&picture, format, profile)?,
        thumbnail: thumbnail(&picture)?,
    })
}

fn broken(_: image::ImageError) -> Refused {
    Refused::because("the picture cannot be decoded")
}

// The colour profile stays: without it the pictures of many phones look pale.
fn encode(
    picture: &DynamicImage,
    format: ImageFormat,
    profile: Option<Vec<u8>>,
) -> Result<Vec<u8>, Refused> {
    fn write<E: ImageEncoder>(
        mut encoder: E,
        picture: &DynamicImage,
        profile: Option<Vec<u8>>,
    ) -> Result<(), Refused> {
        if let Some(profile) = profile {
            // An encoder that cannot carry a profile says so; the picture is still right.
            let _ = encoder.set_icc_profile(profile);
        }
        encoder
            .write_image(
                picture.as_bytes(),
                picture.width(),
                picture.height(),
                picture.color().into(),
            )
            .map_err(broken)
    }
    // A picture that can be written as it is, is not copied first: it may have 150 MB.
    let mut bytes = Vec::new();
    match (format, picture) {
        (ImageFormat::Png, _) => write(PngEncoder::new(&mut bytes), picture, profile)?,
        (ImageFormat::WebP, DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_)) => {
            write(WebPEncoder::new_lossless(&mut bytes), picture, profile)?;
        }
        (ImageFormat::WebP, _) => {
            let picture = DynamicImage::from(picture.to_rgba8());
            write(WebPEncoder::new_lossless(&mut bytes), &picture, profile)?;
        }
        (_, DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_)) => {
            let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
            write(encoder, picture, profile)?;
        }
        _ => {
            let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
            write(encoder, &DynamicImage::from(picture.to_rgb8()), profile)?;
        }
    }
    Ok(bytes)
}

fn thumbnail(picture: &DynamicImage) -> Result<Vec<u8>, Refused> {
    let small = if picture.width().max(picture.height()) > THUMBNAIL {
        picture.thumbnail(THUMBNAIL, THUMBNAIL).to_rgba8()
    } else {
        picture.to_rgba8()
    };
    // On white: JPEG has no transparency, and what lies under it is anything.
    let mut flat = image::RgbImage::new(small.width(), small.height());
    for (to, from) in flat.pixels_mut().zip(small.pixels()) {
        let [r, g, b, a] = from.0.map(u32::from);
        let over = |c: u32| u8::try_from((c * a + 255 * (255 - a)) / 255).unwrap_or(u8::MAX);
        to.0 = [over(r), over(g), over(b)];
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 80)
        .encode_image(&flat)
        .map_err(broken)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_claims_too_many_pixels_is_refused_before_it_is_decoded() {
        // A PNG header of 60 000 × 60 000 without any pixel behind it.
        let mut png =
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xea\x60\0\0\xea\x60\x08\x02\0\0\0".to_vec();
        png.extend(crc(&png[12..]).to_be_bytes());
        png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        assert!(copies(&png, MediaType::Png).is_err());
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |mut crc, byte| {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
            }
            crc
        })
    }

    #[test]
    fn each_type_stays_what_it_is() {
        let picture = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(
            40,
            30,
            image::Rgba([10, 200, 30, 255]),
        ));
        for (media_type, format) in [
            (MediaType::Jpeg, ImageFormat::Jpeg),
            (MediaType::Png, ImageFormat::Png),
            (MediaType::Webp, ImageFormat::WebP),
        ] {
            let bytes = encode(&picture, format, None).unwrap();
            let copies = copies(&bytes, media_type).unwrap();
            assert_eq!(image::guess_format(&copies.shared).unwrap(), format);
            let small = image::load_from_memory(&copies.thumbnail).unwrap();
            assert_eq!((small.width(), small.height()), (40, 30));
        }
    }
}
