//! What can be seen on the display: its pixels, which Xvfb keeps in a file.
//!
//! Reading the file asks nobody: neither the X server nor the program notices.

use anyhow::{Context, Result, ensure};
use palier_webdriver::{Desk, process::Process};
use std::{
    fs::File,
    os::unix::fs::FileExt,
    thread::sleep,
    time::{Duration, Instant},
};

/// Between two looks.
const AGAIN: Duration = Duration::from_millis(2);
/// Of so many lines one is looked at: a look must not cost what is being measured.
const EVERY: u64 = 4;

/// So much lighter or darker is the same to the eye, of 255.
const SHADE: u8 = 24;
/// One in so many may be something else: the edge of a letter.
const FEW: usize = 500;

/// A part of the display, in pixels.
#[derive(Debug, Clone, Copy)]
pub struct Region {
    /// From the left.
    pub x: u64,
    /// From the top.
    pub y: u64,
    /// To the right.
    pub width: u64,
    /// Downwards.
    pub height: u64,
}

/// The display.
pub struct Screen {
    file: File,
    pixels: u64,
    line: u64,
}

impl Screen {
    /// Opens the pixels of a desk's display.
    ///
    /// # Errors
    /// When they are not where Xvfb puts them, or are no four bytes each.
    pub fn open(desk: &Desk) -> Result<Self> {
        let file = File::open(desk.folder().join("screen/Xvfb_screen0"))?;
        // The header of xwd's format: 25 numbers, the most significant byte first.
        let mut header = [0_u8; 100];
        file.read_exact_at(&mut header, 0)?;
        let number = |at: usize| -> Option<u64> {
            let bytes = header.get(at * 4..at * 4 + 4)?.try_into().ok()?;
            Some(u64::from(u32::from_be_bytes(bytes)))
        };
        let (size, bits) = (number(0), number(11));
        let (line, colours) = (number(12), number(19));
        ensure!(bits == Some(32), "a pixel has {bits:?} bits");
        Ok(Self {
            file,
            pixels: size.context("no header")? + colours.context("no header")? * 12,
            line: line.context("no header")?,
        })
    }

    /// Some lines of a region.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn look(&self, region: Region) -> Result<Vec<u8>> {
        let width = usize::try_from(region.width * 4)?;
        let mut seen = Vec::new();
        for line in (0..region.height).step_by(EVERY as usize) {
            let mut pixels = vec![0; width];
            let at = self.pixels + (region.y + line) * self.line + region.x * 4;
            self.file.read_exact_at(&mut pixels, at)?;
            seen.append(&mut pixels);
        }
        Ok(seen)
    }

    /// What a region looks like once it has not changed for `quiet`.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn rests(&self, region: Region, quiet: Duration) -> Result<Vec<u8>> {
        let (mut seen, mut since) = (self.look(region)?, Instant::now());
        while since.elapsed() < quiet {
            sleep(AGAIN);
            let now = self.look(region)?;
            if !are_alike(&now, &seen) {
                (seen, since) = (now, Instant::now());
            }
        }
        Ok(seen)
    }

    /// Starts a program and waits until a region looks as expected; answers how long that took.
    ///
    /// # Errors
    /// When it does not, within `patience`.
    pub fn until(
        &self,
        region: Region,
        expected: &[u8],
        patience: Duration,
        start: impl FnOnce() -> Process,
    ) -> Result<(Process, Duration)> {
        ensure!(
            !are_alike(&self.look(region)?, expected),
            "it is there before it began"
        );
        let begun = Instant::now();
        let process = start();
        while !are_alike(&self.look(region)?, expected) {
            ensure!(
                begun.elapsed() < patience,
                "it never looked as expected: {region:?}"
            );
            sleep(AGAIN);
        }
        Ok((process, begun.elapsed()))
    }
}

/// Whether a person would call two looks the same: letters are not drawn to the same shade each time.
pub fn are_alike(one: &[u8], other: &[u8]) -> bool {
    let differ = |(one, other): (&u8, &u8)| one.abs_diff(*other) > SHADE;
    let different = one.iter().zip(other).filter(|pair| differ(*pair)).count();
    one.len() == other.len() && different * FEW <= one.len()
}

#[cfg(test)]
mod tests {
    use super::are_alike;

    #[test]
    fn shades_are_alike_and_words_are_not() {
        let white = vec![255_u8; 4_000];
        let shaded = vec![250_u8; 4_000];
        let mut written = white.clone();
        written[1_000..1_100].fill(20);
        assert!(are_alike(&white, &shaded));
        assert!(!are_alike(&white, &written));
        assert!(!are_alike(&white, &white[1..]));
    }
}
