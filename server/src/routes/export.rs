//! One's own data.

use super::problem::{Answer, Failed};
use crate::{
    App,
    audit::{self, Entry},
    auth::session::Caller,
    error::Error,
    export,
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::AuditAction;
use palier_wire::ProblemKind;
use tokio_stream::wrappers::ReceiverStream;

/// Fetch all of one's own data.
///
/// A ZIP file, made while it is sent: JSON lines for each kind of row, the own files as they were sent,
/// those of others as the caller may see them, and `manifest.json` with size and SHA-256 of each. One
/// at a time, and a few an hour.
#[utoipa::path(
    get, path = "/api/export", tag = "session", operation_id = "fetch_export",
    responses((
        status = OK, description = "The archive.", body = Vec<u8>, content_type = "application/zip",
        headers(("Content-Disposition" = String, description = "`attachment`, with its name.")),
    )),
    extensions(("x-problems" = json!([ProblemKind::RateLimited]))),
)]
pub async fn fetch(State(app): State<App>, caller: Caller) -> Answer {
    let turn = app.exports().turn(caller.user).map_err(|wait| {
        let limited = Error::refused(ProblemKind::RateLimited, "wait before the next export");
        Failed::from(limited).after(wait)
    })?;
    let entry = Entry::new(AuditAction::Exported).about(caller.user);
    app.db()
        .write(move |tx| audit::note(tx, entry).boxed())
        .await?;
    let day = app.config().clock.now().format("%Y-%m-%d");
    let name = format!("attachment; filename=\"palier-{day}.zip\"");
    let pieces = ReceiverStream::new(export::begin(app, turn));
    let mut reply: Response = Body::from_stream(pieces).into_response();
    let headers = reply.headers_mut();
    let zip = HeaderValue::from_static("application/zip");
    headers.insert(header::CONTENT_TYPE, zip);
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(reply)
}
