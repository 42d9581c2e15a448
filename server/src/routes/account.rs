//! One's own account.

use super::{body::Json, problem::Answer};
use crate::{
    App,
    auth::session::Caller,
    db::{
        Conn, Stamp,
        codec::{count, word},
        query_as,
    },
    error::Result,
    letting,
    mail::problems,
};
use axum::{Json as JsonReply, extract::State};
use futures_util::FutureExt;
use palier_domain::{DisplayName, UnreadMailMinutes, UserId};
use palier_wire::account::{Account, AccountPatch};

/// Largest body: a name and two settings.
const LIMIT: usize = 8 * 1024;

/// Show the own account.
#[utoipa::path(
    get, path = "/api/account", tag = "session", operation_id = "show_account",
    responses((status = OK, description = "The account.", body = Account)),
)]
pub async fn show(State(app): State<App>, caller: Caller) -> Answer<JsonReply<Account>> {
    let mut read = app.db().read().await?;
    Ok(JsonReply(account(&mut read, caller.user).await?))
}

/// Change name, language or mail settings.
///
/// A name changes everywhere at once, except in what was written before under another one.
#[utoipa::path(
    patch, path = "/api/account", tag = "session", operation_id = "change_account",
    request_body = AccountPatch,
    responses((status = OK, description = "The account as it is now.", body = Account)),
)]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Json(patch): Json<AccountPatch, LIMIT>,
) -> Answer<JsonReply<Account>> {
    let user = caller.user;
    let name = patch.name.as_deref().map(DisplayName::parse).transpose()?;
    let minutes = patch.unread_mail_minutes.map(UnreadMailMinutes::parse);
    let minutes = minutes.transpose()?;
    let account = app
        .db()
        .write(move |tx| {
            async move {
                if let Some(name) = name {
                    letting::rename(tx, user, &name).await?;
                }
                if let Some(language) = patch.language {
                    letting::speak(tx, user, language).await?;
                }
                if let Some(minutes) = minutes {
                    letting::set_unread_mail(tx, user, minutes).await?;
                }
                account(tx.conn(), user).await
            }
            .boxed()
        })
        .await?;
    Ok(JsonReply(account))
}

async fn account(conn: &mut Conn, user: UserId) -> Result<Account> {
    let (email, name, language, minutes, created_at): (String, String, String, i64, Stamp) =
        query_as(
            "select email, name, language, unread_mail_minutes, created_at from users
             where id = $1",
        )
        .bind(user.0)
        .fetch_one(conn)
        .await?;
    Ok(Account {
        id: user,
        mail_trouble: problems::of_address(conn, &email).await?,
        email,
        name,
        language: word(&language)?,
        unread_mail_minutes: u32::try_from(count(minutes)).unwrap_or(u32::MAX),
        created_at: created_at.0,
    })
}
