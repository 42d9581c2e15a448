//! Incidents as they travel.

use super::Versioned;
use crate::{
    db::codec::{count, id_list, time, word},
    error::Result,
};
use palier_domain::IncidentId;
use palier_wire::Incident;
use sqlx::SqliteConnection;
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
    reopened: u32,
    opened_by: Uuid,
    opened_by_type: String,
    last_n: i64,
    created_at: i64,
    updated_at: i64,
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
                reopened: self.reopened,
                opened_by: self.opened_by.into(),
                opened_by_type: word(&self.opened_by_type)?,
                last_n: count(self.last_n),
                created_at: time(self.created_at)?,
                updated_at: time(self.updated_at)?,
            },
        })
    }
}

/// The incidents with these ids, in no order.
pub async fn many(conn: &mut SqliteConnection, ids: &[Uuid]) -> Result<Vec<Versioned<Incident>>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, portfolio_id, property_id, unit_id, lease_id, title, description, category,
                priority, status, reopened, opened_by, opened_by_type, last_n, created_at,
                updated_at, rev
         from incidents where id in (select unhex(value) from json_each(?1))",
    )
    .bind(id_list(ids.iter().copied()))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// One incident.
pub async fn one(
    conn: &mut SqliteConnection,
    id: IncidentId,
) -> Result<Option<Versioned<Incident>>> {
    Ok(many(conn, &[id.0]).await?.pop())
}
