//! Files on their way to the server.

use crate::{
    Command, Engine, Outcome, Settle, backoff,
    engine::{Outbox, retry_after},
};
use palier_domain::{AttachmentId, MutationId, OutboxState};
use palier_wire::{Problem, ProblemKind};
use std::collections::HashMap;

/// The uploads under way.
#[derive(Debug, Default)]
pub(crate) struct Uploads {
    flying: HashMap<AttachmentId, MutationId>,
}

impl Uploads {
    pub fn are_under_way(&self) -> bool {
        !self.flying.is_empty()
    }

    /// The session ended: what is under way reports to nobody.
    pub fn forget_all(&mut self) {
        self.flying.clear();
    }
}

impl Engine {
    pub(crate) fn start_uploads(&mut self, out: &mut Vec<Command>) {
        for tracked in self.outbox.iter() {
            if self.uploads.flying.len() >= self.config.uploads {
                return;
            }
            let entry = &tracked.entry;
            let due = entry.state == OutboxState::Uploading && tracked.due_at <= self.now;
            // One file after the other: the first arrives whole before the next begins.
            let busy = self
                .uploads
                .flying
                .values()
                .any(|id| *id == entry.mutation_id);
            let next = entry
                .missing_files
                .iter()
                .find(|file| !self.uploads.flying.contains_key(file));
            if let (true, false, Some(file)) = (due, busy, next) {
                self.uploads.flying.insert(*file, entry.mutation_id);
                out.push(Command::Upload {
                    mutation_id: entry.mutation_id,
                    attachment_id: *file,
                });
            }
        }
    }

    pub(crate) fn upload_ended(
        &mut self,
        file: AttachmentId,
        outcome: Outcome<()>,
        out: &mut Vec<Command>,
    ) {
        let Some(owner) = self.uploads.flying.remove(&file) else {
            return;
        };
        let floor = retry_after(&outcome);
        match outcome {
            Outcome::Reply(()) => {
                self.heard();
                let settled = arrived(&mut self.outbox, file);
                if !settled.is_empty() {
                    out.push(Command::Settle(settled));
                }
            }
            Outcome::Refused { problem, .. } => {
                self.heard();
                if self.session_refused(&problem, out) {
                    return;
                }
                if refuses_the_file(&problem) {
                    if let Some(tracked) = self.outbox.get_mut(owner) {
                        tracked.entry.state = OutboxState::Failed;
                        out.push(Command::Settle(vec![(owner, Settle::Failed(problem))]));
                    }
                } else {
                    self.upload_later(owner, floor);
                }
            }
            Outcome::NoVerdict(why) => {
                self.not_heard(why);
                self.upload_later(owner, floor);
            }
        }
    }

    fn upload_later(&mut self, owner: MutationId, floor: Option<u64>) {
        if let Some(tracked) = self.outbox.get_mut(owner) {
            tracked.upload_failures += 1;
            let wait = backoff::wait(&self.config, &mut self.rng, tracked.upload_failures, floor);
            tracked.due_at = self.now.saturating_add(wait);
        }
    }
}

/// Whether the problem judges the file itself; a lost or expired upload is just begun anew.
fn refuses_the_file(problem: &Problem) -> bool {
    matches!(
        problem.kind,
        ProblemKind::UnsupportedFile
            | ProblemKind::TooLarge
            | ProblemKind::Invalid
            | ProblemKind::Forbidden
            | ProblemKind::IdTaken
    )
}

/// The file is on the server: entries that missed nothing else are ready.
fn arrived(outbox: &mut Outbox, file: AttachmentId) -> Vec<(MutationId, Settle)> {
    let mut settled = Vec::new();
    for tracked in outbox.iter_mut() {
        let before = tracked.entry.missing_files.len();
        tracked
            .entry
            .missing_files
            .retain(|missing| *missing != file);
        tracked.upload_failures = 0;
        let complete = before > 0 && tracked.entry.missing_files.is_empty();
        if complete && tracked.entry.state == OutboxState::Uploading {
            tracked.entry.state = OutboxState::Queued;
            settled.push((
                tracked.entry.mutation_id,
                Settle::State(OutboxState::Queued),
            ));
        }
    }
    settled
}
