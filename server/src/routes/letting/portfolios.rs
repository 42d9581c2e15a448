//! Portfolios: the list, one, making, changing.

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
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{PortfolioId, PortfolioName};
use palier_wire::{
    Portfolio, ProblemKind,
    letting::{NewPortfolio, PortfolioPage, PortfolioPatch},
};

/// List the portfolios that the caller runs or lives in.
#[utoipa::path(
    get, path = "/api/portfolios", tag = "letting", operation_id = "list_portfolios",
    params(PageQuery),
    responses((status = OK, description = "One page.", body = PortfolioPage)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(part): Params<PageQuery>,
) -> Answer<Response> {
    let mut read = app.db().read().await?;
    let page = views::letting::portfolios(&mut read, caller.user, part.into()).await?;
    Ok(JsonReply(page).into_response())
}

/// Show one portfolio.
#[utoipa::path(
    get, path = "/api/portfolios/{id}", tag = "letting", operation_id = "show_portfolio",
    params(
        ("id" = PortfolioId, Path, description = "The portfolio."),
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` that was seen."),
    ),
    responses(
        (
            status = OK, description = "The portfolio.", body = Portfolio,
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
    Id(id): Id<PortfolioId>,
    headers: HeaderMap,
) -> Answer {
    let mut read = app.db().read().await?;
    Footing::at(&mut read, caller.user, Let::Portfolio(id)).await?;
    let row = requests::portfolio(&mut read, id).await?;
    Ok(shown(row, &headers))
}

/// Make a portfolio, run by the caller.
#[utoipa::path(
    post, path = "/api/portfolios", tag = "letting", operation_id = "make_portfolio",
    params(IdempotencyKey),
    request_body = NewPortfolio,
    responses(
        (
            status = CREATED, description = "Made.", body = Portfolio,
            headers(
                ("Location" = String, description = "The portfolio."),
                ("ETag" = String, description = "Its state, for `If-Match`."),
            ),
        ),
        (
            status = OK, description = "It had been made before.", body = Portfolio,
            headers(
                ("Location" = String, description = "The portfolio."),
                ("ETag" = String, description = "Its state, for `If-Match`."),
            ),
        ),
    ),
    extensions(("x-problems" = json!([
        ProblemKind::IdTaken, ProblemKind::MutationIdReused, ProblemKind::Cancelled,
    ]))),
)]
pub async fn make(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<NewPortfolio>,
) -> Answer {
    let wish = wish(caller.user, &headers, body.id.0, "portfolio", &body)?;
    let id = body.id;
    let name = PortfolioName::parse(&body.name)?;
    let verdict = app
        .db()
        .write(move |tx| requests::new_portfolio(tx, wish, id, name).boxed())
        .await?;
    let mut read = app.db().read().await?;
    Footing::at(&mut read, caller.user, Let::Portfolio(id)).await?;
    let reply = changed(requests::portfolio(&mut read, id).await?);
    Ok(created(verdict, &format!("/api/portfolios/{id}"), reply))
}

/// Call a portfolio by another name.
#[utoipa::path(
    patch, path = "/api/portfolios/{id}", tag = "letting", operation_id = "change_portfolio",
    params(
        ("id" = PortfolioId, Path, description = "The portfolio."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` that was seen, or `*`; 428 without."),
    ),
    request_body = PortfolioPatch,
    responses((
        status = OK, description = "The portfolio as it is now.", body = Portfolio,
        headers(("ETag" = String, description = "Its state, for `If-Match`.")),
    )),
    extensions(("x-problems" = json!([
        ProblemKind::Forbidden, ProblemKind::PreconditionRequired, ProblemKind::PreconditionFailed,
    ]))),
)]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<PortfolioId>,
    headers: HeaderMap,
    Json(patch): Json<PortfolioPatch>,
) -> Answer {
    let (user, seen) = (caller.user, Seen::before_change(&headers));
    let name = patch
        .name
        .as_deref()
        .map(PortfolioName::parse)
        .transpose()?;
    app.db()
        .write(move |tx| requests::rename_portfolio(tx, user, id, seen, name).boxed())
        .await?;
    let mut read = app.db().read().await?;
    Ok(changed(requests::portfolio(&mut read, id).await?))
}
