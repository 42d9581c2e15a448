//! Leases and their tenants.

use super::members;
use crate::{
    db::{Stamp, codec::count, query, query_as, query_scalar, writer::WriteTx},
    error::{Error, Result},
    feed::Touch,
};
use chrono::NaiveDate;
use palier_domain::{LeaseId, PortfolioId, PropertyId, UnitId, UserId};
use palier_wire::{EntityKind, Scope};
use uuid::Uuid;

/// A lease to be made.
#[derive(Clone)]
pub struct NewLease {
    /// The unit.
    pub unit: UnitId,
    /// First day, in the property's time zone.
    pub starts_on: NaiveDate,
    /// Last day there; none while it runs on.
    pub ends_on: Option<NaiveDate>,
    /// Who lives there.
    pub tenants: Vec<UserId>,
}

/// Where a lease is.
struct Place {
    portfolio: PortfolioId,
    property: PropertyId,
    unit: UnitId,
}

/// Makes a lease with its tenants.
pub async fn create(tx: &mut WriteTx, lease: NewLease) -> Result<LeaseId> {
    let id = LeaseId(Uuid::now_v7());
    let now = Stamp(tx.now);
    query(
        "insert into leases (id, unit_id, starts_on, ends_on, created_at, rev)
         values ($1, $2, $3, $4, $5, 0)",
    )
    .bind(id.0)
    .bind(lease.unit.0)
    .bind(lease.starts_on)
    .bind(lease.ends_on)
    .bind(now)
    .execute(tx.conn())
    .await?;
    let place = place(tx, id).await?;
    put_surroundings(tx, id, &place).await?;
    for tenant in lease.tenants {
        join(tx, id, &place, tenant).await?;
    }
    moved(tx, id, &place).await?;
    Ok(id)
}

/// Sets the last day of a lease: from the midnight after it, its tenants read only.
pub async fn end(tx: &mut WriteTx, lease: LeaseId, last_day: NaiveDate) -> Result<()> {
    let place = place(tx, lease).await?;
    query("update leases set ends_on = $2 where id = $1")
        .bind(lease.0)
        .bind(last_day)
        .execute(tx.conn())
        .await?;
    moved(tx, lease, &place).await
}

/// Makes `user` a tenant of `lease`.
pub async fn add_tenant(tx: &mut WriteTx, lease: LeaseId, user: UserId) -> Result<()> {
    let place = place(tx, lease).await?;
    join(tx, lease, &place, user).await?;
    moved(tx, lease, &place).await
}

/// Ends `user`'s tenancy before the lease ends: from the commit on he sees nothing of it.
pub async fn remove_tenant(tx: &mut WriteTx, lease: LeaseId, user: UserId) -> Result<()> {
    let place = place(tx, lease).await?;
    let now = Stamp(tx.now);
    let rev: Option<i64> = query_scalar(
        "update lease_tenants set left_at = $3, rev = rev + 1
         where lease_id = $1 and user_id = $2 and left_at is null returning rev",
    )
    .bind(lease.0)
    .bind(user.0)
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    let rev = rev.ok_or_else(|| Error::not_found("tenant"))?;
    let own = Scope::User(user);
    tx.touch(Touch::drop(
        own,
        EntityKind::Membership,
        lease.0,
        count(rev),
    ));
    moved(tx, lease, &place).await
}

async fn place(tx: &mut WriteTx, lease: LeaseId) -> Result<Place> {
    let (portfolio, property, unit): (Uuid, Uuid, Uuid) = query_as(
        "select p.portfolio_id, p.id, u.id from leases l join units u on u.id = l.unit_id
         join properties p on p.id = u.property_id where l.id = $1",
    )
    .bind(lease.0)
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| Error::not_found("lease"))?;
    Ok(Place {
        portfolio: portfolio.into(),
        property: property.into(),
        unit: unit.into(),
    })
}

/// What a tenant sees around his incidents: portfolio, property, unit, and the owners' names.
async fn put_surroundings(tx: &mut WriteTx, lease: LeaseId, place: &Place) -> Result<()> {
    let scope = Scope::Lease(lease);
    let (portfolio, property, unit): (i64, i64, i64) = query_as(
        "select o.rev, p.rev, u.rev from units u join properties p on p.id = u.property_id
         join portfolios o on o.id = p.portfolio_id where u.id = $1",
    )
    .bind(place.unit.0)
    .fetch_one(tx.conn())
    .await?;
    let put = |kind, id: Uuid, rev| Touch::put(scope, kind, id, count(rev));
    tx.touch(put(EntityKind::Portfolio, place.portfolio.0, portfolio));
    tx.touch(put(EntityKind::Property, place.property.0, property));
    tx.touch(put(EntityKind::Unit, place.unit.0, unit));
    let owners = members::owners(tx, place.portfolio).await?;
    members::put_cards(tx, scope, &owners).await
}

async fn join(tx: &mut WriteTx, lease: LeaseId, place: &Place, user: UserId) -> Result<()> {
    let now = Stamp(tx.now);
    let rev: i64 = query_scalar(
        "insert into lease_tenants (lease_id, user_id, joined_at) values ($1, $2, $3)
         on conflict (lease_id, user_id) do update
         set left_at = null, joined_at = excluded.joined_at, rev = rev + 1
         returning rev",
    )
    .bind(lease.0)
    .bind(user.0)
    .bind(now)
    .fetch_one(tx.conn())
    .await?;
    let scope = Scope::Lease(lease);
    members::seat(tx, scope, user).await?;
    members::put_cards(tx, scope, &[user]).await?;
    members::put_cards(tx, Scope::Portfolio(place.portfolio), &[user]).await?;
    let own = Scope::User(user);
    tx.touch(Touch::put(own, EntityKind::Membership, lease.0, count(rev)));
    Ok(())
}

/// Gives the lease's row its next rev, in both of its scopes.
async fn moved(tx: &mut WriteTx, lease: LeaseId, place: &Place) -> Result<()> {
    let rev: i64 = query_scalar("update leases set rev = rev + 1 where id = $1 returning rev")
        .bind(lease.0)
        .fetch_one(tx.conn())
        .await?;
    for scope in [Scope::Portfolio(place.portfolio), Scope::Lease(lease)] {
        tx.touch(Touch::put(scope, EntityKind::Lease, lease.0, count(rev)));
    }
    Ok(())
}
