//! Inviting co-owners and tenants, and accepting.

use super::{
    body::{Id, Json, Params},
    links::{self, Page},
    problem::Answer,
    session::{LIMIT, try_link, verified},
};
use crate::{
    App,
    access::{Footing, Let},
    auth::{secret, session::Caller},
    letting::{
        NewUser,
        invitations::{self, Guest, NewInvitation as New},
    },
    mail::{self, Content, Letter, To},
};
use axum::{
    Json as JsonReply,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{
    Act, DisplayName, Email, INVITATION_DAYS, Invalid, InvalidReason, InvitationId, NewPassword,
};
use palier_wire::{
    ProblemKind,
    invitation::{
        AcceptInvitation, InvitationAccepted, InvitationList, InvitationView, LinkMade,
        NewInvitation,
    },
};
use serde::Deserialize;
use utoipa::IntoParams;

/// The query of [`list`].
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only those of this portfolio.
    portfolio: Option<palier_domain::PortfolioId>,
}

/// List the invitations that stand, of the portfolios that the caller runs.
#[utoipa::path(
    get, path = "/api/invitations", tag = "letting", operation_id = "list_invitations",
    params(ListQuery),
    responses((status = OK, description = "The invitations, newest first.", body = InvitationList)),
)]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ListQuery>,
) -> Answer<JsonReply<InvitationList>> {
    let mut read = app.db().read().await?;
    let now = app.config().clock.now();
    let mut invitations = invitations::list(&mut read, caller.user, now).await?;
    if let Some(portfolio) = query.portfolio {
        invitations.retain(|it| it.portfolio_id == portfolio);
    }
    Ok(JsonReply(InvitationList { invitations }))
}

/// Invite a co-owner into a portfolio, or a tenant into a lease.
///
/// The link can be used once, for seven days. It is mailed where the server can, else it is given to
/// the caller to pass on.
#[utoipa::path(
    post, path = "/api/invitations", tag = "letting", operation_id = "invite",
    request_body = NewInvitation,
    responses((status = CREATED, description = "Invited.", body = LinkMade)),
    extensions(("x-problems" = json!([
        ProblemKind::NotFound, ProblemKind::Forbidden, ProblemKind::IdTaken,
    ]))),
)]
pub async fn invite(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<NewInvitation, LIMIT>,
) -> Answer {
    let new = New {
        id: body.id,
        into: match (body.portfolio_id, body.lease_id) {
            (Some(portfolio), None) => Let::Portfolio(portfolio),
            (None, Some(lease)) => Let::Lease(lease),
            (None, None) => return Err(Invalid::new("lease_id", InvalidReason::Empty).into()),
            _ => return Err(Invalid::new("lease_id", InvalidReason::Malformed).into()),
        },
        email: Email::parse(&body.email)?,
        language: body.language,
    };
    let (user, config, by_mail) = (caller.user, app.config().clone(), app.mail().configured());
    let (link, expires_at) = app
        .db()
        .write(move |tx| {
            async move {
                let footing = Footing::at(tx.conn(), user, new.into).await?;
                footing.may(Act::ManageLetting)?;
                let to = To::Address(new.email.clone(), new.language);
                let made = invitations::make(tx, user, new).await?;
                let link = Page::Invitation.link(&config, &headers, &made.token);
                if by_mail {
                    let letter = Letter {
                        to,
                        content: Content::Invitation {
                            inviter: made.view.inviter,
                            portfolio: made.view.portfolio,
                            home: made.view.home,
                            link: link.clone(),
                            days: INVITATION_DAYS,
                        },
                        portfolio: Some(made.portfolio),
                        expires_at: Some(made.expires_at),
                    };
                    mail::queue(tx, letter).await?;
                }
                Ok((link, made.expires_at))
            }
            .boxed()
        })
        .await?;
    app.mail().ring();
    let made = links::made(&app, link, expires_at);
    Ok((StatusCode::CREATED, JsonReply(made)).into_response())
}

