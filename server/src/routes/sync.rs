//! What the application speaks: push, changes, snapshot, stream. docs/sync.md is the protocol.

use super::{
    body::{Json, Params, too_large},
    envelope::note_denial,
    problem::{Answer, Denial},
};
use crate::{
    App,
    auth::session::Caller,
    error::{Error, Result},
    feed::{changes, changes::Limits, snapshot, stream as live},
    mutations::{Submission, apply_push},
};
use axum::{
    Json as JsonReply,
    body::Body,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{Invalid, InvalidReason, failpoint};
use palier_wire::{
    ChangesPage, Cursor, Epoch, MAX_PAGE_BYTES, MAX_PAGE_CHANGES, MAX_PUSH_BYTES,
    MAX_PUSH_MUTATIONS, ProblemKind, PushReply, PushRequest, Scope, SnapshotPage, header::EPOCH,
};
use serde::Deserialize;
use utoipa::IntoParams;

const PAGE: Limits = Limits {
    changes: MAX_PAGE_CHANGES,
    bytes: MAX_PAGE_BYTES,
    digests: true,
};

/// Send what a device wants changed, in the order of its lanes.
///
/// Each mutation has a verdict of its own; a mutation that came before is answered from its result.
#[utoipa::path(
    post, path = "/api/sync/push", tag = "sync", operation_id = "push",
    params(("Palier-Epoch" = Epoch, Header, description = "The epoch the device lives in; 422 without.")),
    request_body = PushRequest,
    responses((status = OK, description = "The verdicts, in the same order.", body = PushReply)),
    extensions(("x-problems" = json!([ProblemKind::WrongUser]))),
)]
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
        .write(move |tx| apply_push(tx, caller.user, submissions).boxed())
        .await?;
    let problems = results.iter().filter_map(|it| it.problem.as_ref());
    for denial in problems.filter_map(Denial::of) {
        note_denial(&app, denial);
    }
    let reply = PushReply {
        results,
        server_time: app.config().clock.now(),
    };
    Ok(JsonReply(reply).into_response())
}

/// The query of [`changes`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// `to` of the page before.
    #[param(value_type = Option<Cursor>)]
    cursor: Option<String>,
    /// Most changes of a page, where fewer than 500 are wanted.
    limit: Option<u32>,
}

/// Read what changed after a cursor.
///
/// Without a cursor the page lists the caller's scopes, which is what a newcomer asks for.
#[utoipa::path(
    get, path = "/api/sync/changes", tag = "sync", operation_id = "changes",
    params(
        ChangesQuery,
        ("Palier-Schema" = Option<u32>, Header, minimum = 1, description = "The newest format of rows that the reader knows."),
    ),
    responses((status = OK, description = "One page.", body = ChangesPage)),
    extensions(("x-problems" = json!([ProblemKind::CursorGone, ProblemKind::UpdateRequired]))),
)]
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
        changes: at_most(query.limit),
        ..PAGE
    };
    let mut read = app.db().read().await?;
    let now = app.config().clock.now();
    let page = changes::page(&mut read, caller.user, &cursor, limits, now).await?;
    failpoint::pass("server: before a reply", "pulling");
    Ok(JsonReply(page).into_response())
}

/// The query of [`snapshot`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SnapshotQuery {
    /// Which scope.
    #[param(value_type = Scope)]
    scope: String,
    /// `next` of the page before.
    after: Option<String>,
    /// Most rows of a page, where fewer than 500 are wanted.
    limit: Option<u32>,
}

/// Read a whole scope, page by page.
///
/// The first page carries the scope's number; the changes go on from there.
#[utoipa::path(
    get, path = "/api/sync/snapshot", tag = "sync", operation_id = "snapshot",
    params(
        SnapshotQuery,
        ("Palier-Schema" = Option<u32>, Header, minimum = 1, description = "The newest format of rows that the reader knows."),
    ),
    responses((status = OK, description = "One page.", body = SnapshotPage)),
    extensions(("x-problems" = json!([ProblemKind::NotFound, ProblemKind::UpdateRequired]))),
)]
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
        changes: at_most(query.limit),
        ..PAGE
    };
    let (user, after) = (caller.user, query.after.as_deref());
    let mut read = app.db().read().await?;
    let now = app.config().clock.now();
    let page = snapshot::page(&mut read, user, scope, after, limits, now).await?;
    failpoint::pass("server: before a reply", "fetching a snapshot");
    Ok(JsonReply(page).into_response())
}

/// The query of [`stream`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// Where the reader stands.
    #[param(value_type = Option<Cursor>)]
    cursor: Option<String>,
}

/// Be told of changes as they happen.
///
/// Server-sent events: `changes` with a page as data and its `to` as id, or `behind`, after which the
/// reader pulls. A comment every 25 seconds keeps the line open. The cursor is needed in one of its
/// two places; `Last-Event-ID` wins.
#[utoipa::path(
    get, path = "/api/sync/stream", tag = "sync", operation_id = "stream",
    params(
        StreamQuery,
        ("Palier-Schema" = Option<u32>, Header, minimum = 1, description = "The newest format of rows that the reader knows."),
        (
            "Last-Event-ID" = Option<Cursor>, Header, description = "What a browser saw last.",
            example = "5f0c2a52-3a34-4a4e-8f0e-0d7f1c2b3a49",
        ),
    ),
    responses((
        status = OK, description = "Events, until somebody hangs up.",
        body = String, content_type = "text/event-stream",
    )),
    extensions(("x-problems" = json!([ProblemKind::CursorGone, ProblemKind::UpdateRequired]))),
)]
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
    let asked = query.cursor.as_deref().map(well_formed).transpose()?;
    let last_seen = last_seen.map(well_formed).transpose()?;
    let cursor = last_seen
        .or(asked)
        .ok_or_else(|| Invalid::new("cursor", InvalidReason::Empty))?;
    let cursor = of_our_epoch(&app, cursor)?;
    let frames = live::open(app, caller, cursor).await?;
    failpoint::pass("server: before a reply", "opening the stream");
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

fn at_most(limit: Option<u32>) -> usize {
    limit.map_or(PAGE.changes, |limit| {
        (limit as usize).clamp(1, PAGE.changes)
    })
}

fn cursor(app: &App, text: &str) -> Result<Cursor> {
    of_our_epoch(app, well_formed(text)?)
}

fn well_formed(text: &str) -> Result<Cursor> {
    Ok(text
        .parse()
        .map_err(|_| Invalid::new("cursor", InvalidReason::Malformed))?)
}

fn of_our_epoch(app: &App, cursor: Cursor) -> Result<Cursor> {
    if cursor.epoch != app.epoch() {
        return Err(Error::refused(
            ProblemKind::EpochChanged,
            "the cursor belongs to another life of the data",
        ));
    }
    Ok(cursor)
}
