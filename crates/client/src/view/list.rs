//! The incident list and the list of what waits.

use super::Reader;
use crate::words;
use palier_bridge::view::{Delivery, IncidentRow, OutboxItem, OutboxWhat};
use palier_domain::OutboxState;
use palier_store::view::{IncidentListRow, OutboxRow, UnsentWhat};

/// Most characters of first words.
const WORDS: usize = 200;

impl Reader<'_> {
    /// A row of the incident list.
    pub(crate) fn list_row(&self, row: IncidentListRow) -> IncidentRow {
        let place = words::place(row.unit.as_deref(), row.property.as_deref());
        let (last_author, last_is_mine, last_words) = match row.last {
            None => (None, false, String::new()),
            Some(last) => {
                let said = if last.words.is_empty() && last.files > 0 {
                    self.words
                        .format("notification-body-files", &[("count", last.files.into())])
                } else {
                    last.words
                };
                let author = words::name(&self.words, last.author, last.author_type);
                (Some(author), last.mine, said)
            }
        };
        IncidentRow {
            id: row.id,
            title: row.title,
            place,
            status: row.status,
            priority: row.priority,
            category: row.category,
            unread: row.unread,
            new_notes: row.new_notes,
            has_draft: row.has_draft,
            has_failed: row.has_failed,
            has_waiting: row.has_waiting,
            muted: row.muted,
            last_author,
            last_is_mine,
            last_words,
            activity_at: row.activity_at,
        }
    }

    /// A line of "what waits and why".
    pub(crate) fn outbox_item(&self, row: OutboxRow) -> OutboxItem {
        let delivery = self.unsent_delivery(&row.entry);
        let entry = row.entry;
        let not_put_back = entry.replayed && matches!(delivery, Delivery::Failed { .. });
        let most = if not_put_back { usize::MAX } else { WORDS };
        let what = match entry.what {
            _ if entry.state == OutboxState::Cancelling => OutboxWhat::Cancel,
            UnsentWhat::Ticket { message } => OutboxWhat::Ticket {
                words: message.chars().take(most).collect(),
            },
            UnsentWhat::Note { message } => OutboxWhat::Note {
                words: message.chars().take(most).collect(),
            },
            UnsentWhat::Mute { muted } => OutboxWhat::Mute { muted },
            UnsentWhat::Incident { .. } => OutboxWhat::Incident,
            UnsentWhat::Status(change) => OutboxWhat::Status { to: change.to },
            UnsentWhat::Priority { to, .. } => OutboxWhat::Priority { to },
            UnsentWhat::Category { to, .. } => OutboxWhat::Category { to },
        };
        OutboxItem {
            mutation_id: entry.mutation_id,
            ticket_id: entry.ticket_id,
            incident_id: entry.incident_id,
            incident_title: row.incident_title.unwrap_or_default(),
            what,
            delivery,
            not_put_back,
            at: entry.written_at,
        }
    }
}
