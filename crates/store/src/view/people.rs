//! Who is on an incident, how they are called, how far they have read.

use crate::db::SqliteConnection;
use crate::{Store, StoreError, sqlite::*};
use chrono::{DateTime, Utc};
use palier_domain::{IncidentId, Role, UserId};
use uuid::Uuid;

/// Somebody on an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Who.
    pub user_id: UserId,
    /// Name, where it is known.
    pub name: Option<String>,
    /// As what.
    pub role: Role,
    /// How far he has read; 0 before his first marker.
    pub read_n: u64,
    /// When he got there.
    pub read_at: Option<DateTime<Utc>>,
}

impl Store {
    /// How a user is called, where it is known.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn name_of(&self, user_id: UserId) -> Result<Option<String>, StoreError> {
        sqlx::query_scalar("select name from cache.user_card where id = ?1")
            .bind(user_id.0)
            .fetch_optional(&mut *self.read().await?)
            .await
            .doing("looking up a name")
    }
}

#[derive(sqlx::FromRow)]
struct FoundPerson {
    user_id: Uuid,
    name: Option<String>,
    role: String,
    read_n: i64,
    read_ms: Option<i64>,
}

/// Who has a marker on the incident, and who lives there.
pub(super) async fn people(
    conn: &mut SqliteConnection,
    id: IncidentId,
) -> Result<Vec<PersonRow>, StoreError> {
    let rows: Vec<FoundPerson> = sqlx::query_as(
        "with person (user_id, role, read_n, read_ms) as (
            select user_id, role, read_n, read_ms from cache.participant where incident_id = ?1
            union all
            select unhex(t.value ->> 'user_id', '-'), 'tenant', 0, null
            from cache.incident i join cache.lease l on l.id = i.lease_id, json_each(l.tenants) t
            where i.id = ?1 and t.value ->> 'left_at' is null
              and unhex(t.value ->> 'user_id', '-') not in (
                select user_id from cache.participant where incident_id = ?1))
         select p.user_id, c.name, p.role, p.read_n, p.read_ms
         from person p left join cache.user_card c on c.id = p.user_id
         order by p.role, c.name, p.user_id",
    )
    .bind(id.0)
    .fetch_all(conn)
    .await
    .doing("reading who is on an incident")?;
    rows.into_iter()
        .map(|row| {
            Ok(PersonRow {
                user_id: row.user_id.into(),
                name: row.name,
                role: word(&row.role)?,
                read_n: to_u64(row.read_n),
                read_at: row.read_ms.map(from_ms),
            })
        })
        .collect()
}
