//! How far a person has read: which tickets were in front of them long enough, without a hole.

use std::collections::{BTreeMap, BTreeSet};

/// A ticket counts as displayed after so many milliseconds in the viewport of a focused window.
pub const DISPLAYED_AFTER_MS: f64 = 1_000.0;

/// What has been in front of the person in one thread.
#[derive(Debug, Clone, Default)]
pub struct ReadProgress {
    since: BTreeMap<u64, f64>,
    displayed: BTreeSet<u64>,
    marker: u64,
}

impl ReadProgress {
    /// Starts at the marker that is known; a lower one later on changes nothing.
    pub fn known(&mut self, read_n: u64) {
        self.marker = self.marker.max(read_n);
    }

    /// Takes a look: what is visible now, in a window that has the keyboard or not. Answers the
    /// new marker when it moves: the largest displayed number with no hole between it and the old
    /// one. `own` are the person's own tickets, which need no reading.
    pub fn look(
        &mut self,
        now_ms: f64,
        focused: bool,
        visible: &[u64],
        own: &BTreeSet<u64>,
    ) -> Option<u64> {
        if !focused {
            self.since.clear();
            return None;
        }
        self.since.retain(|n, _| visible.contains(n));
        for n in visible {
            let since = *self.since.entry(*n).or_insert(now_ms);
            if now_ms - since >= DISPLAYED_AFTER_MS {
                self.displayed.insert(*n);
            }
        }
        let mut marker = self.marker;
        while self.displayed.contains(&(marker + 1)) || own.contains(&(marker + 1)) {
            marker += 1;
        }
        // Own tickets alone are no reason to tell anybody that something was read.
        while marker > self.marker && own.contains(&marker) && !self.displayed.contains(&marker) {
            marker -= 1;
        }
        self.displayed.retain(|n| *n > marker);
        (marker > self.marker).then(|| {
            self.marker = marker;
            marker
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(numbers: impl IntoIterator<Item = u64>) -> BTreeSet<u64> {
        numbers.into_iter().collect()
    }

    #[test]
    fn a_glance_is_not_reading() {
        let mut progress = ReadProgress::default();
        assert_eq!(progress.look(0.0, true, &[1, 2], &own([])), None);
        assert_eq!(progress.look(900.0, true, &[1, 2], &own([])), None);
        assert_eq!(progress.look(1000.0, true, &[1, 2], &own([])), Some(2));
        assert_eq!(progress.look(2000.0, true, &[1, 2], &own([])), None);
    }

    #[test]
    fn an_unfocused_window_reads_nothing() {
        let mut progress = ReadProgress::default();
        progress.look(0.0, true, &[1], &own([]));
        assert_eq!(progress.look(1500.0, false, &[1], &own([])), None);
        assert_eq!(progress.look(1600.0, true, &[1], &own([])), None);
        assert_eq!(progress.look(2600.0, true, &[1], &own([])), Some(1));
    }

    #[test]
    fn jumping_to_the_end_does_not_read_what_was_skipped() {
        let mut progress = ReadProgress::default();
        progress.known(3);
        progress.look(0.0, true, &[9, 10], &own([]));
        assert_eq!(progress.look(1000.0, true, &[9, 10], &own([])), None);
        progress.look(1100.0, true, &[4, 5, 6, 7, 8], &own([]));
        assert_eq!(
            progress.look(2200.0, true, &[4, 5, 6, 7, 8], &own([])),
            Some(10)
        );
    }

    #[test]
    fn own_tickets_are_no_hole_and_no_reading_either() {
        let mut progress = ReadProgress::default();
        progress.known(3);
        assert_eq!(progress.look(0.0, true, &[], &own([4])), None);
        progress.look(0.0, true, &[5], &own([4, 6]));
        assert_eq!(progress.look(1000.0, true, &[5], &own([4, 6])), Some(5));
    }

    #[test]
    fn what_leaves_the_viewport_starts_again() {
        let mut progress = ReadProgress::default();
        progress.look(0.0, true, &[1], &own([]));
        progress.look(500.0, true, &[], &own([]));
        assert_eq!(progress.look(1000.0, true, &[1], &own([])), None);
    }
}
