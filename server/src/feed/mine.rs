//! The caller's own numbers, computed in the page's snapshot. In no digest.

use crate::{
    db::{Conn, codec::count, query_as},
    error::Result,
};
use palier_domain::{IncidentId, ReadView, UserId};
use palier_wire::Mine;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    incident_rev: i64,
    last_n: i64,
    read_n: i64,
    flagged: bool,
    flag_rev: i64,
    participant_rev: i64,
    unread: i64,
}

/// `reader`'s numbers on these incidents.
// The condition of the inner query is `palier_domain::counts_as_unread` in SQL; a test compares them.
pub async fn many(
    conn: &mut Conn,
    reader: UserId,
    incidents: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, Mine>> {
    let rows: Vec<Row> = query_as(
        sql!("select i.id, i.rev as incident_rev, i.last_n, coalesce(p.read_n, 0) as read_n,
                coalesce(p.flagged, false) as flagged, coalesce(p.flag_rev, 0) as flag_rev,
                coalesce(p.rev, 0) as participant_rev,
                (select count(*) from incident_responses r
                 where r.incident_id = i.id and r.n > coalesce(p.read_n, 0)
                       and r.kind = 'message' and r.author_id <> $1) as unread
         from incidents i
         left join participants p on p.incident_id = i.id and p.user_id = $1
         where i.id " {ids "$2"}),
    )
    .bind(reader.0)
    .bind_ids(incidents)
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let mine = Mine {
                view: ReadView {
                    read_n: count(row.read_n),
                    last_n: count(row.last_n),
                    unread: count(row.unread),
                    flagged: row.flagged,
                },
                flag_rev: count(row.flag_rev),
                incident_rev: count(row.incident_rev),
                participant_rev: count(row.participant_rev),
            };
            (row.id, mine)
        })
        .collect())
}

/// `reader`'s numbers on one incident; none when it does not exist.
pub async fn one(conn: &mut Conn, reader: UserId, incident: IncidentId) -> Result<Option<Mine>> {
    Ok(many(conn, reader, [incident.0]).await?.remove(&incident.0))
}
