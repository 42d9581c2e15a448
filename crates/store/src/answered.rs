//! Settling what the server's rows answer.
//!
//! A reply may be lost after the server has committed. Its row comes all the same, with the next
//! pull, and says that the entry arrived. This is the journal's transaction after the cache's: a
//! crash in between leaves an entry that is sent once more and answered "duplicate".

use crate::db::SqliteConnection;
use crate::{
    Store, StoreError,
    act::sent::back_to_draft,
    apply::Written,
    journal::{
        files,
        outbox::{self, Row},
        sent_log,
    },
    sqlite::*,
};
use chrono::{DateTime, Utc};
use palier_domain::{MutationId, OutboxState, UserId};
use palier_wire::Payload;
use uuid::Uuid;

impl Store {
    /// Settles the outbox entries that are among the rows just written.
    pub(crate) async fn settle_answered(
        &self,
        written: &Written,
        server_time: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<MutationId>, StoreError> {
        // What a cache answers that is not shown yet, it answers when it is.
        if self.caches().filling.is_some() {
            return Ok(Vec::new());
        }
        let tickets = id_list(written.tickets.iter().map(|id| id.0));
        let incidents = id_list(written.incidents.iter().map(|id| id.0));
        // Most pages answer nothing, and a look costs less than a commit.
        let mut read = self.read().await?;
        if outbox::answered_by(&mut read, &tickets, &incidents)
            .await?
            .is_empty()
        {
            return Ok(Vec::new());
        }
        drop(read);
        let mut write = self.write("settling what a page answers").await?;
        let mut removed = Vec::new();
        for row in outbox::answered_by(&mut write, &tickets, &incidents).await? {
            removed
                .extend(settle_by_row(&mut write, &row, self.user_id(), server_time, now).await?);
        }
        write.commit().await?;
        Ok(removed)
    }
}

/// The server shows what this entry asked for. With the same content it is done. With other
/// content an earlier version was delivered: the newer text becomes a draft.
async fn settle_by_row(
    conn: &mut SqliteConnection,
    row: &Row,
    user: UserId,
    server_time: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<MutationId>, StoreError> {
    let id = MutationId(row.mutation_id);
    let Some(same) = same_content(conn, row, user).await? else {
        return Ok(Vec::new());
    };
    if row.state()? == OutboxState::Cancelling {
        // It had arrived before it was taken back: the cancel has nothing left to do.
        let cancel = outbox::cancel_of(conn, id).await?;
        sent_log::take(conn, id, server_time).await?;
        let Some(cancel) = cancel.map(|cancel| MutationId(cancel.mutation_id)) else {
            return Ok(Vec::new());
        };
        outbox::remove(conn, cancel).await?;
        return Ok(vec![cancel]);
    }
    if same || row.kind != "add_ticket" {
        sent_log::take(conn, id, server_time).await?;
    } else {
        back_to_draft(conn, row, None, true, now).await?;
        outbox::remove(conn, id).await?;
        files::forget_unused(conn).await?;
    }
    Ok(vec![id])
}

/// Whether the cache's row says what the entry says; none when it is not there after all.
async fn same_content(
    conn: &mut SqliteConnection,
    row: &Row,
    user: UserId,
) -> Result<Option<bool>, StoreError> {
    let Some(ticket_id) = row.ticket_id else {
        // An incident's id was made for it alone; title and category may have been changed since.
        return Ok(Some(true));
    };
    if row.kind == "add_note" {
        // A note's id stands for its words: changed ones get another.
        let here: bool =
            sqlx::query_scalar("select exists (select 1 from cache.note where id = ?1)")
                .bind(ticket_id)
                .fetch_one(conn)
                .await
                .doing("comparing a note with its outbox entry")?;
        return Ok(here.then_some(true));
    }
    let found: Option<(Uuid, Uuid, String, String)> = sqlx::query_as(
        "select incident_id, author_id, message, attachments from cache.ticket where id = ?1",
    )
    .bind(ticket_id)
    .fetch_optional(conn)
    .await
    .doing("comparing a ticket with its outbox entry")?;
    let Some((incident_id, author_id, message, attachments)) = found else {
        return Ok(None);
    };
    Ok(Some(match row.decode()? {
        Payload::AddTicket(ticket) => {
            let stored: Vec<Uuid> =
                serde_json::from_str(&attachments).doing("reading the files of a ticket")?;
            ticket.incident_id.0 == incident_id
                && user.0 == author_id
                && ticket.message == message
                && ticket.attachments.iter().map(|id| id.0).eq(stored)
        }
        _ => true,
    }))
}
