//! What is known of a thread, page by page.

use palier_bridge::view::{Draft, IncidentHead, Thread, ThreadEntry};
use palier_domain::{UserId, counts_as_unread};
use std::{collections::BTreeSet, rc::Rc};

/// Tickets in the first page that is asked for.
pub const PAGE: u32 = 50;

/// Most tickets that one page may carry (bridge: `GetThread::limit`).
pub const LARGEST_PAGE: u32 = 200;

/// The part of a thread that is on screen, oldest first, own unsent tickets last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ThreadState {
    /// The incident; none before the first page.
    pub head: Option<Rc<IncidentHead>>,
    /// What is loaded.
    pub entries: Vec<Rc<ThreadEntry>>,
    /// There are older ones.
    pub has_older: bool,
    /// Where reading stopped when the thread was opened: the unread divider stands after it.
    pub divider_n: u64,
    /// Where reading stands now.
    pub read_n: u64,
    /// The largest number there is.
    pub last_n: u64,
    /// What is being written.
    pub draft: Rc<Draft>,
}

/// What there is to be read, by number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ToRead {
    /// Everything up to here was read.
    pub read: u64,
    /// The largest number there is.
    pub last: u64,
    /// The person's own, which need no reading.
    pub own: BTreeSet<u64>,
}

impl ThreadState {
    /// The state that a first page makes.
    pub fn open(page: Thread) -> Self {
        let divider_n = page.read_n;
        let mut state = Self {
            divider_n,
            ..Self::default()
        };
        state.apply_newest(page);
        state
    }

    /// Puts the newest page in the place of what it covers. Older tickets that are loaded stay,
    /// unless the page does not reach them: a hole must not look like a thread.
    pub fn apply_newest(&mut self, page: Thread) {
        let oldest = page.entries.iter().filter_map(|entry| entry.n).min();
        let kept: Vec<_> = match oldest {
            None => Vec::new(),
            Some(oldest) => self
                .entries
                .iter()
                .filter(|entry| entry.place.is_some_and(|place| place < oldest))
                .cloned()
                .collect(),
        };
        let newest = kept.iter().rev().find_map(|entry| entry.n);
        let adjoins = newest.map(|n| n + 1) == oldest;
        if kept.is_empty() || !adjoins {
            self.entries.clear();
            self.has_older = page.has_older;
        } else {
            self.entries = kept;
        }
        self.entries.extend(page.entries.into_iter().map(Rc::new));
        self.head = Some(Rc::new(page.incident));
        self.read_n = self.read_n.max(page.read_n);
        self.last_n = page.last_n;
        self.draft = Rc::new(page.draft);
    }

    /// Puts an older page before what is loaded.
    pub fn apply_older(&mut self, page: Thread) {
        let Some(first) = self.oldest_n() else {
            return;
        };
        let older = page
            .entries
            .into_iter()
            .filter(|entry| entry.place.is_some_and(|place| place < first))
            .map(Rc::new);
        self.entries.splice(0..0, older);
        self.has_older = page.has_older;
    }

    /// Shows an own ticket at once, before anything else is known of it.
    pub fn apply_sent(&mut self, entry: ThreadEntry) {
        if self.entries.iter().all(|known| known.id != entry.id) {
            self.entries.push(Rc::new(entry));
        }
    }

    /// The smallest number that is loaded.
    pub fn oldest_n(&self) -> Option<u64> {
        self.entries.iter().find_map(|entry| entry.n)
    }

    /// How many tickets the newest page must carry to refresh everything that is loaded.
    pub fn refresh_limit(&self) -> u32 {
        let numbered = self
            .entries
            .iter()
            .filter(|entry| entry.n.is_some())
            .count();
        u32::try_from(numbered)
            .unwrap_or(u32::MAX)
            .clamp(PAGE, LARGEST_PAGE)
    }

    /// How many more tickets must be loaded before the unread divider is among them.
    pub fn missing_above_divider(&self) -> u64 {
        match self.oldest_n() {
            Some(oldest) if self.has_older => oldest.saturating_sub(self.divider_n + 1),
            _ => 0,
        }
    }

    /// Loaded tickets that count as unread for `reader` above `read_n`.
    pub fn unread(&self, reader: UserId, read_n: u64) -> u64 {
        let unread = self.entries.iter().filter(|entry| {
            entry.n.is_some_and(|n| {
                counts_as_unread(entry.kind, Some(entry.author_id), n, reader, read_n)
            })
        });
        unread.count() as u64
    }

