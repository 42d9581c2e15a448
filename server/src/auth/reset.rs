//! Links to a new password: one for each user, used once, good for an hour.

use super::{account, secret};
use crate::{
    db::{Conn, Stamp, codec::count, query, query_as, query_scalar, writer::WriteTx},
    error::Result,
    mail,
};
use chrono::{DateTime, TimeDelta, Utc};
use palier_domain::{
    AuditAction, PASSWORD_RESET_MINUTES, PortfolioId, UserId, may_make_reset_link,
};
use uuid::Uuid;

/// A link that was just made.
pub struct Made {
    /// Its secret, said once.
    pub token: String,
    /// Until when it stands.
    pub expires_at: DateTime<Utc>,
}

/// Whose password a link is about.
pub struct Standing {
    /// Who.
    pub user: UserId,
    /// Mail address.
    pub email: String,
    /// Name on screen.
    pub name: String,
    /// Until when the link stands.
    pub expires_at: DateTime<Utc>,
}

/// Makes a link for whoever has `email`, which may be nobody: the same statements either way. `letter`
/// makes the mail's words of the secret.
pub async fn mail_link(
    tx: &mut WriteTx,
    email: &str,
    letter: impl FnOnce(&str) -> mail::Content,
) -> Result<()> {
    let made = make(tx, By::Email(email)).await?;
    mail::queue_to_account(tx, email, letter(&made.token), made.expires_at).await
}

/// Makes a link for `user`.
pub async fn link(tx: &mut WriteTx, user: UserId) -> Result<Made> {
    make(tx, By::Id(user)).await
}

enum By<'a> {
    Email(&'a str),
    Id(UserId),
}

async fn make(tx: &mut WriteTx, whom: By<'_>) -> Result<Made> {
    let (token, hash) = secret::new()?;
    let now = tx.now;
    let expires_at = now + TimeDelta::minutes(PASSWORD_RESET_MINUTES.into());
    let (email, id) = match whom {
        By::Email(email) => (Some(email), None),
        By::Id(id) => (None, Some(id.0)),
    };
    query(
        "insert into password_resets (user_id, token_sha256, created_at, expires_at)
         select id, $3, $4, $5 from users where email = $1 or id = $2
         on conflict (user_id) do update
         set token_sha256 = excluded.token_sha256, created_at = excluded.created_at,
             expires_at = excluded.expires_at",
    )
    .bind(email.map(str::to_owned))
    .bind(id)
    .bind(hash)
    .bind(Stamp(now))
    .bind(Stamp(expires_at))
    .execute(tx.conn())
    .await?;
    Ok(Made { token, expires_at })
}

/// Whose password the secret is about.
///
/// # Errors
/// `link-gone`.
pub async fn find(conn: &mut Conn, token: &str, now: DateTime<Utc>) -> Result<Standing> {
    let row: Option<(Uuid, String, String, Stamp)> = query_as(
        "select u.id, u.email, u.name, r.expires_at from password_resets r
         join users u on u.id = r.user_id where r.token_sha256 = $1 and r.expires_at > $2",
    )
    .bind(secret::stored(token))
    .bind(Stamp(now))
    .fetch_optional(conn)
    .await?;
    let (user, email, name, expires_at) = row.ok_or_else(secret::gone)?;
    Ok(Standing {
        user: user.into(),
        email,
        name,
        expires_at: expires_at.0,
    })
}

/// Uses the secret: sets the password, and every session of its user ends.
///
/// # Errors
/// `link-gone`.
pub async fn set(tx: &mut WriteTx, token: &str, password_hash: String) -> Result<UserId> {
    let now = tx.now;
    // Taken by its deletion: of two that come at once, the second finds nothing.
    let user: Option<Uuid> = query_scalar(
        "delete from password_resets where token_sha256 = $1 and expires_at > $2
         returning user_id",
    )
    .bind(secret::stored(token))
    .bind(Stamp(now))
    .fetch_optional(tx.conn())
    .await?;
    let user = UserId(user.ok_or_else(secret::gone)?);
    account::set_password(tx, user, password_hash, None, AuditAction::PasswordReset).await?;
    Ok(user)
}

/// Whether an owner of `portfolio` may make a link for `user`.
///
/// # Errors
/// `forbidden`.
pub async fn may_be_made(conn: &mut Conn, portfolio: PortfolioId, user: UserId) -> Result<()> {
    let (here, others): (i64, i64) = query_as(
        "select coalesce(sum(case when s.portfolio_id = $1 and s.tenant = 1 then 1 else 0 end), 0),
                coalesce(sum(case when s.portfolio_id <> $1 or s.tenant = 0 then 1 else 0 end), 0)
         from (select portfolio_id, 0 as tenant from portfolio_members
               where user_id = $2 and left_at is null
               union all
               select p.portfolio_id, 1 from lease_tenants t join leases l on l.id = t.lease_id
               join units u on u.id = l.unit_id join properties p on p.id = u.property_id
               where t.user_id = $2 and t.left_at is null) s",
    )
    .bind(portfolio.0)
    .bind(user.0)
    .fetch_one(conn)
    .await?;
    Ok(may_make_reset_link(here > 0, count(others))?)
}

/// Deletes links that have expired, and those of `user`.
pub async fn forget(tx: &mut WriteTx, user: Option<UserId>) -> Result<()> {
    let now = Stamp(tx.now);
    query("delete from password_resets where expires_at <= $1 or user_id = $2")
        .bind(now)
        .bind(user.map(|id| id.0))
        .execute(tx.conn())
        .await?;
    Ok(())
}
