//! Units: the list, one, making, changing, deleting.

use super::{PageQuery, changed, shown, wish};
use crate::{
    App,
    access::{Footing, Let},
    auth::session::Caller,
    etag::Seen,
    letting::requests,
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
use palier_domain::{PropertyId, UnitId, UnitLabel};
use palier_wire::{
    ProblemKind, Unit,
    letting::{NewUnit, UnitPage, UnitPatch},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// The query of [`list`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those of this property.
    property: Option<PropertyId>,
}

/// List the units that the caller sees: an owner all of his portfolios, a tenant his own.
#[utoipa::path(
    get, path = "/api/units", tag = "letting", operation_id = "list_units",
    params(ListQuery, PageQuery),
    responses((status = OK, description = "One page.", body = UnitPage)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ListQuery>,
    Params(part): Params<PageQuery>,
) -> Answer<Response> {
    let mut read = app.db().read().await?;
    let page = views::letting::units(&mut read, caller.user, query.property, part.into()).await?;
    Ok(JsonReply(page).into_response())
}

/// Show one unit.
#[utoipa::path(
    get, path = "/api/units/{id}", tag = "letting", operation_id = "show_unit",
    params(
        ("id" = UnitId, Path, description = "The unit."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that was seen."),
    ),
    responses(
        (
            status = OK, description = "The unit.", body = Unit,
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
    Id(id): Id<UnitId>,
    headers: HeaderMap,
) -> Answer {
    let mut read = app.db().read().await?;
    Footing::at(&mut read, caller.user, Let::Unit(id)).await?;
    let row = requests::unit(&mut read, id).await?;
    Ok(shown(row, &headers))
}

/// Make a unit in a property.
#[utoipa::path(
    post, path = "/api/units", tag = "letting", operation_id = "make_unit",
    params(IdempotencyKey),
    request_body = NewUnit,
    responses(
        (
            status = CREATED, description = "Made.", body = Unit,
            headers(
                ("Location" = String, description = "The unit."),
                ("ETag" = String, description = "Its state, for `If-Match`."),
            ),
        ),
        (
            status = OK, description = "It had been made before.", body = Unit,
            headers(
                ("Location" = String, description = "The unit."),
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
    Json(body): Json<NewUnit>,
) -> Answer {
    let wish = wish(caller.user, &headers, body.id.0, "unit", &body)?;
    let id = body.id;
    let label = UnitLabel::parse(&body.label)?;
    let verdict = app
        .db()
        .write(move |tx| requests::new_unit(tx, wish, id, body.property_id, label).boxed())
        .await?;
    let mut read = app.db().read().await?;
    Footing::at(&mut read, caller.user, Let::Unit(id)).await?;
    let reply = changed(requests::unit(&mut read, id).await?);
    Ok(created(verdict, &format!("/api/units/{id}"), reply))
}

/// Call a unit by another label.
#[utoipa::path(
    patch, path = "/api/units/{id}", tag = "letting", operation_id = "change_unit",
    params(
        ("id" = UnitId, Path, description = "The unit."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that was seen, or `*`; 428 without."),
    ),
    request_body = UnitPatch,
    responses((
        status = OK, description = "The unit as it is now.", body = Unit,
        headers(("ETag" = String, description = "Its state, for `If-Match`.")),
    )),
    extensions(("x-problems" = json!([
        ProblemKind::Forbidden, ProblemKind::PreconditionRequired, ProblemKind::PreconditionFailed,
    ]))),
)]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UnitId>,
    headers: HeaderMap,
    Json(patch): Json<UnitPatch>,
) -> Answer {
    let (user, seen) = (caller.user, Seen::before_change(&headers));
    let label = patch.label.as_deref().map(UnitLabel::parse).transpose()?;
    app.db()
        .write(move |tx| requests::relabel_unit(tx, user, id, seen, label).boxed())
        .await?;
    let mut read = app.db().read().await?;
    Ok(changed(requests::unit(&mut read, id).await?))
}

/// Delete a unit that has neither leases nor incidents.
#[utoipa::path(
    delete, path = "/api/units/{id}", tag = "letting", operation_id = "delete_unit",
    params(("id" = UnitId, Path, description = "The unit.")),
    responses((status = NO_CONTENT, description = "Deleted.")),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<UnitId>,
) -> Answer<StatusCode> {
    let user = caller.user;
    app.db()
        .write(move |tx| requests::delete_unit(tx, user, id).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
