//! Requests, carried to the routes without a socket.
//!
//! Who speaks in an answer is judged as the client does it (crate `palier-client`, `api::reply`):
//! an epoch header and the right media type make it ours.

use anyhow::{Context, Result};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, Response, StatusCode},
};
use palier_domain::{AttachmentId, Sha256};
use palier_engine::{NoVerdict, Outcome};
use palier_wire::{
    ChangesPage, Cursor, Epoch, Problem, PushReply, PushRequest, Scope, SessionCreated, SignIn,
    SnapshotPage, header, problem,
    upload::{PATCH_MEDIA_TYPE, TUS_VERSION, UploadMetadata},
};
use serde::{Serialize, de::DeserializeOwned};
use std::path::PathBuf;
use tower::ServiceExt;

/// Most changes of a page.
const PAGE: u32 = 6;

/// Something that a device asks of the server.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    Push(Epoch, PushRequest),
    Upload(Epoch, Source),
    Pull(Option<Epoch>, Option<Cursor>, u32),
    Snapshot(Option<Epoch>, Scope, Option<String>),
}

/// A file to be uploaded.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) id: AttachmentId,
    pub(crate) name: String,
    pub(crate) sha256: Sha256,
    pub(crate) path: PathBuf,
}

/// How it ended.
#[derive(Debug, Clone)]
pub(crate) enum Said {
    Push(Outcome<PushReply>),
    Upload(AttachmentId, Outcome<()>),
    Pull(Outcome<Box<ChangesPage>>),
    Snapshot(Outcome<Box<SnapshotPage>>),
}

/// An answer and the epoch that it carries.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) epoch: Option<Epoch>,
    pub(crate) said: Said,
}

impl Ask {
    /// It is an upload whose file is not on the device any more.
    pub(crate) fn lacks_its_file(&self) -> bool {
        matches!(self, Self::Upload(_, source) if !source.path.exists())
    }

    /// The answer that there was none, or none of ours.
    pub(crate) fn without(&self, why: NoVerdict) -> Answer {
        Answer {
            epoch: None,
            said: match self {
                Self::Push(..) => Said::Push(Outcome::NoVerdict(why)),
                Self::Upload(_, source) => Said::Upload(source.id, Outcome::NoVerdict(why)),
                Self::Pull(..) => Said::Pull(Outcome::NoVerdict(why)),
                Self::Snapshot(..) => Said::Snapshot(Outcome::NoVerdict(why)),
            },
        }
    }

    /// The answer of a server of `epoch` that refuses the whole request.
    pub(crate) fn refused(&self, epoch: Epoch, problem: Problem, wait: Option<u64>) -> Answer {
        fn refused<T>(problem: Problem, retry_after: Option<u64>) -> Outcome<T> {
            Outcome::Refused {
                problem: Box::new(problem),
                retry_after,
            }
        }
        Answer {
            epoch: Some(epoch),
            said: match self {
                Self::Push(..) => Said::Push(refused(problem, wait)),
                Self::Upload(_, source) => Said::Upload(source.id, refused(problem, wait)),
                Self::Pull(..) => Said::Pull(refused(problem, wait)),
                Self::Snapshot(..) => Said::Snapshot(refused(problem, wait)),
            },
        }
    }

    /// Carries it to the server.
    pub(crate) async fn carry(&self, router: Router, token: &str) -> Result<Answer> {
        let caller = Caller { router, token };
        let (epoch, said) = match self {
            Self::Push(epoch, push) => {
                let (epoch, outcome) = caller
                    .json(Method::POST, "/api/sync/push", Some(*epoch), Some(push))
                    .await?;
                (epoch, Said::Push(outcome))
            }
            Self::Pull(epoch, cursor, limit) => {
                let cursor = match cursor {
                    Some(cursor) => format!("&cursor={cursor}"),
                    None => String::new(),
                };
                // Small pages, so that much happens between them.
                let limit = PAGE.min(*limit);
                let path = format!("/api/sync/changes?limit={limit}{cursor}");
                let (epoch, outcome) = caller.get(&path, *epoch).await?;
                (epoch, Said::Pull(outcome))
            }
            Self::Snapshot(epoch, scope, after) => {
                let after = match after {
                    Some(after) => format!("&after={after}"),
                    None => String::new(),
                };
                let path = format!("/api/sync/snapshot?scope={scope}&limit={PAGE}{after}");
                let (epoch, outcome) = caller.get(&path, *epoch).await?;
                (epoch, Said::Snapshot(outcome))
            }
            Self::Upload(epoch, source) => {
                let (epoch, outcome) = caller.upload(*epoch, source).await?;
                (epoch, Said::Upload(source.id, outcome))
            }
        };
        Ok(Answer { epoch, said })
    }
}

