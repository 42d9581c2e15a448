//! Internal notes with their authors' names.

use super::thread::Part;
use crate::{
    db::{Conn, codec::number, query_as},
    error::{Error, Result},
    feed::entities::notes,
};
use palier_domain::{IncidentId, NoteId};
use palier_wire::rest::{NotePage, NoteView};
use std::collections::HashMap;
use uuid::Uuid;

/// At most `limit` notes of an incident, oldest first.
pub async fn page(
    conn: &mut Conn,
    incident: IncidentId,
    part: Part,
    limit: u32,
) -> Result<NotePage> {
    let (sql, m) = match part {
        Part::After(m) => (
            "select s.id, u.name from incident_notes s join users u on u.id = s.author_id
             where s.incident_id = $1 and s.m > $2 order by s.m limit $3",
            m,
        ),
        Part::Before(m) => (
            "select s.id, u.name from incident_notes s join users u on u.id = s.author_id
             where s.incident_id = $1 and s.m < $2 order by s.m desc limit $3",
            m,
        ),
    };
    let mut found: Vec<(Uuid, String)> = query_as(sql)
        .bind(incident.0)
        .bind(number(m))
        .bind(limit + 1)
        .fetch_all(&mut *conn)
        .await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    Ok(NotePage {
        notes: views(conn, found).await?,
        more,
    })
}

/// One note, for who has just written it.
pub async fn one(conn: &mut Conn, id: NoteId) -> Result<NoteView> {
    let found: Vec<(Uuid, String)> = query_as(
        "select s.id, u.name from incident_notes s join users u on u.id = s.author_id
         where s.id = $1",
    )
    .bind(id.0)
    .fetch_all(&mut *conn)
    .await?;
    let view = views(conn, found).await?.pop();
    view.ok_or_else(|| Error::not_found("note"))
}

/// The notes with their authors' names, in their order.
async fn views(conn: &mut Conn, found: Vec<(Uuid, String)>) -> Result<Vec<NoteView>> {
    let ids: Vec<Uuid> = found.iter().map(|(id, _)| *id).collect();
    let mut names: HashMap<Uuid, String> = found.into_iter().collect();
    let mut notes: Vec<NoteView> = notes::many(conn, &ids)
        .await?
        .into_iter()
        .map(|note| NoteView {
            author_name: names.remove(&note.row.id.0).unwrap_or_default(),
            note: note.row,
        })
        .collect();
    notes.sort_by_key(|view| view.note.m);
    Ok(notes)
}
