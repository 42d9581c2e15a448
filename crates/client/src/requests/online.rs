//! What is asked of the server while the person waits.

use crate::{api::Reply, error::ClientError};
use palier_bridge::CommandError;
use palier_engine::Outcome;
use palier_wire::{Problem, ProblemKind};

/// What the server said, or why there is nothing to show.
pub(super) fn said<T>(reply: Reply<T>) -> Result<T, ClientError> {
    match reply.outcome {
        Outcome::Reply(it) => Ok(it),
        Outcome::Refused {
            problem,
            retry_after,
        } => Err(refused(*problem, retry_after)),
        Outcome::NoVerdict(_) => Err(CommandError::Offline.into()),
    }
}

/// Why the server refused; `retry_after` in milliseconds.
fn refused(problem: Problem, retry_after: Option<u64>) -> ClientError {
    match (problem.kind, problem.invalid, problem.denied) {
        (ProblemKind::Invalid, Some(invalid), _) => invalid.into(),
        (ProblemKind::Forbidden, _, Some(rule)) => rule.into(),
        (ProblemKind::LeaseOverlap, ..) => CommandError::LeaseOverlap.into(),
        (ProblemKind::NotFound | ProblemKind::LinkGone, ..) => CommandError::Gone.into(),
        (ProblemKind::WrongCredentials, ..) => CommandError::WrongCredentials.into(),
        (ProblemKind::RateLimited, ..) => too_many_attempts(retry_after).into(),
        (ProblemKind::Unauthenticated | ProblemKind::EpochChanged, ..) => {
            CommandError::Offline.into()
        }
        (kind, ..) => ClientError::Unexpected(format!("{kind:?}: {}", problem.detail)),
    }
}

/// The server wants to be left alone for `retry_after` milliseconds.
pub(super) fn too_many_attempts(retry_after: Option<u64>) -> CommandError {
    let seconds = retry_after.unwrap_or(60_000).div_ceil(1_000);
    CommandError::TooManyAttempts {
        seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
    }
}
