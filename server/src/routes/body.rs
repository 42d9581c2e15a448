//! Reading what a request says: JSON bodies, query parameters, ids in the path. Each refusal is a
//! problem that names the field.

use super::problem::Failed;
use crate::{
    App,
    error::{Error, Result},
    ops::metrics::{Stall, stalled},
};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::request::Parts,
};
use futures_util::StreamExt;
use palier_domain::{Invalid, InvalidReason};
use palier_wire::{MAX_PUSH_BYTES, Problem, ProblemKind, upload::CHUNK_BYTES};
use serde::de::DeserializeOwned;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A JSON body of at most `LIMIT` bytes.
pub struct Json<T, const LIMIT: usize = MAX_PUSH_BYTES>(pub T);

impl<T: DeserializeOwned, const LIMIT: usize> FromRequest<App> for Json<T, LIMIT> {
    type Rejection = Failed;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failed> {
        // The bodies being read bound the memory that strangers can make us use.
        let _turn = tokio::time::timeout(app.config().read_stall, app.bodies().acquire())
            .await
            .map_err(|_| Error::unavailable())?
            .map_err(|_| Error::unavailable())?;
        let bytes = read(request.into_body(), LIMIT, app.config().read_stall).await?;
        Ok(Self(parse(&bytes)?))
    }
}

async fn read(body: Body, limit: usize, stall: Duration) -> Result<Vec<u8>> {
    let mut stream = body.into_data_stream();
    let mut pace = Pace::new(stall);
    let mut bytes = Vec::new();
    while let Some(chunk) = pace.next_chunk(&mut stream).await? {
        if bytes.len() + chunk.len() > limit {
            drain(&mut stream, CHUNK_BYTES, stall).await;
            return Err(too_large(limit as u64));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// How fast a body has to come.
///
/// A limit on standing still alone would let a byte every half minute hold its place for hours.
pub struct Pace {
    stall: Duration,
    begun: Instant,
    taken: u64,
}

/// The slowest line that is still worth waiting for, in bytes a second.
const SLOWEST: u64 = 1024;

impl Pace {
    /// A body that may stand still for `stall`, and is behind by no more than that as a whole.
    pub fn new(stall: Duration) -> Self {
        Self {
            stall,
            begun: Instant::now(),
            taken: 0,
        }
    }

    /// The next piece; a body that comes too slowly or breaks off is unreadable.
    pub async fn next_chunk(
        &mut self,
        stream: &mut axum::body::BodyDataStream,
    ) -> Result<Option<Bytes>> {
        let left = patience(self.stall, self.taken, self.begun.elapsed());
        let chunk = next_chunk(stream, left).await?;
        self.taken += chunk.as_ref().map_or(0, |bytes| bytes.len() as u64);
        Ok(chunk)
    }
}

/// How long the next piece may take, when so much came in so long.
fn patience(stall: Duration, taken: u64, elapsed: Duration) -> Duration {
    let allowed = stall + Duration::from_secs(taken / SLOWEST);
    allowed.saturating_sub(elapsed).min(stall)
}

/// The next piece of a body; a body that stands still or breaks off is unreadable.
pub async fn next_chunk(
    stream: &mut axum::body::BodyDataStream,
    stall: Duration,
) -> Result<Option<Bytes>> {
    let broken = |_| Error::refused(ProblemKind::Unreadable, "the body broke off");
    match tokio::time::timeout(stall, stream.next()).await {
        Ok(chunk) => chunk.transpose().map_err(broken),
        Err(_) => {
            stalled(Stall::Body);
            Err(Error::refused(
                ProblemKind::Unreadable,
                "the body stood still for too long",
            ))
        }
    }
}

/// Takes in what is left of a refused body, up to a point: a client that is still sending when the
/// connection closes never hears why.
pub async fn drain(stream: &mut axum::body::BodyDataStream, most: u64, stall: Duration) {
    let mut taken = 0;
    while taken < most
        && let Ok(Some(chunk)) = next_chunk(stream, stall).await
    {
        taken += chunk.len() as u64;
    }
}

/// The body is larger than `limit` bytes.
pub fn too_large(limit: u64) -> Error {
    Error::refused(ProblemKind::TooLarge, format!("more than {limit} bytes"))
}

/// Bytes that are not JSON are unreadable (400); JSON that lacks a field or has a wrong one is
/// invalid (422), and the field is named.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    // Serde would read a list as an object's fields in their order, which no body here means.
    if bytes.trim_ascii_start().starts_with(b"[") {
        let invalid = Invalid::new("body", InvalidReason::Malformed);
        let mut problem = Problem::from(invalid);
        problem.detail = "a list, where an object is wanted".into();
        return Err(problem.into());
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        let detail = error.to_string();
        if error.classify() != serde_json::error::Category::Data {
            return Error::refused(ProblemKind::Unreadable, format!("not JSON: {detail}"));
        }
        let missing = detail
            .strip_prefix("missing field `")
            .and_then(|rest| rest.split_once('`'));
        let invalid = match missing {
            Some((field, _)) => Invalid::new(field, InvalidReason::Empty),
            None => Invalid::new(&path, InvalidReason::Malformed),
        };
        let mut problem = Problem::from(invalid);
        problem.detail = detail;
        problem.into()
    })?;
    reader
        .end()
        .map_err(|error| Error::refused(ProblemKind::Unreadable, format!("not JSON: {error}")))?;
    Ok(value)
}

/// Query parameters.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failed> {
        let Query(params) = Query::try_from_uri(&parts.uri).map_err(|error| {
            let invalid = Invalid::new("query", InvalidReason::Malformed);
            let mut problem = Problem::from(invalid);
            problem.detail = error.body_text();
            Error::from(problem)
        })?;
        Ok(Self(params))
    }
}

/// The id in the path. What is no id names nothing.
pub struct Id<T>(pub T);

impl<T: From<Uuid>> FromRequestParts<App> for Id<T> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failed> {
        let Path(id) = Path::<Uuid>::from_request_parts(parts, app)
            .await
            .map_err(|_| Error::not_found("id"))?;
        Ok(Self(id.into()))
    }
}

/// Two ids in the path: something, and something of it.
pub struct Ids<T, U>(pub T, pub U);

impl<T: From<Uuid>, U: From<Uuid>> FromRequestParts<App> for Ids<T, U> {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failed> {
        let Path((id, of_it)) = Path::<(Uuid, Uuid)>::from_request_parts(parts, app)
            .await
            .map_err(|_| Error::not_found("id"))?;
        Ok(Self(id.into(), of_it.into()))
    }
}

/// `limit` of a page, within what a page may hold.
pub fn limit(wanted: Option<u32>, usual: u32, most: u32) -> u32 {
    wanted.unwrap_or(usual).clamp(1, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_trickles_is_given_up_and_a_slow_line_is_not() {
        let stall = Duration::from_secs(30);
        let at = |taken, seconds| patience(stall, taken, Duration::from_secs(seconds));
        assert_eq!(at(0, 0), stall);
        assert_eq!(
            at(3, 29),
            Duration::from_secs(1),
            "a byte every ten seconds"
        );
        assert_eq!(at(4, 31), Duration::ZERO, "and no more");
        assert_eq!(at(1 << 20, 200), stall, "5 KiB a second");
    }
}
