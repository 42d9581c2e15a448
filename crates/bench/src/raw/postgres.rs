//! The rows on PostgreSQL: a transaction for each request.

use super::rows::{
    CLAIM, FEED, HEAD, INCIDENT, PLACES, Place, Pushed, THREAD, TICKET, Ticket, by_incident, hex,
    ticket, write_rows,
};
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use sqlx::{PgPool, Row, postgres::PgPoolOptions};
use std::collections::HashMap;
use uuid::Uuid;

/// Connections, as many as callers.
const CONNECTIONS: u32 = 32;

/// The database.
pub struct Store {
    pool: PgPool,
    places: HashMap<Uuid, Place>,
}

impl Store {
    /// Connects to it.
    pub async fn open(url: &str) -> Result<Self> {
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS);
        let pool = pool.connect(url).await?;
        let places = sqlx::query_as(PLACES).fetch_all(&pool).await?;
        let places = by_incident(places);
        Ok(Self { pool, places })
    }

    /// Writes a message; gives its number.
    pub async fn push(&self, it: Pushed) -> Result<i64> {
        let place = self.places.get(&it.incident_id);
        let place = place.context("no such incident")?;
        let mut transaction = self.pool.begin().await?;
        let n = write_rows!(&mut *transaction, &it, place, Utc::now());
        transaction.commit().await?;
        Ok(n)
    }

    /// The first page of a thread.
    pub async fn thread(&self, incident: Uuid) -> Result<Vec<Ticket>> {
        let rows = sqlx::query(THREAD).bind(incident);
        let rows = rows.fetch_all(&self.pool).await?;
        let moment = |at: DateTime<Utc>| at;
        rows.iter().map(|row| Ok(ticket!(row, moment))).collect()
    }
}
