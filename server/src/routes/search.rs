//! Looking for words in everything that the caller may see.

use super::{
    body::{Params, limit},
    problem::Answer,
};
use crate::{App, auth::session::Caller, error::Result, views};
use axum::{
    Json as JsonReply,
    extract::State,
    response::{IntoResponse, Response},
};
use palier_domain::{Invalid, InvalidReason, SearchQuery};
use palier_wire::SearchPage;
use serde::Deserialize;
use utoipa::IntoParams;

const USUAL: u32 = 20;
const MOST: u32 = 100;

/// The query of [`find`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FindQuery {
    /// The words, at most 256 bytes and 16 words. Case, accents and punctuation are ignored; the
    /// last word may be only begun, with two letters or more.
    #[param(required = true, value_type = String, min_length = 1, max_length = 256)]
    q: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
    /// Most results of a page; 20 unless said otherwise, never more than 100.
    limit: Option<u32>,
}

/// Find tickets, incidents, files by their name and tenants by theirs.
///
/// What has all the words and the caller may see, newest first.
#[utoipa::path(
    get, path = "/api/search", tag = "incidents", operation_id = "search",
    params(FindQuery),
    responses((status = OK, description = "One page.", body = SearchPage)),
)]
pub async fn find(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<FindQuery>,
) -> Answer<Response> {
    let words = SearchQuery::parse(query.q.as_deref().unwrap_or_default())?;
    let after = after(query.after.as_deref())?;
    let limit = limit(query.limit, USUAL, MOST);
    let mut read = app.db().read().await?;
    let page = views::search::page(&mut read, caller.user, &words, after, limit).await?;
    Ok(JsonReply(page).into_response())
}

fn after(text: Option<&str>) -> Result<Option<i64>> {
    let malformed = |_| Invalid::new("after", InvalidReason::Malformed);
    Ok(text
        .map(|text| text.parse().map_err(malformed))
        .transpose()?)
}