/// Take an invitation back.
#[utoipa::path(
    delete, path = "/api/invitations/{id}", tag = "letting", operation_id = "revoke_invitation",
    params(("id" = InvitationId, Path, description = "The invitation.")),
    responses((status = NO_CONTENT, description = "Its link is good for nothing.")),
)]
pub async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<InvitationId>,
) -> Answer<StatusCode> {
    let user = caller.user;
    app.db()
        .write(move |tx| invitations::revoke(tx, user, id).boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show what a link invites to. The secret is enough.
#[utoipa::path(
    get, path = "/api/invitations/{token}/accept", tag = "letting",
    operation_id = "show_invitation", security(()),
    params(("token" = String, Path, description = "The link's secret.")),
    responses((status = OK, description = "What it invites to.", body = InvitationView)),
    extensions(("x-problems" = json!([ProblemKind::LinkGone, ProblemKind::RateLimited]))),
)]
pub async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
) -> Answer<JsonReply<InvitationView>> {
    try_link(&app)?;
    let mut read = app.db().read().await?;
    let now = app.config().clock.now();
    let view = invitations::show(&mut read, &secret::stored(&token), now).await?;
    Ok(JsonReply(view))
}

/// Accept an invitation. With a password joins the account of the address that was invited, which is made where there
/// is none; without one whoever is signed in. The link is then used up.
#[utoipa::path(
    post, path = "/api/invitations/{token}/accept", tag = "letting",
    operation_id = "accept_invitation", security(()),
    params(("token" = String, Path, description = "The link's secret.")),
    request_body = AcceptInvitation,
    responses((status = OK, description = "Joined.", body = InvitationAccepted)),
    extensions(("x-problems" = json!([
        ProblemKind::LinkGone, ProblemKind::RateLimited, ProblemKind::Unauthenticated,
        ProblemKind::WrongCredentials, ProblemKind::ForeignOrigin, ProblemKind::IdTaken,
    ]))),
)]
pub async fn accept(
    State(app): State<App>,
    Path(token): Path<String>,
    caller: Option<Caller>,
    Json(body): Json<AcceptInvitation, LIMIT>,
) -> Answer<Response> {
    try_link(&app)?;
    let hash = secret::stored(&token);
    let guest = guest(&app, &hash, caller, body).await?;
    let accepted = app
        .db()
        .write(move |tx| {
            let (hash, guest) = (hash, guest);
            async move { invitations::accept(tx, &hash, guest).await }.boxed()
        })
        .await?;
    Ok(JsonReply(accepted).into_response())
}

/// Who accepts: the caller, the account of the invited address, or somebody new.
async fn guest(
    app: &App,
    hash: &[u8],
    caller: Option<Caller>,
    body: AcceptInvitation,
) -> Answer<Guest> {
    let mut read = app.db().read().await?;
    let view = invitations::show(&mut read, hash, app.config().clock.now()).await?;
    drop(read);
    let missing = |field| Invalid::new(field, InvalidReason::Empty);
    // Who types a password is not whoever left a cookie in this browser.
    let password = match (body.password, caller) {
        (Some(password), _) => password,
        (None, Some(caller)) => return Ok(Guest::Known(caller.user)),
        (None, None) => return Err(missing("password").into()),
    };
    if view.has_account {
        let account = verified(app, &view.email, password).await?;
        return Ok(Guest::Known(account.id));
    }
    let name = DisplayName::parse(&body.name.ok_or_else(|| missing("name"))?)?;
    let password = NewPassword::parse(&password)?;
    let hashes = app.passwords();
    let password_hash = hashes.hash(password, &view.email, name.as_str()).await?;
    let email = Email::parse(&view.email)?;
    let new = NewUser {
        email,
        name,
        password_hash,
    };
    Ok(Guest::New(new, body.language.unwrap_or(view.language)))
}
