//! What leaves, in which order, and what its verdict means.
//!
//! One lane per incident, first in first out; lanes do not wait for each other. An entry that has
//! failed or is troubled holds back only what depends on it; one that is held, uploading or waiting
//! for its time holds back its lane. Markers are in no lane. After a restore the store queues
//! `sent_log` again, before what waits.

use crate::{
    Command, Config, Engine, LinkState, Millis, NoVerdict, Outcome, Settle, Weight, backoff,
    engine::{Tracked, retry_after},
};
use palier_domain::{IncidentId, MutationId, OutboxState};
use palier_wire::{
    Change, EntityKind, MutationResult, Op, Problem, ProblemKind, PushReply, Verdict,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The one push that may be under way.
#[derive(Debug)]
pub(crate) struct Pusher {
    flight: Flight,
    /// Most entries in the next batch: halved when a batch gets no answer, doubled when one does.
    limit: usize,
    /// Pushes that were answered since the start.
    passed: u64,
}

#[derive(Debug, PartialEq, Eq)]
enum Flight {
    None,
    Marking,
    Sent(Vec<MutationId>),
}

impl Pusher {
    pub fn new(config: &Config) -> Self {
        Self {
            flight: Flight::None,
            limit: config.push_mutations,
            passed: 0,
        }
    }

    pub fn is_under_way(&self) -> bool {
        matches!(self.flight, Flight::Sent(_))
    }
}

impl Engine {
    pub(crate) fn start_push(&mut self, out: &mut Vec<Command>) {
        // Before the first reply of a server there is no epoch to push under.
        let may_push = self.link != LinkState::UpdateRequired && self.cursor.is_some();
        if self.pusher.flight != Flight::None || !may_push {
            return;
        }
        let batch = self.next_batch(out);
        if !batch.is_empty() {
            self.pusher.flight = Flight::Marking;
            out.push(Command::MarkSending(batch));
        }
    }

    /// The entries that may leave now. Blocks those whose parent has failed.
    fn next_batch(&mut self, out: &mut Vec<Command>) -> Vec<MutationId> {
        let parents: HashMap<MutationId, &Tracked> = self
            .outbox
            .iter()
            .map(|tracked| (tracked.entry.mutation_id, tracked))
            .collect();
        let (mut batch, mut blocked) = (Vec::new(), Vec::new());
        let mut held_back: HashSet<IncidentId> = HashSet::new();
        let mut marked: HashSet<IncidentId> = HashSet::new();
        let (mut bytes, mut limit) = (0, self.pusher.limit);
        for tracked in self.outbox.iter() {
            let entry = &tracked.entry;
            let lane_free = match entry.weight {
                Weight::Marker => !marked.contains(&entry.incident_id),
                Weight::Ordinary | Weight::Cancel => !held_back.contains(&entry.incident_id),
            };
            if !lane_free {
                continue;
            }
            if !self.may_leave(tracked) {
                if holds_back(tracked) {
                    match entry.weight {
                        Weight::Marker => marked.insert(entry.incident_id),
                        Weight::Ordinary | Weight::Cancel => held_back.insert(entry.incident_id),
                    };
                }
                continue;
            }
            let parent = entry.depends_on.and_then(|parent| parents.get(&parent));
            match parent.map(|parent| (parent.entry.state, parent.parked)) {
                Some((OutboxState::Failed | OutboxState::Blocked, _)) => {
                    blocked.push(entry.mutation_id);
                    continue;
                }
                Some((OutboxState::Done, _)) | None => {}
                Some(_) if entry.depends_on.is_some_and(|id| batch.contains(&id)) => {}
                // It may come back, and what goes again with it, too; what is new is told at once.
                Some((_, true)) => {
                    if entry.replayed.is_none() {
                        blocked.push(entry.mutation_id);
                    }
                    continue;
                }
                Some(_) => {
                    held_back.insert(entry.incident_id);
                    continue;
                }
            }
            bytes += entry.payload_bytes as usize;
            limit = limit.min(tracked.batch_limit);
            if !batch.is_empty() && (bytes > self.config.push_bytes || batch.len() >= limit) {
                break;
            }
            batch.push(entry.mutation_id);
            if entry.weight == Weight::Marker {
                marked.insert(entry.incident_id);
            }
            if batch.len() >= limit {
                break;
            }
        }
        self.block(blocked, out);
        batch
    }

    fn may_leave(&self, tracked: &Tracked) -> bool {
        matches!(
            tracked.entry.state,
            OutboxState::Queued | OutboxState::Waiting | OutboxState::Cancelling
        ) && tracked.due_at <= self.now
    }

    fn block(&mut self, ids: Vec<MutationId>, out: &mut Vec<Command>) {
        if ids.is_empty() {
            return;
        }
        for id in &ids {
            if let Some(tracked) = self.outbox.get_mut(*id) {
                tracked.entry.state = OutboxState::Blocked;
            }
        }
        out.push(Command::Settle(
            ids.into_iter()
                .map(|id| (id, Settle::State(OutboxState::Blocked)))
                .collect(),
        ));
    }

    pub(crate) fn sending_marked(&mut self, ids: Vec<MutationId>, out: &mut Vec<Command>) {
        if self.pusher.flight != Flight::Marking {
            return;
        }
        for id in &ids {
            if let Some(tracked) = self.outbox.get_mut(*id) {
                tracked.entry.state = OutboxState::Sending;
                tracked.entry.attempts += 1;
            }
        }
        if ids.is_empty() {
            self.pusher.flight = Flight::None;
        } else {
            self.pusher.flight = Flight::Sent(ids.clone());
            out.push(Command::Push(ids));
        }
    }

    pub(crate) fn push_ended(&mut self, outcome: Outcome<PushReply>, out: &mut Vec<Command>) {
        let ids = match std::mem::replace(&mut self.pusher.flight, Flight::None) {
            Flight::Sent(ids) => ids,
            other => {
                // A push from before a sign-out: its entries were settled then.
                self.pusher.flight = other;
                return;
            }
        };
        let floor = retry_after(&outcome);
        match outcome {
            Outcome::Reply(reply) => {
                self.heard();
                self.pusher.passed += 1;
                self.pusher.limit = (self.pusher.limit * 2).min(self.config.push_mutations);
                self.judge(ids, reply, out);
                self.puller.want();
            }
            Outcome::Refused { problem, .. } => {
                self.heard();
                let ended = self.session_refused(&problem, out);
                if !ended && problem.kind == ProblemKind::TooLarge {
                    self.too_large(&ids, *problem, out);
                } else {
                    self.wait_again(&ids, floor, out);
                }
            }
            Outcome::NoVerdict(why) => {
                self.not_heard(why);
                if matches!(why, NoVerdict::Timeout | NoVerdict::ServerError { .. }) {
                    self.halve(&ids);
                    self.suspect(&ids, why);
                }
                self.wait_again(&ids, floor, out);
            }
        }
    }

    /// One result per entry decides about that entry, and nothing else does.
    fn judge(&mut self, ids: Vec<MutationId>, reply: PushReply, out: &mut Vec<Command>) {
        let mut results: HashMap<MutationId, MutationResult> = reply
            .results
            .into_iter()
            .map(|result| (result.mutation_id, result))
            .collect();
        let retire_after = self.puller.next_start();
        let (mut settled, mut again) = (Vec::new(), Vec::new());
        for id in ids {
            let Some(tracked) = self.outbox.get_mut(id) else {
                continue;
            };
            tracked.lonely_errors = 0;
            tracked.batch_limit = usize::MAX;
            tracked.entry.troubled = false;
            tracked.parked = false;
            let Some(result) = results.remove(&id) else {
                again.push(id);
                continue;
            };
            match result.status {
                Verdict::Applied | Verdict::Duplicate => {
                    tracked.entry.state = OutboxState::Done;
                    tracked.retire_after = retire_after;
                    let cancelled = result
                        .entity
                        .as_ref()
                        .and_then(|entity| entity.get("cancelled"))
                        .and_then(serde_json::Value::as_bool);
                    settled.push((id, Settle::Done { cancelled }));
                }
                Verdict::Rejected => {
                    let problem = result.problem.unwrap_or_else(unexplained);
                    settled.extend(self.reject(id, problem));
                }
                Verdict::Retry => match result.problem {
                    Some(problem) if problem.kind == ProblemKind::FilesMissing => {
                        tracked.entry.missing_files =
                            problem.ids.iter().map(|id| (*id).into()).collect();
                        tracked.entry.state = OutboxState::Uploading;
                        tracked.due_at = self.now;
                        let missing = tracked.entry.missing_files.clone();
                        settled.push((id, Settle::Uploading(missing)));
                    }
                    Some(problem)
                        if lacks_its_place(&problem) && tracked.is_worth_parking(self.now) =>
                    {
                        tracked.park(self.now + self.config.put_back_every);
                        settled.push((id, Settle::Parked(Box::new(problem))));
                    }
                    _ => again.push(id),
                },
            }
        }
        if !settled.is_empty() {
            out.push(Command::Settle(settled));
        }
        self.wait_again(&again, None, out);
    }

    /// The server said no. A refused marker is forgotten; a refusal of anything else is shown.
    fn reject(&mut self, id: MutationId, problem: Problem) -> Option<(MutationId, Settle)> {
        let tracked = self.outbox.get_mut(id)?;
        let settle = if tracked.entry.weight == Weight::Marker {
            self.outbox.remove(id);
            Settle::Forget
        } else if lacks_its_place(&problem) && tracked.is_worth_parking(self.now) {
            tracked.park(self.now + self.config.put_back_every);
            Settle::Parked(Box::new(problem))
        } else if problem.kind == ProblemKind::ParentFailed {
            tracked.entry.state = OutboxState::Blocked;
            Settle::State(OutboxState::Blocked)
        } else {
            tracked.entry.state = OutboxState::Failed;
            Settle::Failed(Box::new(problem))
        };
        Some((id, settle))
    }

    /// No verdict: the same bytes again, later.
    fn wait_again(&mut self, ids: &[MutationId], floor: Option<u64>, out: &mut Vec<Command>) {
        let mut settled = Vec::new();
        for id in ids {
            let Some(tracked) = self.outbox.get_mut(*id) else {
                continue;
            };
            if tracked.entry.state != OutboxState::Sending {
                continue;
            }
            tracked.entry.state = OutboxState::Waiting;
            let (wait, settle) = if tracked.entry.troubled {
                let problem = Problem::new(ProblemKind::Internal, "it makes the server fail");
                (
                    self.config.suspect_every,
                    Settle::Troubled(Box::new(problem)),
                )
            } else {
                let attempts = tracked.entry.attempts;
                (
                    backoff::wait(&self.config, &mut self.rng, attempts, floor),
                    Settle::State(OutboxState::Waiting),
                )
            };
            tracked.due_at = self.now.saturating_add(wait);
            settled.push((*id, settle));
        }
        if !settled.is_empty() {
            out.push(Command::Settle(settled));
        }
    }

    /// The whole push was too large: fewer at once; what is too large alone is refused.
    fn too_large(&mut self, ids: &[MutationId], problem: Problem, out: &mut Vec<Command>) {
        if let [only] = ids {
            let settled = self.reject(*only, problem);
            out.push(Command::Settle(settled.into_iter().collect()));
            return;
        }
        self.halve(ids);
        self.wait_again(ids, None, out);
        for id in ids {
            if let Some(tracked) = self.outbox.get_mut(*id) {
                tracked.due_at = self.now;
            }
        }
    }

    /// The next batch is smaller, and so is the next one that any of these is in: others that pass
    /// meanwhile would let it grow again, and what breaks the server would never be found alone.
    fn halve(&mut self, ids: &[MutationId]) {
        let half = (ids.len() / 2).max(1);
        self.pusher.limit = half;
        for id in ids {
            if let Some(tracked) = self.outbox.get_mut(*id) {
                tracked.batch_limit = half;
            }
        }
    }

    /// A mutation that alone makes the server fail, again and again while others pass, is taken out of
    /// its lane. A server that is ill for everybody says nothing about it.
    fn suspect(&mut self, ids: &[MutationId], why: NoVerdict) {
        let ([only], NoVerdict::ServerError { .. }) = (ids, why) else {
            return;
        };
        let (after, passed) = (self.config.suspect_after, self.pusher.passed);
        let Some(tracked) = self.outbox.get_mut(*only) else {
            return;
        };
        if tracked.passed_before == passed {
            return;
        }
        tracked.passed_before = passed;
        tracked.lonely_errors += 1;
        // What was known to be so before the start stays so, until a verdict.
        tracked.entry.troubled |= tracked.lonely_errors >= after;
    }

    /// Done entries whose rows a complete pull has brought leave the outbox.
    pub(crate) fn retire(&mut self, pull: u64, out: &mut Vec<Command>) {
        let ids: Vec<MutationId> = self
            .outbox
            .iter()
            .filter(|tracked| {
                tracked.entry.state == OutboxState::Done && tracked.retire_after <= pull
            })
            .map(|tracked| tracked.entry.mutation_id)
            .collect();
        if ids.is_empty() {
            return;
        }
        for id in &ids {
            self.outbox.remove(*id);
        }
        out.push(Command::Retire(ids));
    }
}

/// Whether it was refused because what it belongs to is not there.
fn lacks_its_place(problem: &Problem) -> bool {
    matches!(
        problem.kind,
        ProblemKind::NotFound | ProblemKind::ParentFailed | ProblemKind::ParentMissing
    )
}

impl Tracked {
    /// It goes again, and somebody else's journal may still bring what it belongs to.
    fn is_worth_parking(&self, now: Millis) -> bool {
        self.put_back_until.is_some_and(|until| now < until)
    }

    fn park(&mut self, due_at: Millis) {
        self.entry.state = OutboxState::Waiting;
        self.due_at = due_at;
        self.parked = true;
    }
}

impl Engine {
    /// These incidents are there now: what goes again and waited for them is tried.
    pub(crate) fn unpark<'a>(&mut self, changes: impl IntoIterator<Item = &'a Change>) {
        let there: HashSet<Uuid> = changes
            .into_iter()
            .filter(|change| change.kind == EntityKind::Incident && change.op == Op::Put)
            .map(|change| change.id)
            .collect();
        for tracked in self.outbox.iter_mut() {
            if tracked.parked && there.contains(&tracked.entry.incident_id.0) {
                tracked.due_at = self.now;
            }
        }
    }
}

/// Whether what stands behind it has to wait: in its lane, or for a marker the incident's later markers.
fn holds_back(tracked: &Tracked) -> bool {
    !tracked.entry.troubled
        && !tracked.parked
        && matches!(
            tracked.entry.state,
            OutboxState::Held
                | OutboxState::Uploading
                | OutboxState::Queued
                | OutboxState::Sending
                | OutboxState::Waiting
                | OutboxState::Cancelling
                | OutboxState::SignedOut
        )
}

fn unexplained() -> Problem {
    Problem::new(ProblemKind::Unknown, "the server refused without a reason")
}
