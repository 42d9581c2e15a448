//! Mutations: the only way to change an incident.
//!
//! Push and REST both hand [`Submission`]s to [`apply_all`], inside the writer. Each is claimed in
//! `mutation_log`, judged and applied in its own savepoint; what it touched is numbered by the
//! writer at the end. docs/sync.md § The server's write transaction has the rules.
//!
//! One file for each kind, with its SQL. What they share: [`claim`] (at most once), [`thread`]
//! (appending to an incident) and [`participant`] (the caller's marker row).

mod add_note;
mod add_ticket;
mod cancel;
pub mod claim;
mod clear_unread;
mod mark_read;
mod mark_unread;
mod note_marker;
mod open_incident;
mod participant;
mod set_category;
mod set_mute;
mod set_priority;
mod set_status;
mod thread;

pub use claim::forget_old as forget_old_claims;

use crate::{
    access::Seat,
    db::writer::WriteTx,
    error::{Error, Result, log},
    feed::entities::{incidents, notes, tickets},
    lock,
};
use claim::{Claim, Made, Parent};
use palier_domain::{IncidentId, MutationId, Sha256, UserId};
use palier_wire::{Mutation, MutationResult, Payload, Problem, ProblemKind, Verdict};
use serde::Serialize;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A mutation as it arrived.
#[derive(Clone)]
pub struct Submission {
    /// Its id.
    pub mutation_id: MutationId,
    /// What has to be applied first.
    pub depends_on: Option<MutationId>,
    /// What makes a second arrival the same: kind and bytes as received.
    pub hash: Sha256,
    /// What to do, or why that cannot be read.
    pub payload: Result<Payload, Box<Problem>>,
}

impl Submission {
    /// An entry of a push.
    pub fn pushed(mutation: &Mutation) -> Self {
        let payload = mutation.payload.get();
        Self {
            mutation_id: mutation.mutation_id,
            depends_on: mutation.depends_on,
            hash: Sha256::of(format!("{}\0{payload}", mutation.kind).as_bytes()),
            payload: Payload::decode(&mutation.kind, mutation.schema, payload)
                .map_err(|error| Box::new(error.into())),
        }
    }

    /// A REST request. `body` is what the caller said, without what the server filled in.
    pub fn requested(
        mutation_id: MutationId,
        body: &impl Serialize,
        payload: Payload,
    ) -> Result<Self> {
        let body = serde_json::to_string(body)?;
        let about = payload
            .incident_id()
            .map_or_else(String::new, |id| id.to_string());
        Ok(Self {
            mutation_id,
            depends_on: None,
            hash: Sha256::of(format!("{}\0rest\0{about}\0{body}", payload.kind()).as_bytes()),
            payload: Ok(payload),
        })
    }
}

/// What a mutation came to.
struct Done {
    verdict: Verdict,
    made: Made,
}

impl Done {
    fn applied(made: Made) -> Self {
        Self {
            verdict: Verdict::Applied,
            made,
        }
    }

    fn duplicate(made: Made) -> Self {
        Self {
            verdict: Verdict::Duplicate,
            made,
        }
    }
}

/// Judges and applies `submissions` of `user`, where that is all that this piece of work does.
///
/// # Errors
/// As [`apply_all`].
pub async fn apply_push(
    tx: &mut WriteTx,
    user: UserId,
    submissions: Vec<Submission>,
) -> Result<Vec<MutationResult>> {
    let [submission] = submissions.as_slice() else {
        return apply_all(tx, user, submissions).await;
    };
    lock::for_mutations(tx, &submissions).await?;
    let outcome = claim_and_apply(tx, user, submission, &Batch::default()).await;
    if outcome.is_err() {
        // With the whole piece, so that one alone needs no savepoint.
        tx.undo();
    }
    let result = result_of(submission.mutation_id, outcome)?;
    tx.judged(kind(submission), result.status);
    Ok(vec![result])
}

