//! What is let, as lists: an owner's portfolios with all that is in them, a tenant's surroundings.
//!
//! Pages go by id. Each question begins at the caller's memberships, so that it costs what he may
//! see and not what the server holds.

use crate::{
    db::{Conn, Sql, Stamp, query_as, query_scalar},
    error::Result,
    feed::entities::{Versioned, letting as rows},
};
use palier_domain::{PortfolioId, PropertyId, Role, UnitId, UserId};
use palier_wire::letting::{
    LeasePage, Member, MemberList, PortfolioPage, PortfolioView, PropertyPage, UnitPage,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Which part of a list.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// After this id.
    pub after: Option<Uuid>,
    /// Most rows.
    pub limit: u32,
}

/// The portfolios that `reader` runs or lives in.
pub async fn portfolios(conn: &mut Conn, reader: UserId, part: Part) -> Result<PortfolioPage> {
    // Who is both is an owner: 'owner' sorts first.
    let found: Vec<(Uuid, bool)> = query_as(
        "select s.id, max(s.owner) = 1 from (
             select portfolio_id as id, 1 as owner from portfolio_members
             where user_id = $1 and left_at is null
             union all
             select p.portfolio_id, 0 from lease_tenants t join leases l on l.id = t.lease_id
             join units u on u.id = l.unit_id join properties p on p.id = u.property_id
             where t.user_id = $1 and t.left_at is null) s
         where s.id > $2 group by s.id order by s.id limit $3",
    )
    .bind(reader.0)
    .bind(part.after.unwrap_or_default())
    .bind(part.limit + 1)
    .fetch_all(&mut *conn)
    .await?;
    let (ids, next) = cut(found.iter().map(|row| row.0).collect(), part);
    let owner: HashMap<Uuid, bool> = found.into_iter().collect();
    let mut portfolios = Vec::with_capacity(ids.len());
    for portfolio in sorted(rows::portfolios(conn, &ids).await?, |row| row.id.0) {
        let owner = owner.get(&portfolio.id.0).copied().unwrap_or(false);
        let role = if owner { Role::Owner } else { Role::Tenant };
        portfolios.push(PortfolioView { portfolio, role });
    }
    let next = next.map(Into::into);
    Ok(PortfolioPage { portfolios, next })
}

const PROPERTIES: &str = "select s.id from (
         select p.id from portfolio_members m join properties p on p.portfolio_id = m.portfolio_id
         where m.user_id = $1 and m.left_at is null
         union
         select u.property_id from lease_tenants t join leases l on l.id = t.lease_id
         join units u on u.id = l.unit_id where t.user_id = $1 and t.left_at is null) s
     join properties p on p.id = s.id
     where s.id > $2 and ($4 is null or p.portfolio_id = $4) order by s.id limit $3";

const UNITS: &str = "select s.id from (
         select u.id from portfolio_members m join properties p on p.portfolio_id = m.portfolio_id
         join units u on u.property_id = p.id where m.user_id = $1 and m.left_at is null
         union
         select l.unit_id from lease_tenants t join leases l on l.id = t.lease_id
         where t.user_id = $1 and t.left_at is null) s
     join units u on u.id = s.id
     where s.id > $2 and ($4 is null or u.property_id = $4) order by s.id limit $3";

const LEASES: &str = "select s.id from (
         select l.id from portfolio_members m join properties p on p.portfolio_id = m.portfolio_id
         join units u on u.property_id = p.id join leases l on l.unit_id = u.id
         where m.user_id = $1 and m.left_at is null
         union
         select lease_id from lease_tenants where user_id = $1 and left_at is null) s
     join leases l on l.id = s.id
     where s.id > $2 and ($4 is null or l.unit_id = $4) order by s.id limit $3";

/// The properties that `reader` sees, or those of one portfolio.
pub async fn properties(
    conn: &mut Conn,
    reader: UserId,
    portfolio: Option<PortfolioId>,
    part: Part,
) -> Result<PropertyPage> {
    let within = portfolio.map(|id| id.0);
    let (ids, next) = ids(conn, PROPERTIES.into(), reader, within, part).await?;
    let properties = sorted(rows::properties(conn, &ids).await?, |row| row.id.0);
    let next = next.map(Into::into);
    Ok(PropertyPage { properties, next })
}

/// The units that `reader` sees, or those of one property.
pub async fn units(
    conn: &mut Conn,
    reader: UserId,
    property: Option<PropertyId>,
    part: Part,
) -> Result<UnitPage> {
    let within = property.map(|id| id.0);
    let (ids, next) = ids(conn, UNITS.into(), reader, within, part).await?;
    let units = sorted(rows::units(conn, &ids).await?, |row| row.id.0);
    let next = next.map(Into::into);
    Ok(UnitPage { units, next })
}

/// The leases that `reader` sees, or those of one unit.
pub async fn leases(
    conn: &mut Conn,
    reader: UserId,
    unit: Option<UnitId>,
    part: Part,
) -> Result<LeasePage> {
    let within = unit.map(|id| id.0);
    let (ids, next) = ids(conn, LEASES.into(), reader, within, part).await?;
    let leases = sorted(rows::leases(conn, &ids).await?, |row| row.id.0);
    let next = next.map(Into::into);
    Ok(LeasePage { leases, next })
}

/// Everybody who runs a portfolio now.
pub async fn members(conn: &mut Conn, portfolio: PortfolioId) -> Result<MemberList> {
    let rows: Vec<(Uuid, String, String, Stamp)> = query_as(
        "select u.id, u.name, u.email, m.joined_at from portfolio_members m
         join users u on u.id = m.user_id
         where m.portfolio_id = $1 and m.left_at is null order by m.joined_at, u.id",
    )
    .bind(portfolio.0)
    .fetch_all(conn)
    .await?;
    let members = rows
        .into_iter()
        .map(|(user, name, email, joined_at)| Member {
            user_id: user.into(),
            name,
            email,
            joined_at: joined_at.0,
        });
    Ok(MemberList {
        members: members.collect(),
    })
}

/// The ids of a page, in order, and where the next one begins.
async fn ids(
    conn: &mut Conn,
    sql: Sql,
    reader: UserId,
    within: Option<Uuid>,
    part: Part,
) -> Result<(Vec<Uuid>, Option<Uuid>)> {
    let found = query_scalar(sql)
        .bind(reader.0)
        .bind(part.after.unwrap_or_default())
        .bind(part.limit + 1)
        .bind(within)
        .fetch_all(conn)
        .await?;
    Ok(cut(found, part))
}

/// One row more than the page holds was asked for: it says whether there is a next one.
fn cut(mut found: Vec<Uuid>, part: Part) -> (Vec<Uuid>, Option<Uuid>) {
    let limit = part.limit as usize;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().copied().filter(|_| more);
    (found, next)
}

fn sorted<T>(rows: Vec<Versioned<T>>, id: impl Fn(&T) -> Uuid) -> Vec<T> {
    let mut rows: Vec<T> = rows.into_iter().map(|it| it.row).collect();
    rows.sort_by_key(id);
    rows
}