    /// How far the messages were read, and what of them is there to be read.
    pub fn messages_to_read(&self) -> ToRead {
        ToRead {
            read: self.read_n,
            last: self.last_n,
            own: self.own(|entry| entry.n),
        }
    }

    /// The same of the notes. Which of them the person has seen is not known here: seeing one again is
    /// told again, and changes nothing.
    pub fn notes_to_read(&self) -> ToRead {
        let notes = || self.entries.iter().filter_map(|entry| entry.m);
        let foreign = self.entries.iter().filter(|entry| !entry.is_mine);
        ToRead {
            read: notes().min().map_or(0, |oldest| oldest - 1),
            last: foreign.filter_map(|entry| entry.m).max().unwrap_or(0),
            own: self.own(|entry| entry.m),
        }
    }

    fn own(&self, number: impl Fn(&ThreadEntry) -> Option<u64>) -> BTreeSet<u64> {
        let own = self.entries.iter().filter(|entry| entry.is_mine);
        own.filter_map(|entry| number(entry)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::display::tests::{entry, thread};

    fn numbers(state: &ThreadState) -> Vec<Option<u64>> {
        state.entries.iter().map(|entry| entry.n).collect()
    }

    #[test]
    fn older_pages_go_before_and_newer_ones_replace() {
        let mut state = ThreadState::open(thread(5..=8, true));
        state.apply_older(thread(1..=4, false));
        assert!(!state.has_older);
        state.apply_newest(thread(6..=9, true));
        assert_eq!(numbers(&state), (1..=9).map(Some).collect::<Vec<_>>());
        assert!(!state.has_older, "the older ones are still there");
    }

    #[test]
    fn notes_stay_with_the_ticket_they_follow() {
        let note = |after| {
            let mut note = entry(after);
            note.id = palier_domain::TicketId(uuid::Uuid::from_u128(900 + u128::from(after)));
            (note.n, note.place, note.note) = (None, Some(after), true);
            note
        };
        let mut newest = thread(5..=6, true);
        newest.entries.push(note(6));
        let mut state = ThreadState::open(newest.clone());
        let mut older = thread(3..=4, false);
        older.entries.push(note(4));
        state.apply_older(older);
        state.apply_newest(newest);
        let places: Vec<_> = state
            .entries
            .iter()
            .map(|entry| (entry.place.unwrap(), entry.note))
            .collect();
        let (said, noted) = (false, true);
        assert_eq!(
            places,
            [
                (3, said),
                (4, said),
                (4, noted),
                (5, said),
                (6, said),
                (6, noted)
            ]
        );
    }

    #[test]
    fn a_hole_drops_what_is_older_instead_of_hiding_it() {
        let mut state = ThreadState::open(thread(1..=4, false));
        state.apply_newest(thread(10..=12, true));
        assert_eq!(numbers(&state), [Some(10), Some(11), Some(12)]);
        assert!(state.has_older);
    }

    #[test]
    fn an_own_ticket_shows_at_once_and_once() {
        let mut state = ThreadState::open(thread(1..=2, false));
        let mut own = entry(77);
        own.n = None;
        state.apply_sent(own.clone());
        state.apply_sent(own.clone());
        assert_eq!(numbers(&state), [Some(1), Some(2), None]);
        let mut page = thread(1..=2, false);
        own.n = Some(3);
        page.entries.push(own);
        state.apply_newest(page);
        assert_eq!(numbers(&state), [Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn the_divider_stays_where_reading_stopped() {
        let mut first = thread(5..=8, true);
        first.read_n = 2;
        let mut state = ThreadState::open(first);
        assert_eq!(state.missing_above_divider(), 2);
        let mut later = thread(5..=8, true);
        later.read_n = 8;
        state.apply_newest(later);
        assert_eq!((state.divider_n, state.read_n), (2, 8));
    }

    #[test]
    fn unread_is_what_others_said() {
        let mut page = thread(1..=4, false);
        page.entries[3].is_mine = true;
        page.entries[3].author_id = UserId(uuid::Uuid::from_u128(9));
        let state = ThreadState::open(page);
        assert_eq!(state.unread(UserId(uuid::Uuid::from_u128(9)), 1), 2);
        assert_eq!(state.messages_to_read().own, BTreeSet::from([4]));
    }
}
