//! The tray's picture: the application's icon, and the count of unread messages on it.

use image::{Rgba, RgbaImage, imageops};
use tauri::image::Image;

/// Large enough for a screen with double pixels; the desktop makes it smaller.
const SIZE: u32 = 64;
const RADIUS: f32 = 19.0;
/// The mark stands in the lower right corner, all of it inside.
const CENTRE: f32 = SIZE as f32 - RADIUS - 1.0;
const RED: Rgba<u8> = Rgba([0xc9, 0x2a, 0x2a, 0xff]);
const WHITE: Rgba<u8> = Rgba([0xff; 4]);

/// The icon with the count on it; without a mark when nothing is unread.
pub fn with_count(unread: u64) -> Image<'static> {
    let mut icon = plain();
    if unread > 0 {
        draw_mark(&mut icon, unread);
    }
    to_tauri(icon)
}

/// The mark alone.
#[cfg(target_os = "windows")]
pub fn mark(unread: u64) -> Image<'static> {
    let mut empty = RgbaImage::new(SIZE, SIZE);
    draw_mark(&mut empty, unread);
    to_tauri(empty)
}

fn to_tauri(icon: RgbaImage) -> Image<'static> {
    let (width, height) = icon.dimensions();
    Image::new_owned(icon.into_raw(), width, height)
}

fn plain() -> RgbaImage {
    let bytes = include_bytes!("../../icons/128x128.png");
    match image::load_from_memory(bytes) {
        Ok(icon) => imageops::resize(&icon, SIZE, SIZE, imageops::FilterType::Lanczos3),
        // A mark on nothing still tells something. The tests read the file.
        Err(_) => RgbaImage::new(SIZE, SIZE),
    }
}

fn draw_mark(icon: &mut RgbaImage, unread: u64) {
    for (x, y, pixel) in icon.enumerate_pixels_mut() {
        let from_centre = (x as f32 - CENTRE).hypot(y as f32 - CENTRE);
        if from_centre <= RADIUS - 2.0 {
            *pixel = RED;
        } else if from_centre <= RADIUS {
            *pixel = WHITE;
        }
    }
    match unread {
        1..=9 => draw_text(icon, &[unread as usize], 4),
        _ => draw_text(icon, &[9, PLUS], 3),
    }
}

/// Writes glyphs over the middle of the mark.
fn draw_text(icon: &mut RgbaImage, glyphs: &[usize], scale: u32) {
    let count = glyphs.len() as u32;
    let width = (count * 3 + (count - 1)) * scale;
    let left = CENTRE as u32 - width / 2;
    let top = CENTRE as u32 - 5 * scale / 2;
    for (place, &glyph) in (0..).zip(glyphs) {
        for (y, row) in (0..).zip(GLYPHS[glyph]) {
            for x in (0..3).filter(|x| row & (0b100 >> x) != 0) {
                let (from_x, from_y) = (left + (place * 4 + x) * scale, top + y * scale);
                for dot in 0..scale * scale {
                    icon.put_pixel(from_x + dot % scale, from_y + dot / scale, WHITE);
                }
            }
        }
    }
}

const PLUS: usize = 10;

/// Ten digits and a plus, three dots wide and five high.
const GLYPHS: [[u8; 5]; 11] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
    [0b000, 0b010, 0b111, 0b010, 0b000],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn corner(icon: &Image<'_>) -> [u8; 4] {
        // Inside the mark, left of every glyph.
        let (x, y) = (CENTRE as u32 - 14, CENTRE as u32);
        let at = ((y * SIZE + x) * 4) as usize;
        icon.rgba()[at..at + 4].try_into().unwrap()
    }

    #[test]
    fn the_icon_itself_is_there() {
        assert!(plain().pixels().any(|pixel| pixel.0[3] == 0xff));
    }

    #[test]
    fn only_something_unread_has_a_mark() {
        assert_ne!(corner(&with_count(0)), RED.0);
        assert_eq!(corner(&with_count(1)), RED.0);
    }

    #[test]
    fn counts_up_to_nine_are_told_apart() {
        let icons: Vec<Vec<u8>> = (0..=11).map(|n| with_count(n).rgba().to_vec()).collect();
        for one in 0..=10 {
            for other in one + 1..=10 {
                assert_ne!(icons[one], icons[other], "{one} {other}");
            }
        }
        assert_eq!(icons[10], icons[11]);
    }
}
