//! Participants as they travel: how far each has read.

use super::Versioned;
use crate::{
    db::codec::{count, id_list, time_opt, word},
    error::Result,
};
use palier_wire::Participant;
use sqlx::SqliteConnection;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    incident_id: Uuid,
    user_id: Uuid,
    role: String,
    read_n: i64,
    read_at: Option<i64>,
    rev: i64,
}

/// The participants with these ids, in no order.
pub async fn many(
    conn: &mut SqliteConnection,
    ids: &[Uuid],
) -> Result<Vec<Versioned<Participant>>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, incident_id, user_id, role, read_n, read_at, rev
         from participants where id in (select unhex(value) from json_each(?1))",
    )
    .bind(id_list(ids.iter().copied()))
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Versioned {
                rev: count(row.rev),
                row: Participant {
                    id: row.id,
                    incident_id: row.incident_id.into(),
                    user_id: row.user_id.into(),
                    role: word(&row.role)?,
                    read_n: count(row.read_n),
                    read_at: time_opt(row.read_at)?,
                },
            })
        })
        .collect()
}
