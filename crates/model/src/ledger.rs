//! What everybody wrote, and what became of it as far as the author was told.

use crate::request::Ask;
use palier_domain::{MutationId, TicketId};
use palier_wire::{
    ChangesPage, EntityKind, Epoch, Mutation, Op, Participant, Payload, PushReply, PushRequest,
    Verdict,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Everything that was written in one life, and what the server said.
#[derive(Debug, Default)]
pub struct Ledger {
    next: u32,
    /// By word; each word is written once.
    pub(crate) words: BTreeMap<String, Word>,
    /// What the server has called cancelled.
    cancelled: BTreeSet<MutationId>,
    tickets: HashMap<MutationId, TicketId>,
    /// The furthest read mark that the server showed, by epoch and participant.
    read: HashMap<(Epoch, Uuid), u64>,
    /// How far the pushes of an epoch have marked, by epoch, user and incident.
    marked: HashMap<(Epoch, Uuid, Uuid), u64>,
    /// People who moved in again, with everything marked as read.
    pub(crate) rejoined: HashSet<Uuid>,
    /// An older copy was put back.
    pub(crate) restored: bool,
    /// How often what happened, so that a person sees what lives were made of.
    pub(crate) tally: Tally,
}

/// How often what happened.
#[derive(Debug, Clone, Default)]
pub struct Tally(pub BTreeMap<String, u64>);

impl Tally {
    pub(crate) fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    /// Adds another life's.
    pub fn add(&mut self, other: Self) {
        for (what, count) in other.0 {
            *self.0.entry(what).or_default() += count;
        }
    }
}

/// A word that somebody wrote.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// On which device.
    pub(crate) device: usize,
    pub(crate) fate: Fate,
    /// Its author signed out since: no journal brings it back to a server that has lost it.
    pub(crate) journal_gone: bool,
    /// It was tried again by hand, so that its place in the thread is its own affair.
    pub(crate) out_of_turn: bool,
}

/// What the author knows of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Sent, and never taken back.
    Sent,
    /// Taken back before it could have left, or after it was refused.
    Gone,
    /// Taken back when it may have left: the author is told what became of it.
    TakenBack,
    /// Cut off while it was written, or thrown away from a draft.
    Unsure,
}

impl Ledger {
    /// A word that was never written before.
    pub(crate) fn word(&mut self) -> String {
        self.next += 1;
        format!("m{}", self.next)
    }

    pub(crate) fn wrote(&mut self, word: &str, device: usize, fate: Fate) {
        let word = word.to_owned();
        let known = Word {
            device,
            fate,
            journal_gone: false,
            out_of_turn: false,
        };
        self.words.insert(word, known);
    }

    /// The words of a message.
    pub(crate) fn of(message: &str) -> impl Iterator<Item = &str> {
        message.split_whitespace()
    }

    pub(crate) fn becomes(&mut self, message: &str, fate: Fate) {
        for word in Self::of(message) {
            if let Some(word) = self.words.get_mut(word) {
                word.fate = fate;
            }
        }
    }

    pub(crate) fn out_of_turn(&mut self, message: &str) {
        for word in Self::of(message) {
            if let Some(word) = self.words.get_mut(word) {
                word.out_of_turn = true;
            }
        }
    }

    /// Everything of a device is gone: what it had sent is the server's alone from now on, and what became
    /// of what it took back is told to nobody.
    pub(crate) fn lost_its_journal(&mut self, device: usize) {
        for word in self.words.values_mut().filter(|word| word.device == device) {
            word.journal_gone = true;
            if word.fate == Fate::TakenBack {
                word.fate = Fate::Unsure;
            }
        }
    }

    /// Whether the server has called this ticket cancelled.
    pub(crate) fn is_cancelled(&self, ticket: TicketId) -> bool {
        self.cancelled().any(|cancelled| cancelled == ticket)
    }

