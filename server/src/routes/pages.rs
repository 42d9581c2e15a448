//! The pages for browsers: the screens of the desktop application and the worker behind them, built by
//! `cargo xtask build-ui` and carried inside this program.
//!
//! Whatever is no route and looks like a page is answered with the one page there is: the screens know their
//! addresses themselves. Files whose names hold a digest may be kept for good; the others are asked for
//! again each time, and mostly have not changed.

use super::{cookies, envelope, problem::Answer, session::leave};
use crate::{App, auth::session, etag::Seen};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use palier_domain::AttachmentId;
use rust_embed::{EmbeddedFile, RustEmbed};
use std::ops::RangeInclusive;

#[derive(RustEmbed)]
#[folder = "pages"]
#[allow_missing = true]
struct Pages;

const INDEX: &str = "index.html";

/// After [`Asked::Forget`] the browser goes to the invitation whose link it still has.
const FOR_INVITATION: &str = "then=invitation";

/// The page's own files, and pictures that it made itself; no other page may show it in a frame.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; \
    connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    object-src 'none'";

/// What pages may ask a browser for: nothing. A camera is reached through the file picker, which asks the person.
const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Their names hold a digest of what is in them.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

/// Answers what no route takes.
pub async fn serve(State(app): State<App>, request: Request) -> Response {
    let asked = asked(request.method(), request.uri().path());
    match asked {
        Asked::Forget => {
            let to = request.uri().query().map(str::to_owned);
            let headers = request.headers().clone();
            forget(&app, &headers, to.as_deref()).await.into_response()
        }
        Asked::Nothing => envelope::nothing_here().into_response(),
        Asked::Attachment(path) => elsewhere(&path),
        Asked::File(name) => match Pages::get(name) {
            Some(file) => send(&request, name, file),
            None => envelope::nothing_here().into_response(),
        },
        Asked::Page | Asked::UnknownPage => match Pages::get(INDEX) {
            Some(file) => {
                let mut reply = send(&request, INDEX, file);
                if asked == Asked::UnknownPage {
                    *reply.status_mut() = StatusCode::NOT_FOUND;
                }
                reply
            }
            None => without_pages(),
        },
    }
}

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked<'a> {
    Page,
    /// The page leads to the first one then.
    UnknownPage,
    /// The last account of a browser was signed out.
    Forget,
    File(&'a str),
    /// A file of a ticket, where no service worker took the request: the route that has it.
    Attachment(String),
    Nothing,
}

fn asked<'a>(method: &Method, path: &'a str) -> Asked<'a> {
    let name = path.trim_start_matches('/');
    let first = name.split('/').next().unwrap_or(name);
    let is_ours = matches!(first, "api" | "healthz" | "readyz");
    if is_ours || !matches!(*method, Method::GET | Method::HEAD) {
        return Asked::Nothing;
    }
    if name == "signed-out" {
        return Asked::Forget;
    }
    if let Some(rest) = name.strip_prefix("files/") {
        let (id, small) = match rest.strip_suffix("/thumbnail") {
            Some(id) => (id, "/thumbnail"),
            None => (rest, ""),
        };
        return match id.parse::<AttachmentId>() {
            Ok(id) => Asked::Attachment(format!("/api/attachments/{id}{small}")),
            Err(_) => Asked::Nothing,
        };
    }
    match name.rsplit('/').next() {
        Some(last) if last.contains('.') => Asked::File(name),
        _ if palier_wire::PAGES.contains(&first) => Asked::Page,
        _ => Asked::UnknownPage,
    }
}

/// Lets the browser forget what it keeps of this origin, ends the session of its cookie, should it still have one, and
/// leads on. Only a page of ours may ask for it: else any link on the web could throw away what somebody wrote and
/// has not sent.
async fn forget(app: &App, headers: &HeaderMap, then: Option<&str>) -> Answer {
    let from = headers.get("sec-fetch-site");
    let ours = from.is_some_and(|from| from == "same-origin");
    let to = match then {
        Some(FOR_INVITATION) => "/invitation",
        _ => "/",
    };
    let to = [(header::LOCATION, HeaderValue::from_static(to))];
    let mut reply = (StatusCode::SEE_OTHER, to).into_response();
    if !ours {
        return Ok(reply);
    }
    if let Some(token) = cookies::token(headers) {
        let known = session::recognise(app.db(), &token, app.config().clock.now()).await?;
        if let Some(caller) = known {
            leave(app, caller).await?;
        }
    }
    let headers = reply.headers_mut();
    headers.insert(header::SET_COOKIE, cookies::forget());
    headers.insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(reply)
}

