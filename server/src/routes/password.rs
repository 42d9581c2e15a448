//! Setting another password.

use super::{
    body::Json,
    problem::Answer,
    session::{LIMIT, verified},
};
use crate::{
    App,
    auth::{
        account,
        session::{Caller, wrong_credentials},
    },
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use palier_domain::{AuditAction, NewPassword};
use palier_wire::{ChangePassword, ProblemKind, Scope};

/// Change the password.
///
/// Asks for the present one, with the same limits as signing in. All other sessions end.
#[utoipa::path(
    put, path = "/api/session/password", tag = "session", operation_id = "change_password",
    request_body = ChangePassword,
    responses((status = NO_CONTENT, description = "Changed.")),
    extensions(("x-problems" = json!([ProblemKind::WrongCredentials, ProblemKind::RateLimited]))),
)]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Json(request): Json<ChangePassword, LIMIT>,
) -> Answer<Response> {
    let password = NewPassword::parse(&request.password)?;
    let mut read = app.db().read().await?;
    let email = account::by_id(&mut read, caller.user).await?.email;
    drop(read);
    let account = verified(&app, &email, request.current_password).await?;
    let hash = app.passwords();
    let hash = hash.hash(password, &account.email, &account.name).await?;
    app.db()
        .write(move |tx| {
            async move {
                // Of two changes at once, the second knew a password that is none any more.
                if !account::still_has(tx, account.id, &account.password_hash).await? {
                    return Err(wrong_credentials());
                }
                let kept = Some(caller.session);
                let action = AuditAction::PasswordChanged;
                account::set_password(tx, account.id, hash, kept, action).await
            }
            .boxed()
        })
        .await?;
    app.doorbell().ring([Scope::User(caller.user)]);
    Ok(StatusCode::NO_CONTENT.into_response())
}
