//! What every request and reply have in common: the epoch, the request's id, and a problem for
//! whatever goes wrong before or around a handler.

use super::{
    listener::Peer,
    problem::{Answer, Denial, Failed},
};
use crate::{
    App,
    audit::Entry,
    error::Error,
    ops::metrics,
    origin::{self, Origin},
};
use axum::{
    body::Body,
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Response as HttpResponse, StatusCode, header,
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use palier_domain::{
    AuditAction, Invalid, InvalidReason,
    planted::{Bug, is_planted},
};
use palier_wire::{
    OLDEST_SCHEMA, ProblemKind,
    header::{EPOCH, NEWEST, REQUEST_ID, SCHEMA as SCHEMA_HEADER},
};
use std::{
    any::Any,
    time::{Duration, Instant},
};
use tower_http::catch_panic::ResponseForPanic;
use tracing::Instrument;
use uuid::Uuid;

/// The present request's id: what a person quotes and the log finds.
pub fn reference() -> String {
    origin::present().map_or_else(String::new, |origin| origin.reference.clone())
}

/// Refuses requests of another epoch, and marks every reply with ours. Writes the one line that
/// the log has for every request, and tells the audit log what a rule refused.
pub async fn seal(State(app): State<App>, request: Request, next: Next) -> Response {
    let reference = request_id(request.headers());
    let (method, route) = (known(request.method()), route(&request));
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    let address = peer.map(|ConnectInfo(Peer(address))| *address);
    let span = tracing::info_span!("request", reference, method, route);
    let origin = Origin::new(reference, address, route.clone());
    let begun = Instant::now();
    let handled = async {
        let headers = request.headers();
        let fit = same_epoch(&app, headers).and_then(|()| readable(headers, OLDEST_SCHEMA));
        let mut reply = match fit {
            Ok(()) => next.run(request).await,
            Err(failed) => failed.into_response(),
        };
        let (took, problem) = (begun.elapsed(), reply.extensions().get().copied());
        metrics::answered(&route, method, reply.status().as_u16(), took, problem);
        note(&route, reply.status(), took);
        if let Some(denial) = reply.extensions().get() {
            note_denial(&app, *denial);
        }
        dress(&mut reply, &app);
        reply
    };
    origin.scope(handled.instrument(span)).await
}

/// What a reply carries whatever it answers. What a handler said itself stays.
fn dress(reply: &mut Response, app: &App) {
    let headers = reply.headers_mut();
    let id = HeaderValue::from_str(&reference());
    let epoch = HeaderValue::from_str(&app.epoch().to_string());
    headers.extend(epoch.ok().map(|it| (HeaderName::from_static(EPOCH), it)));
    headers.extend(id.ok().map(|it| (HeaderName::from_static(REQUEST_ID), it)));
    let newest = app.config().newest_client.as_ref();
    let newest = newest.and_then(|it| HeaderValue::from_str(&it.to_string()).ok());
    headers.extend(newest.map(|it| (HeaderName::from_static(NEWEST), it)));
    for (name, value) in ALWAYS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if app.config().tls_cert.is_some() {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000"));
    }
}

/// Replies are data: a browser shows them nowhere, runs nothing in them, and guesses nothing.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// The method, as long as it is one: the caller may write anything there.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let mut known = KNOWN.into_iter();
    known
        .find(|name| *name == method.as_str())
        .unwrap_or("other")
}

/// The route that takes the request, as it is written in the router. Never the path: it may hold an
/// invitation's token, or anything else that the caller made up.
fn route(request: &Request) -> String {
    request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned()
}

fn note(route: &str, status: StatusCode, took: Duration) {
    let (status, ms) = (status.as_u16(), took.as_secs_f64() * 1000.0);
    let ms = (ms * 10.0).round() / 10.0;
    match route {
        // Asked every few seconds by machines.
        "/healthz" | "/readyz" => tracing::debug!(status, ms, "answered"),
        _ => tracing::info!(status, ms, "answered"),
    }
}

/// Tells the audit log that a rule refused.
pub fn note_denial(app: &App, Denial(rule): Denial) {
    let entry = Entry::new(AuditAction::Refused).with("rule", rule);
    app.refusals().note(entry, app.config().clock.now());
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
        Some(_) if is_planted(Bug::NoEpochCheck) => Ok(()),
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

/// Whether this server still writes a format that the caller reads. Who says nothing reads all.
fn readable(headers: &HeaderMap, oldest: u32) -> Answer<()> {
    let Some(value) = headers.get(SCHEMA_HEADER) else {
        return Ok(());
    };
    let newest = value
        .to_str()
        .ok()
        .and_then(|text| text.parse::<u32>().ok());
    match newest {
        None | Some(0) => Err(Invalid::new(SCHEMA_HEADER, InvalidReason::Malformed).into()),
        Some(newest) if newest < oldest => Err(Error::refused(
            ProblemKind::UpdateRequired,
            "this server no longer writes what this version of the application reads",
        )
        .into()),
        Some(_) => Ok(()),
    }
}

/// No such route.
pub fn nothing_here() -> Failed {
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
        // The panic hook has said where. What the panic says may quote somebody's words.
        drop(panic);
        tracing::error!("a handler panicked");
        let failed: Failed = Error::refused(ProblemKind::Internal, "something went wrong").into();
        failed.into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    /// The status of what is refused; none where it is served.
    fn judged(value: Option<&'static str>, oldest: u32) -> Option<StatusCode> {
        let mut headers = HeaderMap::new();
        headers.extend(value.map(|value| {
            let name = HeaderName::from_static(SCHEMA_HEADER);
            (name, HeaderValue::from_static(value))
        }));
        let refused = readable(&headers, oldest).err()?;
        Some(refused.into_response().status())
    }

    #[test]
    fn a_reader_of_this_format_or_of_the_one_before_is_served() {
        let newest = 7;
        for reads in [None, Some("6"), Some("7"), Some("8")] {
            assert_eq!(judged(reads, newest - 1), None, "{reads:?}");
        }
        assert_eq!(
            judged(Some("5"), newest - 1),
            Some(StatusCode::UPGRADE_REQUIRED)
        );
        for nonsense in ["0", "-1", "one", "", "99999999999"] {
            let status = Some(StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(judged(Some(nonsense), newest - 1), status, "{nonsense}");
        }
    }
}
