//! Units in which an incident can be opened.

use crate::db::SqliteConnection;
use crate::{Store, StoreError, sqlite::Doing};
use chrono::NaiveDate;
use palier_domain::{PropertyId, Role, UnitId};
use uuid::Uuid;

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// Which.
    pub id: UnitId,
    /// Its label.
    pub unit: String,
    /// The property's name.
    pub property: Option<String>,
    /// Names of those who live there on the day asked for.
    pub tenants: Vec<String>,
    /// What the person is there.
    pub my_role: Role,
}

/// Where a unit is, and as what the person sees it.
pub(super) struct Place {
    pub unit: Option<String>,
    pub property: Option<String>,
    pub property_id: Option<PropertyId>,
    pub my_role: Role,
}

/// Where two roles meet, the owner's wins.
pub(super) fn role(owner: bool) -> Role {
    match owner {
        true => Role::Owner,
        false => Role::Tenant,
    }
}

pub(super) async fn unit_place(
    conn: &mut SqliteConnection,
    id: UnitId,
) -> Result<Place, StoreError> {
    let found: Option<(String, Option<String>, Option<Uuid>, bool)> = sqlx::query_as(
        "select u.label, p.name, p.id, exists (select 1 from cache.membership m
            where m.id = p.portfolio_id and m.role = 'owner')
         from cache.unit u left join cache.property p on p.id = u.property_id where u.id = ?1",
    )
    .bind(id.0)
    .fetch_optional(conn)
    .await
    .doing("looking up a unit")?;
    Ok(match found {
        Some((unit, property, property_id, owner)) => Place {
            unit: Some(unit),
            property,
            property_id: property_id.map(PropertyId),
            my_role: role(owner),
        },
        None => Place {
            unit: None,
            property: None,
            property_id: None,
            my_role: Role::Tenant,
        },
    })
}

/// Whether a lease of the unit runs on a day.
pub(super) async fn is_let(
    conn: &mut SqliteConnection,
    id: UnitId,
    day: NaiveDate,
) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "select exists (select 1 from cache.lease where unit_id = ?1
            and starts_on <= ?2 and (ends_on is null or ends_on >= ?2))",
    )
    .bind(id.0)
    .bind(day.to_string())
    .fetch_one(conn)
    .await
    .doing("looking up a unit")
}

#[derive(sqlx::FromRow)]
struct Found {
    id: Uuid,
    unit: String,
    property: Option<String>,
    owner: bool,
    lives_there: bool,
    tenants: String,
}

impl Store {
    /// Every unit in which the person may open an incident on `today`, by property and label.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn units(&self, today: NaiveDate) -> Result<Vec<UnitRow>, StoreError> {
        let doing = "listing units";
        let rows: Vec<Found> = sqlx::query_as(
            "with running as (
                select l.unit_id, l.id as lease_id, unhex(t.value ->> 'user_id', '-') as user_id
                from cache.lease l, json_each(l.tenants) t
                where l.starts_on <= ?1 and (l.ends_on is null or l.ends_on >= ?1)
                  and t.value ->> 'left_at' is null)
             select u.id, u.label as unit, p.name as property,
                exists (select 1 from cache.membership m
                    where m.id = p.portfolio_id and m.role = 'owner') as owner,
                exists (select 1 from running r where r.unit_id = u.id and r.user_id = ?2)
                    as lives_there,
                (select json_group_array(c.name order by c.name) from running r
                    join cache.user_card c on c.id = r.user_id where r.unit_id = u.id) as tenants
             from cache.unit u left join cache.property p on p.id = u.property_id
             order by p.name, u.label, u.id",
        )
        .bind(today.to_string())
        .bind(self.user_id().0)
        .fetch_all(&mut *self.read().await?)
        .await
        .doing(doing)?;
        rows.into_iter()
            .filter(|row| row.owner || row.lives_there)
            .map(|row| {
                Ok(UnitRow {
                    id: row.id.into(),
                    unit: row.unit,
                    property: row.property,
                    tenants: serde_json::from_str(&row.tenants).doing(doing)?,
                    my_role: role(row.owner),
                })
            })
            .collect()
    }
}
