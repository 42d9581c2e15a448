//! Signing in and out.

use super::{
    body::Json,
    listener::Peer,
    problem::{Answer, Failed},
};
use crate::{
    App,
    audit::Entry,
    auth::session::{self, Caller},
    db::query_as,
    error::{Error, Result},
};
use axum::{
    Extension, Json as JsonReply,
    extract::{ConnectInfo, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use palier_domain::{AuditAction, Email, UserId};
use palier_wire::{ProblemKind, Scope, SessionCreated, SignIn};
use uuid::Uuid;

/// Largest sign-in: an address and a password, before anybody is known.
const LIMIT: usize = 8 * 1024;

/// Longest name of a device that is kept.
const DEVICE_NAME_CHARS: usize = 100;

/// Sign in.
///
/// An address that nobody has is refused like a wrong password, after the same work.
#[utoipa::path(
    post, path = "/api/session", tag = "session", operation_id = "sign_in", security(()),
    request_body = SignIn,
    responses((status = CREATED, description = "Signed in; the token is said once.", body = SessionCreated)),
    extensions(("x-problems" = json!([ProblemKind::WrongCredentials, ProblemKind::RateLimited]))),
)]
pub async fn sign_in(
    State(app): State<App>,
    peer: Option<Extension<ConnectInfo<Peer>>>,
    Json(request): Json<SignIn, LIMIT>,
) -> Answer {
    let address = peer.map_or_else(Peer::default, |Extension(peer)| peer.0).0;
    if let Err(wait) = app.throttle().try_sign_in(&request.email, address) {
        note_failure(&app, None, "too_many");
        let limited = Error::refused(ProblemKind::RateLimited, "too many attempts, wait a little");
        return Err(Failed::from(limited).after(wait));
    }
    let user = find(&app, &request.email).await?;
    let stored = user.as_ref().map(|user| user.password_hash.clone());
    let fits = app.passwords().verify(request.password, stored).await?;
    let id = user.as_ref().map(|user| user.id);
    let Some(user) = user.filter(|_| fits) else {
        note_failure(&app, id, "wrong_credentials");
        return Err(Error::refused(
            ProblemKind::WrongCredentials,
            "mail address and password do not belong together",
        )
        .into());
    };
    let device_name = request
        .device_name
        .chars()
        .filter(|c| !c.is_control())
        .take(DEVICE_NAME_CHARS)
        .collect();
    let begun = session::begin(app.db(), user.id, request.device_id, device_name).await?;
    let created = SessionCreated {
        session_id: begun.id,
        token: begun.token,
        user_id: user.id,
        name: user.name,
        email: user.email,
        expires_at: begun.expires_at,
    };
    Ok((StatusCode::CREATED, JsonReply(created)).into_response())
}

/// Sign out: the session ends, and its streams with it.
#[utoipa::path(
    delete, path = "/api/session", tag = "session", operation_id = "sign_out",
    responses((status = NO_CONTENT, description = "Signed out.")),
)]
pub async fn sign_out(State(app): State<App>, caller: Caller) -> Answer<Response> {
    session::end(app.db(), caller).await?;
    // Its streams look again, and find that they have no session.
    app.doorbell().ring([Scope::User(caller.user)]);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Records a sign-in that failed: with the account where there is one, never with what was typed.
fn note_failure(app: &App, account: Option<UserId>, why: &'static str) {
    let mut entry = Entry::new(AuditAction::SignInFailed).with("why", why);
    if let Some(account) = account {
        entry = entry.about(account);
    }
    app.refusals().note(entry, app.config().clock.now());
}

struct User {
    id: UserId,
    name: String,
    email: String,
    password_hash: String,
}

async fn find(app: &App, email: &str) -> Result<Option<User>> {
    // What is no address belongs to nobody: the same answer as an unknown one.
    let Ok(email) = Email::parse(email) else {
        return Ok(None);
    };
    let mut read = app.db().read().await?;
    let row: Option<(Uuid, String, String, String)> =
        query_as("select id, name, email, password_hash from users where email = $1")
            .bind(email.as_str())
            .fetch_optional(&mut read)
            .await?;
    Ok(row.map(|(id, name, email, password_hash)| User {
        id: id.into(),
        name,
        email,
        password_hash,
    }))
}
