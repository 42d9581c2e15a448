//! Addresses that mail does not reach.

use super::{body::Id, problem::Answer};
use crate::{App, auth::session::Caller, mail::problems};
use axum::{Json, extract::State, http::StatusCode};
use futures_util::FutureExt;
use palier_wire::mail::MailProblems;
use uuid::Uuid;

/// List addresses that mail does not reach.
///
/// Those of the people and invitations of the caller's portfolios, and his own. At most 200.
#[utoipa::path(
    get, path = "/api/mail-problems", tag = "mail", operation_id = "list_mail_problems",
    responses((status = OK, description = "The problems, newest first.", body = MailProblems)),
)]
pub async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<MailProblems>> {
    let mut read = app.db().read().await?;
    let problems = problems::seen_by(&mut read, caller.user).await?;
    Ok(Json(MailProblems { problems }))
}

/// Try an address again.
///
/// The problem is forgotten, and mails that were held back for the address leave, if they are
/// still of use.
#[utoipa::path(
    post, path = "/api/mail-problems/{id}/retry", tag = "mail", operation_id = "retry_mail",
    params(("id" = Uuid, Path, description = "The problem.")),
    responses((status = NO_CONTENT, description = "Mail is sent there again.")),
)]
pub async fn retry(
    State(app): State<App>,
    caller: Caller,
    Id(problem): Id<Uuid>,
) -> Answer<StatusCode> {
    app.db()
        .write(move |tx| problems::retry(tx, caller.user, problem).boxed())
        .await?;
    app.mail().ring();
    Ok(StatusCode::NO_CONTENT)
}