fn elsewhere(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(path) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, path)]).into_response(),
        Err(_) => envelope::nothing_here().into_response(),
    }
}

fn send(request: &Request, name: &str, file: EmbeddedFile) -> Response {
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let compressed = takes_brotli(request.headers())
        .then(|| Pages::get(&format!("{name}.br")))
        .flatten();
    let mut reply = if Seen::before_reading(request.headers()).is(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let encoded = compressed.is_some();
        let bytes = compressed.map_or(file.data, |it| it.data);
        let mut reply = Response::new(Body::from(bytes.into_owned()));
        let headers = reply.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
        if encoded {
            let brotli = HeaderValue::from_static("br");
            headers.insert(header::CONTENT_ENCODING, brotli);
        }
        reply
    };
    let keep = if has_digest(name) {
        FOR_GOOD
    } else {
        ASK_AGAIN
    };
    let headers = reply.headers_mut();
    headers.extend(
        HeaderValue::from_str(&tag)
            .ok()
            .map(|tag| (header::ETAG, tag)),
    );
    for (name, value) in [
        (header::CACHE_CONTROL, keep),
        (header::VARY, "accept-encoding"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    reply
}

/// A server that was built without them says so: whoever opens it with a browser sees no riddle.
fn without_pages() -> Response {
    let said = "<!doctype html><meta charset=\"utf-8\"><title>Palier</title>\
        <p lang=\"fr\">Ce serveur a été construit sans ses pages : utilisez l’application de bureau.</p>\
        <p lang=\"en\">This server was built without its pages: use the desktop application.</p>";
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, html)], said).into_response()
}

/// Whether the browser takes it, by the plain word: nobody says `br;q=0`.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| one.trim() == "br")
}

/// `thread-30ec4743cd58a49f.css`: up to sixteen digits of a digest before the ending, `_bg` of wasm aside. Some tools
/// leave zeros at its beginning out.
fn has_digest(name: &str) -> bool {
    const DIGITS: RangeInclusive<usize> = 12..=16;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, digest)| {
        DIGITS.contains(&digest.len()) && digest.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_route_is_a_page_a_file_or_nothing() {
        let get = |path| asked(&Method::GET, path);
        for page in ["/", "/tenant/incidents", "/invitation"] {
            assert_eq!(get(page), Asked::Page, "{page}");
        }
        for page in ["/unknown/at/all", "/metrics"] {
            assert_eq!(get(page), Asked::UnknownPage, "{page}");
        }
        assert_eq!(get("/signed-out"), Asked::Forget);
        assert_eq!(get("/start-1.js"), Asked::File("start-1.js"));
        assert_eq!(get("/images/a.png"), Asked::File("images/a.png"));
        for nothing in ["/api", "/api/unknown", "/healthz/x", "/files/7"] {
            assert_eq!(get(nothing), Asked::Nothing, "{nothing}");
        }
        for path in ["/", "/tenant/incidents", "/start-1.js"] {
            assert_eq!(asked(&Method::POST, path), Asked::Nothing, "{path}");
        }
    }

    #[test]
    fn a_tickets_file_is_where_the_api_has_it_and_nothing_else_is_reached_so() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let route = format!("/api/attachments/{id}");
        let get = |path: &str| match asked(&Method::GET, path) {
            Asked::Attachment(route) => Some(route),
            _ => None,
        };
        assert_eq!(get(&format!("/files/{id}")), Some(route.clone()));
        let small = format!("{route}/thumbnail");
        assert_eq!(get(&format!("/files/{id}/thumbnail")), Some(small));
        for other in ["//evil.example", "../sessions", "%2F%2Fevil.example"] {
            assert_eq!(get(&format!("/files/{other}")), None, "{other}");
        }
    }

    #[test]
    fn only_names_with_a_digest_are_kept_for_good() {
        for name in [
            "thread-30ec4743cd58a49f.css",
            "thread-362fe20fb20427e.css",
            "palier-ui-6bc021741f412fbc_bg.wasm",
        ] {
            assert!(has_digest(name), "{name}");
        }
        for name in [
            "index.html",
            "service-worker.js",
            "icon-192.png",
            "icon-maskable-512.png",
        ] {
            assert!(!has_digest(name), "{name}");
        }
    }
}
