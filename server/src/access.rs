//! Who sees what: memberships, and a caller's seat at an incident.
//!
//! Seeing comes first. What a caller may not see answers "not found", so that an id tells nothing;
//! what he sees but may not do is refused by a rule of `palier_domain`.

use crate::{
    db::{Conn, codec::word, query_as, query_scalar},
    error::{Error, Result},
    feed::entities::{Versioned, incidents},
};
use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{
    Act, AttachmentId, IncidentId, LeaseId, LeaseStanding, PortfolioId, PropertyId, Role, UnitId,
    UserId, may,
};
use palier_wire::{Incident, Scope};
use uuid::Uuid;

/// The scopes that `user` belongs to now, his own included, in order.
pub async fn scopes_of(conn: &mut Conn, user: UserId) -> Result<Vec<Scope>> {
    let portfolios: Vec<Uuid> = query_scalar(
        "select portfolio_id from portfolio_members where user_id = $1 and left_at is null",
    )
    .bind(user.0)
    .fetch_all(&mut *conn)
    .await?;
    let leases: Vec<Uuid> =
        query_scalar("select lease_id from lease_tenants where user_id = $1 and left_at is null")
            .bind(user.0)
            .fetch_all(conn)
            .await?;
    let mut scopes = vec![Scope::User(user)];
    scopes.extend(portfolios.into_iter().map(|id| Scope::Portfolio(id.into())));
    scopes.extend(leases.into_iter().map(|id| Scope::Lease(id.into())));
    scopes.sort_unstable();
    Ok(scopes)
}

/// Something that is let.
#[derive(Debug, Clone, Copy)]
pub enum Let {
    /// What an owner runs.
    Portfolio(PortfolioId),
    /// A building or house.
    Property(PropertyId),
    /// What is let as one.
    Unit(UnitId),
    /// To whom it is let.
    Lease(LeaseId),
}

/// A caller's footing at something that is let: owners see all of their portfolio, tenants what is
/// around their leases.
#[derive(Debug, Clone, Copy)]
pub struct Footing {
    /// The portfolio that it belongs to.
    pub portfolio: PortfolioId,
    /// As what he sees it; where he is both, owner wins.
    pub role: Role,
}

// One statement, whether there is nothing or nothing for the caller: an id tells nothing, not even
// by the time of the answer.
macro_rules! footing {
    ($from:literal, $id:literal, $tenancy:literal) => {
        concat!(
            "select o.id, exists (select 1 from portfolio_members m where m.portfolio_id = o.id
                                  and m.user_id = $2 and m.left_at is null),
                    exists (select 1 from lease_tenants t join leases tl on tl.id = t.lease_id
                            join units tu on tu.id = tl.unit_id
                            join properties tp on tp.id = tu.property_id
                            where t.user_id = $2 and t.left_at is null and ",
            $tenancy,
            ") from ",
            $from,
            " where ",
            $id,
            " = $1"
        )
    };
}

impl Footing {
    /// `user`'s footing at `thing`.
    ///
    /// # Errors
    /// `not-found` when it does not exist or he may not see it.
    pub async fn at(conn: &mut Conn, user: UserId, thing: Let) -> Result<Self> {
        let (what, sql, id) = match thing {
            Let::Portfolio(id) => (
                "portfolio",
                footing!("portfolios o", "o.id", "tp.portfolio_id = o.id"),
                id.0,
            ),
            Let::Property(id) => (
                "property",
                footing!(
                    "properties p join portfolios o on o.id = p.portfolio_id",
                    "p.id",
                    "tp.id = p.id"
                ),
                id.0,
            ),
            Let::Unit(id) => (
                "unit",
                footing!(
                    "units u join properties p on p.id = u.property_id
                     join portfolios o on o.id = p.portfolio_id",
                    "u.id",
                    "tu.id = u.id"
                ),
                id.0,
            ),
            Let::Lease(id) => (
                "lease",
                footing!(
                    "leases l join units u on u.id = l.unit_id
                     join properties p on p.id = u.property_id
                     join portfolios o on o.id = p.portfolio_id",
                    "l.id",
                    "tl.id = l.id"
                ),
                id.0,
            ),
        };
        let row: Option<(Uuid, bool, bool)> = query_as(sql)
            .bind(id)
            .bind(user.0)
            .fetch_optional(conn)
            .await?;
        let (portfolio, role) = match row {
            Some((portfolio, true, _)) => (portfolio, Role::Owner),
            Some((portfolio, false, true)) => (portfolio, Role::Tenant),
            _ => return Err(Error::not_found(what)),
        };
        Ok(Self {
            portfolio: portfolio.into(),
            role,
        })
    }

