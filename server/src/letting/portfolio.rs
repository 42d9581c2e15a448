//! Portfolios and their owners.

use super::members;
use crate::{
    audit::{self, Entry},
    db::{Stamp, codec::count, query, query_scalar, writer::WriteTx},
    error::{Error, Result},
    feed::Touch,
};
use palier_domain::{AuditAction, PortfolioId, PortfolioName, UserId, may_leave};
use palier_wire::{EntityKind, Scope};

/// Makes a portfolio, run by `owner`.
pub async fn create(
    tx: &mut WriteTx,
    id: PortfolioId,
    owner: UserId,
    name: PortfolioName,
) -> Result<()> {
    let now = Stamp(tx.now);
    query("insert into portfolios (id, name, created_at) values ($1, $2, $3)")
        .bind(id.0)
        .bind(name.as_str())
        .bind(now)
        .execute(tx.conn())
        .await?;
    let scope = Scope::Portfolio(id);
    tx.touch(Touch::put(scope, EntityKind::Portfolio, id.0, 1));
    add_owner(tx, id, owner).await
}

/// Calls a portfolio by another name, for its owners and its tenants.
pub async fn rename(tx: &mut WriteTx, id: PortfolioId, name: PortfolioName) -> Result<()> {
    let rev: i64 =
        query_scalar("update portfolios set name = $2, rev = rev + 1 where id = $1 returning rev")
            .bind(id.0)
            .bind(name.as_str())
            .fetch_one(tx.conn())
            .await?;
    let leases = members::leases(tx, id).await?;
    let scopes = leases.into_iter().map(Scope::Lease);
    for scope in scopes.chain([Scope::Portfolio(id)]) {
        tx.touch(Touch::put(scope, EntityKind::Portfolio, id.0, count(rev)));
    }
    Ok(())
}

/// Makes `user` an owner of `portfolio`. Who is one already stays what he is.
pub async fn add_owner(tx: &mut WriteTx, portfolio: PortfolioId, user: UserId) -> Result<()> {
    lock(tx, portfolio).await?;
    let now = Stamp(tx.now);
    let rev: Option<i64> = query_scalar(
        "insert into portfolio_members (portfolio_id, user_id, joined_at) values ($1, $2, $3)
         on conflict (portfolio_id, user_id) do update
         set left_at = null, joined_at = excluded.joined_at, rev = portfolio_members.rev + 1
         where portfolio_members.left_at is not null
         returning rev",
    )
    .bind(portfolio.0)
    .bind(user.0)
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    let Some(rev) = rev else {
        return Ok(());
    };
    let entry = Entry::new(AuditAction::MemberAdded).about(portfolio);
    audit::note(tx, entry.with("user", user)).await?;
    let scope = Scope::Portfolio(portfolio);
    members::seat(tx, scope, user).await?;
    members::put_cards(tx, scope, &[user]).await?;
    for lease in members::leases(tx, portfolio).await? {
        members::put_cards(tx, Scope::Lease(lease), &[user]).await?;
    }
    let own = Scope::User(user);
    tx.touch(Touch::put(
        own,
        EntityKind::Membership,
        portfolio.0,
        count(rev),
    ));
    Ok(())
}

/// Ends `user`'s ownership: from the commit on he sees nothing of it. His words stay.
///
/// # Errors
/// `not-found` when he is no owner of it; `forbidden` when nobody else is.
pub async fn remove_owner(tx: &mut WriteTx, portfolio: PortfolioId, user: UserId) -> Result<()> {
    lock(tx, portfolio).await?;
    let now = Stamp(tx.now);
    let rev: Option<i64> = query_scalar(
        "update portfolio_members set left_at = $3, rev = rev + 1
         where portfolio_id = $1 and user_id = $2 and left_at is null returning rev",
    )
    .bind(portfolio.0)
    .bind(user.0)
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    let rev = rev.ok_or_else(|| Error::not_found("member"))?;
    let others: i64 = query_scalar(
        "select count(*) from portfolio_members where portfolio_id = $1 and left_at is null",
    )
    .bind(portfolio.0)
    .fetch_one(tx.conn())
    .await?;
    may_leave(count(others))?;
    let entry = Entry::new(AuditAction::MemberRemoved).about(portfolio);
    audit::note(tx, entry.with("user", user)).await?;
    let own = Scope::User(user);
    tx.touch(Touch::drop(
        own,
        EntityKind::Membership,
        portfolio.0,
        count(rev),
    ));
    Ok(())
}

/// Holds the portfolio's row: two owners who leave at once would else both see each other stay.
pub async fn lock(tx: &mut WriteTx, id: PortfolioId) -> Result<()> {
    query(sql!("select 1 from portfolios where id = $1" {postgres " for update"}))
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}
