//! A made-up portfolio: homes, tenants, incidents, threads of very different lengths, in French.
//!
//! The same seed makes the same portfolio, byte for byte. Most threads are short and a few are long, as
//! they are; words repeat as people repeat them, with a long tail of names and numbers.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use fastrand::Rng;
use palier_domain::{
    Category, IncidentId, LeaseId, PortfolioId, Priority, PropertyId, ReadView, Role, Status,
    TicketId, TicketKind, UnitId, UserId,
};
use palier_wire::{
    Change, EntityKind, Incident, Lease, LeaseTenant, Membership, Mine, Op, Portfolio, Property,
    Scope, Ticket, Unit, UserCard,
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

const STREETS: &[&str] = &[
    "rue des Lilas",
    "quai de la Fosse",
    "avenue Jean-Jaurès",
    "rue de l’Église",
    "impasse du Moulin",
    "boulevard Gambetta",
    "rue Sainte-Thérèse",
    "place du Marché",
    "chemin des Écoliers",
    "rue Victor-Hugo",
];
const FIRST: &[&str] = &[
    "Awa", "Tom", "Inès", "Noël", "Zoé", "Malik", "Chloé", "Étienne", "Léa", "Hugo", "Aïcha",
    "Jérôme", "Maëlle", "Théo", "Fatou", "Anaïs", "Loïc", "Élodie",
];
const LAST: &[&str] = &[
    "Diallo",
    "Martin",
    "Moreau",
    "Cœur",
    "Petit",
    "Lefèvre",
    "N’Guessan",
    "Benali",
    "Dubois",
    "Roux",
    "Garnier",
    "Traoré",
    "Chevalier",
    "Muñoz",
    "Faure",
    "Hébert",
];
const SUBJECTS: &[&str] = &[
    "La chaudière",
    "L’évier de la cuisine",
    "Le radiateur du salon",
    "Le volet roulant",
    "La serrure de l’entrée",
    "Le ballon d’eau chaude",
    "La prise de la chambre",
    "Le plafond de la salle de bains",
    "Le chauffe-eau",
    "L’interphone",
    "La chasse d’eau",
    "La VMC",
    "Le détecteur de fumée",
    "La porte du garage",
    "Le robinet",
];
const STATES: &[&str] = &[
    "fuit depuis hier soir",
    "ne marche plus",
    "fait un bruit bizarre",
    "affiche le code E4",
    "est bloqué à mi-hauteur",
    "goutte sans arrêt",
    "a disjoncté deux fois",
    "sent le brûlé",
    "est tombé en panne ce matin",
    "s’éteint tout seul",
    "laisse passer de l’eau",
    "ne chauffe presque pas",
    "a des moisissures tout autour",
];
const ASKS: &[&str] = &[
    "Pouvez-vous envoyer quelqu’un ?",
    "Je suis là toute la journée.",
    "C’est assez urgent.",
    "Merci de me tenir au courant.",
    "J’ai mis une bassine dessous.",
    "Le voisin a le même problème.",
    "Je joins une photo.",
    "Rappelez-moi au besoin.",
    "Je peux attendre jusqu’à lundi.",
    "Dois-je couper l’arrivée d’eau ?",
];
const ANSWERS: &[&str] = &[
    "Le plombier passe demain à 9 h.",
    "J’ai demandé un devis.",
    "L’électricien vous appelle dans l’après-midi.",
    "La pièce est commandée.",
    "Est-ce que cela continue ?",
    "C’est noté, je m’en occupe.",
    "L’artisan confirme jeudi.",
    "Pouvez-vous m’envoyer une photo de la plaque ?",
    "L’assurance demande un constat.",
    "Merci, je transmets.",
];

/// Rows of a portfolio, as pages of a snapshot carry them: what is let, the incidents, the tickets.
pub struct Made {
    /// Everything but tickets.
    pub first: Vec<Change>,
    /// Tickets, thread by thread.
    pub tickets: Vec<Change>,
    /// Every incident and its number of tickets.
    pub threads: Vec<(IncidentId, u64)>,
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
            tickets: Vec::with_capacity(tickets),
            threads: Vec::new(),
        },
    };
    maker.portfolio(tickets.div_ceil(TICKETS_A_HOME).max(2), tickets);
    maker.made
}

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

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.rng.usize(..of.len())]
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

    fn home(&mut self, number: usize) -> (PropertyId, UnitId, LeaseId, UserId) {
        let (property, unit) = (PropertyId(self.id()), UnitId(self.id()));
        let (lease, tenant) = (LeaseId(self.id()), UserId(self.id()));
        let street = format!("{} {}", 1 + self.rng.u32(..120), self.one(STREETS));
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
        let name = format!("{} {}", self.one(FIRST), self.one(LAST));
        self.card(tenant, name);
        (property, unit, lease, tenant)
    }

    fn card(&mut self, id: UserId, name: String) {
        self.put(EntityKind::UserCard, id.0, 1, &UserCard { id, name });
    }

    fn thread(&mut self, home: (PropertyId, UnitId, LeaseId, UserId), length: usize) {
        let (property_id, unit_id, lease_id, tenant) = home;
        self.now += TimeDelta::seconds(self.rng.i64(60..20_000));
        let id = IncidentId(self.id());
        let title = format!("{} {}", self.one(SUBJECTS), self.one(STATES));
        let opened = self.now;
        for n in 1..=length as u64 {
            self.ticket(id, n, tenant);
        }
        let last_n = length as u64;
        let statuses = Status::ALL;
        let data = Incident {
            id,
            portfolio_id: PORTFOLIO,
            property_id,
            unit_id,
            lease_id: Some(lease_id),
            title,
            description: self.one(ASKS).to_owned(),
            category: Category::ALL[self.rng.usize(..Category::ALL.len())],
            priority: Priority::ALL[self.rng.usize(..Priority::ALL.len())],
            status: statuses[self.rng.usize(..statuses.len())],
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

    fn ticket(&mut self, incident_id: IncidentId, n: u64, tenant: UserId) {
        self.now += TimeDelta::seconds(self.rng.i64(1..3_600));
        let mine = self.rng.u8(..5) < 2;
        let message = match mine {
            true => format!("{} {}", self.one(ANSWERS), self.rng.u32(100..100_000)),
            false => format!(
                "{} {}. {}",
                self.one(SUBJECTS),
                self.one(STATES),
                self.one(ASKS)
            ),
        };
        let id = TicketId(self.id());
        let data = Ticket {
            id,
            incident_id,
            n,
            kind: TicketKind::Message,
            author_id: if mine { OWNER } else { tenant },
            author_type: if mine { Role::Owner } else { Role::Tenant },
            message,
            attachments: Vec::new(),
            status_change: None,
            created_at: self.now,
            written_at: Some(self.now),
            after_lease_end: false,
        };
        self.made
            .tickets
            .push(put(EntityKind::Ticket, id.0, 1, &data));
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

#[cfg(test)]
mod tests {
    use super::make;

    #[test]
    fn the_same_seed_makes_the_same_portfolio_of_the_size_that_was_asked_for() {
        let (one, other) = (make(7, 3_000), make(7, 3_000));
        assert_eq!(one.tickets, other.tickets);
        assert_eq!(one.first, other.first);
        assert_eq!(one.tickets.len(), 3_000);
        assert_ne!(one.tickets, make(8, 3_000).tickets);
        let mut lengths: Vec<u64> = one.threads.iter().map(|(_, length)| *length).collect();
        lengths.sort_unstable();
        let median = lengths[lengths.len() / 2];
        let longest = lengths.last().copied().unwrap_or(0);
        assert!(median <= 6 && longest >= 60, "{median} {longest}");
    }
}