/// Judges and applies `submissions` of `user` in their order.
///
/// # Errors
/// Only when the storage fails: then nothing was kept. Every other outcome is a result.
pub async fn apply_all(
    tx: &mut WriteTx,
    user: UserId,
    submissions: Vec<Submission>,
) -> Result<Vec<MutationResult>> {
    lock::for_mutations(tx, &submissions).await?;
    let mut batch = Batch::default();
    let mut results = Vec::with_capacity(submissions.len());
    for submission in &submissions {
        let outcome = judge(tx, user, submission, &batch).await;
        let result = result_of(submission.mutation_id, outcome)?;
        tx.judged(kind(submission), result.status);
        batch.note(submission, result.status);
        results.push(result);
    }
    Ok(results)
}

/// What the earlier entries of a batch came to.
#[derive(Default)]
struct Batch {
    verdicts: HashMap<MutationId, Verdict>,
    // Once an entry of a lane has to come again, its later ones do too: else they would overtake it.
    stopped_lanes: HashSet<IncidentId>,
}

impl Batch {
    fn note(&mut self, submission: &Submission, verdict: Verdict) {
        self.verdicts.insert(submission.mutation_id, verdict);
        if verdict == Verdict::Retry {
            self.stopped_lanes.extend(lane(submission));
        }
    }
}

/// Its kind, where this version knows it: the caller may write anything there.
fn kind(submission: &Submission) -> &'static str {
    let payload = submission.payload.as_ref();
    payload.map_or("unreadable", Payload::kind)
}

/// The lane of an entry: its incident. Markers and cancels are in no lane.
fn lane(submission: &Submission) -> Option<IncidentId> {
    let payload = submission.payload.as_ref().ok()?;
    payload.incident_id().filter(|_| !payload.is_marker())
}

fn result_of(mutation_id: MutationId, outcome: Result<(Verdict, Value)>) -> Result<MutationResult> {
    let (status, problem, entity) = match outcome {
        Ok((verdict, entity)) => (verdict, None, Some(entity).filter(|it| !it.is_null())),
        Err(Error::Refused(problem)) => (Verdict::Rejected, Some(*problem), None),
        Err(Error::Retry(problem)) => (Verdict::Retry, Some(*problem), None),
        Err(error) if error.is_storage_failure() => return Err(error),
        // One mutation that trips over a fault must not hold the others back.
        Err(error) => {
            log(&error, &mutation_id.to_string());
            (Verdict::Retry, Some(error.into_problem()), None)
        }
    };
    Ok(MutationResult {
        mutation_id,
        status,
        problem,
        entity,
    })
}

async fn judge(
    tx: &mut WriteTx,
    user: UserId,
    submission: &Submission,
    batch: &Batch,
) -> Result<(Verdict, Value)> {
    if lane(submission).is_some_and(|lane| batch.stopped_lanes.contains(&lane)) {
        return Err(Error::retry(
            ProblemKind::ParentMissing,
            "an earlier mutation of this incident has to come first",
        ));
    }
    let piece = tx.open_piece().await?;
    let outcome = claim_and_apply(tx, user, submission, batch).await;
    tx.close_piece(piece, outcome).await
}

async fn claim_and_apply(
    tx: &mut WriteTx,
    user: UserId,
    submission: &Submission,
    batch: &Batch,
) -> Result<(Verdict, Value)> {
    let id = submission.mutation_id;
    let expected = submission.payload.as_ref().ok().and_then(Made::expected);
    let done = match claim::claim(tx, user, id, submission.hash, expected).await? {
        Claim::Seen(made) => Done::duplicate(made),
        Claim::New => {
            parent(tx, user, submission, batch).await?;
            let payload = submission.payload.clone().map_err(Error::Refused)?;
            let done = apply(tx, user, id, &payload).await?;
            if expected != Some(done.made) {
                claim::record(tx, user, id, done.made).await?;
            }
            done
        }
    };
    Ok((done.verdict, entity(tx, done.made).await?))
}

