//! What a person decides about himself: name, language, mail.

use crate::{
    db::{Stamp, codec::count, query, query_as, query_scalar, writer::WriteTx},
    error::Result,
    feed::Touch,
};
use palier_domain::{DisplayName, Language, UnreadMailMinutes, UserId};
use palier_wire::{EntityKind, Scope};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Gives `user` another name, everywhere where his card is.
pub async fn rename(tx: &mut WriteTx, user: UserId, name: &DisplayName) -> Result<()> {
    let rev: Option<i64> = query_scalar(
        "update users set name = $2, rev = rev + 1 where id = $1 and name <> $2 returning rev",
    )
    .bind(user.0)
    .bind(name.as_str())
    .fetch_optional(tx.conn())
    .await?;
    let Some(rev) = rev else {
        return Ok(());
    };
    for scope in scopes_of_card(tx, user).await? {
        tx.touch(Touch::put(scope, EntityKind::UserCard, user.0, count(rev)));
    }
    Ok(())
}

/// Where somebody's card is: with everybody he lets with, lives with, lets to or rents from, those
/// times included that are over.
async fn scopes_of_card(tx: &mut WriteTx, user: UserId) -> Result<BTreeSet<Scope>> {
    let mut scopes = BTreeSet::new();
    let owned: Vec<(Uuid, Option<Uuid>)> = query_as(
        "select m.portfolio_id, l.id from portfolio_members m
         left join properties p on p.portfolio_id = m.portfolio_id
         left join units u on u.property_id = p.id
         left join leases l on l.unit_id = u.id
         where m.user_id = $1",
    )
    .bind(user.0)
    .fetch_all(tx.conn())
    .await?;
    for (portfolio, lease) in owned {
        scopes.insert(Scope::Portfolio(portfolio.into()));
        scopes.extend(lease.map(|lease| Scope::Lease(lease.into())));
    }
    let rented: Vec<(Uuid, Uuid)> = query_as(
        "select p.portfolio_id, t.lease_id from lease_tenants t
         join leases l on l.id = t.lease_id
         join units u on u.id = l.unit_id
         join properties p on p.id = u.property_id
         where t.user_id = $1",
    )
    .bind(user.0)
    .fetch_all(tx.conn())
    .await?;
    for (portfolio, lease) in rented {
        scopes.insert(Scope::Portfolio(portfolio.into()));
        scopes.insert(Scope::Lease(lease.into()));
    }
    Ok(scopes)
}

/// Sets the language of `user`'s mails.
pub async fn speak(tx: &mut WriteTx, user: UserId, language: Language) -> Result<()> {
    query("update users set language = $2 where id = $1")
        .bind(user.0)
        .bind(language.code())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Sets when `user` is sent a mail about what stays unread. A letter that waits is judged anew.
pub async fn set_unread_mail(
    tx: &mut WriteTx,
    user: UserId,
    minutes: UnreadMailMinutes,
) -> Result<()> {
    let now = Stamp(tx.now);
    query("update users set unread_mail_minutes = $2 where id = $1")
        .bind(user.0)
        .bind(minutes.get())
        .execute(tx.conn())
        .await?;
    query("update mails set due_at = $2 where user_id = $1 and kind = 'unread' and state = 'due'")
        .bind(user.0)
        .bind(now)
        .execute(tx.conn())
        .await?;
    Ok(())
}
