//! Incidents as they travel.

use super::Versioned;
use crate::{
    db::{
        Conn, Stamp,
        codec::{count, word},
        query_as,
    },
    error::Result,
};
use palier_domain::IncidentId;
use palier_wire::Incident;
use uuid::Uuid;

/// The columns of an incident, as they are read everywhere.
#[derive(sqlx::FromRow)]
pub struct Row {
    id: Uuid,
    portfolio_id: Uuid,
    property_id: Uuid,
    unit_id: Uuid,
    lease_id: Option<Uuid>,
    title: String,
    description: String,
    category: String,
    priority: String,
    status: String,
    reopened: i64,
    opened_by: Uuid,
    opened_by_type: String,
    last_n: i64,
    created_at: Stamp,
    updated_at: Stamp,
    rev: i64,
}

impl Row {
    /// The incident that the columns say.
    pub fn read(self) -> Result<Versioned<Incident>> {
        Ok(Versioned {
            rev: count(self.rev),
            row: Incident {
                id: self.id.into(),
                portfolio_id: self.portfolio_id.into(),
                property_id: self.property_id.into(),
                unit_id: self.unit_id.into(),
                lease_id: self.lease_id.map(Into::into),
                title: self.title,
                description: self.description,
                category: word(&self.category)?,
                priority: word(&self.priority)?,
                status: word(&self.status)?,
                reopened: u32::try_from(self.reopened).unwrap_or_default(),
                opened_by: self.opened_by.into(),
                opened_by_type: word(&self.opened_by_type)?,
                last_n: count(self.last_n),
                created_at: self.created_at.0,
                updated_at: self.updated_at.0,
            },
        })
    }
}

/// The incidents with these ids, in no order.
pub async fn many(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Versioned<Incident>>> {
    let rows: Vec<Row> = query_as(
        sql!("select id, portfolio_id, property_id, unit_id, lease_id, title, description, category,
                priority, status, reopened, opened_by, opened_by_type, last_n, created_at,
                updated_at, rev
         from incidents where id " {ids "$1"}),
    )
    .bind_ids(ids.iter().copied())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// One incident.
pub async fn one(conn: &mut Conn, id: IncidentId) -> Result<Option<Versioned<Incident>>> {
    Ok(many(conn, &[id.0]).await?.pop())
}
