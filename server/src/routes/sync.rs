//! What the application speaks: push, changes, snapshot, stream. docs/sync.md is the protocol.

use super::{
    body::{Json, Params, too_large},
    problem::Answer,
};
use crate::{
    App,
    auth::session::Caller,
    error::{Error, Result},
    feed::{changes, changes::Limits, snapshot, stream as live},
    mutations::{Submission, apply_all},
};
use axum::{
    Json as JsonReply,
    body::Body,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{Invalid, InvalidReason};
use palier_wire::{
    Cursor, MAX_PAGE_BYTES, MAX_PAGE_CHANGES, MAX_PUSH_BYTES, MAX_PUSH_MUTATIONS, ProblemKind,
    PushReply, PushRequest, Scope, header::EPOCH,
};
use serde::Deserialize;

const PAGE: Limits = Limits {
    changes: MAX_PAGE_CHANGES,
    bytes: MAX_PAGE_BYTES,
};

/// `POST /api/sync/push`
pub async fn push(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(push): Json<PushRequest>,
) -> Answer {
    // A push belongs to one life of the data: without saying which, a restore could double it.
    if !headers.contains_key(EPOCH) {
        return Err(Invalid::new(EPOCH, InvalidReason::Empty).into());
    }
    if push.user_id != caller.user {
        return Err(Error::refused(
            ProblemKind::WrongUser,
            "the session belongs to somebody else",
        )
        .into());
    }
    if push.mutations.len() > MAX_PUSH_MUTATIONS {
        return Err(too_large(MAX_PUSH_BYTES as u64).into());
    }
    let submissions = push.mutations.iter().map(Submission::pushed).collect();
    let results = app
        .db()
        .write(move |tx| apply_all(tx, caller.user, submissions).boxed())
        .await?;
    let reply = PushReply {
        results,
        server_time: app.config().clock.now(),
    };
    Ok(JsonReply(reply).into_response())
}

/// The query of [`changes`].
#[derive(Deserialize)]
pub struct ChangesQuery {
    cursor: Option<String>,
    limit: Option<usize>,
}

/// `GET /api/sync/changes?cursor=`. Without a cursor the page lists the caller's scopes, which is
/// what a newcomer asks for. `limit` asks for fewer changes than a page may hold.
pub async fn changes(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ChangesQuery>,
) -> Answer {
    let cursor = match query.cursor.as_deref() {
        Some(text) => cursor(&app, text)?,
        None => Cursor::start(app.epoch()),
    };
    let limits = Limits {
        changes: query.limit.unwrap_or(PAGE.changes).clamp(1, PAGE.changes),
        ..PAGE
    };
    let mut read = app.db().read().await?;
    let now = app.config().clock.now();
    let page = changes::page(&mut read, caller.user, &cursor, limits, now).await?;
    Ok(JsonReply(page).into_response())
}

/// The query of [`snapshot`].
#[derive(Deserialize)]
pub struct SnapshotQuery {
    scope: String,
    after: Option<String>,
    limit: Option<usize>,
}

/// `GET /api/sync/snapshot?scope=&after=`
pub async fn snapshot(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<SnapshotQuery>,
) -> Answer {
    let scope: Scope = query
        .scope
        .parse()
        .map_err(|_| Invalid::new("scope", InvalidReason::Malformed))?;
    let limits = Limits {
        changes: query.limit.unwrap_or(PAGE.changes).clamp(1, PAGE.changes),
        ..PAGE
    };
    let (user, after) = (caller.user, query.after.as_deref());
    let mut read = app.db().read().await?;
    let now = app.config().clock.now();
    let page = snapshot::page(&mut read, user, scope, after, limits, now).await?;
    Ok(JsonReply(page).into_response())
}

/// The query of [`stream`].
#[derive(Deserialize)]
pub struct StreamQuery {
    cursor: Option<String>,
}

/// `GET /api/sync/stream?cursor=` (or with `Last-Event-ID`)
pub async fn stream(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Params(query): Params<StreamQuery>,
) -> Answer<Response> {
    // The browser's own reconnection repeats the old query, so what it saw last wins.
    let last_seen = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .filter(|value| !value.is_empty());
    let text = last_seen
        .or(query.cursor.as_deref())
        .ok_or_else(|| Invalid::new("cursor", InvalidReason::Empty))?;
    let cursor = cursor(&app, text)?;
    let frames = live::open(app, caller, cursor).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "text/event-stream"),
            (header::CACHE_CONTROL, "no-store"),
            // nginx would else hold events back.
            (header::HeaderName::from_static("x-accel-buffering"), "no"),
        ],
        Body::from_stream(frames),
    )
        .into_response())
}

fn cursor(app: &App, text: &str) -> Result<Cursor> {
    let cursor: Cursor = text
        .parse()
        .map_err(|_| Invalid::new("cursor", InvalidReason::Malformed))?;
    if cursor.epoch != app.epoch() {
        return Err(Error::refused(
            ProblemKind::EpochChanged,
            "the cursor belongs to another life of the data",
        ));
    }
    Ok(cursor)
}
