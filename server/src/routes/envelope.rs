//! What every request and reply have in common: the epoch, the request's id, and a problem for
//! whatever goes wrong before or around a handler.

use super::problem::{Answer, Failed};
use crate::{App, error::Error};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Response as HttpResponse, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use palier_wire::{
    ProblemKind,
    header::{EPOCH, REQUEST_ID},
};
use std::any::Any;
use tower_http::catch_panic::ResponseForPanic;
use tracing::Instrument;
use uuid::Uuid;

tokio::task_local! {
    static REFERENCE: String;
}

/// The present request's id: what a person quotes and the log finds.
pub fn reference() -> String {
    REFERENCE.try_with(Clone::clone).unwrap_or_default()
}

/// Refuses requests of another epoch, and marks every reply with ours.
pub async fn seal(State(app): State<App>, request: Request, next: Next) -> Response {
    let reference = request_id(request.headers());
    let span = tracing::info_span!(
        "request",
        reference,
        method = %request.method(),
        path = request.uri().path(),
    );
    let handled = async {
        let mut reply = match same_epoch(&app, request.headers()) {
            Ok(()) => next.run(request).await,
            Err(failed) => failed.into_response(),
        };
        tracing::debug!(status = reply.status().as_u16(), "answered");
        let id = HeaderValue::from_str(&self::reference());
        let epoch = HeaderValue::from_str(&app.epoch().to_string());
        let headers = reply.headers_mut();
        headers.extend(epoch.ok().map(|it| (HeaderName::from_static(EPOCH), it)));
        headers.extend(id.ok().map(|it| (HeaderName::from_static(REQUEST_ID), it)));
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
        reply
    };
    REFERENCE
        .scope(reference.clone(), handled.instrument(span))
        .await
}

/// The caller's id for the request where it has a decent one, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=100).contains(&id.len()))
        .filter(|id| {
            id.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        })
        .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned)
}

fn same_epoch(app: &App, headers: &HeaderMap) -> Answer<()> {
    match headers.get(EPOCH) {
        Some(epoch) if epoch.as_bytes() != app.epoch().to_string().as_bytes() => {
            Err(Error::refused(
                ProblemKind::EpochChanged,
                "the server's data has begun another life; nothing was done",
            )
            .into())
        }
        _ => Ok(()),
    }
}

/// No such route.
pub async fn nothing_here() -> Failed {
    Error::not_found("route").into()
}

/// The route is there, the method is not.
pub async fn wrong_method() -> Failed {
    Error::refused(
        ProblemKind::MethodNotAllowed,
        "the route does not take this method",
    )
    .into()
}

/// Answers for a handler that panicked.
#[derive(Clone)]
pub struct Panicked;

impl ResponseForPanic for Panicked {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, panic: Box<dyn Any + Send>) -> HttpResponse<Body> {
        let what = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("something");
        tracing::error!(reference = reference(), "a handler panicked: {what}");
        let failed: Failed = Error::refused(ProblemKind::Internal, "something went wrong").into();
        failed.into_response()
    }
}
