//! tus 1.0: creation, checksum, expiration, termination.

use super::{
    body::Id,
    openapi::Bytes,
    problem::{Answer, Failed},
};
use crate::{
    App,
    auth::session::Caller,
    error::{Error, Result},
    files::upload::{self, Piece, Upload},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use palier_domain::{Invalid, InvalidReason, MAX_ATTACHMENT_BYTES, Sha256};
use palier_wire::{
    ProblemKind,
    upload::{PATCH_MEDIA_TYPE, TUS_VERSION, UploadMetadata},
};
use std::fmt::Display;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Ask what this server can do with uploads.
#[utoipa::path(
    options, path = "/api/uploads", tag = "files", operation_id = "upload_capabilities", security(()),
    responses((
        status = NO_CONTENT, description = "What it can do.",
        headers(
            ("Tus-Resumable" = inline(TusVersion), description = "The protocol."),
            ("Tus-Version" = inline(TusVersion), description = "The protocols it speaks."),
            ("Tus-Extension" = String, description = "creation, checksum, expiration, termination."),
            ("Tus-Checksum-Algorithm" = String, description = "sha256."),
            ("Tus-Max-Size" = u64, description = "Largest file in bytes."),
        ),
    )),
)]
pub async fn capabilities() -> Response {
    able()
}

/// Ask the same of one upload.
#[utoipa::path(
    options, path = "/api/uploads/{id}", tag = "files", operation_id = "upload_capabilities_of_one",
    security(()),
    params(("id" = Uuid, Path, description = "The upload; any will do.")),
    responses((
        status = NO_CONTENT, description = "What it can do.",
        headers(("Tus-Resumable" = inline(TusVersion), description = "The protocol.")),
    )),
)]
pub async fn capabilities_of_one(_: Id<Uuid>) -> Response {
    able()
}

fn able() -> Response {
    tus(
        StatusCode::NO_CONTENT,
        &[
            ("tus-version", &TUS_VERSION),
            ("tus-extension", &"creation,checksum,expiration,termination"),
            ("tus-checksum-algorithm", &"sha256"),
            ("tus-max-size", &MAX_ATTACHMENT_BYTES),
        ],
    )
}

/// Begin an upload, or find the one begun before for the same attachment.
///
/// What cannot become an attachment is refused before its bytes travel.
#[utoipa::path(
    post, path = "/api/uploads", tag = "files", operation_id = "begin_upload",
    params(
        Tus,
        ("Upload-Length" = u64, Header, description = "The file's size in bytes.", minimum = 1, maximum = 26214400),
        (
            "Upload-Metadata" = String, Header,
            description = "`attachment_id`, `filename`, `sha256` (hex), each with its value in base64.",
            example = "attachment_id MDE5OGMxZjAtNWEwZS03ZDNhLTlmM2UtMmIxYzVkN2U5ZjAx,\
                       filename ZXZpZXIuanBn,sha256 YmE3ODE2YmY4ZjAxY2ZlYTQxNDE0MGRlNWRhZTIyMjNi\
                       MDAzNjFhMzk2MTc3YTljYjQxMGZmNjFmMjAwMTVhZA==",
        ),
    ),
    responses((
        status = CREATED, description = "Begun.",
        headers(
            ("Location" = String, description = "The upload."),
            ("Tus-Resumable" = inline(TusVersion), description = "The protocol."),
            ("Upload-Offset" = u64, description = "How many bytes are here."),
            ("Upload-Expires" = String, description = "When it goes, if nothing comes of it."),
        ),
    )),
    extensions(("x-problems" = json!([
        ProblemKind::Invalid, ProblemKind::TooLarge, ProblemKind::UnsupportedFile,
        ProblemKind::IdTaken, ProblemKind::PreconditionFailed, ProblemKind::QuotaExceeded,
    ]))),
)]
pub async fn create(State(app): State<App>, caller: Caller, headers: HeaderMap) -> Answer {
    speaks_tus(&headers)?;
    let size = number(&headers, "upload-length")?;
    let metadata = text(&headers, "upload-metadata")
        .ok_or_else(|| Invalid::new("upload-metadata", InvalidReason::Empty))?;
    let metadata = UploadMetadata::from_header(metadata)
        .map_err(|error| Invalid::new(error.0, InvalidReason::Malformed))?;
    let upload = upload::begin(app.files(), app.db(), caller.user, size, metadata).await?;
    let location = format!("/api/uploads/{}", upload.id);
    Ok(tus(
        StatusCode::CREATED,
        &[
            ("location", &location),
            ("upload-offset", &upload.received),
            ("upload-expires", &expires(&upload)),
        ],
    ))
}

/// Ask how far an upload came.
#[utoipa::path(
    head, path = "/api/uploads/{id}", tag = "files", operation_id = "upload_offset",
    params(("id" = Uuid, Path, description = "The upload."), Tus),
    responses((
        status = OK, description = "So far.",
        headers(
            ("Tus-Resumable" = inline(TusVersion), description = "The protocol."),
            ("Upload-Offset" = u64, description = "How many bytes are here."),
            ("Upload-Length" = u64, description = "The whole size."),
            ("Upload-Expires" = String, description = "When it goes, if nothing comes of it."),
        ),
    )),
    extensions(("x-problems" = json!([ProblemKind::UploadGone, ProblemKind::PreconditionFailed]))),
)]
pub async fn offset(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<Uuid>,
    headers: HeaderMap,
) -> Answer {
    speaks_tus(&headers)?;
    let mut read = app.db().read().await?;
    let now = app.config().clock.now();
    let upload = upload::status(&mut read, caller.user, id, now).await?;
    Ok(tus(
        StatusCode::OK,
        &[
            ("upload-offset", &upload.received),
            ("upload-length", &upload.size),
            ("upload-expires", &expires(&upload)),
        ],
    ))
}

