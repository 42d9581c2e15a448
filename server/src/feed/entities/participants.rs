//! Participants as they travel: how far each has read.

use super::Versioned;
use crate::{
    db::{
        Conn, Stamp,
        codec::{count, word},
        query_as,
    },
    error::Result,
};
use palier_wire::Participant;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    incident_id: Uuid,
    user_id: Uuid,
    role: String,
    read_n: i64,
    read_at: Option<Stamp>,
    rev: i64,
}

/// The participants with these ids, in no order.
pub async fn many(conn: &mut Conn, ids: &[Uuid]) -> Result<Vec<Versioned<Participant>>> {
    let rows: Vec<Row> = query_as(
        sql!("select id, incident_id, user_id, role, read_n, read_at, rev
         from participants where id " {ids "$1"}),
    )
    .bind_ids(ids.iter().copied())
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
                    read_at: row.read_at.map(|it| it.0),
                },
            })
        })
        .collect()
}
