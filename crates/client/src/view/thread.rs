//! A thread: head, tickets, own unsent ones, draft.

use super::Reader;
use crate::words;
use chrono::{DateTime, TimeDelta, Utc};
use palier_bridge::view::{
    AttachmentView, Delivery, Draft, IncidentHead, Person, Thread, ThreadEntry,
};
use palier_domain::{Act, Denied, LeaseStanding, Role, Status, StatusMove, TicketId, TicketKind};
use palier_store::{
    act::DraftRow,
    view::{FileRow, HeadRow, NoteRow, PersonRow, ThreadPage, TicketRow, UnsentRow, UnsentWhat},
};
use palier_wire::StatusChange;

/// "Written earlier" is said when the device's time and the server's differ by more than this.
const WRITTEN_EARLIER: TimeDelta = TimeDelta::minutes(5);

/// How the person stands to the incident's lease at `now`.
// The desktop's clock may be wrong; the server judges again, and a refusal keeps the words.
pub(crate) fn standing(head: &HeadRow, now: DateTime<Utc>) -> LeaseStanding {
    if head.my_role == Role::Owner {
        return LeaseStanding::Running;
    }
    let zone = head
        .time_zone
        .as_deref()
        .and_then(|zone| zone.parse().ok())
        .unwrap_or(chrono_tz::UTC);
    LeaseStanding::at(head.lease_ends_on, zone, now)
}

/// Whether the person may do this on the incident.
pub(crate) fn may(head: &HeadRow, act: Act) -> Result<(), Denied> {
    palier_domain::may(head.my_role, standing(head, Utc::now()), act)
}

/// Whether the last words of the thread are the person's own, written before somebody else closed the
/// incident and behind that all the same. The two times are of two clocks: of a device whose clock is wrong
/// nothing worse comes than a line too many or too few.
fn closed_meanwhile(page: &ThreadPage) -> bool {
    let mut newest_first = page.tickets.iter().rev();
    let last_move = newest_first.find_map(|it| Some((it, it.status_change.as_ref()?)));
    let by_others = |(ticket, change): &(&TicketRow, &StatusChange)| {
        change.to == Status::Closed && !ticket.mine
    };
    let Some((closed, _)) = last_move.filter(by_others) else {
        return false;
    };
    let unsent = page
        .unsent
        .iter()
        .rfind(|row| matches!(row.what, UnsentWhat::Ticket { .. }));
    let written = match (unsent, page.tickets.last()) {
        (Some(row), _) => Some(row.written_at),
        (None, Some(last)) if last.mine && last.n > closed.n => last.written_at,
        (None, _) => None,
    };
    page.head.status == Status::Closed && written.is_some_and(|at| at < closed.created_at)
}

/// A draft as the composer shows it.
pub(crate) fn draft(row: DraftRow) -> Draft {
    Draft {
        message: row.message,
        note: row.note,
        attachments: row.files.into_iter().map(file).collect(),
        refused: Vec::new(),
    }
}

fn file(row: FileRow) -> AttachmentView {
    AttachmentView {
        id: row.id,
        name: row.name,
        media_type: row.media_type,
        size: row.size,
        has_thumbnail: row.has_thumbnail,
    }
}

