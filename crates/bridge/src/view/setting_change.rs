//! One setting, changed.

use super::{Language, Settings, Theme};
use chrono::NaiveTime;
use palier_domain::QuietHours;
use serde::{Deserialize, Serialize};

/// What a person changes of the [`Settings`]: nothing else is touched, so that two changes on their way at
/// the same time are both kept. A pause is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "setting", content = "to", rename_all = "snake_case")]
pub enum SettingChange {
    /// Language of the screens; none follows the system.
    Language(Option<Language>),
    /// Light, dark or as the system has it.
    Theme(Theme),
    /// Seconds in which a ticket can be taken back, 0–30.
    UndoSeconds(u32),
    /// Enter sends.
    EnterSends(bool),
    /// Native notifications are raised.
    Notifications(bool),
    /// They make the desktop's sound.
    Sound(bool),
    /// When only emergencies may be heard; none: never.
    QuietHours(Option<QuietHours>),
    /// When they begin; there are some from now on.
    QuietFrom(NaiveTime),
    /// When they end; there are some from now on.
    QuietTo(NaiveTime),
    /// What closing the window does; none: ask.
    CloseToTray(Option<bool>),
    /// How large everything is, one of [`Settings::ZOOMS`].
    ZoomPercent(u32),
    /// One step larger.
    ZoomLarger,
    /// One step smaller.
    ZoomSmaller,
}

impl Settings {
    /// Makes the change. A value that no screen offers is taken as it is.
    pub fn change(&mut self, change: SettingChange) {
        match change {
            SettingChange::Language(language) => self.language = language,
            SettingChange::Theme(theme) => self.theme = theme,
            SettingChange::UndoSeconds(seconds) => self.undo_seconds = seconds,
            SettingChange::EnterSends(on) => self.enter_sends = on,
            SettingChange::Notifications(on) => self.notifications = on,
            SettingChange::Sound(on) => self.sound = on,
            SettingChange::QuietHours(hours) => self.quiet_hours = hours,
            SettingChange::QuietFrom(time) => {
                self.quiet_hours.get_or_insert_default().from = time;
            }
            SettingChange::QuietTo(time) => self.quiet_hours.get_or_insert_default().to = time,
            SettingChange::CloseToTray(keep) => self.close_to_tray = keep,
            SettingChange::ZoomPercent(percent) => self.zoom_percent = percent,
            SettingChange::ZoomLarger => self.zoom_percent = self.larger(),
            SettingChange::ZoomSmaller => self.zoom_percent = self.smaller(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_touches_nothing_else_and_travels() {
        let dark = SettingChange::Theme(Theme::Dark);
        let steps = [dark, SettingChange::ZoomLarger, SettingChange::ZoomLarger];
        let mut settings = Settings::default();
        for step in steps {
            let json = serde_json::to_string(&step).unwrap();
            settings.change(serde_json::from_str(&json).unwrap());
        }
        let wanted = Settings {
            theme: Theme::Dark,
            zoom_percent: 125,
            ..Settings::default()
        };
        assert_eq!(settings, wanted);
    }

    #[test]
    fn an_hour_that_is_chosen_begins_quiet_hours() {
        let mut settings = Settings::default();
        settings.change(SettingChange::QuietTo(NaiveTime::MIN));
        let hours = settings.quiet_hours.unwrap();
        assert_eq!(
            (hours.from, hours.to),
            (QuietHours::default().from, NaiveTime::MIN)
        );
    }
}
