//! Properties and their units.

use crate::{
    db::{Stamp, query, query_scalar, writer::WriteTx},
    error::{Error, Result},
    feed::Touch,
};
use palier_domain::{Invalid, InvalidReason, PortfolioId, PropertyId, UnitId};
use palier_wire::{EntityKind, Scope};
use uuid::Uuid;

/// Makes a property in `portfolio`; `time_zone` is an IANA name.
pub async fn create_property(
    tx: &mut WriteTx,
    portfolio: PortfolioId,
    name: &str,
    time_zone: &str,
) -> Result<PropertyId> {
    if time_zone.parse::<chrono_tz::Tz>().is_err() {
        return Err(Invalid::new("time_zone", InvalidReason::Malformed).into());
    }
    let id = PropertyId(Uuid::now_v7());
    let now = Stamp(tx.now);
    query(
        "insert into properties (id, portfolio_id, name, time_zone, created_at)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(id.0)
    .bind(portfolio.0)
    .bind(name)
    .bind(time_zone)
    .bind(now)
    .execute(tx.conn())
    .await?;
    let scope = Scope::Portfolio(portfolio);
    tx.touch(Touch::put(scope, EntityKind::Property, id.0, 1));
    Ok(id)
}

/// Makes a unit in `property`.
pub async fn create_unit(tx: &mut WriteTx, property: PropertyId, label: &str) -> Result<UnitId> {
    let portfolio: Uuid = query_scalar("select portfolio_id from properties where id = $1")
        .bind(property.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or_else(|| Error::not_found("property"))?;
    let id = UnitId(Uuid::now_v7());
    let now = Stamp(tx.now);
    query("insert into units (id, property_id, label, created_at) values ($1, $2, $3, $4)")
        .bind(id.0)
        .bind(property.0)
        .bind(label)
        .bind(now)
        .execute(tx.conn())
        .await?;
    let scope = Scope::Portfolio(portfolio.into());
    tx.touch(Touch::put(scope, EntityKind::Unit, id.0, 1));
    Ok(id)
}