/// Opens a session.
pub(crate) async fn sign_in(router: Router, body: &SignIn) -> Result<SessionCreated> {
    let caller = Caller { router, token: "" };
    let (_, outcome) = caller
        .json(Method::POST, "/api/session", None, Some(body))
        .await?;
    match outcome {
        Outcome::Reply(created) => Ok(created),
        other => anyhow::bail!("no session: {:?}", other.map(drop)),
    }
}

/// Ends a session.
pub(crate) async fn sign_out(router: Router, token: &str) -> Result<()> {
    let caller = Caller { router, token };
    let request = caller.request(Method::DELETE, "/api/session", None);
    caller.send(request.body(Body::empty())?).await?;
    Ok(())
}

/// Fetches a file; none where it is refused.
pub(crate) async fn download(
    router: Router,
    token: &str,
    id: AttachmentId,
) -> Result<Option<Vec<u8>>> {
    let caller = Caller { router, token };
    let path = format!("/api/attachments/{id}");
    let request = caller.request(Method::GET, &path, None);
    let (status, _, bytes) = caller.send(request.body(Body::empty())?).await?;
    Ok(status.is_success().then_some(bytes))
}

struct Caller<'a> {
    router: Router,
    token: &'a str,
}

type Heard<T> = (Option<Epoch>, Outcome<T>);

impl Caller<'_> {
    async fn get<T: DeserializeOwned>(&self, path: &str, epoch: Option<Epoch>) -> Result<Heard<T>> {
        self.json(Method::GET, path, epoch, None::<&()>).await
    }

    async fn json<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        epoch: Option<Epoch>,
        body: Option<&impl Serialize>,
    ) -> Result<Heard<T>> {
        let request = self.request(method, path, epoch);
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(serde_json::to_vec(body)?.into())?,
            None => request.body(Body::empty())?,
        };
        let (status, headers, bytes) = self.send(request).await?;
        judge(status, &headers, &bytes, |bytes| {
            Ok(serde_json::from_slice(bytes)?)
        })
    }

    /// A place for the file, and all its bytes at once.
    async fn upload(&self, epoch: Epoch, source: &Source) -> Result<Heard<()>> {
        let bytes = std::fs::read(&source.path).context("reading a file to be uploaded")?;
        let metadata = UploadMetadata {
            attachment_id: source.id,
            filename: source.name.clone(),
            sha256: source.sha256,
        };
        let request = self
            .request(Method::POST, "/api/uploads", Some(epoch))
            .header("tus-resumable", TUS_VERSION)
            .header("upload-length", bytes.len())
            .header("upload-metadata", metadata.to_header())
            .body(Body::empty())?;
        let (status, headers, body) = self.send(request).await?;
        let place = headers.get("location").cloned();
        let offset: usize = match headers.get("upload-offset") {
            Some(offset) => offset.to_str()?.parse()?,
            None => 0,
        };
        let made = judge(status, &headers, &body, |_| Ok(()))?;
        let (Outcome::Reply(()), Some(place)) = (&made.1, place) else {
            return Ok(made);
        };
        if offset == bytes.len() {
            return Ok(made);
        }
        let request = self
            .request(Method::PATCH, place.to_str()?, Some(epoch))
            .header("tus-resumable", TUS_VERSION)
            .header("upload-offset", offset)
            .header("content-type", PATCH_MEDIA_TYPE)
            .header("content-length", bytes.len() - offset)
            .body(bytes[offset..].to_vec().into())?;
        let (status, headers, body) = self.send(request).await?;
        judge(status, &headers, &body, |_| Ok(()))
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        epoch: Option<Epoch>,
    ) -> axum::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        match epoch {
            Some(epoch) => request.header(header::EPOCH, epoch.to_string()),
            None => request,
        }
    }

    async fn send(&self, request: Request<Body>) -> Result<(StatusCode, HeaderMap, Vec<u8>)> {
        let response: Response<Body> = self.router.clone().oneshot(request).await?;
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await?;
        Ok((head.status, head.headers, bytes.to_vec()))
    }
}

fn judge<T>(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    read: impl FnOnce(&[u8]) -> Result<T>,
) -> Result<Heard<T>> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let epoch: Epoch = text(header::EPOCH)
        .context("an answer without an epoch")?
        .parse()?;
    let outcome = if status.is_success() {
        Outcome::Reply(read(body)?)
    } else {
        let media_type = text("content-type").unwrap_or_default();
        anyhow::ensure!(
            media_type.starts_with(problem::MEDIA_TYPE),
            "{status} is no problem of ours: {}",
            String::from_utf8_lossy(body)
        );
        let problem: Problem = serde_json::from_slice(body)?;
        anyhow::ensure!(problem.status < 500, "the server fails: {problem:?}");
        Outcome::Refused {
            problem: Box::new(problem),
            retry_after: None,
        }
    };
    Ok((Some(epoch), outcome))
}
