//! Signing in and out.

use super::{
    body::Json,
    cookies,
    problem::{Answer, Failed},
};
use crate::{
    App,
    audit::Entry,
    auth::{
        account::{self, Account},
        session::{self, Begun, Caller, NewSession, wrong_credentials},
    },
    error::Error,
    origin,
};
use axum::{
    Json as JsonReply,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{AuditAction, UserId};
use palier_wire::{ProblemKind, Scope, SessionCreated, SignIn};

/// Largest body with a password, before anybody is known: an address, a name, two passwords.
pub const LIMIT: usize = 8 * 1024;

/// Sign in.
///
/// An address that nobody has is refused like a wrong password, after the same work.
#[utoipa::path(
    post, path = "/api/session", tag = "session", operation_id = "sign_in", security(()),
    request_body = SignIn,
    responses((
        status = CREATED, description = "Signed in; the token is said once.", body = SessionCreated,
        headers(("Set-Cookie" = Option<String>, description = "The token, when a cookie was asked for.")),
    )),
    extensions(("x-problems" = json!([
        ProblemKind::WrongCredentials, ProblemKind::RateLimited, ProblemKind::ForeignOrigin,
    ]))),
)]
pub async fn sign_in(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    Json(request): Json<SignIn, LIMIT>,
) -> Answer {
    let cookie = request.cookie;
    if cookie {
        // Else another site could sign somebody in as its own user, and read what he writes.
        cookies::must_be_ours(&headers, &uri, app.config())?;
    }
    let account = verified(&app, &request.email, request.password).await?;
    let new = NewSession {
        user: account.id,
        device: request.device_id,
        device_name: request.device_name,
    };
    let verified = account.password_hash.clone();
    let begun = app
        .db()
        .write(move |tx| async move { session::begin(tx, new, &verified).await }.boxed())
        .await?;
    Ok(created(begun, account, cookie))
}

/// Sign out: the session ends, and its streams with it.
#[utoipa::path(
    delete, path = "/api/session", tag = "session", operation_id = "sign_out",
    responses((
        status = NO_CONTENT, description = "Signed out.",
        headers(("Set-Cookie" = String, description = "Takes the cookie away, if there is one.")),
    )),
)]
pub async fn sign_out(State(app): State<App>, caller: Caller) -> Answer<Response> {
    leave(&app, caller).await?;
    let forget = [(header::SET_COOKIE, cookies::forget())];
    Ok((StatusCode::NO_CONTENT, forget).into_response())
}

/// Ends the caller's session, and its streams with it.
pub async fn leave(app: &App, caller: Caller) -> Answer<()> {
    app.db()
        .write(move |tx| session::end(tx, caller).boxed())
        .await?;
    app.doorbell().ring([Scope::User(caller.user)]);
    Ok(())
}

/// The account of `email`, when `password` is its.
///
/// # Errors
/// `rate-limited`, and `wrong-credentials` whether there is such an account or not.
pub async fn verified(app: &App, email: &str, password: String) -> Answer<Account> {
    try_once(app, email)?;
    let mut read = app.db().read().await?;
    let account = account::by_email(&mut read, email).await?;
    drop(read);
    let stored = account.as_ref().map(|it| it.password_hash.clone());
    let fits = app.passwords().verify(password, stored).await?;
    let id = account.as_ref().map(|it| it.id);
    account.filter(|_| fits).ok_or_else(|| {
        note_failure(app, id, "wrong_credentials");
        wrong_credentials().into()
    })
}

/// Takes one of the tries that `email` and the caller's address have.
pub fn try_once(app: &App, email: &str) -> Answer<()> {
    let address = origin::present().and_then(|origin| origin.address);
    app.throttle().try_sign_in(email, address).map_err(|wait| {
        note_failure(app, None, "too_many");
        let limited = Error::refused(ProblemKind::RateLimited, "too many attempts, wait a little");
        Failed::from(limited).after(wait)
    })
}

/// Takes one of the tries that the caller's address has with secret links.
pub fn try_link(app: &App) -> Answer<()> {
    let address = origin::present().and_then(|origin| origin.address);
    app.throttle().try_link(address).map_err(|wait| {
        let limited = Error::refused(ProblemKind::RateLimited, "too many attempts, wait a little");
        Failed::from(limited).after(wait)
    })
}

/// Records a sign-in that failed: with the account where there is one, never with what was typed.
fn note_failure(app: &App, account: Option<UserId>, why: &'static str) {
    let mut entry = Entry::new(AuditAction::SignInFailed).with("why", why);
    if let Some(account) = account {
        entry = entry.about(account);
    }
    app.refusals().note(entry, app.config().clock.now());
}

/// 201 with a session that was just begun, its token as a cookie or in the body.
fn created(begun: Begun, account: Account, cookie: bool) -> Response {
    let (set, token) = match cookie {
        true => (Some(cookies::carry(&begun.token)), String::new()),
        false => (None, begun.token),
    };
    let created = SessionCreated {
        session_id: begun.id,
        token,
        user_id: account.id,
        name: account.name,
        email: account.email,
        language: account.language,
        expires_at: begun.expires_at,
    };
    let mut reply = (StatusCode::CREATED, JsonReply(created)).into_response();
    if let Some(set) = set {
        reply.headers_mut().insert(header::SET_COOKIE, set);
    }
    reply
}
