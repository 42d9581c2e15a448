//! People, and what is let to them as far as the older system knew.
//!
//! It knew an owner and perhaps a tenant for each incident. So each owner has one portfolio, each
//! `property` of it is a property, each `unit` a unit. Two tenants of one unit get a unit each, with
//! their names: nobody can tell who lived there when, and a tenant must not see another's words.

use super::{
    Taken, Wanted,
    old::{Mapping, Old, Reader, Unreadable},
};
use crate::{
    db::{Stamp, query, writer::WriteTx},
    error::Result,
    letting::{self, NewLease, PropertyWords},
};
use argon2::password_hash::PasswordHash;
use chrono::{DateTime, Utc};
use palier_domain::{
    Category, DisplayName, Email, LeaseId, LeaseTerm, PortfolioId, PortfolioName, Priority,
    PropertyAddress, PropertyId, PropertyName, Role, Status, UnitId, UnitLabel, UserId,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// An incident of the older system.
pub(super) struct Case {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) status: Status,
    pub(super) priority: Priority,
    pub(super) category: Category,
    pub(super) owner: Uuid,
    pub(super) tenant: Option<Uuid>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    property: String,
    unit: String,
}

/// Somebody of the older system.
pub(super) struct Person {
    pub(super) name: String,
    /// Owner of anything.
    pub(super) owns: bool,
}

/// Where an incident is.
#[derive(Clone, Copy)]
pub(super) struct Home {
    pub(super) portfolio: PortfolioId,
    pub(super) property: PropertyId,
    pub(super) unit: UnitId,
    pub(super) lease: Option<LeaseId>,
}

/// A unit as the older system told one: its property, its label, its tenant.
type Place = (PropertyId, String, Option<Uuid>);
/// What was made of it.
type Let = (UnitId, Option<LeaseId>);

pub(super) type Homes = HashMap<Uuid, Home>;
pub(super) type People = BTreeMap<Uuid, Person>;

/// Reads all incidents.
pub(super) async fn read_cases(
    tx: &mut WriteTx,
    mapping: &Mapping,
    unreadable: &mut Vec<Unreadable>,
) -> Result<Vec<Case>> {
    let rows = query(sql!(
        {sqlite "select * from legacy_incidents"}
        {postgres "select to_jsonb(t)::text from legacy_incidents t"}))
    .fetch_objects(tx.conn())
    .await?;
    let mut cases = Vec::with_capacity(rows.len());
    for row in rows {
        match case(mapping, &Old(row)) {
            Ok(case) => cases.push(case),
            Err(why) => unreadable.push(why),
        }
    }
    cases.sort_by_key(|case| (case.created_at, case.id));
    Ok(cases)
}

fn case(mapping: &Mapping, row: &Old) -> Result<Case, Unreadable> {
    let reader = Reader {
        table: "incidents",
        mapping,
        row,
    };
    let created_at = reader.time("created_at")?;
    let title = reader.text("title");
    Ok(Case {
        id: reader.id("id")?,
        title: match title.trim() {
            "" => "—".to_owned(),
            title => title.to_owned(),
        },
        description: reader.text("description"),
        status: reader.status()?,
        priority: reader.priority()?,
        category: reader.category()?,
        owner: reader.id("owner_id")?,
        tenant: reader.id_if_any("tenant_id")?,
        created_at,
        updated_at: reader.time_if_any("updated_at")?.unwrap_or(created_at),
        property: reader.text("property"),
        unit: reader.text("unit"),
    })
}

/// Makes everybody, with the ids they had.
///
/// Passwords are taken over where they are Argon2 hashes; everybody else sets a new one.
pub(super) async fn people(
    tx: &mut WriteTx,
    mapping: &Mapping,
    unreadable: &mut Vec<Unreadable>,
) -> Result<People> {
    let rows = query(sql!(
        {sqlite "select * from legacy_users"}
        {postgres "select to_jsonb(t)::text from legacy_users t"}))
    .fetch_objects(tx.conn())
    .await?;
    let (mut people, mut emails) = (People::new(), BTreeSet::new());
    for row in rows.into_iter().map(Old) {
        let reader = Reader {
            table: "users",
            mapping,
            row: &row,
        };
        let read = person(&reader).and_then(|(id, person)| {
            match emails.insert(person.email.as_str().to_owned()) {
                true => Ok((id, person)),
                false => Err(reader.wrong("somebody else has the same mail address")),
            }
        });
        match read {
            Ok((id, new)) => {
                insert(tx, id, &new).await?;
                let person = Person {
                    name: new.name.as_str().to_owned(),
                    owns: false,
                };
                people.insert(id, person);
            }
            Err(why) => unreadable.push(why),
        }
    }
    Ok(people)
}

struct New {
    email: Email,
    name: DisplayName,
    password_hash: String,
    created_at: Option<DateTime<Utc>>,
}

fn person(reader: &Reader<'_>) -> Result<(Uuid, New), Unreadable> {
    let id = reader.id("id")?;
    let email = reader.text("email");
    let email = Email::parse(&email).map_err(|why| reader.wrong(why))?;
    let called = reader.text("name");
    let name = match called.trim() {
        "" => email.as_str().split('@').next().unwrap_or_default(),
        name => name,
    };
    let hash = reader.text("password_hash");
    let is_ours = PasswordHash::new(&hash).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id");
    let new = New {
        name: DisplayName::parse(name).map_err(|why| reader.wrong(why))?,
        email,
        password_hash: if is_ours { hash } else { NOBODYS.to_owned() },
        created_at: reader.time_if_any("created_at")?,
    };
    Ok((id, new))
}