/// Send the next piece; with the last one the file is judged and becomes an attachment.
///
/// A file that is refused takes its upload with it.
#[utoipa::path(
    patch, path = "/api/uploads/{id}", tag = "files", operation_id = "append_to_upload",
    params(
        ("id" = Uuid, Path, description = "The upload."),
        Tus,
        ("Upload-Offset" = u64, Header, description = "Where the piece begins."),
        (
            "Upload-Checksum" = Option<String>, Header,
            description = "`sha256` and the piece's digest in base64.",
            example = "sha256 ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
            pattern = "^sha256 [A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$",
        ),
    ),
    request_body(content = inline(Bytes), content_type = "application/offset+octet-stream"),
    responses((
        status = NO_CONTENT, description = "Received, durably.",
        headers(
            ("Tus-Resumable" = inline(TusVersion), description = "The protocol."),
            ("Upload-Offset" = u64, description = "How many bytes are here now."),
            ("Upload-Expires" = String, description = "When it goes, if nothing comes of it."),
        ),
    )),
    extensions(("x-problems" = json!([
        ProblemKind::UploadGone, ProblemKind::PreconditionFailed, ProblemKind::OffsetMismatch,
        ProblemKind::ChecksumMismatch, ProblemKind::UnsupportedFile, ProblemKind::Invalid,
        ProblemKind::TooLarge, ProblemKind::Unreadable, [ProblemKind::Unreadable, 415],
    ]))),
)]
pub async fn append(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<Uuid>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    speaks_tus(&headers)?;
    if text(&headers, header::CONTENT_TYPE.as_str()) != Some(PATCH_MEDIA_TYPE) {
        let wrong = Error::refused(
            ProblemKind::Unreadable,
            format!("the body has to be {PATCH_MEDIA_TYPE}"),
        );
        return Err(Failed::from(wrong).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let piece = Piece {
        offset: number(&headers, "upload-offset")?,
        checksum: checksum(&headers)?,
        body: body.into_data_stream(),
        stall: app.config().read_stall,
    };
    // On its own: when the connection breaks, this handler ends, and what arrived is still kept.
    let receiving = tokio::spawn(async move {
        let now = app.config().clock.now();
        upload::append(app.files(), app.db(), caller.user, id, piece, now).await
    });
    let upload = receiving.await.map_err(Error::from)??;
    Ok(tus(
        StatusCode::NO_CONTENT,
        &[
            ("upload-offset", &upload.received),
            ("upload-expires", &expires(&upload)),
        ],
    ))
}

/// Give an upload up.
#[utoipa::path(
    delete, path = "/api/uploads/{id}", tag = "files", operation_id = "give_up_upload",
    params(("id" = Uuid, Path, description = "The upload."), Tus),
    responses((
        status = NO_CONTENT, description = "Gone.",
        headers(("Tus-Resumable" = inline(TusVersion), description = "The protocol.")),
    )),
    extensions(("x-problems" = json!([ProblemKind::UploadGone, ProblemKind::PreconditionFailed]))),
)]
pub async fn give_up(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<Uuid>,
    headers: HeaderMap,
) -> Answer {
    speaks_tus(&headers)?;
    let now = app.config().clock.now();
    upload::give_up(app.files(), app.db(), caller.user, id, now).await?;
    Ok(tus(StatusCode::NO_CONTENT, &[]))
}

/// The one protocol version.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it is there for the description")]
enum TusVersion {
    #[schema(rename = "1.0.0")]
    One,
}

/// What every request of the protocol carries.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(
    dead_code,
    reason = "it is there for the description; `speaks_tus` reads the header"
)]
struct Tus {
    /// The protocol; 412 without.
    #[param(rename = "Tus-Resumable", inline)]
    version: TusVersion,
}

fn speaks_tus(headers: &HeaderMap) -> Result<()> {
    if text(headers, "tus-resumable") == Some(TUS_VERSION) {
        return Ok(());
    }
    Err(Error::refused(
        ProblemKind::PreconditionFailed,
        format!("say Tus-Resumable: {TUS_VERSION}"),
    ))
}

/// `Upload-Checksum: sha256 <base64>`
fn checksum(headers: &HeaderMap) -> Result<Option<Sha256>> {
    let Some(value) = text(headers, "upload-checksum") else {
        return Ok(None);
    };
    value
        .split_once(' ')
        .filter(|(algorithm, _)| *algorithm == "sha256")
        .and_then(|(_, digest)| STANDARD.decode(digest.trim()).ok())
        .and_then(|digest| digest.try_into().ok())
        .map(|digest| Some(Sha256(digest)))
        .ok_or_else(|| Error::refused(ProblemKind::Unreadable, "Upload-Checksum has to be sha256"))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn number(headers: &HeaderMap, name: &'static str) -> Result<u64> {
    let text = text(headers, name).ok_or_else(|| Invalid::new(name, InvalidReason::Empty))?;
    Ok(text
        .parse()
        .map_err(|_| Invalid::new(name, InvalidReason::Malformed))?)
}

fn expires(upload: &Upload) -> String {
    // RFC 9110 IMF-fixdate.
    upload
        .expires_at
        .format("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

fn tus(status: StatusCode, extra: &[(&'static str, &dyn Display)]) -> Response {
    let mut reply = status.into_response();
    let headers = reply.headers_mut();
    headers.insert("tus-resumable", HeaderValue::from_static(TUS_VERSION));
    for (name, value) in extra {
        if let Ok(value) = HeaderValue::from_str(&value.to_string()) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    reply
}
