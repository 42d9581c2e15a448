//! What is told in a corner of the window.

use crate::context::Announcement;

/// Announcements that are shown, oldest first, each with a key of its own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Announcements {
    shown: Vec<(u64, Announcement)>,
    next: u64,
}

impl Announcements {
    /// Tells something, in place of what told the same: one for each incident, renewed as more arrive. No key comes
    /// twice, so that what is renewed stays as long as what is new.
    pub fn tell(&mut self, announcement: Announcement) {
        self.shown
            .retain(|(_, old)| !same_subject(old, &announcement));
        self.shown.push((self.next, announcement));
        self.next += 1;
    }

    /// One has been there long enough.
    pub fn dismiss(&mut self, key: u64) {
        self.shown.retain(|(old, _)| *old != key);
    }

    /// All of them, with their keys.
    pub fn shown(&self) -> &[(u64, Announcement)] {
        &self.shown
    }
}

fn same_subject(old: &Announcement, new: &Announcement) -> bool {
    match (old, new) {
        (
            Announcement::Message {
                incident_id: old, ..
            },
            Announcement::Message {
                incident_id: new, ..
            },
        ) => old == new,
        (Announcement::Error(old), Announcement::Error(new)) => old == new,
        (Announcement::Done(old), Announcement::Done(new)) => old == new,
        (Announcement::Sentence(old), Announcement::Sentence(new)) => old == new,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_renewed_has_another_key_than_what_it_replaces() {
        let mut told = Announcements::default();
        let done = |words: &str| Announcement::Done(words.to_owned());
        told.tell(done("Copié"));
        let first = told.shown()[0].0;
        told.tell(done("Copié"));
        assert_eq!(told.shown().len(), 1);
        assert_ne!(told.shown()[0].0, first);
        told.tell(done("Enregistré"));
        let keys: Vec<u64> = told.shown().iter().map(|(key, _)| *key).collect();
        told.dismiss(keys[1]);
        told.tell(done("Envoyé"));
        assert!(!keys.contains(&told.shown()[1].0), "a key of old");
    }
}