/// A hash that no password has: its digest is all zeroes.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn insert(tx: &mut WriteTx, id: Uuid, new: &New) -> Result<()> {
    let created_at = Stamp(new.created_at.unwrap_or(tx.now));
    query(
        "insert into users (id, email, name, password_hash, created_at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(new.email.as_str())
    .bind(new.name.as_str())
    .bind(new.password_hash.as_str())
    .bind(created_at)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says which incidents name somebody who is not there, and who is an owner.
pub(super) fn check(
    cases: Vec<Case>,
    people: &mut People,
    unreadable: &mut Vec<Unreadable>,
) -> Vec<Case> {
    for case in &cases {
        if let Some(owner) = people.get_mut(&case.owner) {
            owner.owns = true;
        }
        for (column, id) in [("owner_id", Some(case.owner)), ("tenant_id", case.tenant)] {
            if id.is_some_and(|id| !people.contains_key(&id)) {
                let why = format!("{column} names nobody");
                unreadable.push(Unreadable::new("incidents", case.id, why));
            }
        }
    }
    cases
}

/// Makes portfolios, properties, units and leases, and says where each incident is.
pub(super) async fn make(
    tx: &mut WriteTx,
    cases: &[Case],
    people: &People,
    wanted: &Wanted,
    taken: &mut Taken,
) -> Result<Homes> {
    let mut portfolios = HashMap::new();
    let mut properties = HashMap::new();
    let mut units: HashMap<Place, Let> = HashMap::new();
    let shared = shared_units(cases);
    let mut homes = Homes::new();
    for case in cases {
        let owner = &people[&case.owner];
        let portfolio = match portfolios.get(&case.owner) {
            Some(portfolio) => *portfolio,
            None => {
                let made = PortfolioId(Uuid::now_v7());
                let name = PortfolioName::parse(&owner.name)?;
                letting::create_portfolio(tx, made, UserId(case.owner), name).await?;
                taken.portfolios += 1;
                portfolios.insert(case.owner, made);
                made
            }
        };
        let property = match properties.get(&(portfolio, case.property.as_str())) {
            Some(property) => *property,
            None => {
                let id = PropertyId(Uuid::now_v7());
                let words = PropertyWords {
                    name: PropertyName::parse(named(&case.property))?,
                    address: PropertyAddress::default(),
                    time_zone: wanted.time_zone,
                };
                letting::create_property(tx, id, portfolio, words).await?;
                properties.insert((portfolio, case.property.as_str()), id);
                id
            }
        };
        let place = (case.owner, case.property.as_str(), case.unit.as_str());
        let tenant = case.tenant.filter(|_| shared[&place].len() > 1);
        let key = (property, case.unit.clone(), tenant.or(case.tenant));
        let (unit, lease) = match units.get(&key) {
            Some(there) => *there,
            None => {
                let unit = UnitId(Uuid::now_v7());
                let label = label(case, tenant.map(|tenant| people[&tenant].name.as_str()));
                letting::create_unit(tx, unit, (portfolio, property), UnitLabel::parse(&label)?)
                    .await?;
                taken.units += 1;
                let lease = match case.tenant {
                    Some(tenant) => Some(let_to(tx, unit, tenant, case, wanted).await?),
                    None => None,
                };
                taken.leases += u64::from(lease.is_some());
                units.insert(key, (unit, lease));
                (unit, lease)
            }
        };
        let home = Home {
            portfolio,
            property,
            unit,
            lease,
        };
        homes.insert(case.id, home);
    }
    Ok(homes)
}

/// The tenants of each unit; vacancy counts as one.
fn shared_units(cases: &[Case]) -> HashMap<(Uuid, &str, &str), BTreeSet<Option<Uuid>>> {
    let mut units: HashMap<_, BTreeSet<_>> = HashMap::new();
    for case in cases {
        let place = (case.owner, case.property.as_str(), case.unit.as_str());
        units.entry(place).or_default().insert(case.tenant);
    }
    units
}

fn named(text: &str) -> &str {
    match text.trim() {
        "" => "—",
        text => text,
    }
}

fn label(case: &Case, tenant: Option<&str>) -> String {
    let label = match (case.unit.trim(), tenant) {
        ("", Some(tenant)) => tenant.to_owned(),
        (unit, Some(tenant)) => format!("{unit} · {tenant}"),
        (unit, None) => named(unit).to_owned(),
    };
    let mut end = label.len().min(UnitLabel::MAX_BYTES);
    while !label.is_char_boundary(end) {
        end -= 1;
    }
    label[..end].trim().to_owned()
}

/// From the day of the first incident on: the older system does not know more.
async fn let_to(
    tx: &mut WriteTx,
    unit: UnitId,
    tenant: Uuid,
    first: &Case,
    wanted: &Wanted,
) -> Result<LeaseId> {
    let id = LeaseId(Uuid::now_v7());
    let day = first
        .created_at
        .with_timezone(&wanted.time_zone.0)
        .date_naive();
    let lease = NewLease {
        id,
        unit,
        term: LeaseTerm::new(day, None)?,
        tenants: vec![UserId(tenant)],
    };
    letting::create_lease(tx, lease).await?;
    Ok(id)
}

/// The role of `author` on `case`, where the row does not say it.
pub(super) fn role_of(author: Uuid, case: &Case, people: &People) -> Role {
    let owns = people.get(&author).is_some_and(|person| person.owns);
    if author == case.owner || (Some(author) != case.tenant && owns) {
        Role::Owner
    } else {
        Role::Tenant
    }
}
