//! Addresses that mail does not reach.
//!
//! While an address is `refused`, nothing is sent there: letters to it wait, until the person has
//! another address or an owner says "try again" ([`retry`]). A mail that arrives settles the problem.

use crate::{
    db::{Conn, Stamp, query, query_as, query_scalar, writer::WriteTx},
    error::{Error, Result},
};
use palier_domain::UserId;
use palier_wire::mail::{MailProblem, MailTrouble};
use uuid::Uuid;

fn state(trouble: MailTrouble) -> &'static str {
    match trouble {
        MailTrouble::Refused => "refused",
        MailTrouble::GaveUp => "gave_up",
        MailTrouble::Uncertain => "uncertain",
    }
}

fn trouble(state: &str) -> Result<MailTrouble> {
    let all = [
        MailTrouble::Refused,
        MailTrouble::GaveUp,
        MailTrouble::Uncertain,
    ];
    let mut all = all.into_iter();
    all.find(|it| self::state(*it) == state)
        .ok_or(Error::Corrupt("mail problem"))
}

/// Notes that mail did not reach `address`.
pub async fn note(
    tx: &mut WriteTx,
    address: &str,
    trouble: MailTrouble,
    reply: &str,
) -> Result<()> {
    let now = Stamp(tx.now);
    query(
        "insert into mail_problems (id, address, state, reply, at) values ($1, $2, $3, $4, $5)
         on conflict (address) do update
         set state = excluded.state, reply = excluded.reply, at = excluded.at",
    )
    .bind(Uuid::now_v7())
    .bind(address)
    .bind(state(trouble))
    .bind(reply)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that mail has reached `address`.
pub async fn settle(tx: &mut WriteTx, address: &str) -> Result<()> {
    query("delete from mail_problems where address = $1")
        .bind(address)
        .execute(tx.conn())
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    address: String,
    state: String,
    reply: String,
    at: Stamp,
    user_id: Option<Uuid>,
    name: Option<String>,
}

/// Whether `$1` may know of `p`: a person of his portfolios (himself included), or an address that a
/// letter of his portfolios went to.
macro_rules! seen {
    ($head:literal, $tail:literal) => {
        concat!(
            $head,
            " from mail_problems p left join users u on u.email = p.address
              where (u.id = $1
                  or exists (
                      select 1 from portfolio_members me
                      join portfolio_members it on it.portfolio_id = me.portfolio_id
                      where me.user_id = $1 and me.left_at is null
                            and it.user_id = u.id and it.left_at is null)
                  or exists (
                      select 1 from lease_tenants t
                      join leases l on l.id = t.lease_id
                      join units n on n.id = l.unit_id
                      join properties r on r.id = n.property_id
                      join portfolio_members me on me.portfolio_id = r.portfolio_id
                      where t.user_id = u.id and t.left_at is null
                            and me.user_id = $1 and me.left_at is null)
                  or exists (
                      select 1 from mails m
                      join portfolio_members me on me.portfolio_id = m.portfolio_id
                      where m.address = p.address
                            and me.user_id = $1 and me.left_at is null))",
            $tail
        )
    };
}

/// The problems that `reader` may know of, newest first.
pub async fn seen_by(conn: &mut Conn, reader: UserId) -> Result<Vec<MailProblem>> {
    let rows: Vec<Row> = query_as(seen!(
        "select p.id, p.address, p.state, p.reply, p.at, u.id as user_id, u.name",
        " order by p.at desc, p.id limit 200"
    ))
    .bind(reader.0)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(MailProblem {
                id: row.id,
                address: row.address,
                user_id: row.user_id.map(Into::into),
                name: row.name,
                trouble: trouble(&row.state)?,
                reply: row.reply,
                at: row.at.0,
            })
        })
        .collect()
}

/// What is wrong with mail to `address`, if anything is.
pub async fn of_address(conn: &mut Conn, address: &str) -> Result<Option<MailTrouble>> {
    let state: Option<String> = query_scalar("select state from mail_problems where address = $1")
        .bind(address)
        .fetch_optional(conn)
        .await?;
    state.as_deref().map(trouble).transpose()
}

/// Tries an address again: what waited or failed for it is due now, if it is still of use. Of mails
/// about unread messages the next one says it all.
///
/// # Errors
/// `not-found` when `reader` may not know of it.
pub async fn retry(tx: &mut WriteTx, reader: UserId, problem: Uuid) -> Result<()> {
    let now = Stamp(tx.now);
    let address: Option<String> = query_scalar(seen!("select p.address", " and p.id = $2"))
        .bind(reader.0)
        .bind(problem)
        .fetch_optional(tx.conn())
        .await?;
    let address = address.ok_or_else(|| Error::not_found("mail problem"))?;
    settle(tx, &address).await?;
    query(
        "update mails set state = 'due', due_at = $2, changed_at = $2, attempts = 0
         where address = $1 and state in ('refused', 'uncertain') and expires_at > $2
               and kind <> 'unread'",
    )
    .bind(&address)
    .bind(now)
    .execute(tx.conn())
    .await?;
    Ok(())
}