/// Whether what `submission` depends on lets it run.
async fn parent(
    tx: &mut WriteTx,
    user: UserId,
    submission: &Submission,
    batch: &Batch,
) -> Result<()> {
    let Some(parent) = submission.depends_on else {
        return Ok(());
    };
    let failed = || Error::refused(ProblemKind::ParentFailed, "what it depends on was rejected");
    let missing = || Error::retry(ProblemKind::ParentMissing, "what it depends on is unknown");
    match batch.verdicts.get(&parent) {
        Some(Verdict::Applied | Verdict::Duplicate) => return Ok(()),
        Some(Verdict::Rejected) => return Err(failed()),
        Some(Verdict::Retry) => return Err(missing()),
        None => {}
    }
    match claim::parent(tx, user, parent).await? {
        Parent::Applied => Ok(()),
        Parent::Cancelled => Err(failed()),
        // Its claim may have expired, or come under another id: what counts is what it made.
        Parent::Unknown => {
            let payload = submission.payload.as_ref().ok();
            let incident = payload.and_then(Payload::incident_id);
            match incident {
                Some(id) if sees(tx, user, id).await? => Ok(()),
                _ => Err(missing()),
            }
        }
    }
}

/// Whether there is such an incident for `user`: a foreign one is as unknown as none.
async fn sees(tx: &mut WriteTx, user: UserId, incident: IncidentId) -> Result<bool> {
    let now = tx.now;
    match Seat::take(tx.conn(), user, incident, now).await {
        Ok(_) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn apply(tx: &mut WriteTx, user: UserId, id: MutationId, payload: &Payload) -> Result<Done> {
    match payload {
        Payload::OpenIncident(it) => open_incident::apply(tx, user, it).await,
        Payload::AddTicket(it) => add_ticket::apply(tx, user, it).await,
        Payload::SetStatus(it) => set_status::apply(tx, user, it).await,
        Payload::SetPriority(it) => set_priority::apply(tx, user, it).await,
        Payload::SetCategory(it) => set_category::apply(tx, user, it).await,
        Payload::MarkRead(it) => mark_read::apply(tx, user, it).await,
        Payload::MarkUnread(it) => mark_unread::apply(tx, user, it).await,
        Payload::ClearUnread(it) => clear_unread::apply(tx, user, it).await,
        Payload::AddNote(it) => add_note::apply(tx, user, it).await,
        Payload::SetMute(it) => set_mute::apply(tx, user, it).await,
        Payload::Cancel(it) => cancel::apply(tx, user, id, it).await,
    }
}

/// The row that a mutation made or changed, as it is now, `rev` among its members.
async fn entity(tx: &mut WriteTx, made: Made) -> Result<Value> {
    match made {
        Made::Incident(id) => match incidents::one(tx.conn(), id).await? {
            Some(incident) => incident.as_entity(),
            None => Ok(Value::Null),
        },
        Made::Ticket(id) => match tickets::one(tx.conn(), id).await? {
            Some(ticket) => ticket.as_entity(),
            None => Ok(Value::Null),
        },
        Made::Note(id) => match notes::one(tx.conn(), id).await? {
            Some(note) => note.as_entity(),
            None => Ok(Value::Null),
        },
        Made::Cancelled(cancelled) => Ok(serde_json::json!({ "cancelled": cancelled })),
        Made::Marker | Made::Letting => Ok(Value::Null),
    }
}

/// The value was changed by somebody else: 409 with the row as it is.
fn changed_meanwhile(seat: &Seat) -> Error {
    let mut problem = Problem::new(
        ProblemKind::ChangedMeanwhile,
        "it was changed by somebody else meanwhile",
    );
    problem.current = seat.incident.as_entity().ok();
    problem.into()
}

/// The id belongs to something else.
pub fn id_taken(what: &str) -> Error {
    Error::refused(
        ProblemKind::IdTaken,
        format!("the id belongs to another {what}"),
    )
}
