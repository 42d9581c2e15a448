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
use palier_domain::{Act, IncidentId, LeaseId, LeaseStanding, Role, UserId, may};
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
        let unseen = || Error::not_found("incident");
        let incident = incidents::one(conn, incident).await?.ok_or_else(unseen)?;
        let owner: bool = query_scalar(
            "select exists (select 1 from portfolio_members
             where portfolio_id = $1 and user_id = $2 and left_at is null)",
        )
        .bind(incident.row.portfolio_id.0)
        .bind(user.0)
        .fetch_one(&mut *conn)
        .await?;
        if owner {
            return Ok(Self {
                user,
                role: Role::Owner,
                standing: LeaseStanding::Running,
                incident,
            });
        }
        let lease = incident.row.lease_id.ok_or_else(unseen)?;
        let standing = tenancy(conn, user, lease, now).await?.ok_or_else(unseen)?;
        Ok(Self {
            user,
            role: Role::Tenant,
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

/// The scopes in which an incident's rows travel: its portfolio's, and its lease's while it has one.
pub fn scopes_of_incident(incident: &Incident) -> Vec<Scope> {
    let portfolio = Scope::Portfolio(incident.portfolio_id);
    std::iter::once(portfolio)
        .chain(incident.lease_id.map(Scope::Lease))
        .collect()
}

/// How `user` stands to `lease` at `now`; none when he is no tenant of it.
pub async fn tenancy(
    conn: &mut Conn,
    user: UserId,
    lease: LeaseId,
    now: DateTime<Utc>,
) -> Result<Option<LeaseStanding>> {
    let row: Option<(Option<NaiveDate>, String)> = query_as(
        "select l.ends_on, p.time_zone
         from lease_tenants t
         join leases l on l.id = t.lease_id
         join units u on u.id = l.unit_id
         join properties p on p.id = u.property_id
         where t.lease_id = $1 and t.user_id = $2 and t.left_at is null",
    )
    .bind(lease.0)
    .bind(user.0)
    .fetch_optional(conn)
    .await?;
    row.map(|(ends_on, zone)| standing(ends_on, &zone, now))
        .transpose()
}

/// The standing of a lease as its columns say it.
pub fn standing(
    last_day: Option<NaiveDate>,
    zone: &str,
    now: DateTime<Utc>,
) -> Result<LeaseStanding> {
    Ok(LeaseStanding::at(last_day, word(zone)?, now))
}
