//! Beginning anew, less and less often where it comes to nothing.

use std::time::Duration;

/// How often in a row everything was opened anew and came to nothing.
#[derive(Default)]
pub(crate) struct Rounds(u32);

impl Rounds {
    /// What breaks down again at once is left alone for longer and longer, up to this.
    const LONGEST: Duration = Duration::from_secs(5 * 60);

    /// How long to wait before the next one; not at all where the last one had come to something.
    pub(crate) fn pause(&mut self, progress: bool) -> Duration {
        if progress {
            self.0 = 0;
        }
        let pause = match self.0.checked_sub(1) {
            None => Duration::ZERO,
            Some(doublings) => Duration::from_secs(1 << doublings.min(16)),
        };
        self.0 += 1;
        pause.min(Self::LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_breaks_down_at_once_is_opened_less_and_less_often() {
        let mut rounds = Rounds::default();
        let seconds = |it: Duration| it.as_secs();
        let paused: Vec<_> = (0..11).map(|_| seconds(rounds.pause(false))).collect();
        assert_eq!(paused, [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
        for _ in 0..100 {
            assert_eq!(rounds.pause(false), Rounds::LONGEST);
        }
        assert_eq!(
            rounds.pause(true),
            Duration::ZERO,
            "it had come to something"
        );
        assert_eq!(seconds(rounds.pause(false)), 1);
    }
}
