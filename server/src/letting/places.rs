//! Properties and their units.

use crate::{
    db::{Stamp, codec::count, query, query_scalar, writer::WriteTx},
    error::{Error, Result},
    feed::Touch,
};
use palier_domain::{
    LeaseId, PortfolioId, PropertyAddress, PropertyId, PropertyName, TimeZone, UnitId, UnitLabel,
    may_delete,
};
use palier_wire::{EntityKind, Property, Scope};
use uuid::Uuid;

/// What is said of a property.
#[derive(Clone)]
pub struct PropertyWords {
    /// Its name.
    pub name: PropertyName,
    /// Where it is.
    pub address: PropertyAddress,
    /// Where its days begin and end.
    pub time_zone: TimeZone,
}

impl PropertyWords {
    /// Whether this is what is said of `row`.
    pub fn are_of(&self, row: &Property) -> bool {
        row.name == self.name.as_str()
            && row.address == self.address.as_str()
            && row.time_zone == self.time_zone.as_str()
    }
}

/// Makes a property in `portfolio`.
pub async fn create_property(
    tx: &mut WriteTx,
    id: PropertyId,
    portfolio: PortfolioId,
    words: PropertyWords,
) -> Result<()> {
    let now = Stamp(tx.now);
    query(
        "insert into properties (id, portfolio_id, name, address, time_zone, created_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id.0)
    .bind(portfolio.0)
    .bind(words.name.as_str())
    .bind(words.address.as_str())
    .bind(words.time_zone.as_str())
    .bind(now)
    .execute(tx.conn())
    .await?;
    let scope = Scope::Portfolio(portfolio);
    tx.touch(Touch::put(scope, EntityKind::Property, id.0, 1));
    Ok(())
}

/// Says something else of a property, to its owners and its tenants.
pub async fn change_property(
    tx: &mut WriteTx,
    id: PropertyId,
    portfolio: PortfolioId,
    words: PropertyWords,
) -> Result<()> {
    let rev: i64 = query_scalar(
        "update properties set name = $2, address = $3, time_zone = $4, rev = rev + 1
         where id = $1 returning rev",
    )
    .bind(id.0)
    .bind(words.name.as_str())
    .bind(words.address.as_str())
    .bind(words.time_zone.as_str())
    .fetch_one(tx.conn())
    .await?;
    let leases: Vec<Uuid> = query_scalar(
        "select l.id from units u join leases l on l.unit_id = u.id where u.property_id = $1",
    )
    .bind(id.0)
    .fetch_all(tx.conn())
    .await?;
    let rev = count(rev);
    for scope in scopes(portfolio, leases) {
        tx.touch(Touch::put(scope, EntityKind::Property, id.0, rev));
    }
    Ok(())
}

/// Deletes a property in which nothing was made yet.
///
/// # Errors
/// `forbidden` while it has units.
pub async fn delete_property(
    tx: &mut WriteTx,
    id: PropertyId,
    portfolio: PortfolioId,
) -> Result<()> {
    let units: i64 = query_scalar("select count(*) from units where property_id = $1")
        .bind(id.0)
        .fetch_one(tx.conn())
        .await?;
    may_delete(count(units))?;
    let rev: i64 = query_scalar("delete from properties where id = $1 returning rev")
        .bind(id.0)
        .fetch_one(tx.conn())
        .await?;
    let scope = Scope::Portfolio(portfolio);
    let rev = count(rev) + 1;
    tx.touch(Touch::drop(scope, EntityKind::Property, id.0, rev));
    Ok(())
}

/// The portfolio of a property.
pub async fn portfolio_of(tx: &mut WriteTx, property: PropertyId) -> Result<PortfolioId> {
    let id: Option<Uuid> = query_scalar("select portfolio_id from properties where id = $1")
        .bind(property.0)
        .fetch_optional(tx.conn())
        .await?;
    id.map(Into::into)
        .ok_or_else(|| Error::not_found("property"))
}

/// Makes a unit in a property of `portfolio`.
pub async fn create_unit(
    tx: &mut WriteTx,
    id: UnitId,
    (portfolio, property): (PortfolioId, PropertyId),
    label: UnitLabel,
) -> Result<()> {
    let now = Stamp(tx.now);
    query("insert into units (id, property_id, label, created_at) values ($1, $2, $3, $4)")
        .bind(id.0)
        .bind(property.0)
        .bind(label.as_str())
        .bind(now)
        .execute(tx.conn())
        .await?;
    let scope = Scope::Portfolio(portfolio);
    tx.touch(Touch::put(scope, EntityKind::Unit, id.0, 1));
    Ok(())
}

/// Calls a unit by another label, for its owners and its tenants.
pub async fn change_unit(
    tx: &mut WriteTx,
    id: UnitId,
    portfolio: PortfolioId,
    label: UnitLabel,
) -> Result<()> {
    let rev: i64 =
        query_scalar("update units set label = $2, rev = rev + 1 where id = $1 returning rev")
            .bind(id.0)
            .bind(label.as_str())
            .fetch_one(tx.conn())
            .await?;
    let leases: Vec<Uuid> = query_scalar("select id from leases where unit_id = $1")
        .bind(id.0)
        .fetch_all(tx.conn())
        .await?;
    let rev = count(rev);
    for scope in scopes(portfolio, leases) {
        tx.touch(Touch::put(scope, EntityKind::Unit, id.0, rev));
    }
    Ok(())
}

/// Deletes a unit that was never let and about which nobody wrote.
///
/// # Errors
/// `forbidden` while it has leases or incidents.
pub async fn delete_unit(tx: &mut WriteTx, id: UnitId, portfolio: PortfolioId) -> Result<()> {
    let uses: i64 = query_scalar(
        "select (select count(*) from leases where unit_id = $1)
              + (select count(*) from incidents where portfolio_id = $2 and unit_id = $1)",
    )
    .bind(id.0)
    .bind(portfolio.0)
    .fetch_one(tx.conn())
    .await?;
    may_delete(count(uses))?;
    let rev: i64 = query_scalar("delete from units where id = $1 returning rev")
        .bind(id.0)
        .fetch_one(tx.conn())
        .await?;
    let scope = Scope::Portfolio(portfolio);
    let rev = count(rev) + 1;
    tx.touch(Touch::drop(scope, EntityKind::Unit, id.0, rev));
    Ok(())
}

/// The scopes in which a place travels: its portfolio's and those of its leases.
fn scopes(portfolio: PortfolioId, leases: Vec<Uuid>) -> impl Iterator<Item = Scope> {
    let leases = leases.into_iter().map(|id| Scope::Lease(LeaseId(id)));
    leases.chain([Scope::Portfolio(portfolio)])
}
