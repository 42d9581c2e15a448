//! What the engine asks of the journal: its commands, one method each.

use crate::db::SqliteConnection;
use crate::{
    Store, StoreError,
    cache::{self, Caches},
    journal::{
        account, files,
        outbox::{self, Row},
        sent_log::{self, Again},
    },
    sqlite::*,
};
use chrono::{DateTime, Utc};
use palier_domain::{AttachmentId, IncidentId, MutationId, OutboxState};
use palier_engine::Settle;
use palier_wire::{Epoch, Mutation};
use serde_json::value::RawValue;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

impl Store {
    /// Commits `sending` and one more attempt for those of `ids` that still may leave; answers
    /// which those are, in order.
    ///
    /// # Errors
    /// The journal cannot be written; then no byte may leave.
    pub async fn mark_sending(&self, ids: &[MutationId]) -> Result<Vec<MutationId>, StoreError> {
        let doing = "marking entries as sending";
        let mut write = self.write(doing).await?;
        let marked: Vec<Uuid> = sqlx::query_scalar(
            "update main.outbox set state = 'sending', attempts = attempts + 1
             where mutation_id in (select unhex(value) from json_each(?1))
               and state in ('queued', 'waiting')
             returning mutation_id",
        )
        .bind(id_list(ids.iter().map(|id| id.0)))
        .fetch_all(&mut *write)
        .await
        .doing(doing)?;
        write.commit().await?;
        let marked: BTreeSet<MutationId> = marked.into_iter().map(MutationId).collect();
        Ok(ids
            .iter()
            .copied()
            .filter(|id| marked.contains(id))
            .collect())
    }

    /// The mutations to push, in this order, payload bytes as stored. Entries that are not
    /// `sending` any more (the person took them back meanwhile) are left out.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub async fn payloads(&self, ids: &[MutationId]) -> Result<Vec<Mutation>, StoreError> {
        let doing = "reading payloads";
        let mut read = self.read().await?;
        let rows: Vec<(Uuid, String, i64, String, Option<Uuid>)> = sqlx::query_as(
            "select mutation_id, kind, schema, payload, depends_on from main.outbox
             where mutation_id in (select unhex(value) from json_each(?1)) and state = 'sending'",
        )
        .bind(id_list(ids.iter().map(|id| id.0)))
        .fetch_all(&mut *read)
        .await
        .doing(doing)?;
        let mut found = HashMap::new();
        for (id, kind, schema, payload, depends_on) in rows {
            let mutation = Mutation {
                mutation_id: id.into(),
                schema: u32::try_from(schema).unwrap_or(0),
                kind,
                payload: RawValue::from_string(payload).doing(doing)?,
                depends_on: depends_on.map(MutationId),
            };
            found.insert(mutation.mutation_id, mutation);
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Commits what became of entries; answers the incidents whose threads look different now.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn settle(
        &self,
        settled: &[(MutationId, Settle)],
    ) -> Result<BTreeSet<IncidentId>, StoreError> {
        let mut write = self.write("settling entries").await?;
        let mut incidents = BTreeSet::new();
        for (id, settle) in settled {
            // What the person took back is out of the engine's hands; its cancel decides. A done
            // entry waits for its retirement and for nothing else.
            let Some(row) = outbox::by_id(&mut write, *id).await? else {
                continue;
            };
            if matches!(row.state()?, OutboxState::Cancelling | OutboxState::Done) {
                continue;
            }
            incidents.insert(IncidentId(row.incident_id));
            settle_one(&mut write, &row, settle).await?;
        }
        write.commit().await?;
        Ok(incidents)
    }

    /// Moves done entries to the sent log; markers and cancels are deleted.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn retire(
        &self,
        ids: &[MutationId],
        now: DateTime<Utc>,
    ) -> Result<BTreeSet<IncidentId>, StoreError> {
        let mut write = self.write("retiring entries").await?;
        let at = cache::server_time(&mut write, now).await?;
        let mut incidents = BTreeSet::new();
        for id in ids {
            let Some(row) = outbox::by_id(&mut write, *id).await? else {
                continue;
            };
            incidents.insert(IncidentId(row.incident_id));
            retire_one(&mut write, &row, at).await?;
        }
        sent_log::forget_old(&mut write, at).await?;
        write.commit().await?;
        Ok(incidents)
    }

