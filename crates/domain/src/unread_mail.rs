//! When something unread is worth a mail, and how much of it a mail says.

use crate::{
    access::LeaseStanding,
    text::{Invalid, InvalidReason},
};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// After how many minutes a person is sent a mail about what stays unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnreadMailMinutes(u32);

impl UnreadMailMinutes {
    /// Never.
    pub const NEVER: Self = Self(0);
    /// A week.
    pub const MAX: u32 = 7 * 24 * 60;

    /// Reads a setting: 0 for never, at most a week.
    ///
    /// # Errors
    /// `unread_mail_minutes` with the limit.
    pub fn parse(minutes: u32) -> Result<Self, Invalid> {
        if minutes > Self::MAX {
            let reason = InvalidReason::TooMany { limit: Self::MAX };
            return Err(Invalid::new("unread_mail_minutes", reason));
        }
        Ok(Self(minutes))
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }

    /// How long something has to stay unread; none where no mail is wanted.
    pub fn patience(self) -> Option<TimeDelta> {
        (self.0 > 0).then(|| TimeDelta::minutes(self.0.into()))
    }
}

impl Default for UnreadMailMinutes {
    fn default() -> Self {
        Self(15)
    }
}

/// After a mail there is no other for so long, unless the person has read something meanwhile.
pub const UNREAD_MAIL_PAUSE: TimeDelta = TimeDelta::hours(24);

/// What is older than this is not worth a mail any more.
pub const UNREAD_MAIL_AGE: TimeDelta = TimeDelta::days(7);

/// Whether a tenant whose lease stands so is still sent mail about its incidents: as long as his
/// messages are accepted.
pub fn may_be_mailed(standing: LeaseStanding) -> bool {
    standing != LeaseStanding::Ended
}

/// As much of a message as a mail says, which nothing keeps secret on its way: its first line, at
/// most 80 characters of it. Empty for a message that is only files.
pub fn first_words(message: &str) -> String {
    const MOST: usize = 80;
    let mut lines = message.lines().map(str::trim);
    let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
    let mut words: String = line.chars().take(MOST).collect();
    if words.len() < line.len() {
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_wanted_after_a_minute_to_a_week_or_never() {
        assert_eq!(UnreadMailMinutes::default().get(), 15);
        assert_eq!(UnreadMailMinutes::NEVER.patience(), None);
        let week = UnreadMailMinutes::parse(UnreadMailMinutes::MAX).unwrap();
        assert_eq!(week.patience(), Some(TimeDelta::days(7)));
        assert!(UnreadMailMinutes::parse(UnreadMailMinutes::MAX + 1).is_err());
    }

    #[test]
    fn a_mail_says_the_first_line_and_no_more() {
        assert_eq!(first_words("\n  Bonjour \nle code est 4711"), "Bonjour");
        assert_eq!(first_words(""), "");
        assert_eq!(first_words(&"é".repeat(200)), "é".repeat(80) + "…");
    }

    #[test]
    fn mail_ends_when_the_days_of_grace_do() {
        assert!(may_be_mailed(LeaseStanding::Running));
        assert!(may_be_mailed(LeaseStanding::Grace));
        assert!(!may_be_mailed(LeaseStanding::Ended));
    }
}
