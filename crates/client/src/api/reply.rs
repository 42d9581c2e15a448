//! Whose words a reply holds, and what they say.
//!
//! A verdict comes only from a reply that carries our epoch header and JSON that can be read. A
//! hotel portal's 403, a proxy's HTML page, a redirect to another site judge nothing: what the
//! person wrote waits and is tried again.

use super::{broken, transport::Body};
use palier_engine::{NoVerdict, Outcome};
use palier_wire::{Epoch, Problem, header, problem};
use reqwest::{
    Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
};
use serde::de::DeserializeOwned;

/// Larger than any JSON that the server sends, small enough to hold.
const MAX_JSON: usize = 16 * 1024 * 1024;

/// How a request ended, and which life of the server's data answered.
#[derive(Debug)]
pub(crate) struct Reply<T> {
    /// The epoch of the reply; none when nobody of ours answered.
    pub(crate) epoch: Option<Epoch>,
    /// How it ended.
    pub(crate) outcome: Outcome<T>,
}

impl<T> Reply<T> {
    pub(crate) fn none(reason: NoVerdict) -> Self {
        Self {
            epoch: None,
            outcome: Outcome::NoVerdict(reason),
        }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Reply<U> {
        self.and_then(|it| Some(change(it)))
    }

    /// As [`Reply::map`]; what cannot be read out of a success was said by somebody else.
    pub(crate) fn and_then<U>(self, read: impl FnOnce(T) -> Option<U>) -> Reply<U> {
        Reply {
            epoch: self.epoch,
            outcome: match self.outcome {
                Outcome::Reply(it) => match read(it) {
                    Some(it) => Outcome::Reply(it),
                    None => Outcome::NoVerdict(NoVerdict::Foreign),
                },
                Outcome::Refused {
                    problem,
                    retry_after,
                } => Outcome::Refused {
                    problem,
                    retry_after,
                },
                Outcome::NoVerdict(reason) => Outcome::NoVerdict(reason),
            },
        }
    }
}

/// What the head of a reply says about who speaks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    /// Our server, with the body of a success.
    Success(Epoch),
    /// Our server, with a problem as its body.
    Problem(Epoch),
    /// Somebody else, or our server in pieces.
    Nobody(NoVerdict),
}

/// Judges status and headers alone; `body` is the media type that a success must have, none where
/// any (or no) body will do.
pub(super) fn speaker(status: StatusCode, headers: &HeaderMap, body: Option<&str>) -> Speaker {
    let epoch = headers
        .get(header::EPOCH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse().ok());
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase());
    match (epoch, media_type.as_deref()) {
        (Some(epoch), Some(problem::MEDIA_TYPE))
            if status.is_client_error() || status.is_server_error() =>
        {
            Speaker::Problem(epoch)
        }
        (Some(epoch), found)
            if status.is_success() && body.is_none_or(|wanted| found == Some(wanted)) =>
        {
            Speaker::Success(epoch)
        }
        _ if status.is_server_error() => Speaker::Nobody(NoVerdict::ServerError {
            retry_after: retry_after(headers),
        }),
        _ => Speaker::Nobody(NoVerdict::Foreign),
    }
}

/// `Retry-After` in milliseconds. The form with a date is not used by our server and needs a clock
/// that may be wrong: it counts as absent.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<u64> {
    let seconds: u64 = headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(seconds.saturating_mul(1_000))
}

/// What a problem of ours means for the engine.
pub(super) fn refusal<T>(problem: Problem, retry_after: Option<u64>) -> Outcome<T> {
    if problem.status >= 500 {
        Outcome::NoVerdict(NoVerdict::ServerError { retry_after })
    } else {
        Outcome::Refused {
            problem: Box::new(problem),
            retry_after,
        }
    }
}

/// Reads a reply whose success is JSON.
pub(super) async fn json<T: DeserializeOwned>(sent: Result<Response, reqwest::Error>) -> Reply<T> {
    let response = match sent {
        Ok(response) => response,
        Err(error) => return Reply::none(broken(&error)),
    };
    match speaker(
        response.status(),
        response.headers(),
        Some("application/json"),
    ) {
        Speaker::Success(epoch) => match body(response).await {
            Ok(bytes) => Reply {
                epoch: Some(epoch),
                outcome: match serde_json::from_slice(&bytes) {
                    Ok(value) => Outcome::Reply(value),
                    Err(error) => {
                        tracing::warn!(%error, "a reply of ours could not be read");
                        Outcome::NoVerdict(NoVerdict::Foreign)
                    }
                },
            },
            Err(reason) => Reply::none(reason),
        },
        Speaker::Problem(epoch) => problem_reply(epoch, response).await,
        Speaker::Nobody(reason) => Reply::none(reason),
    }
}

