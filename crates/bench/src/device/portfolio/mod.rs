//! A made-up portfolio: homes, tenants, incidents, threads of very different lengths, in French.
//!
//! The same seed makes the same portfolio, byte for byte. Most threads are short and a few are long, as
//! they are; words repeat as people repeat them ([`words`]), with a long tail of names and numbers; status
//! moves stand among the messages, and some of these carry files ([`files`]).

mod files;
mod lists;
#[cfg(test)]
mod tests;
mod text;
mod threads;
mod words;

use chrono::{DateTime, TimeZone, Utc};
use fastrand::Rng;
use palier_domain::{
    AttachmentId, IncidentId, LeaseId, PortfolioId, PropertyId, Role, UnitId, UserId,
};
use palier_wire::{
    Change, EntityKind, Lease, LeaseTenant, Membership, Op, Portfolio, Property, Scope, Unit,
    UserCard,
};
use serde::Serialize;
use uuid::Uuid;

/// The landlord.
pub const OWNER: UserId = UserId(Uuid::from_u128(1));
/// What she lets.
pub const PORTFOLIO: PortfolioId = PortfolioId(Uuid::from_u128(2));
/// Her rows.
pub const SCOPE: Scope = Scope::Portfolio(PORTFOLIO);

/// Homes for so many tickets each.
const TICKETS_A_HOME: usize = 250;
/// The longest thread.
const LONGEST: usize = 400;

/// Rows of a portfolio, as pages of a snapshot carry them: what is let, the incidents, the tickets.
pub struct Made {
    /// What is let, people, incidents.
    pub first: Vec<Change>,
    /// Tickets, thread by thread, each with its files behind it.
    pub threaded: Vec<Change>,
    /// Every incident and its number of tickets.
    pub threads: Vec<(IncidentId, u64)>,
    /// The bytes of the few files that have any.
    pub bytes: Vec<(AttachmentId, Vec<u8>)>,
}

impl Made {
    /// Every row, in the order in which a server sends them.
    pub fn rows(&self) -> impl Iterator<Item = &Change> {
        self.first.iter().chain(&self.threaded)
    }

    /// The tickets alone.
    pub fn tickets(&self) -> impl Iterator<Item = &Change> {
        let threaded = self.threaded.iter();
        threaded.filter(|row| row.kind == EntityKind::Ticket)
    }
}

/// The portfolio of so many tickets.
pub fn make(seed: u64, tickets: usize) -> Made {
    let mut maker = Maker {
        rng: Rng::with_seed(seed),
        next: 1_000,
        now: Utc
            .timestamp_opt(1_600_000_000, 0)
            .single()
            .unwrap_or_default(),
        made: Made {
            first: Vec::new(),
            threaded: Vec::with_capacity(tickets),
            threads: Vec::new(),
            bytes: Vec::new(),
        },
    };
    maker.portfolio(tickets.div_ceil(TICKETS_A_HOME).max(2), tickets);
    maker.made
}

/// A home and who lives in it.
type Home = (PropertyId, UnitId, LeaseId, UserId);

struct Maker {
    rng: Rng,
    next: u128,
    now: DateTime<Utc>,
    made: Made,
}

impl Maker {
    fn id(&mut self) -> Uuid {
        self.next += 1;
        // Spread as real ones are: the time above, chance below.
        let millis = u128::try_from(self.now.timestamp_millis()).unwrap_or(0);
        Uuid::from_u128(
            (millis << 80) | (u128::from(self.rng.u64(..)) << 16) | (self.next & 0xffff),
        )
    }

    fn portfolio(&mut self, homes: usize, tickets: usize) {
        let portfolio = Portfolio {
            id: PORTFOLIO,
            name: "Résidences Dubois".to_owned(),
        };
        self.put(EntityKind::Portfolio, PORTFOLIO.0, 1, &portfolio);
        self.card(OWNER, "Claire Dubois".to_owned());
        let homes: Vec<_> = (0..homes).map(|number| self.home(number)).collect();
        let mut left = tickets;
        while left > 0 {
            let home = &homes[self.rng.usize(..homes.len())];
            // Most threads are short; one in a hundred is very long.
            let luck = self.rng.f64();
            let long = (2.0 / (1.0 - luck).powf(0.85)) as usize;
            let length = long.clamp(1, LONGEST).min(left);
            let home = *home;
            self.thread(home, length);
            left -= length;
        }
    }

    fn home(&mut self, number: usize) -> Home {
        let (property, unit) = (PropertyId(self.id()), UnitId(self.id()));
        let (lease, tenant) = (LeaseId(self.id()), UserId(self.id()));
        let street = format!(
            "{} {}",
            1 + self.rng.u32(..120),
            words::street(&mut self.rng)
        );
        let data = Property {
            id: property,
            portfolio_id: PORTFOLIO,
            name: street,
            address: String::new(),
            time_zone: "Europe/Paris".to_owned(),
        };
        self.put(EntityKind::Property, property.0, 1, &data);
        let data = Unit {
            id: unit,
            property_id: property,
            label: format!("{}{}", 1 + number % 7, ["A", "B", "C", "D"][number % 4]),
        };
        self.put(EntityKind::Unit, unit.0, 1, &data);
        let data = Lease {
            id: lease,
            unit_id: unit,
            starts_on: self.now.date_naive(),
            ends_on: None,
            tenants: vec![LeaseTenant {
                user_id: tenant,
                left_at: None,
            }],
        };
        self.put(EntityKind::Lease, lease.0, 1, &data);
        let name = words::name(&mut self.rng);
        self.card(tenant, name);
        (property, unit, lease, tenant)
    }

    fn card(&mut self, id: UserId, name: String) {
        self.put(EntityKind::UserCard, id.0, 1, &UserCard { id, name });
    }

    fn put(&mut self, kind: EntityKind, id: Uuid, rev: u64, data: &impl Serialize) {
        self.made.first.push(put(kind, id, rev, data));
    }
}

/// What makes the portfolio hers.
pub fn membership() -> Change {
    let data = Membership {
        id: PORTFOLIO.0,
        role: Role::Owner,
    };
    Change {
        scope: Scope::User(OWNER),
        ..put(EntityKind::Membership, PORTFOLIO.0, 1, &data)
    }
}

fn put(kind: EntityKind, id: Uuid, rev: u64, data: &impl Serialize) -> Change {
    Change {
        scope: SCOPE,
        kind,
        op: Op::Put,
        id,
        rev,
        data: serde_json::to_value(data).ok(),
        mine: None,
    }
}