    /// Asks the rule whether this footing lets him do `act`.
    // What is let is never a tenant's to change, however his lease stands.
    pub fn may(&self, act: Act) -> Result<()> {
        Ok(may(self.role, LeaseStanding::Running, act)?)
    }
}

/// A caller's place at an incident.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Who.
    pub user: UserId,
    /// As what; where he is owner and tenant of the same incident, owner wins.
    pub role: Role,
    /// How his lease stands.
    pub standing: LeaseStanding,
    /// The incident and its version.
    pub incident: Versioned<Incident>,
}

impl Seat {
    /// Takes `user`'s seat at `incident`.
    ///
    /// # Errors
    /// `not-found` when it does not exist or he may not see it.
    pub async fn take(
        conn: &mut Conn,
        user: UserId,
        incident: IncidentId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let (role, standing) = place_of(conn, user, incident, now).await?;
        let incident = incidents::one(conn, incident).await?;
        let incident = incident.ok_or_else(|| Error::not_found("incident"))?;
        Ok(Self {
            user,
            role,
            standing,
            incident,
        })
    }

    /// Asks the rule whether this seat may do `act`.
    pub fn may(&self, act: Act) -> Result<()> {
        Ok(may(self.role, self.standing, act)?)
    }

    /// The scopes in which the incident's rows travel.
    pub fn scopes(&self) -> Vec<Scope> {
        scopes_of_incident(&self.incident.row)
    }
}

/// As what `user` sees `incident`, and how his lease stands.
///
/// # Errors
/// `not-found` when it does not exist or he may not see it.
pub async fn place_of(
    conn: &mut Conn,
    user: UserId,
    incident: IncidentId,
    now: DateTime<Utc>,
) -> Result<(Role, LeaseStanding)> {
    // One statement whether there is no incident or none for him: see `footing!`.
    let row: Option<(bool, bool, Option<NaiveDate>, String)> = query_as(
        "select exists (select 1 from portfolio_members m
                        where m.portfolio_id = i.portfolio_id and m.user_id = $2
                              and m.left_at is null),
                exists (select 1 from lease_tenants t
                        where t.lease_id = i.lease_id and t.user_id = $2
                              and t.left_at is null),
                l.ends_on, p.time_zone
         from incidents i join properties p on p.id = i.property_id
         left join leases l on l.id = i.lease_id
         where i.id = $1",
    )
    .bind(incident.0)
    .bind(user.0)
    .fetch_optional(&mut *conn)
    .await?;
    match row {
        Some((true, ..)) => Ok((Role::Owner, LeaseStanding::Running)),
        Some((false, true, ends_on, zone)) => Ok((Role::Tenant, standing(ends_on, &zone, now)?)),
        _ => Err(Error::not_found("incident")),
    }
}

/// The scopes in which an incident's rows travel: its portfolio's, and its lease's while it has one.
pub fn scopes_of_incident(incident: &Incident) -> Vec<Scope> {
    let portfolio = Scope::Portfolio(incident.portfolio_id);
    std::iter::once(portfolio)
        .chain(incident.lease_id.map(Scope::Lease))
        .collect()
}

/// Whether `user` sees the ticket that carries `attachment`.
pub async fn sees_attachment(
    conn: &mut Conn,
    user: UserId,
    attachment: AttachmentId,
) -> Result<bool> {
    Ok(query_scalar(
        "select exists (
             select 1 from attachments a join incidents i on i.id = a.incident_id
             where a.id = $1
                   and (exists (select 1 from portfolio_members m
                                where m.portfolio_id = i.portfolio_id and m.user_id = $2
                                      and m.left_at is null)
                        or exists (select 1 from lease_tenants t
                                   where t.lease_id = i.lease_id and t.user_id = $2
                                         and t.left_at is null)))",
    )
    .bind(attachment.0)
    .bind(user.0)
    .fetch_one(conn)
    .await?)
}

/// The standing of a lease as its columns say it.
pub fn standing(
    last_day: Option<NaiveDate>,
    zone: &str,
    now: DateTime<Utc>,
) -> Result<LeaseStanding> {
    Ok(LeaseStanding::at(last_day, word(zone)?, now))
}
