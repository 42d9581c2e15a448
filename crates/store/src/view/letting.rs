//! What is let, to whom: portfolios, properties, units, leases.

use crate::db::SqliteConnection;
use crate::{Store, StoreError, sqlite::*};
use chrono::NaiveDate;
use palier_domain::{LeaseId, PortfolioId, PropertyId, Role, UnitId, UserId};
use std::collections::HashMap;
use uuid::Uuid;

/// A portfolio that the person runs, with everything in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortfolioRow {
    /// Which.
    pub id: PortfolioId,
    /// Its name.
    pub name: String,
    /// By name.
    pub properties: Vec<PropertyRow>,
}

/// A property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyRow {
    /// Which.
    pub id: PropertyId,
    /// Its name.
    pub name: String,
    /// By label.
    pub units: Vec<HomeRow>,
}

/// A unit with its leases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeRow {
    /// Which.
    pub id: UnitId,
    /// Its label.
    pub label: String,
    /// Incidents of it that are neither resolved nor closed.
    pub active_incidents: u32,
    /// The newest first.
    pub leases: Vec<LeaseRow>,
}

/// A lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseRow {
    /// Which.
    pub id: LeaseId,
    /// First day, in the property's time zone.
    pub starts_on: NaiveDate,
    /// Last day; none while it runs on.
    pub ends_on: Option<NaiveDate>,
    /// Those who live there, in the order in which they came.
    pub tenants: Vec<TenantRow>,
}

/// A tenant of a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRow {
    /// Who.
    pub user_id: UserId,
    /// His name, where it is known.
    pub name: Option<String>,
    /// He left before the lease ended.
    pub has_left: bool,
}

impl Store {
    /// As what the person is here: an owner where she runs a portfolio, a tenant where she has a lease and runs
    /// none; none while the cache knows of neither.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn role(&self) -> Result<Option<Role>, StoreError> {
        let mut read = self.read().await?;
        let (owns, rents): (bool, bool) = sqlx::query_as(
            "select exists (select 1 from cache.membership where role = 'owner'),
                    exists (select 1 from cache.lease)",
        )
        .fetch_one(&mut *read)
        .await
        .doing("asking what the person is")?;
        Ok(match (owns, rents) {
            (true, _) => Some(Role::Owner),
            (false, true) => Some(Role::Tenant),
            (false, false) => None,
        })
    }

    /// The portfolios that the person runs, by name.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn portfolios(&self) -> Result<Vec<PortfolioRow>, StoreError> {
        let mut read = self.read().await?;
        let mut leases = leases(&mut read).await?;
        let mut units = units(&mut read, &mut leases).await?;
        let mut properties = properties(&mut read, &mut units).await?;
        let found: Vec<(Uuid, String)> = sqlx::query_as(
            "select p.id, p.name from cache.portfolio p
             where exists (select 1 from cache.membership m where m.id = p.id and m.role = 'owner')
             order by p.name, p.id",
        )
        .fetch_all(&mut *read)
        .await
        .doing("listing portfolios")?;
        let row = |(id, name)| PortfolioRow {
            properties: properties.remove(&id).unwrap_or_default(),
            id: PortfolioId(id),
            name,
        };
        Ok(found.into_iter().map(row).collect())
    }

    /// The properties of the portfolios that the person runs, by name.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn property_names(&self) -> Result<Vec<(PropertyId, String)>, StoreError> {
        let mut read = self.read().await?;
        let found: Vec<(Uuid, String)> = sqlx::query_as(
            "select p.id, p.name from cache.property p
             where exists (select 1 from cache.membership m
                where m.id = p.portfolio_id and m.role = 'owner')
             order by p.name, p.id",
        )
        .fetch_all(&mut *read)
        .await
        .doing("listing the names of properties")?;
        let named = |(id, name)| (PropertyId(id), name);
        Ok(found.into_iter().map(named).collect())
    }
}

/// Rows by what they are in.
type In<T> = HashMap<Uuid, Vec<T>>;

async fn properties(
    conn: &mut SqliteConnection,
    units: &mut In<HomeRow>,
) -> Result<In<PropertyRow>, StoreError> {
    let found: Vec<(Uuid, Uuid, String)> =
        sqlx::query_as("select portfolio_id, id, name from cache.property order by name, id")
            .fetch_all(conn)
            .await
            .doing("listing properties")?;
    let mut rows = In::new();
    for (portfolio, id, name) in found {
        let units = units.remove(&id).unwrap_or_default();
        let row = PropertyRow {
            id: PropertyId(id),
            name,
            units,
        };
        rows.entry(portfolio).or_default().push(row);
    }
    Ok(rows)
}

async fn units(
    conn: &mut SqliteConnection,
    leases: &mut In<LeaseRow>,
) -> Result<In<HomeRow>, StoreError> {
    let found: Vec<(Uuid, Uuid, String, i64)> = sqlx::query_as(
        "with active (unit_id, incidents) as (
            select unit_id, count(*) from cache.incident
            where status not in ('resolved', 'closed') group by unit_id)
         select u.property_id, u.id, u.label, coalesce(a.incidents, 0)
         from cache.unit u left join active a on a.unit_id = u.id order by u.label, u.id",
    )
    .fetch_all(conn)
    .await
    .doing("listing units")?;
    let mut rows = In::new();
    for (property, id, label, active) in found {
        let row = HomeRow {
            id: UnitId(id),
            label,
            active_incidents: u32::try_from(active).unwrap_or(u32::MAX),
            leases: leases.remove(&id).unwrap_or_default(),
        };
        rows.entry(property).or_default().push(row);
    }
    Ok(rows)
}

async fn leases(conn: &mut SqliteConnection) -> Result<In<LeaseRow>, StoreError> {
    let doing = "listing leases";
    let names: HashMap<Uuid, String> = sqlx::query_as("select id, name from cache.user_card")
        .fetch_all(&mut *conn)
        .await
        .doing(doing)?
        .into_iter()
        .collect();
    let found: Vec<(Uuid, Uuid, String, Option<String>, String)> = sqlx::query_as(
        "select unit_id, id, starts_on, ends_on, tenants from cache.lease
         order by starts_on desc, id",
    )
    .fetch_all(conn)
    .await
    .doing(doing)?;
    let mut rows = In::new();
    for (unit, id, starts_on, ends_on, tenants) in found {
        let tenants: Vec<palier_wire::LeaseTenant> = serde_json::from_str(&tenants).doing(doing)?;
        let tenants = tenants.into_iter().map(|tenant| TenantRow {
            user_id: tenant.user_id,
            name: names.get(&tenant.user_id.0).cloned(),
            has_left: tenant.left_at.is_some(),
        });
        let row = LeaseRow {
            id: LeaseId(id),
            starts_on: word(&starts_on)?,
            ends_on: ends_on.as_deref().map(word).transpose()?,
            tenants: tenants.collect(),
        };
        rows.entry(unit).or_default().push(row);
    }
    Ok(rows)
}
