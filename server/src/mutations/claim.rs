//! At most once: the claim on a mutation's id.
//!
//! The claim is the first thing a mutation writes. A rejection rolls it back with everything else,
//! so only what was applied stays, and what a cancel took the place of. A conflict is never a
//! verdict by itself: the row that was there first says what it means.

use crate::{
    db::{Stamp, query, query_as, query_scalar, writer::WriteTx},
    error::{Error, Result},
};
use chrono::{DateTime, TimeDelta, Utc};
use palier_domain::{
    IncidentId, MutationId, NoteId, Sha256, TicketId, UserId,
    planted::{Bug, is_planted},
};
use palier_wire::{Payload, ProblemKind};
use serde::{Deserialize, Serialize};

/// What a mutation made; kept as the `result` of its claim.
// A reference, not a copy: a message of 16 KiB is not stored twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// Made or changed this incident.
    Incident(IncidentId),
    /// Wrote this ticket.
    Ticket(TicketId),
    /// Wrote this note.
    Note(NoteId),
    /// Took its target back, or came too late.
    Cancelled(bool),
    /// Moved the caller's own marker.
    Marker,
    /// Made something that is let (see `letting::requests`).
    Letting,
}

impl Made {
    /// What a mutation makes when it is applied, where that is known before.
    pub fn expected(payload: &Payload) -> Option<Self> {
        Some(match payload {
            Payload::OpenIncident(it) => Self::Incident(it.incident_id),
            Payload::SetStatus(it) => Self::Incident(it.incident_id),
            Payload::SetPriority(it) => Self::Incident(it.incident_id),
            Payload::SetCategory(it) => Self::Incident(it.incident_id),
            Payload::AddTicket(it) => Self::Ticket(it.ticket_id),
            Payload::AddNote(it) => Self::Note(it.note_id),
            Payload::MarkRead(_)
            | Payload::MarkUnread(_)
            | Payload::ClearUnread(_)
            | Payload::SetMute(_) => Self::Marker,
            Payload::Cancel(_) => return None,
        })
    }
}

/// What became of a claim.
pub enum Claim {
    /// It is ours now.
    New,
    /// The same mutation was applied before and made this.
    Seen(Made),
}

/// What is known of a mutation that another depends on.
pub enum Parent {
    /// It was applied.
    Applied,
    /// It was taken back.
    Cancelled,
    /// Nothing.
    Unknown,
}

/// How long claims are kept: longer than any device stays away with unsent work.
const KEPT: TimeDelta = TimeDelta::days(400);

/// Claims `id` for a mutation whose kind and bytes hash to `hash` and which is expected to make this.
///
/// # Errors
/// `cancelled` when it was taken back; `mutation-id-reused` when the id carried something else.
pub async fn claim(
    tx: &mut WriteTx,
    user: UserId,
    id: MutationId,
    hash: Sha256,
    expected: Option<Made>,
) -> Result<Claim> {
    if insert(tx, user, id, Some(hash), expected).await? || is_planted(Bug::NoDedupe) {
        return Ok(Claim::New);
    }
    let (stored, result): (Option<Vec<u8>>, Option<String>) = query_as(
        "select payload_hash, result from mutation_log where user_id = $1 and mutation_id = $2",
    )
    .bind(user.0)
    .bind(id.0)
    .fetch_one(tx.conn())
    .await?;
    match stored {
        None => Err(Error::refused(
            ProblemKind::Cancelled,
            "it was taken back before it arrived",
        )),
        Some(stored) if stored == hash.0 => {
            let result = result.ok_or(Error::Corrupt("mutation result"))?;
            Ok(Claim::Seen(serde_json::from_str(&result)?))
        }
        Some(_) => Err(Error::refused(
            ProblemKind::MutationIdReused,
            "this mutation id was used for something else",
        )),
    }
}

/// Claims `id` as taken back. False when it was applied before.
pub async fn take_back(tx: &mut WriteTx, user: UserId, id: MutationId) -> Result<bool> {
    if is_planted(Bug::CancelWithoutClaim) {
        return Ok(!matches!(parent(tx, user, id).await?, Parent::Applied));
    }
    Ok(insert(tx, user, id, None, None).await?
        || matches!(parent(tx, user, id).await?, Parent::Cancelled))
}

/// Keeps what the claimed mutation made, where that was not as expected.
pub async fn record(tx: &mut WriteTx, user: UserId, id: MutationId, made: Made) -> Result<()> {
    query("update mutation_log set result = $3 where user_id = $1 and mutation_id = $2")
        .bind(user.0)
        .bind(id.0)
        .bind(serde_json::to_string(&made)?)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What is known of a mutation.
pub async fn parent(tx: &mut WriteTx, user: UserId, id: MutationId) -> Result<Parent> {
    let applied: Option<bool> = query_scalar(
        "select payload_hash is not null from mutation_log
         where user_id = $1 and mutation_id = $2",
    )
    .bind(user.0)
    .bind(id.0)
    .fetch_optional(tx.conn())
    .await?;
    Ok(match applied {
        Some(true) => Parent::Applied,
        Some(false) => Parent::Cancelled,
        None => Parent::Unknown,
    })
}

/// Deletes claims that are older than any device may come back with.
pub async fn forget_old(tx: &mut WriteTx, now: DateTime<Utc>) -> Result<u64> {
    let done = query("delete from mutation_log where at < $1")
        .bind(Stamp(now - KEPT))
        .execute(tx.conn())
        .await?;
    Ok(done)
}

async fn insert(
    tx: &mut WriteTx,
    user: UserId,
    id: MutationId,
    hash: Option<Sha256>,
    expected: Option<Made>,
) -> Result<bool> {
    let result = expected.map(|made| serde_json::to_string(&made));
    let (epoch, now) = (tx.epoch.to_string(), Stamp(tx.now));
    let done = query(
        "insert into mutation_log (user_id, mutation_id, payload_hash, epoch, at, result)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
    )
    .bind(user.0)
    .bind(id.0)
    .bind(hash.map(|hash| hash.0.to_vec()))
    .bind(epoch)
    .bind(now)
    .bind(result.transpose()?)
    .execute(tx.conn())
    .await?;
    Ok(done == 1)
}
