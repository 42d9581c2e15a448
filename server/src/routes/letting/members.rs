//! Who runs a portfolio.
//!
//! A newcomer is invited: the mail address of somebody whom the portfolio does not know is never
//! looked up here, so that nobody learns who has an account.

use crate::{
    App,
    access::{Footing, Let},
    auth::session::Caller,
    letting::requests,
    routes::{
        body::{Id, Ids, Json},
        problem::Answer,
    },
    views,
};
use axum::{
    Json as JsonReply,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{Act, PortfolioId, UserId};
use palier_wire::{
    ProblemKind,
    letting::{KnownPerson, MemberList},
};

/// List who runs a portfolio.
#[utoipa::path(
    get, path = "/api/portfolios/{id}/members", tag = "letting", operation_id = "list_members",
    params(("id" = PortfolioId, Path, description = "The portfolio.")),
    responses((status = OK, description = "Its owners.", body = MemberList)),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<PortfolioId>,
) -> Answer<Response> {
    let mut read = app.db().read().await?;
    let footing = Footing::at(&mut read, caller.user, Let::Portfolio(id)).await?;
    footing.may(Act::SeeMembers)?;
    let members = views::letting::members(&mut read, id).await?;
    Ok(JsonReply(members).into_response())
}

/// Make somebody an owner whom the portfolio knows already. Everybody else is invited.
#[utoipa::path(
    post, path = "/api/portfolios/{id}/members", tag = "letting", operation_id = "add_member",
    params(("id" = PortfolioId, Path, description = "The portfolio.")),
    request_body = KnownPerson,
    responses((status = NO_CONTENT, description = "He is an owner of it.")),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<PortfolioId>,
    Json(person): Json<KnownPerson>,
) -> Answer<StatusCode> {
    let user = caller.user;
    app.db()
        .write(move |tx| requests::add_member(tx, user, id, person.user_id).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End somebody's ownership, or the caller's own: from then on he sees nothing of the portfolio.
///
/// His words stay. The last owner cannot leave.
#[utoipa::path(
    delete, path = "/api/portfolios/{id}/members/{user_id}", tag = "letting",
    operation_id = "remove_member",
    params(
        ("id" = PortfolioId, Path, description = "The portfolio."),
        ("user_id" = UserId, Path, description = "The owner."),
    ),
    responses((status = NO_CONTENT, description = "He is no owner of it any more.")),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Ids(id, leaver): Ids<PortfolioId, UserId>,
) -> Answer<StatusCode> {
    let user = caller.user;
    app.db()
        .write(move |tx| requests::remove_member(tx, user, id, leaver).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
