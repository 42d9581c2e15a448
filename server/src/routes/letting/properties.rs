//! Properties: the list, one, making, changing, deleting.

use super::{PageQuery, changed, shown, wish};
use crate::{
    App,
    access::{Footing, Let},
    auth::session::Caller,
    etag::Seen,
    letting::{PropertyWords, requests},
    routes::{
        body::{Id, Json, Params},
        problem::Answer,
        tickets::{IdempotencyKey, created},
    },
    views,
};
use axum::{
    Json as JsonReply,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{PortfolioId, PropertyAddress, PropertyId, PropertyName, TimeZone};
use palier_wire::{
    ProblemKind, Property,
    letting::{NewProperty, PropertyPage, PropertyPatch},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// The query of [`list`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those of this portfolio.
    portfolio: Option<PortfolioId>,
}

/// List the properties that the caller sees: an owner all of his portfolios, a tenant his own.
#[utoipa::path(
    get, path = "/api/properties", tag = "letting", operation_id = "list_properties",
    params(ListQuery, PageQuery),
    responses((status = OK, description = "One page.", body = PropertyPage)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ListQuery>,
    Params(part): Params<PageQuery>,
) -> Answer<Response> {
    let mut read = app.db().read().await?;
    let page =
        views::letting::properties(&mut read, caller.user, query.portfolio, part.into()).await?;
    Ok(JsonReply(page).into_response())
}

/// Show one property.
#[utoipa::path(
    get, path = "/api/properties/{id}", tag = "letting", operation_id = "show_property",
    params(
        ("id" = PropertyId, Path, description = "The property."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that was seen."),
    ),
    responses(
        (
            status = OK, description = "The property.", body = Property,
            headers(("ETag" = String, description = "Its state, for `If-Match`.")),
        ),
        (
            status = NOT_MODIFIED, description = "It is as it was seen.",
            headers(("ETag" = String, description = "Its state, for `If-Match`.")),
        ),
    ),
)]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<PropertyId>,
    headers: HeaderMap,
) -> Answer {
    let mut read = app.db().read().await?;
    Footing::at(&mut read, caller.user, Let::Property(id)).await?;
    let row = requests::property(&mut read, id).await?;
    Ok(shown(row, &headers))
}

/// Make a property in a portfolio.
#[utoipa::path(
    post, path = "/api/properties", tag = "letting", operation_id = "make_property",
    params(IdempotencyKey),
    request_body = NewProperty,
    responses(
        (
            status = CREATED, description = "Made.", body = Property,
            headers(
                ("Location" = String, description = "The property."),
                ("ETag" = String, description = "Its state, for `If-Match`."),
            ),
        ),
        (
            status = OK, description = "It had been made before.", body = Property,
            headers(
                ("Location" = String, description = "The property."),
                ("ETag" = String, description = "Its state, for `If-Match`."),
            ),
        ),
    ),
    extensions(("x-problems" = json!([
        ProblemKind::NotFound, ProblemKind::Forbidden, ProblemKind::IdTaken,
        ProblemKind::MutationIdReused, ProblemKind::Cancelled,
    ]))),
)]
pub async fn make(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<NewProperty>,
) -> Answer {
    let wish = wish(caller.user, &headers, body.id.0, "property", &body)?;
    let id = body.id;
    let words = PropertyWords {
        name: PropertyName::parse(&body.name)?,
        address: PropertyAddress::parse(&body.address)?,
        time_zone: TimeZone::parse(&body.time_zone)?,
    };
    let verdict = app
        .db()
        .write(move |tx| requests::new_property(tx, wish, id, body.portfolio_id, words).boxed())
        .await?;
    let mut read = app.db().read().await?;
    Footing::at(&mut read, caller.user, Let::Property(id)).await?;
    let reply = changed(requests::property(&mut read, id).await?);
    Ok(created(verdict, &format!("/api/properties/{id}"), reply))
}

/// Change name, address or time zone: all of it or nothing.
#[utoipa::path(
    patch, path = "/api/properties/{id}", tag = "letting", operation_id = "change_property",
    params(
        ("id" = PropertyId, Path, description = "The property."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that was seen, or `*`; 428 without."),
    ),
    request_body = PropertyPatch,
    responses((
        status = OK, description = "The property as it is now.", body = Property,
        headers(("ETag" = String, description = "Its state, for `If-Match`.")),
    )),
    extensions(("x-problems" = json!([
        ProblemKind::Forbidden, ProblemKind::PreconditionRequired, ProblemKind::PreconditionFailed,
    ]))),
)]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<PropertyId>,
    headers: HeaderMap,
    Json(patch): Json<PropertyPatch>,
) -> Answer {
    let (user, seen) = (caller.user, Seen::before_change(&headers));
    app.db()
        .write(move |tx| requests::patch_property(tx, user, id, seen, patch).boxed())
        .await?;
    let mut read = app.db().read().await?;
    Ok(changed(requests::property(&mut read, id).await?))
}

/// Delete a property that has no units.
#[utoipa::path(
    delete, path = "/api/properties/{id}", tag = "letting", operation_id = "delete_property",
    params(("id" = PropertyId, Path, description = "The property.")),
    responses((status = NO_CONTENT, description = "Deleted.")),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<PropertyId>,
) -> Answer<StatusCode> {
    let user = caller.user;
    app.db()
        .write(move |tx| requests::delete_property(tx, user, id).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
