//! Incidents and what is said on them.

use super::{Home, Maker, OWNER, PORTFOLIO, put, text, words::Noun};
use chrono::TimeDelta;
use palier_domain::{
    Category, IncidentId, Priority, ReadView, Role, Status, TicketId, TicketKind, UserId,
};
use palier_wire::{EntityKind, Incident, Mine, StatusChange, Ticket};

impl Maker {
    /// An incident in this home, of so many tickets.
    pub(super) fn thread(&mut self, home: Home, length: usize) {
        let (property_id, unit_id, lease_id, tenant) = home;
        self.now += TimeDelta::seconds(self.rng.i64(60..20_000));
        let id = IncidentId(self.id());
        let about = Noun::any(&mut self.rng);
        let (title, description) = (
            text::title(&mut self.rng, about),
            text::report(&mut self.rng, about),
        );
        let opened = self.now;
        let last_n = length as u64;
        let status = self.talk(id, tenant, about, last_n);
        let data = Incident {
            id,
            portfolio_id: PORTFOLIO,
            property_id,
            unit_id,
            lease_id: Some(lease_id),
            title,
            description,
            category: Category::ALL[self.rng.usize(..Category::ALL.len())],
            priority: Priority::ALL[self.rng.usize(..Priority::ALL.len())],
            status,
            reopened: 0,
            opened_by: tenant,
            opened_by_type: Role::Tenant,
            last_n,
            created_at: opened,
            updated_at: self.now,
        };
        let unread = u64::from(self.rng.u8(..20) == 0).min(last_n);
        let mine = Mine {
            view: ReadView {
                read_n: last_n - unread,
                last_n,
                unread,
                flagged: false,
            },
            flag_rev: 0,
            incident_rev: last_n,
            participant_rev: 0,
        };
        let mut change = put(EntityKind::Incident, id.0, last_n, &data);
        change.mine = Some(mine);
        self.made.first.push(change);
        self.made.threads.push((id, last_n));
    }

    /// Messages, and now and then a move; answers where that has led.
    fn talk(&mut self, incident: IncidentId, tenant: UserId, about: Noun, length: u64) -> Status {
        let mut status = Status::Open;
        for n in 1..=length {
            self.now += TimeDelta::seconds(self.rng.i64(1..3_600));
            let next = Status::ALL.iter().copied().find(|next| *next > status);
            match next.filter(|_| n > 1 && self.rng.u8(..8) == 0) {
                Some(to) => {
                    self.move_to(incident, n, StatusChange { from: status, to });
                    status = to;
                }
                None => self.message(incident, n, tenant, about),
            }
        }
        status
    }

    fn message(&mut self, incident_id: IncidentId, n: u64, tenant: UserId, about: Noun) {
        let mine = n > 1 && self.rng.u8(..5) < 2;
        let (author, message) = match mine {
            true => (OWNER, text::answer(&mut self.rng, about)),
            false => (tenant, text::report(&mut self.rng, about)),
        };
        let mut ticket = self.ticket(incident_id, n, author);
        let files = self.files(incident_id, ticket.id, n == 1);
        ticket.message = message;
        ticket.attachments = files.iter().map(|file| file.id).collect();
        self.put_ticket(&ticket);
        self.put_files(&files);
    }

    fn move_to(&mut self, incident_id: IncidentId, n: u64, change: StatusChange) {
        let mut ticket = self.ticket(incident_id, n, OWNER);
        ticket.kind = TicketKind::System;
        ticket.status_change = Some(change);
        self.put_ticket(&ticket);
    }

    fn ticket(&mut self, incident_id: IncidentId, n: u64, author_id: UserId) -> Ticket {
        let author_type = match author_id == OWNER {
            true => Role::Owner,
            false => Role::Tenant,
        };
        Ticket {
            id: TicketId(self.id()),
            incident_id,
            n,
            kind: TicketKind::Message,
            author_id,
            author_type,
            message: String::new(),
            attachments: Vec::new(),
            status_change: None,
            created_at: self.now,
            written_at: Some(self.now),
            after_lease_end: false,
        }
    }

    fn put_ticket(&mut self, ticket: &Ticket) {
        let row = put(EntityKind::Ticket, ticket.id.0, 1, ticket);
        self.made.threaded.push(row);
    }
}