impl Reader<'_> {
    /// An incident and a page of its tickets.
    pub(crate) fn thread(&self, page: ThreadPage, draft_row: DraftRow) -> Thread {
        let my_role = page.head.my_role;
        let (read_n, last_n) = (page.head.read_n, page.head.last_n);
        let closed_meanwhile = closed_meanwhile(&page);
        let tickets = page.tickets.into_iter();
        let mut sent: Vec<ThreadEntry> = tickets
            .map(|ticket| self.ticket_entry(ticket, &page.people))
            .collect();
        sent.extend(page.notes.into_iter().map(|note| self.note_entry(note)));
        // Stable: notes stay in their order, after the ticket they follow.
        sent.sort_by_key(|entry| (entry.place, entry.note));
        let unsent = page
            .unsent
            .into_iter()
            .filter_map(|row| self.unsent_entry(row, my_role));
        Thread {
            entries: sent.into_iter().chain(unsent).collect(),
            has_older: page.has_older,
            read_n,
            last_n,
            draft: draft(draft_row),
            incident: IncidentHead {
                closed_meanwhile,
                ..self.head(page.head, page.people)
            },
        }
    }

    fn head(&self, row: HeadRow, people: Vec<PersonRow>) -> IncidentHead {
        let standing = standing(&row, Utc::now());
        let allowed = |act| palier_domain::may(row.my_role, standing, act).is_ok();
        let opened_by = if row.opened_by == self.account.user_id {
            self.account.name.clone()
        } else {
            row.opened_by_name.clone().unwrap_or_default()
        };
        IncidentHead {
            id: row.id,
            place: words::place(row.unit.as_deref(), row.property.as_deref()),
            status_choices: StatusMove::choices(row.my_role, standing, row.status),
            may_prioritise: allowed(Act::SetPriority),
            may_write: allowed(Act::AddTicket),
            may_note: allowed(Act::Notes),
            muted: row.muted,
            title: row.title,
            description: row.description,
            status: row.status,
            priority: row.priority,
            category: row.category,
            participants: people
                .into_iter()
                .filter(|person| person.user_id != self.account.user_id)
                .map(|person| Person {
                    name: words::name(&self.words, person.name, person.role),
                    role: person.role,
                })
                .collect(),
            opened_by,
            created_at: row.created_at,
            unsent: row.unsent,
            flagged: row.flagged,
            closed_meanwhile: false,
        }
    }

    /// A ticket that the server holds.
    pub(crate) fn ticket_entry(&self, row: TicketRow, people: &[PersonRow]) -> ThreadEntry {
        let delivery = if row.mine && row.kind == TicketKind::Message {
            self.sent_delivery(row.n, row.author_type, people)
        } else {
            Delivery::Foreign
        };
        let written_at = row
            .written_at
            .filter(|written| (row.created_at - *written).abs() > WRITTEN_EARLIER);
        ThreadEntry {
            id: row.id,
            n: Some(row.n),
            m: None,
            place: Some(row.n),
            note: false,
            kind: row.kind,
            author_id: row.author_id,
            author_name: words::name(&self.words, row.author_name, row.author_type),
            author_type: row.author_type,
            is_mine: row.mine,
            message: row.message,
            status_change: row.status_change.map(|change| (change.from, change.to)),
            attachments: row.files.into_iter().map(file).collect(),
            at: row.created_at,
            written_at,
            delivery,
            mutation_id: None,
        }
    }

    /// A note that the server holds.
    pub(crate) fn note_entry(&self, row: NoteRow) -> ThreadEntry {
        let written_at = Some(row.written_at)
            .filter(|written| (row.created_at - *written).abs() > WRITTEN_EARLIER);
        ThreadEntry {
            id: TicketId(row.id.0),
            n: None,
            m: Some(row.m),
            place: Some(row.after_n),
            note: true,
            kind: TicketKind::Message,
            author_id: row.author_id,
            author_name: words::name(&self.words, row.author_name, Role::Owner),
            author_type: Role::Owner,
            is_mine: row.mine,
            message: row.message,
            status_change: None,
            attachments: Vec::new(),
            at: row.created_at,
            written_at,
            delivery: if row.mine {
                Delivery::Sent
            } else {
                Delivery::Foreign
            },
            mutation_id: None,
        }
    }

    /// An own ticket or status move that the server does not hold yet; none for other changes,
    /// which the head shows.
    pub(crate) fn unsent_entry(&self, row: UnsentRow, my_role: Role) -> Option<ThreadEntry> {
        let delivery = self.unsent_delivery(&row);
        let note = matches!(row.what, UnsentWhat::Note { .. });
        let (kind, message, status_change) = match row.what {
            UnsentWhat::Ticket { message } | UnsentWhat::Note { message } => {
                (TicketKind::Message, message, None)
            }
            UnsentWhat::Status(change) => (
                TicketKind::System,
                String::new(),
                Some((change.from, change.to)),
            ),
            UnsentWhat::Incident { .. }
            | UnsentWhat::Mute { .. }
            | UnsentWhat::Priority { .. }
            | UnsentWhat::Category { .. } => return None,
        };
        Some(ThreadEntry {
            id: row.ticket_id?,
            n: None,
            m: None,
            place: None,
            note,
            kind,
            author_id: self.account.user_id,
            author_name: self.account.name.clone(),
            author_type: my_role,
            is_mine: true,
            message,
            status_change,
            attachments: row.files.into_iter().map(file).collect(),
            at: row.written_at,
            written_at: None,
            delivery,
            mutation_id: Some(row.mutation_id),
        })
    }
}
