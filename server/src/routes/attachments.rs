//! Files of tickets, for who may see the ticket.

use super::{body::Id, openapi::Bytes, problem::Answer};
use crate::{
    App,
    auth::session::Caller,
    files::serve::{Which, find},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use palier_domain::{AttachmentId, FileName};
use tokio_util::io::ReaderStream;

/// Fetch a file: the original for its author, the copy without EXIF for the others.
#[utoipa::path(
    get, path = "/api/attachments/{id}", tag = "files", operation_id = "fetch_attachment",
    params(("id" = AttachmentId, Path, description = "The attachment.")),
    responses((
        status = OK, description = "Its bytes, under its own media type.",
        body = inline(Bytes), content_type = "*/*",
        headers(
            ("ETag" = String, description = "The SHA-256 of the bytes."),
            ("Content-Disposition" = String, description = "`attachment`, with its name."),
        ),
    )),
)]
pub async fn file(
    State(app): State<App>,
    caller: Caller,
    Id(attachment): Id<AttachmentId>,
) -> Answer {
    give(&app, caller, attachment, Which::Whole).await
}

/// Fetch a small picture of a file.
#[utoipa::path(
    get, path = "/api/attachments/{id}/thumbnail", tag = "files", operation_id = "fetch_thumbnail",
    params(("id" = AttachmentId, Path, description = "The attachment.")),
    responses((
        status = OK, description = "The picture.", body = inline(Bytes), content_type = "image/jpeg",
        headers(
            ("ETag" = String, description = "The SHA-256 of the bytes."),
            ("Content-Disposition" = String, description = "`attachment`, with its name."),
        ),
    )),
)]
pub async fn thumbnail(
    State(app): State<App>,
    caller: Caller,
    Id(attachment): Id<AttachmentId>,
) -> Answer {
    give(&app, caller, attachment, Which::Thumbnail).await
}

async fn give(app: &App, caller: Caller, attachment: AttachmentId, which: Which) -> Answer {
    let mut read = app.db().read().await?;
    let given = find(app.files(), &mut read, caller.user, attachment, which).await?;
    drop(read);
    let (file, size) = given.open().await?;
    let mut reply: Response = Body::from_stream(ReaderStream::new(file)).into_response();
    let headers = reply.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, given.media_type.as_str()),
        // Whatever a browser thinks it sees in there, it runs nothing of it.
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        // A file never changes under its id, but the right to see it may end.
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_LENGTH, size.into());
    let quoted = [
        (header::ETAG, format!("\"{}\"", given.sha256)),
        (header::CONTENT_DISPOSITION, disposition(&given.name)),
    ];
    for (name, value) in quoted {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    Ok(reply)
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
