//! Figures about the server's work, for Prometheus.
//!
//! Whoever does the work calls the function here that counts it; without [`endpoint`] (`--metrics`)
//! nobody listens and counting costs next to nothing. [`names`] has every name with its help, and a
//! test holds that the real output has no others.
//!
//! **Invariant: no label says who, where or what: no id, path, address or word that somebody
//! wrote.** Labels are routes as the router writes them, and words of lists in the code. The one id
//! is the epoch's, which every reply carries anyway.

pub mod endpoint;
pub mod names;

use ::metrics::{counter, gauge, histogram};
use palier_wire::{ProblemKind, Verdict};
use std::time::Duration;

/// A request was answered. `route` is the router's own text for it.
pub(crate) fn answered(
    route: &str,
    method: &'static str,
    status: u16,
    took: Duration,
    problem: Option<ProblemKind>,
) {
    let (route, status) = (route.to_owned(), status.to_string());
    histogram!(names::REQUEST_DURATION, "route" => route.clone(), "method" => method)
        .record(took.as_secs_f64());
    if let Some(problem) = problem {
        refused(&route, method, word(problem));
    }
    counter!(names::REQUESTS, "route" => route, "method" => method, "status" => status)
        .increment(1);
}

fn refused(route: &str, method: &str, problem: &'static str) {
    counter!(names::PROBLEMS, "problem" => problem).increment(1);
    if route == "/api/session" && method == "POST" {
        counter!(names::SIGN_INS_REFUSED, "problem" => problem).increment(1);
    }
    if route.starts_with("/api/uploads") {
        counter!(names::UPLOADS_REFUSED, "problem" => problem).increment(1);
    }
}

/// The last part of a problem's type.
fn word(problem: ProblemKind) -> &'static str {
    let urn = problem.urn();
    urn.rsplit_once(':').map_or(urn, |(_, word)| word)
}

/// A mutation was judged, and the verdict is durable.
pub(crate) fn judged(kind: &'static str, verdict: Verdict) {
    let verdict = match verdict {
        Verdict::Applied => "applied",
        Verdict::Duplicate => "duplicate",
        Verdict::Rejected => "rejected",
        Verdict::Retry => "retry",
    };
    counter!(names::MUTATIONS, "kind" => kind, "verdict" => verdict).increment(1);
}

/// A group of `pieces` was written; `commit` is what its commit took.
pub(crate) fn committed(pieces: usize, commit: Duration) {
    // The largest group is far below the numbers that a float cannot tell apart.
    histogram!(names::GROUP_PIECES).record(u32::try_from(pieces).unwrap_or(u32::MAX));
    histogram!(names::COMMIT_DURATION).record(commit.as_secs_f64());
}

/// A group was lost: everybody in it was told to try again.
pub(crate) fn group_lost() {
    counter!(names::GROUPS_LOST).increment(1);
}

/// A piece of work waited so long for the commit that holds it.
pub(crate) fn written(took: Duration) {
    histogram!(names::WRITE_DURATION).record(took.as_secs_f64());
    if took > WRITE_STALL {
        stalled(Stall::Writer);
    }
}

/// A write that takes longer is a stall: a person waits for his tick mark.
const WRITE_STALL: Duration = Duration::from_secs(10);

/// What stood still.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stall {
    /// A piece of work waited too long for its commit.
    Writer,
    /// The bytes of a request did not come.
    Body,
    /// A peer took nothing of what it asked for.
    Peer,
}

/// Something stood still for longer than it may.
pub(crate) fn stalled(what: Stall) {
    let what = match what {
        Stall::Writer => "writer",
        Stall::Body => "body",
        Stall::Peer => "peer",
    };
    counter!(names::STALLS, "what" => what).increment(1);
}

/// A live stream is open as long as the value lives.
pub(crate) struct OpenStream(());

impl OpenStream {
    /// Counts a stream as open.
    pub(crate) fn new() -> Self {
        gauge!(names::STREAMS).increment(1);
        Self(())
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        gauge!(names::STREAMS).decrement(1);
    }
}

/// A stream wrote what had been committed so long before.
pub(crate) fn delivered(lag: Duration) {
    histogram!(names::FEED_LAG).record(lag.as_secs_f64());
}

/// Bytes of an upload are here, durably.
pub(crate) fn uploaded(bytes: u64) {
    counter!(names::UPLOADED_BYTES).increment(bytes);
}

/// The connection on which other nodes are heard was lost.
pub(crate) fn doorbell_cut() {
    counter!(names::DOORBELL_CUT).increment(1);
}

/// So many scopes had moved on other nodes without a word that arrived.
pub(crate) fn doorbell_missed(scopes: usize) {
    counter!(names::DOORBELL_MISSED).increment(scopes as u64);
}

/// Something became of a mail, durably.
pub(crate) fn mailed(outcome: &'static str) {
    counter!(names::MAILS, "outcome" => outcome).increment(1);
}

/// So many rows name a file that the store does not have.
pub(crate) fn files_missing(count: usize) {
    gauge!(names::FILES_MISSING).set(count as f64);
}

/// The database failed at something that it should have done.
pub(crate) fn database_failed() {
    counter!(names::DATABASE_ERRORS).increment(1);
}
