//! What counts as unread, and which number a person is shown.

use crate::{id::UserId, ticket::TicketKind};
use serde::{Deserialize, Serialize};

/// Whether a ticket counts as unread for `reader`, who has read up to `read_n`.
///
/// Only messages of others count; system tickets are shown and never count. Sending does not move
/// the own marker, so a foreign ticket that crossed an own one stays unread.
pub fn counts_as_unread(
    kind: TicketKind,
    author: Option<UserId>,
    n: u64,
    reader: UserId,
    read_n: u64,
) -> bool {
    kind == TicketKind::Message && author != Some(reader) && n > read_n
}

/// What the server computed for the caller about one incident, in the page's snapshot
/// (`mine` on the wire). The higher (incident rev, participant rev) wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadView {
    /// The largest number the caller has read, without holes.
    pub read_n: u64,
    /// The largest number there is.
    pub last_n: u64,
    /// How many tickets count as unread.
    pub unread: u64,
    /// The person marked it unread by hand.
    pub flagged: bool,
}

/// Marker moves of this device that the server has not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueuedMarker {
    /// Read up to here.
    pub up_to_n: Option<u64>,
    /// Marked unread (`true`) or the mark taken back (`false`) by hand.
    pub flag: Option<bool>,
}

/// The number a person is shown on an incident.
///
/// `cached` lists the numbers of the cached tickets that would count as unread from zero
/// (messages of others), in any order.
///
/// With q = the queued marker, else `read_n`:
/// max(flag ? 1 : 0, unread − foreign in (read_n, min(q, last_n)] + foreign above max(last_n, q)).
pub fn shown_unread(
    mine: ReadView,
    queued: QueuedMarker,
    cached: impl IntoIterator<Item = u64>,
) -> u64 {
    let q = queued.up_to_n.unwrap_or(0).max(mine.read_n);
    let (mut read_here, mut newer) = (0, 0);
    for n in cached {
        if n > mine.read_n && n <= q.min(mine.last_n) {
            read_here += 1;
        } else if n > mine.last_n.max(q) {
            newer += 1;
        }
    }
    // A person who reads past a hand-made mark has answered it.
    let raised = queued.up_to_n.is_some_and(|n| n > mine.read_n);
    let flagged = queued.flag.unwrap_or(mine.flagged && !raised);
    (mine.unread.saturating_sub(read_here) + newer).max(u64::from(flagged))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_servers_number_stands_when_nothing_is_queued() {
        let mine = ReadView {
            read_n: 2,
            last_n: 5,
            unread: 3,
            flagged: false,
        };
        assert_eq!(shown_unread(mine, QueuedMarker::default(), []), 3);
    }

    #[test]
    fn a_hand_made_mark_shows_one_until_the_person_reads_on() {
        let mine = ReadView {
            read_n: 5,
            last_n: 6,
            unread: 0,
            flagged: true,
        };
        assert_eq!(shown_unread(mine, QueuedMarker::default(), []), 1);
        let queued = QueuedMarker {
            up_to_n: Some(6),
            flag: None,
        };
        assert_eq!(shown_unread(mine, queued, []), 0);
    }

    proptest! {
        /// With everything cached, the shown number equals a recount above the queued marker.
        #[test]
        fn shown_equals_a_recount(
            foreign in proptest::collection::btree_set(1u64..40, 0..20),
            read_n in 0u64..40, last_n in 0u64..40, q in 0u64..40,
        ) {
            let read_n = read_n.min(last_n);
            let unread = foreign.iter().filter(|n| **n > read_n && **n <= last_n).count() as u64;
            let mine = ReadView { read_n, last_n, unread, flagged: false };
            let queued = QueuedMarker { up_to_n: Some(q), flag: None };
            let recount = foreign.iter().filter(|n| **n > q.max(read_n)).count() as u64;
            prop_assert_eq!(shown_unread(mine, queued, foreign), recount);
        }
    }
}
