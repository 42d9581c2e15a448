//! Portfolios and their owners.

use super::members;
use crate::{
    db::{Stamp, codec::count, query, query_scalar, writer::WriteTx},
    error::{Error, Result},
    feed::Touch,
};
use palier_domain::{PortfolioId, UserId};
use palier_wire::{EntityKind, Scope};
use uuid::Uuid;

/// Makes a portfolio, run by `owner`.
pub async fn create(tx: &mut WriteTx, owner: UserId, name: &str) -> Result<PortfolioId> {
    let id = PortfolioId(Uuid::now_v7());
    let now = Stamp(tx.now);
    query("insert into portfolios (id, name, created_at) values ($1, $2, $3)")
        .bind(id.0)
        .bind(name)
        .bind(now)
        .execute(tx.conn())
        .await?;
    let scope = Scope::Portfolio(id);
    tx.touch(Touch::put(scope, EntityKind::Portfolio, id.0, 1));
    add_owner(tx, id, owner).await?;
    Ok(id)
}

/// Makes `user` an owner of `portfolio`.
pub async fn add_owner(tx: &mut WriteTx, portfolio: PortfolioId, user: UserId) -> Result<()> {
    let now = Stamp(tx.now);
    let rev: i64 = query_scalar(
        "insert into portfolio_members (portfolio_id, user_id, joined_at) values ($1, $2, $3)
         on conflict (portfolio_id, user_id) do update
         set left_at = null, joined_at = excluded.joined_at, rev = rev + 1
         returning rev",
    )
    .bind(portfolio.0)
    .bind(user.0)
    .bind(now)
    .fetch_one(tx.conn())
    .await?;
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
pub async fn remove_owner(tx: &mut WriteTx, portfolio: PortfolioId, user: UserId) -> Result<()> {
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
    let own = Scope::User(user);
    tx.touch(Touch::drop(
        own,
        EntityKind::Membership,
        portfolio.0,
        count(rev),
    ));
    Ok(())
}
