//! Secret links by hand: for the first co-owner, and where the server sends no mail.

use crate::{
    App,
    access::Let,
    audit::{self, Entry},
    auth::{account, reset},
    db::query_scalar,
    error::{Error, Result},
    letting::invitations::{self, NewInvitation},
};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use palier_domain::{AuditAction, Email, InvitationId, Language, LeaseId, PortfolioId, UserId};
use uuid::Uuid;

/// A link that was just made.
#[derive(Debug)]
pub struct Link {
    /// Where it leads; only the path and what follows where the server's public address is not set.
    pub link: String,
    /// Until when it can be used.
    pub expires_at: DateTime<Utc>,
}

/// Into what somebody is invited.
#[derive(Debug, Clone, Copy)]
pub enum Into {
    /// A co-owner into a portfolio.
    Portfolio(PortfolioId),
    /// A tenant into a lease.
    Lease(LeaseId),
}

/// Invites whoever has `email`, in the name of the portfolio's first owner.
///
/// # Errors
/// `not-found` when there is no such portfolio or lease, or nobody runs it.
pub async fn invite(app: &App, into: Into, email: &str, language: Language) -> Result<Link> {
    let new = NewInvitation {
        id: InvitationId(Uuid::now_v7()),
        into: match into {
            Into::Portfolio(id) => Let::Portfolio(id),
            Into::Lease(id) => Let::Lease(id),
        },
        email: Email::parse(email)?,
        language,
    };
    let made = app
        .db()
        .write(move |tx| {
            async move {
                let (portfolio, _) = invitations::place(tx.conn(), new.into).await?;
                let inviter: Option<Uuid> = query_scalar(
                    "select user_id from portfolio_members
                     where portfolio_id = $1 and left_at is null order by joined_at, user_id limit 1",
                )
                .bind(portfolio.0)
                .fetch_optional(tx.conn())
                .await?;
                let inviter = inviter.ok_or_else(|| Error::not_found("owner of the portfolio"))?;
                invitations::make(tx, UserId(inviter), new).await
            }
            .boxed()
        })
        .await?;
    Ok(link(app, "/invitation", &made.token, made.expires_at))
}

/// Makes a link by which whoever has `email` chooses a new password.
///
/// # Errors
/// `not-found` when nobody has it.
pub async fn reset_password(app: &App, email: &str) -> Result<Link> {
    let mut read = app.db().read().await?;
    let account = account::by_email(&mut read, email).await?;
    drop(read);
    let user = account.ok_or_else(|| Error::not_found("user"))?.id;
    let made = app
        .db()
        .write(move |tx| {
            async move {
                let entry = Entry::new(AuditAction::PasswordResetMade).about(user);
                audit::note(tx, entry).await?;
                reset::link(tx, user).await
            }
            .boxed()
        })
        .await?;
    Ok(link(app, "/password-reset", &made.token, made.expires_at))
}

fn link(app: &App, page: &str, token: &str, expires_at: DateTime<Utc>) -> Link {
    let page = format!("{page}#{token}");
    let link = app.config().public_link(&page).unwrap_or(page);
    Link { link, expires_at }
}
