//! Files of tickets, for who may see the ticket.

use super::{
    body::Id,
    openapi::Bytes,
    problem::{Answer, Failed},
};
use crate::{
    App,
    auth::session::Caller,
    error::Error,
    files::serve::{Which, find},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_range_header::parse_range_header;
use palier_domain::{AttachmentId, FileName};
use palier_wire::ProblemKind;

/// Fetch a file: the original for its author, the copy without EXIF for the others.
#[utoipa::path(
    get, path = "/api/attachments/{id}", tag = "files", operation_id = "fetch_attachment",
    params(
        ("id" = AttachmentId, Path, description = "The attachment."),
        ("Range" = Option<String>, Header, description = "One part of it: `bytes=0-1023`."),
        ("If-Range" = Option<String>, Header, description = "The `ETag` that the part has to be of."),
    ),
    responses(
        (
            status = OK, description = "Its bytes, under its own media type.",
            body = inline(Bytes), content_type = "*/*",
            headers(
                ("ETag" = String, description = "The SHA-256 of the bytes."),
                ("Content-Disposition" = String, description = "`attachment`, with its name."),
            ),
        ),
        (
            status = PARTIAL_CONTENT, description = "The part that was asked for.",
            body = inline(Bytes), content_type = "*/*",
            headers(
                ("ETag" = String, description = "The SHA-256 of all of its bytes."),
                ("Content-Range" = String, description = "Which part of how many bytes."),
            ),
        ),
    ),
    extensions(("x-problems" = json!([ProblemKind::RangeNotSatisfiable]))),
)]
pub async fn file(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Id(attachment): Id<AttachmentId>,
) -> Answer {
    give(&app, caller, &headers, attachment, Which::Whole).await
}

/// Fetch a small picture of a file.
#[utoipa::path(
    get, path = "/api/attachments/{id}/thumbnail", tag = "files", operation_id = "fetch_thumbnail",
    params(
        ("id" = AttachmentId, Path, description = "The attachment."),
        ("Range" = Option<String>, Header, description = "One part of it: `bytes=0-1023`."),
    ),
    responses(
        (
            status = OK, description = "The picture.", body = inline(Bytes), content_type = "image/jpeg",
            headers(
                ("ETag" = String, description = "The SHA-256 of the bytes."),
                ("Content-Disposition" = String, description = "`attachment`, with its name."),
            ),
        ),
        (
            status = PARTIAL_CONTENT, description = "The part that was asked for.",
            body = inline(Bytes), content_type = "image/jpeg",
            headers(("Content-Range" = String, description = "Which part of how many bytes.")),
        ),
    ),
    extensions(("x-problems" = json!([ProblemKind::RangeNotSatisfiable]))),
)]
pub async fn thumbnail(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Id(attachment): Id<AttachmentId>,
) -> Answer {
    give(&app, caller, &headers, attachment, Which::Thumbnail).await
}

async fn give(
    app: &App,
    caller: Caller,
    headers: &HeaderMap,
    attachment: AttachmentId,
    which: Which,
) -> Answer {
    let mut read = app.db().read().await?;
    let given = find(app.files(), &mut read, caller.user, attachment, which).await?;
    drop(read);
    let tag = format!("\"{}\"", given.sha256);
    let part = match wanted(headers, given.size, &tag) {
        Ok(part) => part,
        Err(Unsatisfiable) => return Ok(outside(given.size)),
    };
    let content = given.open(part.clone()).await?;
    let mut reply: Response = Body::from_stream(content).into_response();
    let length = part
        .as_ref()
        .map_or(given.size, |part| part.end - part.start);
    if let Some(part) = part {
        *reply.status_mut() = StatusCode::PARTIAL_CONTENT;
        let range = format!("bytes {}-{}/{}", part.start, part.end - 1, given.size);
        insert(&mut reply, header::CONTENT_RANGE, &range);
    }
    for (name, value) in [
        (header::CONTENT_TYPE, given.media_type.as_str()),
        (header::ACCEPT_RANGES, "bytes"),
        // Whatever a browser thinks it sees in there, it runs nothing of it.
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        // A file never changes under its id, but the right to see it may end.
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::ETAG, &tag),
        (header::CONTENT_DISPOSITION, &disposition(&given.name)),
    ] {
        insert(&mut reply, name, value);
    }
    reply
        .headers_mut()
        .insert(header::CONTENT_LENGTH, length.into());
    Ok(reply)
}

fn insert(reply: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}

/// The part that was asked for begins behind the file's end.
struct Unsatisfiable;

/// The part of a file that a request wants; all of it where it says nothing, wants several parts, or saw
/// another file (RFC 9110 § 14).
fn wanted(
    headers: &HeaderMap,
    size: u64,
    tag: &str,
) -> Result<Option<std::ops::Range<u64>>, Unsatisfiable> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::IF_RANGE).is_some_and(|seen| seen != tag) {
        return Ok(None);
    }
    let Some(range) = text(header::RANGE) else {
        return Ok(None);
    };
    // What cannot be read is passed over, as the RFC wants it.
    let Ok(parsed) = parse_range_header(range) else {
        return Ok(None);
    };
    let parts = parsed.validate(size).map_err(|_| Unsatisfiable)?;
    Ok(match parts.as_slice() {
        [part] => Some(*part.start()..part.end() + 1),
        _ => None,
    })
}

fn outside(size: u64) -> Response {
    let why = Error::refused(
        ProblemKind::RangeNotSatisfiable,
        format!("the file has {size} bytes"),
    );
    let mut reply = Failed::from(why).into_response();
    insert(
        &mut reply,
        header::CONTENT_RANGE,
        &format!("bytes */{size}"),
    );
    reply
}

/// RFC 6266: a plain name for old readers, the true one in UTF-8 for the others.
fn disposition(name: &FileName) -> String {
    let plain: String = name
        .as_str()
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' | '/' => '_',
            c if c.is_ascii() && !c.is_ascii_control() => c,
            _ => '_',
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.as_str().bytes() {
        // The attr-char of RFC 5987.
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let name = FileName::parse("l’évier %2; x=y.jpg").unwrap();
        assert_eq!(
            disposition(&name),
            "attachment; filename=\"l__vier _2; x=y.jpg\"; \
             filename*=UTF-8''l%E2%80%99%C3%A9vier%20%252%3B%20x%3Dy.jpg"
        );
    }
}