    /// The file is on the server now. To be called before the upload's end is reported.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub async fn file_uploaded(&self, attachment_id: AttachmentId) -> Result<(), StoreError> {
        let mut write = self.write("marking a file as uploaded").await?;
        files::set_on_server(&mut write, &[attachment_id], true).await?;
        write.commit().await
    }

    /// Takes a new epoch (or the same again, where the server no longer knows our place in its feeds):
    /// `sending` becomes `queued`, and what the server had acknowledged in the last 30 days is queued
    /// again under its ids, which does no harm where it is there. With a new epoch the marks "on the
    /// server" go, and markers with them. A new cache is filled from now on; the old one is shown until
    /// [`Store::swap_cache`].
    ///
    /// # Errors
    /// The files cannot be written.
    pub async fn adopt_epoch(&self, epoch: Epoch, now: DateTime<Utc>) -> Result<(), StoreError> {
        // The journal first: after a crash in between, the next start makes the new cache.
        let mut write = self.write("taking a new epoch").await?;
        let old = account::read(&mut write).await?.epoch;
        if old != Some(epoch) {
            account::change_epoch(&mut write, old, epoch).await?;
            if old.is_some() {
                leave_epoch(&mut write, now).await?;
            }
        }
        sent_log::queue_again(&mut write, Again::All).await?;
        sqlx::query(
            "update main.outbox set state = 'queued', problem = null
             where replayed_ms is not null and state in ('failed', 'blocked')",
        )
        .execute(&mut *write)
        .await
        .doing("queueing again what could not be put back")?;
        sqlx::query("update main.outbox set state = 'queued' where state = 'sending'")
            .execute(&mut *write)
            .await
            .doing("queueing what was being sent")?;
        sqlx::query(
            "update main.outbox set state = 'uploading' where state in ('queued', 'waiting')
             and exists (select 1 from main.outbox_files o join main.files f on f.id = o.file_id
                where o.mutation_id = outbox.mutation_id and f.on_server = 0)",
        )
        .execute(&mut *write)
        .await
        .doing("uploading files again")?;
        let shown = self.caches().shown;
        let (place, other) = self.other_cache(&shown);
        let nothing_to_show = cache::is_empty(&mut write).await?;
        account::set_caches(&mut write, 1 - place, !nothing_to_show).await?;
        write.commit().await?;
        if nothing_to_show {
            let caches = Caches {
                shown,
                filling: None,
            };
            self.set_caches(caches).await;
            let mut write = self.write("emptying the cache").await?;
            cache::empty(&mut write, epoch).await?;
            return write.commit().await;
        }
        let caches = Caches {
            shown,
            filling: Some(other.clone()),
        };
        self.set_caches(caches).await;
        cache::make_anew(&other, Some(epoch)).await
    }
}

/// The server's data began a new life, perhaps from an older copy: what it had acknowledged and we
/// still have goes again under the same ids, which does no harm where it is there already.
async fn leave_epoch(conn: &mut SqliteConnection, now: DateTime<Utc>) -> Result<(), StoreError> {
    let at = cache::server_time(conn, now).await?;
    for row in outbox::all(conn).await? {
        let id = MutationId(row.mutation_id);
        let done = row.state()? == OutboxState::Done;
        if row.is_marker() {
            // Numbers of the other life: too much unread is better than too little.
            outbox::remove(conn, id).await?;
        } else if row.is_cancel() && done {
            retire_one(conn, &row, at).await?;
        } else if done && outbox::cancel_of(conn, id).await?.is_none() {
            outbox::make_ready(conn, id).await?;
            outbox::set_replayed(conn, id).await?;
        }
    }
    sqlx::query("update main.files set on_server = 0")
        .execute(conn)
        .await
        .doing("clearing the marks of files on the server")?;
    Ok(())
}

async fn settle_one(
    conn: &mut SqliteConnection,
    row: &Row,
    settle: &Settle,
) -> Result<(), StoreError> {
    let id = MutationId(row.mutation_id);
    // What a sign-out and the next sign-in do to it says nothing about it.
    let says_nothing = matches!(settle, Settle::State(state) if *state != OutboxState::Waiting);
    if !says_nothing && row.is_troubled()? {
        outbox::forget_problem(conn, id).await?;
    }
    match settle {
        Settle::State(state) => outbox::set_state(conn, id, *state).await,
        Settle::Failed(problem) => outbox::fail(conn, id, problem).await,
        Settle::Parked(problem) | Settle::Troubled(problem) => {
            outbox::wait_because(conn, id, problem).await
        }
        Settle::Uploading(missing) => {
            files::set_on_server(conn, missing, false).await?;
            outbox::set_state(conn, id, OutboxState::Uploading).await
        }
        Settle::Forget => outbox::remove(conn, id).await,
        Settle::Done { cancelled } => {
            outbox::set_state(conn, id, OutboxState::Done).await?;
            match row.cancels {
                Some(target) => settle_target(conn, target.into(), *cancelled).await,
                None => Ok(()),
            }
        }
    }
}

/// What was taken back is gone, unless it had been delivered: then it is shown as sent until its
/// row comes, and kept in the sent log.
async fn settle_target(
    conn: &mut SqliteConnection,
    target: MutationId,
    cancelled: Option<bool>,
) -> Result<(), StoreError> {
    if cancelled == Some(false) {
        return outbox::set_state(conn, target, OutboxState::Done).await;
    }
    outbox::remove(conn, target).await?;
    files::forget_unused(conn).await
}

async fn retire_one(
    conn: &mut SqliteConnection,
    row: &Row,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let id = MutationId(row.mutation_id);
    if let Some(target) = row.cancels
        && let Some(target) = outbox::by_id(conn, target.into()).await?
        && target.state()? == OutboxState::Done
    {
        sent_log::take(conn, target.mutation_id.into(), at).await?;
    }
    if row.is_marker() || row.is_cancel() {
        outbox::remove(conn, id).await
    } else {
        sent_log::take(conn, id, at).await
    }
}
