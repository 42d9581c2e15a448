//! What is let, by whom, to whom. `letting::requests` judges and does; these read and answer.

pub mod leases;
pub mod members;
pub mod portfolios;
pub mod properties;
pub mod units;

use crate::{
    error::Result,
    etag::{self, Seen},
    feed::entities::Versioned,
    letting::requests::Wish,
    routes::tickets::idempotency_key,
    views::letting::Part,
};
use axum::{
    Json as JsonReply,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use palier_domain::UserId;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

const USUAL: u32 = 100;
const MOST: u32 = 500;

/// The part of a list that a query asks for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the page before.
    after: Option<Uuid>,
    /// Most rows of a page; 100 unless said otherwise, never more than 500.
    limit: Option<u32>,
}

impl From<PageQuery> for Part {
    fn from(query: PageQuery) -> Self {
        Self {
            after: query.after,
            limit: super::body::limit(query.limit, USUAL, MOST),
        }
    }
}

/// A row with the tag of its version; nothing but the tag to who has seen it.
fn shown(row: Versioned<impl Serialize>, headers: &HeaderMap) -> Response {
    let tag = etag::of(row.rev);
    if Seen::before_reading(headers).is(&tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    changed(row)
}

/// A row as it is after a change, with the tag of its version.
fn changed(row: Versioned<impl Serialize>) -> Response {
    ([(header::ETAG, etag::of(row.rev))], JsonReply(row.row)).into_response()
}

/// The wish of `user` for something new.
fn wish(
    user: UserId,
    headers: &HeaderMap,
    id: Uuid,
    kind: &str,
    body: &impl Serialize,
) -> Result<Wish> {
    Wish::new(user, idempotency_key(headers, id)?, kind, body)
}
