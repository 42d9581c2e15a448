//! Drafts: what is being written, one per incident.

use crate::db::SqliteConnection;
use crate::{
    StoreError,
    act::DraftRow,
    journal::files::{self, StoredFile},
    sqlite::*,
};
use chrono::{DateTime, Utc};
use palier_domain::{AttachmentId, IncidentId, TicketId};
use uuid::Uuid;

pub(crate) async fn read(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
) -> Result<DraftRow, StoreError> {
    let said: Option<(String, bool)> =
        sqlx::query_as("select message, note from main.drafts where incident_id = ?1")
            .bind(incident_id.0)
            .fetch_optional(&mut *conn)
            .await
            .doing("reading a draft")?;
    let (message, note) = said.unwrap_or_default();
    let files: Vec<StoredFile> = sqlx::query_as(
        "select f.id, f.name, f.media_type, f.size, f.sha256, f.has_thumbnail, f.on_server
         from main.draft_files d join main.files f on f.id = d.file_id
         where d.incident_id = ?1 order by d.position",
    )
    .bind(incident_id.0)
    .fetch_all(conn)
    .await
    .doing("reading the files of a draft")?;
    Ok(DraftRow {
        message,
        note,
        files: files
            .into_iter()
            .map(StoredFile::into_row)
            .collect::<Result<_, _>>()?,
    })
}

/// The id that the next ticket of this draft has to have, when a refused one was taken back.
pub(crate) async fn ticket_id(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
) -> Result<Option<TicketId>, StoreError> {
    let id: Option<Option<Uuid>> =
        sqlx::query_scalar("select ticket_id from main.drafts where incident_id = ?1")
            .bind(incident_id.0)
            .fetch_optional(conn)
            .await
            .doing("reading a draft")?;
    Ok(id.flatten().map(TicketId))
}

/// Writes the text; makes the draft where there is none.
pub(crate) async fn write(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
    message: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into main.drafts (incident_id, message, updated_ms) values (?1, ?2, ?3)
         on conflict do update set message = excluded.message, updated_ms = excluded.updated_ms",
    )
    .bind(incident_id.0)
    .bind(message)
    .bind(to_ms(now))
    .execute(conn)
    .await
    .doing("keeping a draft")?;
    Ok(())
}

/// What is being written is a note among owners, or a message.
pub(crate) async fn set_note(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
    note: bool,
) -> Result<(), StoreError> {
    sqlx::query("update main.drafts set note = ?2 where incident_id = ?1")
        .bind(incident_id.0)
        .bind(note)
        .execute(conn)
        .await
        .doing("keeping for whom a draft is")?;
    Ok(())
}

/// Begins the draft of an incident that is being described.
pub(crate) async fn begin(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("insert into main.drafts (incident_id, updated_ms, begun) values (?1, ?2, 1)")
        .bind(incident_id.0)
        .bind(to_ms(now))
        .execute(conn)
        .await
        .doing("beginning to describe an incident")?;
    Ok(())
}

/// Removes what was begun and never opened, with its files.
pub(crate) async fn forget_begun(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("delete from main.drafts where begun = 1")
        .execute(&mut *conn)
        .await
        .doing("removing what was begun")?;
    files::forget_unused(conn).await
}

/// Makes the draft where there is none.
pub(crate) async fn ensure(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into main.drafts (incident_id, updated_ms) values (?1, ?2) on conflict do nothing",
    )
    .bind(incident_id.0)
    .bind(to_ms(now))
    .execute(conn)
    .await
    .doing("making a draft")?;
    Ok(())
}

pub(crate) async fn set_ticket_id(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
    ticket_id: Option<TicketId>,
) -> Result<(), StoreError> {
    sqlx::query("update main.drafts set ticket_id = ?2 where incident_id = ?1")
        .bind(incident_id.0)
        .bind(ticket_id.map(|id| id.0))
        .execute(conn)
        .await
        .doing("keeping a ticket's id in its draft")?;
    Ok(())
}

/// Replaces the draft's files by these, in this order.
pub(crate) async fn set_files(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
    ids: &[AttachmentId],
) -> Result<(), StoreError> {
    let doing = "keeping the files of a draft";
    sqlx::query("delete from main.draft_files where incident_id = ?1")
        .bind(incident_id.0)
        .execute(&mut *conn)
        .await
        .doing(doing)?;
    sqlx::query(
        "insert into main.draft_files (incident_id, position, file_id)
         select ?1, key, unhex(value) from json_each(?2)",
    )
    .bind(incident_id.0)
    .bind(id_list(ids.iter().map(|id| id.0)))
    .execute(conn)
    .await
    .doing(doing)?;
    Ok(())
}

/// Removes the draft with its list of files; the files themselves stay for whoever took them.
pub(crate) async fn remove(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
) -> Result<(), StoreError> {
    sqlx::query("delete from main.drafts where incident_id = ?1")
        .bind(incident_id.0)
        .execute(conn)
        .await
        .doing("removing a draft")?;
    Ok(())
}

/// Removes the draft if nothing is in it.
pub(crate) async fn remove_if_empty(
    conn: &mut SqliteConnection,
    incident_id: IncidentId,
) -> Result<(), StoreError> {
    sqlx::query(
        "delete from main.drafts where incident_id = ?1 and trim(message) = '' and begun = 0
         and not exists (select 1 from main.draft_files where incident_id = ?1)",
    )
    .bind(incident_id.0)
    .execute(&mut *conn)
    .await
    .doing("removing an empty draft")?;
    files::forget_unused(conn).await
}