    /// A push was called too large. One that has a single ticket is refused by that: what comes after it
    /// no longer waits for it, though an earlier attempt may still arrive.
    pub(crate) fn refused_for_its_size(&mut self, ask: &Ask) {
        let Ask::Push(_, push) = ask else {
            return;
        };
        if let [only] = push.mutations.as_slice() {
            self.loses_its_turn(only);
        }
    }

    /// What comes after a refused ticket no longer waits for it. Nothing remembers a refusal, so an earlier
    /// attempt that arrives when the rule allows it again (a lease that ends later than it was said) still
    /// adds the ticket, behind what was written after it.
    fn loses_its_turn(&mut self, refused: &Mutation) {
        let payload = Payload::decode(&refused.kind, refused.schema, refused.payload.get());
        if let Ok(Payload::AddTicket(ticket)) = payload {
            self.out_of_turn(&ticket.message);
        }
    }

    /// The server answered a push.
    pub(crate) fn pushed(&mut self, epoch: Epoch, push: &PushRequest, reply: &PushReply) {
        for result in &reply.results {
            let mutation = push
                .mutations
                .iter()
                .find(|it| it.mutation_id == result.mutation_id);
            let kind = mutation.map_or("?", |it| it.kind.as_str());
            let why = result.problem.as_ref().map(|it| it.kind);
            let why = why.map_or(String::new(), |why| format!(" {why:?}"));
            self.tally.count(format!("{kind} {:?}{why}", result.status));
            if let (Verdict::Rejected, Some(mutation)) = (result.status, mutation) {
                self.loses_its_turn(mutation);
            }
        }
        for mutation in &push.mutations {
            let payload = mutation.payload.get();
            match Payload::decode(&mutation.kind, mutation.schema, payload) {
                Ok(Payload::AddTicket(ticket)) => {
                    self.tickets.insert(mutation.mutation_id, ticket.ticket_id);
                }
                Ok(Payload::MarkRead(marker)) => {
                    let key = (epoch, push.user_id.0, marker.incident_id.0);
                    let marked = self.marked.entry(key).or_default();
                    *marked = marker.up_to_n.unwrap_or(0).max(*marked);
                }
                Ok(Payload::Cancel(cancel)) => {
                    let result = reply
                        .results
                        .iter()
                        .find(|result| result.mutation_id == mutation.mutation_id);
                    let cancelled = result
                        .and_then(|result| result.entity.as_ref())
                        .and_then(|entity| entity.get("cancelled"));
                    if cancelled == Some(&true.into()) {
                        self.cancelled.insert(cancel.mutation_id);
                    }
                }
                _ => {}
            }
        }
    }

    /// Tickets that the server has called cancelled.
    pub(crate) fn cancelled(&self) -> impl Iterator<Item = TicketId> {
        let ticket = |id| self.tickets.get(id).copied();
        self.cancelled.iter().filter_map(ticket)
    }

    /// The server showed a page; answers which read mark is wrong, if one is.
    pub(crate) fn showed(&mut self, page: &ChangesPage) -> Option<String> {
        let epoch = page.to.epoch;
        for change in &page.changes {
            if change.kind != EntityKind::Participant || change.op != Op::Put {
                continue;
            }
            let data = change.data.clone()?;
            let it: Participant = serde_json::from_value(data).ok()?;
            let known = self.read.get(&(epoch, change.id)).copied();
            if let Some(known) = known.filter(|known| it.read_n < *known) {
                return Some(format!("a read mark went from {known} to {}", it.read_n));
            }
            // Where nothing was put back and nobody moved in, a mark that is new begins at 0.
            let begins = (!self.restored && !self.rejoined.contains(&it.user_id.0)).then_some(0);
            let key = (epoch, it.user_id.0, it.incident_id.0);
            let marked = self.marked.get(&key).copied().unwrap_or(0);
            if let Some(begins) = known.or(begins)
                && it.read_n > marked.max(begins)
                && !self.rejoined.contains(&it.user_id.0)
            {
                let read = it.read_n;
                return Some(format!(
                    "a read mark is at {read}, and was moved to {marked}"
                ));
            }
            self.read.insert((epoch, change.id), it.read_n);
        }
        None
    }
}
