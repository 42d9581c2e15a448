//! How far an own ticket has come, as the screens tell it.

use palier_bridge::view::{Delivery, FailureReason, ThreadEntry};

/// The word under which tests and styles find a state.
pub fn state_word(delivery: &Delivery) -> &'static str {
    match delivery {
        Delivery::Foreign => "foreign",
        Delivery::Held { .. } => "held",
        Delivery::Waiting { .. } => "waiting",
        Delivery::Cancelling => "cancelling",
        Delivery::Sent => "sent",
        Delivery::Read { .. } => "read",
        Delivery::Failed { .. } => "failed",
    }
}

/// What the person can do about an own ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ways {
    /// Take it back within its undo time.
    pub undo: bool,
    /// End the undo time.
    pub send_now: bool,
    /// Take it back into the composer.
    pub edit: bool,
    /// Try again now.
    pub retry: bool,
    /// Throw it away.
    pub discard: bool,
    /// Send it before the message whose files it waits for.
    pub send_before: bool,
    /// Do it from what somebody else made of it.
    pub apply_anyway: bool,
}

impl Ways {
    /// The ways out of a state.
    pub fn of(delivery: &Delivery) -> Self {
        match delivery {
            Delivery::Held { .. } => Self {
                undo: true,
                send_now: true,
                ..Self::default()
            },
            Delivery::Waiting { behind_upload, .. } => Self {
                send_before: *behind_upload,
                edit: true,
                discard: true,
                ..Self::default()
            },
            // Trying the same again would be refused again.
            Delivery::Failed {
                reason: FailureReason::ChangedMeanwhile { .. },
            } => Self {
                apply_anyway: true,
                discard: true,
                ..Self::default()
            },
            Delivery::Failed { .. } => Self {
                edit: true,
                retry: true,
                discard: true,
                ..Self::default()
            },
            Delivery::Foreign | Delivery::Cancelling | Delivery::Sent | Delivery::Read { .. } => {
                Self::default()
            }
        }
    }
}

/// Seconds left of an undo time, counting down to one; the last second is not zero.
pub fn seconds_left(deadline_ms: f64, now_ms: f64) -> u64 {
    ((deadline_ms - now_ms).max(0.0) / 1000.0).ceil() as u64
}

/// Which of a run's tickets show their mark: those that tell something the next one does not.
pub fn shows_mark(entry: &ThreadEntry, next: Option<&ThreadEntry>) -> bool {
    match (&entry.delivery, next.map(|next| &next.delivery)) {
        (Delivery::Sent | Delivery::Read { .. } | Delivery::Foreign, Some(next)) => {
            state_word(&entry.delivery) != state_word(next)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::display::tests::entry;

    #[test]
    fn a_sent_ticket_leaves_nothing_to_do() {
        assert_eq!(Ways::of(&Delivery::Sent), Ways::default());
        assert!(Ways::of(&Delivery::Held { remaining_ms: 1 }).undo);
        let failed = Delivery::Failed {
            reason: FailureReason::Gone,
        };
        let ways = Ways::of(&failed);
        assert!(ways.edit && ways.retry && ways.discard && !ways.undo);
    }

    #[test]
    fn what_was_overtaken_can_be_applied_all_the_same_and_what_waits_for_files_can_go_before() {
        let overtaken = Ways::of(&Delivery::Failed {
            reason: FailureReason::ChangedMeanwhile { now: None },
        });
        assert!(overtaken.apply_anyway && overtaken.discard && !overtaken.retry);
        let behind = Ways::of(&Delivery::Waiting {
            upload_percent: None,
            attempted: false,
            behind_upload: true,
            troubled: false,
        });
        assert!(behind.send_before && behind.edit);
    }

    #[test]
    fn the_countdown_ends_with_one() {
        assert_eq!(seconds_left(5000.0, 0.0), 5);
        assert_eq!(seconds_left(5000.0, 4999.0), 1);
        assert_eq!(seconds_left(5000.0, 6000.0), 0);
    }

    #[test]
    fn a_run_shows_a_mark_where_it_changes() {
        let with = |delivery| ThreadEntry {
            delivery,
            ..entry(1)
        };
        let (sent, read) = (
            with(Delivery::Sent),
            with(Delivery::Read {
                by: "Awa".to_owned(),
                at: None,
            }),
        );
        assert!(!shows_mark(&sent, Some(&sent)));
        assert!(shows_mark(&read, Some(&sent)));
        assert!(shows_mark(&sent, None));
        let waiting = with(Delivery::Waiting {
            upload_percent: None,
            attempted: false,
            behind_upload: false,
            troubled: false,
        });
        assert!(shows_mark(&waiting, Some(&waiting)));
    }
}
