//! What is let, by whom, to whom, as it travels.

use super::{Loaded, Versioned, keyed};
use crate::{
    db::{
        Conn, Stamp,
        codec::{count, word},
        query_as,
    },
    error::Result,
};
use chrono::NaiveDate;
use palier_domain::UserId;
use palier_wire::{Lease, LeaseTenant, Membership, Portfolio, Property, Unit, UserCard};
use std::collections::HashMap;
use uuid::Uuid;

/// Portfolios.
pub async fn portfolios(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Versioned<Portfolio>>> {
    let rows: Vec<(Uuid, String, i64)> = query_as(sql!("select id, name, rev from portfolios
         where id " {ids "$1"}))
    .bind_ids(ids.iter().copied())
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter().map(|(id, name, rev)| Versioned {
        rev: count(rev),
        row: Portfolio {
            id: id.into(),
            name,
        },
    });
    Ok(rows.collect())
}

/// Properties.
pub async fn properties(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Versioned<Property>>> {
    let rows: Vec<(Uuid, Uuid, String, String, String, i64)> = query_as(
        sql!("select id, portfolio_id, name, address, time_zone, rev from properties
         where id " {ids "$1"}),
    )
    .bind_ids(ids.iter().copied())
    .fetch_all(conn)
    .await?;
    let rows = rows
        .into_iter()
        .map(|(id, portfolio, name, address, time_zone, rev)| Versioned {
            rev: count(rev),
            row: Property {
                id: id.into(),
                portfolio_id: portfolio.into(),
                name,
                address,
                time_zone,
            },
        });
    Ok(rows.collect())
}

/// Units.
pub async fn units(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Versioned<Unit>>> {
    let rows: Vec<(Uuid, Uuid, String, i64)> =
        query_as(sql!("select id, property_id, label, rev from units
         where id " {ids "$1"}))
        .bind_ids(ids.iter().copied())
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
    Ok(rows.collect())
}

/// Leases with their tenants, those who left included.
pub async fn leases(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Versioned<Lease>>> {
    let tenants: Vec<(Uuid, Uuid, Option<Stamp>)> =
        query_as(sql!("select lease_id, user_id, left_at from lease_tenants
         where lease_id " {ids "$1"} " order by joined_at, user_id"))
        .bind_ids(ids.iter().copied())
        .fetch_all(&mut *conn)
        .await?;
    let mut by_lease: HashMap<Uuid, Vec<LeaseTenant>> = HashMap::new();
    for (lease, user, left_at) in tenants {
        by_lease.entry(lease).or_default().push(LeaseTenant {
            user_id: user.into(),
            left_at: left_at.map(|it| it.0),
        });
    }
    let rows: Vec<(Uuid, Uuid, NaiveDate, Option<NaiveDate>, i64)> = query_as(
        sql!("select id, unit_id, starts_on, ends_on, rev from leases
         where id " {ids "$1"}),
    )
    .bind_ids(ids.iter().copied())
    .fetch_all(conn)
    .await?;
    let rows = rows
        .into_iter()
        .map(|(id, unit, starts_on, ends_on, rev)| Versioned {
            rev: count(rev),
            row: Lease {
                id: id.into(),
                unit_id: unit.into(),
                starts_on,
                ends_on,
                tenants: by_lease.remove(&id).unwrap_or_default(),
            },
        });
    Ok(rows.collect())
}

/// How people are called.
pub async fn user_cards(conn: &mut Conn, ids: &[Uuid]) -> Result<Loaded> {
    let rows: Vec<(Uuid, String, i64)> =
        query_as(sql!("select id, name, rev from users where id " {ids "$1"}))
            .bind_ids(ids.iter().copied())
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
pub async fn memberships(conn: &mut Conn, ids: &[Uuid], reader: UserId) -> Result<Loaded> {
    let rows: Vec<(Uuid, String, i64)> = query_as(
        sql!("select portfolio_id, 'owner', rev from portfolio_members
         where portfolio_id " {ids "$1"} "
               and user_id = $2 and left_at is null
         union all
         select lease_id, 'tenant', rev from lease_tenants
         where lease_id " {ids "$1"} "
               and user_id = $2 and left_at is null"),
    )
    .bind_ids(ids.iter().copied())
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
