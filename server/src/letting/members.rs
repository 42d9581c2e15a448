//! What joining and leaving have in common.

use crate::{
    db::{Stamp, codec::count, query, query_scalar, writer::WriteTx},
    error::{Error, Result},
    feed::Touch,
};
use palier_domain::{LeaseId, PortfolioId, UserId};
use palier_wire::{EntityKind, Scope};
use uuid::Uuid;

/// Puts people's cards into a scope.
pub async fn put_cards(tx: &mut WriteTx, scope: Scope, users: &[UserId]) -> Result<()> {
    for user in users {
        let rev: i64 = query_scalar("select rev from users where id = $1")
            .bind(user.0)
            .fetch_one(tx.conn())
            .await?;
        tx.touch(Touch::put(scope, EntityKind::UserCard, user.0, count(rev)));
    }
    Ok(())
}

/// The owners of a portfolio, those who left included: their words stay, so their names do.
pub async fn owners(tx: &mut WriteTx, portfolio: PortfolioId) -> Result<Vec<UserId>> {
    let ids: Vec<Uuid> =
        query_scalar("select user_id from portfolio_members where portfolio_id = $1")
            .bind(portfolio.0)
            .fetch_all(tx.conn())
            .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Whether the portfolio knows `user`: as an owner or a tenant, now or formerly. Nobody else may be
/// named by his id, so that an id tells nothing about strangers; they are invited.
pub async fn knows(tx: &mut WriteTx, portfolio: PortfolioId, user: UserId) -> Result<()> {
    let known: bool = query_scalar(
        "select exists (select 1 from portfolio_members where portfolio_id = $1 and user_id = $2)
             or exists (select 1 from lease_tenants t join leases l on l.id = t.lease_id
                        join units u on u.id = l.unit_id
                        join properties p on p.id = u.property_id
                        where t.user_id = $2 and p.portfolio_id = $1)",
    )
    .bind(portfolio.0)
    .bind(user.0)
    .fetch_one(tx.conn())
    .await?;
    if known {
        return Ok(());
    }
    Err(Error::not_found("person in this portfolio"))
}

/// The leases of a portfolio's units.
pub async fn leases(tx: &mut WriteTx, portfolio: PortfolioId) -> Result<Vec<LeaseId>> {
    let ids: Vec<Uuid> = query_scalar(
        "select l.id from leases l join units u on u.id = l.unit_id
         join properties p on p.id = u.property_id where p.portfolio_id = $1",
    )
    .bind(portfolio.0)
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Makes the newcomer a participant of every incident of the scope, with everything read.
// Who was there before keeps his row: his receipts are evidence.
pub async fn seat(tx: &mut WriteTx, scope: Scope, user: UserId) -> Result<()> {
    let now = Stamp(tx.now);
    let query = match scope {
        Scope::Portfolio(id) => query(
            sql!("insert into participants (id, incident_id, user_id, role, read_n, joined_at)
             select " {new_id} ", id, $2, 'owner', last_n, $3 from incidents
             where portfolio_id = $1
             on conflict (incident_id, user_id) do nothing"),
        )
        .bind(id.0),
        Scope::Lease(id) => query(
            sql!("insert into participants (id, incident_id, user_id, role, read_n, joined_at)
             select " {new_id} ", id, $2, 'tenant', last_n, $3 from incidents
             where lease_id = $1
             on conflict (incident_id, user_id) do nothing"),
        )
        .bind(id.0),
        Scope::User(_) => return Ok(()),
    };
    query.bind(user.0).bind(now).execute(tx.conn()).await?;
    Ok(())
}