/// Reads a reply whose success needs no body.
pub(super) async fn empty(sent: Result<Response, reqwest::Error>) -> Reply<HeaderMap> {
    let response = match sent {
        Ok(response) => response,
        Err(error) => return Reply::none(broken(&error)),
    };
    match speaker(response.status(), response.headers(), None) {
        Speaker::Success(epoch) => Reply {
            epoch: Some(epoch),
            outcome: Outcome::Reply(response.headers().clone()),
        },
        Speaker::Problem(epoch) => problem_reply(epoch, response).await,
        Speaker::Nobody(reason) => Reply::none(reason),
    }
}

/// Reads a reply that is a problem of ours.
pub(super) async fn problem_reply<T>(epoch: Epoch, response: Response) -> Reply<T> {
    let (status, wait) = (response.status(), retry_after(response.headers()));
    match body(response).await {
        Ok(bytes) => match serde_json::from_slice::<Problem>(&bytes) {
            Ok(problem) if problem.status == status.as_u16() => Reply {
                epoch: Some(epoch),
                outcome: refusal(problem, wait),
            },
            _ => Reply::none(NoVerdict::Foreign),
        },
        Err(reason) => Reply::none(reason),
    }
}

async fn body(response: Response) -> Result<Vec<u8>, NoVerdict> {
    let mut body = Body::of(response);
    let mut bytes = Vec::new();
    while let Some(chunk) = body.next().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > MAX_JSON {
            return Err(NoVerdict::Foreign);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_wire::ProblemKind;
    use uuid::Uuid;

    const JSON: Option<&str> = Some("application/json");

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect::<Vec<(reqwest::header::HeaderName, _)>>()
            .into_iter()
            .collect()
    }

    fn judge(status: u16, pairs: &[(&str, &str)]) -> Speaker {
        speaker(StatusCode::from_u16(status).unwrap(), &headers(pairs), JSON)
    }

    const EPOCH: (&str, &str) = ("palier-epoch", "00000000-0000-0000-0000-000000000007");

    fn epoch() -> Epoch {
        Epoch(Uuid::from_u128(7))
    }

    #[test]
    fn json_with_our_epoch_is_ours() {
        let json = ("content-type", "application/json; charset=utf-8");
        assert_eq!(judge(200, &[EPOCH, json]), Speaker::Success(epoch()));
        let problem = ("content-type", problem::MEDIA_TYPE);
        assert_eq!(judge(401, &[EPOCH, problem]), Speaker::Problem(epoch()));
        assert_eq!(judge(503, &[EPOCH, problem]), Speaker::Problem(epoch()));
    }

    #[test]
    fn a_portals_page_judges_nothing() {
        let html = ("content-type", "text/html");
        let json = ("content-type", "application/json");
        let problem = ("content-type", problem::MEDIA_TYPE);
        let foreign = Speaker::Nobody(NoVerdict::Foreign);
        assert_eq!(judge(200, &[html]), foreign);
        assert_eq!(judge(403, &[html]), foreign);
        assert_eq!(judge(200, &[EPOCH, html]), foreign);
        assert_eq!(judge(200, &[json]), foreign, "without our epoch");
        assert_eq!(judge(401, &[problem]), foreign, "without our epoch");
        assert_eq!(judge(302, &[EPOCH, json]), foreign, "a redirect");
        assert_eq!(
            judge(200, &[("palier-epoch", "tomorrow"), json]),
            foreign,
            "an epoch that is none"
        );
        assert_eq!(
            judge(200, &[EPOCH, problem]),
            foreign,
            "a problem that says 200"
        );
    }

    #[test]
    fn a_gateways_error_is_a_server_error_with_its_wait() {
        let page = [("content-type", "text/html"), ("retry-after", "7")];
        assert_eq!(
            judge(502, &page),
            Speaker::Nobody(NoVerdict::ServerError {
                retry_after: Some(7_000)
            })
        );
    }

    #[test]
    fn a_problem_of_5xx_judges_nothing_and_one_of_4xx_refuses() {
        let internal = Problem::new(ProblemKind::Internal, "");
        assert_eq!(
            refusal::<()>(internal, None),
            Outcome::NoVerdict(NoVerdict::ServerError { retry_after: None })
        );
        let limited = Problem::new(ProblemKind::RateLimited, "");
        assert_eq!(
            refusal::<()>(limited.clone(), Some(3_000)),
            Outcome::Refused {
                problem: Box::new(limited),
                retry_after: Some(3_000)
            }
        );
    }

    #[test]
    fn a_wait_until_a_date_counts_as_absent() {
        let date = headers(&[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")]);
        assert_eq!(retry_after(&date), None);
    }
}
