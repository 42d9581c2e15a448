//! A new password for somebody who forgot his.

use super::{
    body::{Ids, Json},
    links::{self, Page},
    problem::Answer,
    session::{LIMIT, try_link, try_once},
};
use crate::{
    App,
    access::{Footing, Let},
    audit::{self, Entry},
    auth::{reset, session::Caller},
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
    Act, AuditAction, Email, LeaseId, NewPassword, PASSWORD_RESET_MINUTES, UserId,
};
use palier_wire::{
    ProblemKind, Scope,
    invitation::{ForgotPassword, LinkMade, ResetAsked, ResetPassword, ResetView},
};

/// Ask for a link to a new password.
///
/// The answer is the same whether the address has an account or not, after the same work.
#[utoipa::path(
    post, path = "/api/password-reset", tag = "session", operation_id = "forgot_password",
    security(()),
    request_body = ForgotPassword,
    responses((status = ACCEPTED, description = "Asked.", body = ResetAsked)),
    extensions(("x-problems" = json!([ProblemKind::RateLimited]))),
)]
pub async fn ask(
    State(app): State<App>,
    headers: HeaderMap,
    Json(body): Json<ForgotPassword, LIMIT>,
) -> Answer {
    try_once(&app, &body.email)?;
    let by_mail = app.mail().configured();
    let entry = Entry::new(AuditAction::PasswordResetAsked);
    app.refusals().note(entry, app.config().clock.now());
    if by_mail {
        let email = Email::parse(&body.email).ok();
        let email = email.map_or_else(String::new, |it| it.as_str().to_owned());
        let config = app.config().clone();
        app.db()
            .write(move |tx| {
                async move {
                    let letter = |token: &str| Content::PasswordReset {
                        link: Page::PasswordReset.link(&config, &headers, token),
                        minutes: PASSWORD_RESET_MINUTES,
                    };
                    reset::mail_link(tx, &email, letter).await
                }
                .boxed()
            })
            .await?;
        app.mail().ring();
    }
    Ok((StatusCode::ACCEPTED, JsonReply(ResetAsked { by_mail })).into_response())
}

/// Show whose password a link sets. The secret is enough.
#[utoipa::path(
    get, path = "/api/password-reset/{token}", tag = "session",
    operation_id = "show_password_reset", security(()),
    params(("token" = String, Path, description = "The link's secret.")),
    responses((status = OK, description = "Whose it is.", body = ResetView)),
    extensions(("x-problems" = json!([ProblemKind::LinkGone, ProblemKind::RateLimited]))),
)]
pub async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
) -> Answer<JsonReply<ResetView>> {
    try_link(&app)?;
    let mut read = app.db().read().await?;
    let standing = reset::find(&mut read, &token, app.config().clock.now()).await?;
    Ok(JsonReply(ResetView {
        email: standing.email,
        expires_at: standing.expires_at,
    }))
}

/// Set a new password. All sessions end, and the link is used up.
#[utoipa::path(
    post, path = "/api/password-reset/{token}", tag = "session", operation_id = "reset_password",
    security(()),
    params(("token" = String, Path, description = "The link's secret.")),
    request_body = ResetPassword,
    responses((status = NO_CONTENT, description = "Set: sign in with it.")),
    extensions(("x-problems" = json!([ProblemKind::LinkGone, ProblemKind::RateLimited]))),
)]
pub async fn set(
    State(app): State<App>,
    Path(token): Path<String>,
    Json(body): Json<ResetPassword, LIMIT>,
) -> Answer<StatusCode> {
    try_link(&app)?;
    let password = NewPassword::parse(&body.password)?;
    let mut read = app.db().read().await?;
    let standing = reset::find(&mut read, &token, app.config().clock.now()).await?;
    drop(read);
    let hashes = app.passwords();
    let hash = hashes
        .hash(password, &standing.email, &standing.name)
        .await?;
    app.db()
        .write(move |tx| async move { reset::set(tx, &token, hash).await }.boxed())
        .await?;
    app.mail().ring();
    app.doorbell().ring([Scope::User(standing.user)]);
    Ok(StatusCode::NO_CONTENT)
}

/// Make a link to a new password for a tenant.
///
/// It is mailed to him where the server can; else the caller passes it on. Only for people who belong
/// to no other portfolio: whoever holds the link can write as that person.
#[utoipa::path(
    post, path = "/api/leases/{id}/tenants/{user_id}/password-reset", tag = "letting",
    operation_id = "make_password_reset",
    params(
        ("id" = LeaseId, Path, description = "The lease."),
        ("user_id" = UserId, Path, description = "The tenant."),
    ),
    responses((status = CREATED, description = "Made.", body = LinkMade)),
    extensions(("x-problems" = json!([ProblemKind::Forbidden]))),
)]
pub async fn make(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Ids(lease, tenant): Ids<LeaseId, UserId>,
) -> Answer<Response> {
    let (by, config, by_mail) = (caller.user, app.config().clone(), app.mail().configured());
    let (link, expires_at) = app
        .db()
        .write(move |tx| {
            async move {
                let footing = Footing::at(tx.conn(), by, Let::Lease(lease)).await?;
                footing.may(Act::ManageLetting)?;
                reset::may_be_made(tx.conn(), footing.portfolio, tenant).await?;
                let made = reset::link(tx, tenant).await?;
                let link = Page::PasswordReset.link(&config, &headers, &made.token);
                if by_mail {
                    let letter = Letter {
                        to: To::User(tenant),
                        content: Content::PasswordReset {
                            link: link.clone(),
                            minutes: PASSWORD_RESET_MINUTES,
                        },
                        portfolio: Some(footing.portfolio),
                        expires_at: Some(made.expires_at),
                    };
                    mail::queue(tx, letter).await?;
                }
                let entry = Entry::new(AuditAction::PasswordResetMade).by(by);
                audit::note(tx, entry.about(tenant)).await?;
                Ok((link, made.expires_at))
            }
            .boxed()
        })
        .await?;
    app.mail().ring();
    let made = links::made(&app, link, expires_at);
    Ok((StatusCode::CREATED, JsonReply(made)).into_response())
}
