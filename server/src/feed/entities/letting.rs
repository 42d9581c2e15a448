//! What is let, by whom, to whom, as it travels.

use super::{Loaded, Versioned, keyed};
use crate::{
    db::codec::{count, day, id_list, time_opt, word},
    error::Result,
};
use palier_domain::UserId;
use palier_wire::{Lease, LeaseTenant, Membership, Portfolio, Property, Unit, UserCard};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Portfolios.
pub async fn portfolios(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Loaded> {
    let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(
        "select id, name, rev from portfolios
         where id in (select unhex(value) from json_each(?1))",
    )
    .bind(id_list(ids.iter().copied()))
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter().map(|(id, name, rev)| Versioned {
        rev: count(rev),
        row: Portfolio {
            id: id.into(),
            name,
        },
    });
    keyed(rows.collect(), |row| row.id.0)
}

/// Properties.
pub async fn properties(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Loaded> {
    let rows: Vec<(Uuid, Uuid, String, String, i64)> = sqlx::query_as(
        "select id, portfolio_id, name, time_zone, rev from properties
         where id in (select unhex(value) from json_each(?1))",
    )
    .bind(id_list(ids.iter().copied()))
    .fetch_all(conn)
    .await?;
    let rows = rows
        .into_iter()
        .map(|(id, portfolio, name, time_zone, rev)| Versioned {
            rev: count(rev),
            row: Property {
                id: id.into(),
                portfolio_id: portfolio.into(),
                name,
                time_zone,
            },
        });
    keyed(rows.collect(), |row| row.id.0)
}

/// Units.
pub async fn units(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Loaded> {
    let rows: Vec<(Uuid, Uuid, String, i64)> = sqlx::query_as(
        "select id, property_id, label, rev from units
         where id in (select unhex(value) from json_each(?1))",
    )
    .bind(id_list(ids.iter().copied()))
    .fetch_all(conn)
    .await?;
    let rows = rows
        .into_iter()
        .map(|(id, property, label, rev)| Versioned {
            rev: count(rev),
            row: Unit {
                id: id.into(),
                property_id: property.into(),
                label,
            },
        });
    keyed(rows.collect(), |row| row.id.0)
}

/// Leases with their tenants, those who left included.
pub async fn leases(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Loaded> {
    let list = id_list(ids.iter().copied());
    let tenants: Vec<(Uuid, Uuid, Option<i64>)> = sqlx::query_as(
        "select lease_id, user_id, left_at from lease_tenants
         where lease_id in (select unhex(value) from json_each(?1)) order by joined_at, user_id",
    )
    .bind(&list)
    .fetch_all(&mut *conn)
    .await?;
    let mut by_lease: HashMap<Uuid, Vec<LeaseTenant>> = HashMap::new();
    for (lease, user, left_at) in tenants {
        by_lease.entry(lease).or_default().push(LeaseTenant {
            user_id: user.into(),
            left_at: time_opt(left_at)?,
        });
    }
    let rows: Vec<(Uuid, Uuid, String, Option<String>, i64)> = sqlx::query_as(
        "select id, unit_id, starts_on, ends_on, rev from leases
         where id in (select unhex(value) from json_each(?1))",
    )
    .bind(list)
    .fetch_all(conn)
    .await?;
    let rows: Result<Vec<_>> = rows
        .into_iter()
        .map(|(id, unit, starts_on, ends_on, rev)| {
            Ok(Versioned {
                rev: count(rev),
                row: Lease {
                    id: id.into(),
                    unit_id: unit.into(),
                    starts_on: day(&starts_on)?,
                    ends_on: ends_on.as_deref().map(day).transpose()?,
                    tenants: by_lease.remove(&id).unwrap_or_default(),
                },
            })
        })
        .collect();
    keyed(rows?, |row| row.id.0)
}

/// How people are called.
pub async fn user_cards(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Loaded> {
    let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(
        "select id, name, rev from users where id in (select unhex(value) from json_each(?1))",
    )
    .bind(id_list(ids.iter().copied()))
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter().map(|(id, name, rev)| Versioned {
        rev: count(rev),
        row: UserCard {
            id: id.into(),
            name,
        },
    });
    keyed(rows.collect(), |row| row.id.0)
}

/// `reader`'s memberships, by the portfolio's or lease's id.
pub async fn memberships(
    conn: &mut SqliteConnection,
    ids: &[Uuid],
    reader: UserId,
) -> Result<Loaded> {
    let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(
        "select portfolio_id, 'owner', rev from portfolio_members
         where portfolio_id in (select unhex(value) from json_each(?1))
               and user_id = ?2 and left_at is null
         union all
         select lease_id, 'tenant', rev from lease_tenants
         where lease_id in (select unhex(value) from json_each(?1))
               and user_id = ?2 and left_at is null",
    )
    .bind(id_list(ids.iter().copied()))
    .bind(reader.0)
    .fetch_all(conn)
    .await?;
    let rows: Result<Vec<_>> = rows
        .into_iter()
        .map(|(id, role, rev)| {
            Ok(Versioned {
                rev: count(rev),
                row: Membership {
                    id,
                    role: word(&role)?,
                },
            })
        })
        .collect();
    keyed(rows?, |row| row.id)
}
