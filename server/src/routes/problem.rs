//! Refusals as `application/problem+json`.

use super::envelope;
use crate::error::{Error, log};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use palier_domain::Denied;
use palier_wire::{Problem, ProblemKind, problem::MEDIA_TYPE};
use std::time::Duration;

/// In a reply that a rule refused: which rule.
#[derive(Debug, Clone, Copy)]
pub struct Denial(pub &'static str);

impl Denial {
    /// The rule behind `problem`, when it was one.
    pub fn of(problem: &Problem) -> Option<Self> {
        let rule = problem.denied.map_or("other", Denied::as_str);
        (problem.kind == ProblemKind::Forbidden).then_some(Self(rule))
    }
}

/// What handlers return: a reply, or why not.
pub type Answer<T = Response> = Result<T, Failed>;

/// A refusal on its way to the caller.
pub struct Failed(Box<Problem>, Option<Duration>);

impl Failed {
    /// The same, asking the caller to wait.
    pub fn after(self, wait: Duration) -> Self {
        Self(self.0, Some(wait))
    }

    /// The same with another HTTP status, where a protocol asks for one.
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status.as_u16();
        self
    }
}

impl<E: Into<Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        let error = error.into();
        log(&error, &envelope::reference());
        let problem = error.into_problem();
        // A little later, so that a server in trouble is not hammered.
        let wait = (problem.kind == ProblemKind::Unavailable).then_some(Duration::from_secs(2));
        Self(Box::new(problem), wait)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let Self(mut problem, wait) = self;
        problem.instance = Some(envelope::reference());
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_REQUEST);
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut reply = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        // For whoever counts refusals.
        reply.extensions_mut().insert(problem.kind);
        if let Some(denial) = Denial::of(&problem) {
            reply.extensions_mut().insert(denial);
        }
        let headers = reply.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"palier\""),
            );
        }
        if let Some(wait) = wait {
            headers.insert(header::RETRY_AFTER, wait.as_secs().max(1).into());
        }
        reply
    }
}
