//! How large everything in the window is.

use super::Settings;

impl Settings {
    /// What can be chosen, in percent.
    pub const ZOOMS: [u32; 9] = [67, 80, 90, 100, 110, 125, 150, 175, 200];
    /// As it is at first.
    pub const USUAL_ZOOM: u32 = 100;

    /// One step larger; the largest stays.
    #[must_use]
    pub fn larger(&self) -> u32 {
        let mut larger = Self::ZOOMS
            .into_iter()
            .filter(|zoom| *zoom > self.zoom_percent);
        larger.next().unwrap_or(self.zoom_percent)
    }

    /// One step smaller; the smallest stays.
    #[must_use]
    pub fn smaller(&self) -> u32 {
        let mut smaller = Self::ZOOMS
            .into_iter()
            .filter(|zoom| *zoom < self.zoom_percent);
        smaller.next_back().unwrap_or(self.zoom_percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_up_and_down_and_end() {
        let mut settings = Settings::default();
        assert_eq!(settings.zoom_percent, Settings::USUAL_ZOOM);
        assert_eq!((settings.larger(), settings.smaller()), (110, 90));
        settings.zoom_percent = 200;
        assert_eq!((settings.larger(), settings.smaller()), (200, 175));
        settings.zoom_percent = 67;
        assert_eq!((settings.larger(), settings.smaller()), (80, 67));
    }
}
