//! Small decisions about how things look.

use palier_bridge::view::{IncidentRow, Link, OtherAccount, SyncView};

/// The letters that stand for a person: first letters of the first and last word.
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// The word under which tests and styles find the state of the connection.
pub fn link_word(link: Link) -> &'static str {
    match link {
        Link::SignedOut => "signed_out",
        Link::Connecting => "connecting",
        Link::Online => "online",
        Link::Offline => "offline",
        Link::NeedsSignIn => "needs_sign_in",
        Link::UpdateRequired => "update_required",
    }
}

/// The key of the sentence on the sync pill.
pub fn pill_key(sync: &SyncView) -> &'static str {
    match (sync.link, sync.waiting, sync.failed) {
        (Link::SignedOut, ..) => "sync-signed-out",
        (Link::NeedsSignIn, ..) => "sync-needs-sign-in",
        (Link::UpdateRequired, ..) => "sync-update-required",
        (Link::Offline, 1.., _) => "sync-offline-waiting",
        (Link::Offline, 0, 0) => "sync-offline",
        (_, _, 1..) => "sync-failed",
        (Link::Connecting, ..) => "sync-connecting",
        (Link::Online, 0, _) if sync.not_put_back > 0 => "sync-not-put-back",
        (Link::Online, 0, _) => "sync-online",
        (Link::Online, ..) => "sync-online-waiting",
    }
}

/// What an account behind the shown one needs most, as the key of a sentence and its count.
pub fn account_state(other: &OtherAccount) -> (&'static str, u64) {
    match (other.needs_sign_in, other.unsent) {
        _ if other.shut => ("settings-account-shut", 0),
        (true, _) => ("settings-account-ended", 0),
        (false, 0) => ("settings-account-well", 0),
        (false, unsent) => ("settings-account-unsent", unsent.into()),
    }
}

/// The title of the window: the unread count comes first, where a narrow tab still shows it.
pub fn window_title(app: &str, unread: u64) -> String {
    match unread {
        0 => app.to_owned(),
        1..=99 => format!("({unread}) {app}"),
        _ => format!("(99+) {app}"),
    }
}

/// A count on a badge.
pub fn badge(count: u64) -> String {
    if count > 99 {
        "99+".to_owned()
    } else {
        count.to_string()
    }
}

/// What stands in a row's line of last words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LastWords {
    /// Nobody said anything.
    None,
    /// Somebody sent only files.
    Files,
    /// Words.
    Words(String),
}

/// A row's last words, on one line.
pub fn last_words(row: &IncidentRow) -> LastWords {
    let words = row
        .last_words
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if !words.is_empty() {
        LastWords::Words(words)
    } else if row.last_author.is_some() || row.last_is_mine {
        LastWords::Files
    } else {
        LastWords::None
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use palier_bridge::view::{Delivery, Draft, IncidentHead, Thread, ThreadEntry};
    use palier_domain::{
        Category, IncidentId, Priority, Role, Status, TicketId, TicketKind, UserId,
    };
    use std::ops::RangeInclusive;
    use uuid::Uuid;

    /// A foreign message with a number.
    pub(crate) fn entry(n: u64) -> ThreadEntry {
        ThreadEntry {
            id: TicketId(Uuid::from_u128(n.into())),
            n: Some(n),
            m: None,
            place: Some(n),
            note: false,
            kind: TicketKind::Message,
            author_id: UserId(Uuid::from_u128(1)),
            author_name: "Awa".to_owned(),
            author_type: Role::Tenant,
            is_mine: false,
            message: format!("message {n}"),
            status_change: None,
            attachments: Vec::new(),
            at: chrono::DateTime::UNIX_EPOCH,
            written_at: None,
            delivery: Delivery::Foreign,
            mutation_id: None,
        }
    }

    /// A page of foreign messages.
    pub(crate) fn thread(numbers: RangeInclusive<u64>, has_older: bool) -> Thread {
        Thread {
            incident: IncidentHead {
                id: IncidentId(Uuid::nil()),
                title: "Fuite".to_owned(),
                description: String::new(),
                place: "3B".to_owned(),
                status: Status::Open,
                status_choices: Vec::new(),
                priority: Priority::Normal,
                may_prioritise: true,
                may_write: true,
                may_note: true,
                muted: false,
                category: Category::Plumbing,
                participants: Vec::new(),
                opened_by: "Awa".to_owned(),
                created_at: chrono::DateTime::UNIX_EPOCH,
                unsent: false,
                flagged: false,
                closed_meanwhile: false,
            },
            last_n: *numbers.end(),
            entries: numbers.map(entry).collect(),
            has_older,
            read_n: 0,
            draft: Draft::default(),
        }
    }

    #[test]
    fn initials_are_of_first_and_last_name() {
        assert_eq!(initials("Awa Ndiaye"), "AN");
        assert_eq!(initials("jean-pierre de la tour"), "JT");
        assert_eq!(initials("(Élodie)"), "É");
        assert_eq!(initials("  "), "");
    }

    #[test]
    fn the_pill_says_what_matters_most() {
        let key_of = |link, waiting, failed, not_put_back| {
            pill_key(&SyncView {
                link,
                waiting,
                failed,
                not_put_back,
                first_sync_rows: None,
                up_to_date_at: None,
            })
        };
        let key = |link, waiting, failed| key_of(link, waiting, failed, 0);
        assert_eq!(key_of(Link::Online, 0, 0, 2), "sync-not-put-back");
        assert_eq!(key_of(Link::Online, 1, 0, 2), "sync-online-waiting");
        assert_eq!(key(Link::Online, 0, 0), "sync-online");
        assert_eq!(key(Link::Online, 2, 0), "sync-online-waiting");
        assert_eq!(key(Link::Online, 2, 1), "sync-failed");
        assert_eq!(key(Link::Offline, 2, 1), "sync-offline-waiting");
        assert_eq!(key(Link::Offline, 0, 1), "sync-failed");
        assert_eq!(key(Link::NeedsSignIn, 2, 1), "sync-needs-sign-in");
    }

    #[test]
    fn the_title_counts() {
        assert_eq!(window_title("Palier", 0), "Palier");
        assert_eq!(window_title("Palier", 3), "(3) Palier");
        assert_eq!(window_title("Palier", 300), "(99+) Palier");
    }
}
