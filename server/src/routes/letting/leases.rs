//! Leases: the list, one, making, changing, deleting.

use super::{PageQuery, changed, shown, wish};
use crate::{
    App,
    access::{Footing, Let},
    auth::session::Caller,
    etag::Seen,
    letting::{NewLease as Letting, requests},
    routes::{
        body::{Id, Ids, Json, Params},
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
use palier_domain::{LeaseId, LeaseTerm, UnitId, UserId};
use palier_wire::{
    Lease, ProblemKind,
    letting::{KnownPerson, LeasePage, LeasePatch, NewLease},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// The query of [`list`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those of this unit.
    unit: Option<UnitId>,
}

/// List the leases that the caller sees: an owner all of his portfolios, a tenant his own.
#[utoipa::path(
    get, path = "/api/leases", tag = "letting", operation_id = "list_leases",
    params(ListQuery, PageQuery),
    responses((status = OK, description = "One page.", body = LeasePage)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ListQuery>,
    Params(part): Params<PageQuery>,
) -> Answer<Response> {
    let mut read = app.db().read().await?;
    let page = views::letting::leases(&mut read, caller.user, query.unit, part.into()).await?;
    Ok(JsonReply(page).into_response())
}

/// Show one lease.
#[utoipa::path(
    get, path = "/api/leases/{id}", tag = "letting", operation_id = "show_lease",
    params(
        ("id" = LeaseId, Path, description = "The lease."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that was seen."),
    ),
    responses(
        (
            status = OK, description = "The lease.", body = Lease,
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
    Id(id): Id<LeaseId>,
    headers: HeaderMap,
) -> Answer {
    let mut read = app.db().read().await?;
    Footing::at(&mut read, caller.user, Let::Lease(id)).await?;
    let row = requests::lease(&mut read, id).await?;
    Ok(shown(row, &headers))
}

/// Let a unit. It has one lease at a time.
///
/// Tenants whom the portfolio does not know yet are invited to the lease.
#[utoipa::path(
    post, path = "/api/leases", tag = "letting", operation_id = "make_lease",
    params(IdempotencyKey),
    request_body = NewLease,
    responses(
        (
            status = CREATED, description = "Made.", body = Lease,
            headers(
                ("Location" = String, description = "The lease."),
                ("ETag" = String, description = "Its state, for `If-Match`."),
            ),
        ),
        (
            status = OK, description = "It had been made before.", body = Lease,
            headers(
                ("Location" = String, description = "The lease."),
                ("ETag" = String, description = "Its state, for `If-Match`."),
            ),
        ),
    ),
    extensions(("x-problems" = json!([
        ProblemKind::NotFound, ProblemKind::Forbidden, ProblemKind::IdTaken,
        ProblemKind::MutationIdReused, ProblemKind::Cancelled,
        ProblemKind::LeaseOverlap,
    ]))),
)]
pub async fn make(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<NewLease>,
) -> Answer {
    let wish = wish(caller.user, &headers, body.id.0, "lease", &body)?;
    let id = body.id;
    let lease = Letting {
        id,
        unit: body.unit_id,
        term: LeaseTerm::new(body.starts_on, body.ends_on)?,
        tenants: body.tenants,
    };
    let verdict = app
        .db()
        .write(move |tx| requests::new_lease(tx, wish, lease).boxed())
        .await?;
    let mut read = app.db().read().await?;
    Footing::at(&mut read, caller.user, Let::Lease(id)).await?;
    let reply = changed(requests::lease(&mut read, id).await?);
    Ok(created(verdict, &format!("/api/leases/{id}"), reply))
}

/// Change from when to when a lease runs.
///
/// From the midnight after its last day, in the property's time zone, its tenants read only; what
/// they had written before still arrives for 14 days.
#[utoipa::path(
    patch, path = "/api/leases/{id}", tag = "letting", operation_id = "change_lease",
    params(
        ("id" = LeaseId, Path, description = "The lease."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that was seen, or `*`; 428 without."),
    ),
    request_body = LeasePatch,
    responses((
        status = OK, description = "The lease as it is now.", body = Lease,
        headers(("ETag" = String, description = "Its state, for `If-Match`.")),
    )),
    extensions(("x-problems" = json!([
        ProblemKind::Forbidden, ProblemKind::PreconditionRequired, ProblemKind::PreconditionFailed,
        ProblemKind::LeaseOverlap,
    ]))),
)]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<LeaseId>,
    headers: HeaderMap,
    Json(patch): Json<LeasePatch>,
) -> Answer {
    let (user, seen) = (caller.user, Seen::before_change(&headers));
    app.db()
        .write(move |tx| requests::patch_lease(tx, user, id, seen, patch).boxed())
        .await?;
    let mut read = app.db().read().await?;
    Ok(changed(requests::lease(&mut read, id).await?))
}

/// Delete a lease under which nobody wrote.
///
/// From then on its tenants see nothing of it.
#[utoipa::path(
    delete, path = "/api/leases/{id}", tag = "letting", operation_id = "delete_lease",
    params(("id" = LeaseId, Path, description = "The lease.")),
    responses((status = NO_CONTENT, description = "Deleted.")),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<LeaseId>,
) -> Answer<StatusCode> {
    let user = caller.user;
    app.db()
        .write(move |tx| requests::delete_lease(tx, user, id).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make somebody a tenant whom the portfolio knows already. Everybody else is invited.
#[utoipa::path(
    post, path = "/api/leases/{id}/tenants", tag = "letting", operation_id = "add_tenant",
    params(("id" = LeaseId, Path, description = "The lease.")),
    request_body = KnownPerson,
    responses((status = NO_CONTENT, description = "He is a tenant of it.")),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn add_tenant(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<LeaseId>,
    Json(person): Json<KnownPerson>,
) -> Answer<StatusCode> {
    let user = caller.user;
    app.db()
        .write(move |tx| requests::add_tenant(tx, user, id, person.user_id).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End somebody's tenancy before the lease ends: from then on he sees nothing of it.
///
/// His words stay.
#[utoipa::path(
    delete, path = "/api/leases/{id}/tenants/{user_id}", tag = "letting",
    operation_id = "remove_tenant",
    params(
        ("id" = LeaseId, Path, description = "The lease."),
        ("user_id" = UserId, Path, description = "The tenant."),
    ),
    responses((status = NO_CONTENT, description = "He is no tenant of it any more.")),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn remove_tenant(
    State(app): State<App>,
    caller: Caller,
    Ids(id, leaver): Ids<LeaseId, UserId>,
) -> Answer<StatusCode> {
    let user = caller.user;
    app.db()
        .write(move |tx| requests::remove_tenant(tx, user, id, leaver).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
