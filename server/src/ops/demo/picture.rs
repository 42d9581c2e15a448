//! The photo of the demonstration: a boiler's display with an error code, drawn by hand.

use crate::error::Result;
use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 960;

/// A JPEG of a boiler that shows `E133`.
pub fn boiler_display() -> Result<Vec<u8>> {
    let mut picture = RgbImage::from_fn(WIDTH, HEIGHT, wall);
    rounded(&mut picture, (180, 90, 920, 780), 40, Rgb([236, 236, 232]));
    rounded(&mut picture, (196, 106, 888, 748), 30, Rgb([248, 248, 245]));
    rounded(&mut picture, (360, 240, 560, 240), 18, Rgb([32, 36, 40]));
    rounded(&mut picture, (374, 254, 532, 212), 10, Rgb([18, 40, 34]));
    for (at, digit) in [SEGMENTS_E, SEGMENTS_1, SEGMENTS_3, SEGMENTS_3]
        .iter()
        .enumerate()
    {
        let x = 410 + 118 * u32::try_from(at).unwrap_or_default();
        segments(&mut picture, (x, 280), *digit);
    }
    for (x, colour) in [
        (430, [196, 60, 48]),
        (640, [120, 124, 128]),
        (850, [120, 124, 128]),
    ] {
        disc(&mut picture, (x, 620), 58, Rgb([210, 211, 208]));
        disc(&mut picture, (x, 620), 50, Rgb(colour));
    }
    rounded(&mut picture, (560, 740, 160, 18), 9, Rgb([150, 154, 158]));
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 85).encode_image(&picture)?;
    Ok(bytes)
}

/// Plaster, a little darker towards the corners, with some grain.
fn wall(x: u32, y: u32) -> Rgb<u8> {
    let grain = (x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)) % 7;
    let (dx, dy) = (x.abs_diff(WIDTH / 2), y.abs_diff(HEIGHT / 2));
    let shade = (dx * dx + dy * dy) / 16_000;
    let tone = |base: u32| u8::try_from((base + grain).saturating_sub(shade)).unwrap_or(u8::MAX);
    Rgb([tone(196), tone(188), tone(174)])
}

/// Which of the seven segments are lit: top, upper right, lower right, bottom, lower left, upper
/// left, middle.
type Segments = [bool; 7];
const SEGMENTS_E: Segments = [true, false, false, true, true, true, true];
const SEGMENTS_1: Segments = [false, true, true, false, false, false, false];
const SEGMENTS_3: Segments = [true, true, true, true, false, false, true];

fn segments(picture: &mut RgbImage, (x, y): (u32, u32), lit: Segments) {
    let bars = [
        (x + 10, y, 60, 14),
        (x + 68, y + 10, 14, 66),
        (x + 68, y + 86, 14, 66),
        (x + 10, y + 146, 60, 14),
        (x, y + 86, 14, 66),
        (x, y + 10, 14, 66),
        (x + 10, y + 73, 60, 14),
    ];
    for (bar, lit) in bars.into_iter().zip(lit) {
        let colour = if lit { [255, 96, 64] } else { [28, 52, 46] };
        rounded(picture, bar, 7, Rgb(colour));
    }
}

fn rounded(picture: &mut RgbImage, (x, y, w, h): (u32, u32, u32, u32), r: u32, colour: Rgb<u8>) {
    for py in y..(y + h).min(HEIGHT) {
        for px in x..(x + w).min(WIDTH) {
            // The nearest point of the rectangle that the corners are drawn around.
            let (cx, cy) = (px.clamp(x + r, x + w - r), py.clamp(y + r, y + h - r));
            let (dx, dy) = (px.abs_diff(cx), py.abs_diff(cy));
            if dx * dx + dy * dy <= r * r {
                picture.put_pixel(px, py, colour);
            }
        }
    }
}

fn disc(picture: &mut RgbImage, (x, y): (u32, u32), r: u32, colour: Rgb<u8>) {
    rounded(picture, (x - r, y - r, 2 * r, 2 * r), r, colour);
}
