//! Leases and their tenants.

use super::{invitations, members};
use crate::{
    audit::{self, Entry},
    db::{Stamp, codec::count, query, query_as, query_scalar, writer::WriteTx},
    error::{Error, Result},
    feed::{Touch, entities::letting::leases},
    lock,
};
use chrono::NaiveDate;
use palier_domain::{
    AuditAction, LeaseId, LeaseTerm, PortfolioId, PropertyId, UnitId, UserId, may_delete,
    may_live_together,
};
use palier_wire::{EntityKind, Problem, ProblemKind, Scope};
use uuid::Uuid;

/// A lease to be made.
#[derive(Clone)]
pub struct NewLease {
    /// Its id.
    pub id: LeaseId,
    /// The unit.
    pub unit: UnitId,
    /// From when to when.
    pub term: LeaseTerm,
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
///
/// # Errors
/// `lease-overlap` when the unit is let to others on one of its days.
pub async fn create(tx: &mut WriteTx, lease: NewLease) -> Result<()> {
    let NewLease { id, unit, term, .. } = lease;
    lock::unit_for_new_lease(tx, unit).await?;
    vacant(tx, unit, term, id).await?;
    let now = Stamp(tx.now);
    query(
        "insert into leases (id, unit_id, starts_on, ends_on, created_at, rev)
         values ($1, $2, $3, $4, $5, 0)",
    )
    .bind(id.0)
    .bind(unit.0)
    .bind(term.starts_on())
    .bind(term.ends_on())
    .bind(now)
    .execute(tx.conn())
    .await?;
    let place = place(tx, id).await?;
    put_surroundings(tx, id, &place).await?;
    for tenant in lease.tenants {
        join(tx, id, &place, tenant).await?;
    }
    moved(tx, id, &place).await
}

/// Sets from when to when a lease runs: from the midnight after its last day, its tenants read only.
///
/// # Errors
/// `lease-overlap` when the unit is let to others on one of its days.
pub async fn change_term(tx: &mut WriteTx, lease: LeaseId, term: LeaseTerm) -> Result<()> {
    lock::lease_for_change(tx, lease).await?;
    let place = place(tx, lease).await?;
    vacant(tx, place.unit, term, lease).await?;
    query("update leases set starts_on = $2, ends_on = $3 where id = $1")
        .bind(lease.0)
        .bind(term.starts_on())
        .bind(term.ends_on())
        .execute(tx.conn())
        .await?;
    moved(tx, lease, &place).await
}

/// Sets the last day of a lease.
///
/// # Errors
/// As of [`change_term`].
pub async fn end(tx: &mut WriteTx, lease: LeaseId, last_day: NaiveDate) -> Result<()> {
    let starts_on: Option<NaiveDate> = query_scalar("select starts_on from leases where id = $1")
        .bind(lease.0)
        .fetch_optional(tx.conn())
        .await?;
    let starts_on = starts_on.ok_or_else(|| Error::not_found("lease"))?;
    change_term(tx, lease, LeaseTerm::new(starts_on, Some(last_day))?).await
}

/// Deletes a lease under which nobody wrote. From the commit on its tenants see nothing of it.
///
/// # Errors
/// `forbidden` when it has incidents.
pub async fn delete(tx: &mut WriteTx, lease: LeaseId) -> Result<()> {
    lock::lease_for_change(tx, lease).await?;
    let place = place(tx, lease).await?;
    let incidents: i64 = query_scalar("select count(*) from incidents where lease_id = $1")
        .bind(lease.0)
        .fetch_one(tx.conn())
        .await?;
    may_delete(count(incidents))?;
    invitations::forget_lease(tx, lease).await?;
    let tenants: Vec<(Uuid, i64)> =
        query_as("delete from lease_tenants where lease_id = $1 returning user_id, rev")
            .bind(lease.0)
            .fetch_all(tx.conn())
            .await?;
    for (user, rev) in tenants {
        let own = Scope::User(user.into());
        let rev = count(rev) + 1;
        tx.touch(Touch::drop(own, EntityKind::Membership, lease.0, rev));
    }
    let rev: i64 = query_scalar("delete from leases where id = $1 returning rev")
        .bind(lease.0)
        .fetch_one(tx.conn())
        .await?;
    for scope in [Scope::Portfolio(place.portfolio), Scope::Lease(lease)] {
        tx.touch(Touch::drop(
            scope,
            EntityKind::Lease,
            lease.0,
            count(rev) + 1,
        ));
    }
    Ok(())
}

/// Whether nobody else lives in `unit` during `term`.
// The unit's row is held: two leases that begin at once would else not see each other.
async fn vacant(tx: &mut WriteTx, unit: UnitId, term: LeaseTerm, own: LeaseId) -> Result<()> {
    query(sql!("select 1 from units where id = $1" {postgres " for update"}))
        .bind(unit.0)
        .execute(tx.conn())
        .await?;
    let others: Vec<Uuid> = query_scalar("select id from leases where unit_id = $1 and id <> $2")
        .bind(unit.0)
        .bind(own.0)
        .fetch_all(tx.conn())
        .await?;
    for other in leases(tx.conn(), &others).await? {
        // What stands in the table was judged when it came; a term that an import brought is no
        // reason to refuse a decent one.
        let there = LeaseTerm::new(other.row.starts_on, other.row.ends_on);
        if there.is_ok_and(|there| there.overlaps(&term)) {
            let mut problem = Problem::new(
                ProblemKind::LeaseOverlap,
                "the unit has another lease on some of these days",
            );
            problem.current = Some(other.as_entity()?);
            return Err(problem.into());
        }
    }
    Ok(())
}

/// Makes `user` a tenant of `lease`. Who is one already stays what he is.
///
/// # Errors
/// `invalid` when it has as many tenants as a lease may have.
pub async fn add_tenant(tx: &mut WriteTx, lease: LeaseId, user: UserId) -> Result<()> {
    lock::lease_for_change(tx, lease).await?;
    let place = place(tx, lease).await?;
    if !join(tx, lease, &place, user).await? {
        return Ok(());
    }
    let tenants: i64 =
        query_scalar("select count(*) from lease_tenants where lease_id = $1 and left_at is null")
            .bind(lease.0)
            .fetch_one(tx.conn())
            .await?;
    may_live_together(count(tenants))?;
    moved(tx, lease, &place).await
}

/// Ends `user`'s tenancy before the lease ends: from the commit on he sees nothing of it.
pub async fn remove_tenant(tx: &mut WriteTx, lease: LeaseId, user: UserId) -> Result<()> {
    lock::lease_for_change(tx, lease).await?;
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
    let entry = Entry::new(AuditAction::MemberRemoved).about(lease);
    audit::note(tx, entry.with("user", user)).await?;
    let own = Scope::User(user);
    tx.touch(Touch::drop(
        own,
        EntityKind::Membership,
        lease.0,
        count(rev),
    ));
    moved(tx, lease, &place).await
}

// The lease's row is held: whoever reads under it waits until its tenants are settled.
async fn place(tx: &mut WriteTx, lease: LeaseId) -> Result<Place> {
    let (portfolio, property, unit): (Uuid, Uuid, Uuid) = query_as(sql!(
        "select p.portfolio_id, p.id, u.id from leases l join units u on u.id = l.unit_id
         join properties p on p.id = u.property_id where l.id = $1"
        {postgres " for update of l"}
    ))
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

/// Seats a tenant; false when he lives there already.
async fn join(tx: &mut WriteTx, lease: LeaseId, place: &Place, user: UserId) -> Result<bool> {
    let now = Stamp(tx.now);
    let rev: Option<i64> = query_scalar(
        "insert into lease_tenants (lease_id, user_id, joined_at) values ($1, $2, $3)
         on conflict (lease_id, user_id) do update
         set left_at = null, joined_at = excluded.joined_at, rev = lease_tenants.rev + 1
         where lease_tenants.left_at is not null
         returning rev",
    )
    .bind(lease.0)
    .bind(user.0)
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    let Some(rev) = rev else {
        return Ok(false);
    };
    let scope = Scope::Lease(lease);
    members::seat(tx, scope, user).await?;
    members::put_cards(tx, scope, &[user]).await?;
    members::put_cards(tx, Scope::Portfolio(place.portfolio), &[user]).await?;
    let entry = Entry::new(AuditAction::MemberAdded).about(lease);
    audit::note(tx, entry.with("user", user)).await?;
    let own = Scope::User(user);
    tx.touch(Touch::put(own, EntityKind::Membership, lease.0, count(rev)));
    Ok(true)
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
