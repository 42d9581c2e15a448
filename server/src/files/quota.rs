//! How much a portfolio and an uploader may hold.

use crate::{
    db::{
        Conn, Stamp,
        codec::{count, number},
        query, query_scalar,
        writer::WriteTx,
    },
    error::{Error, Result},
};
use palier_domain::{AttachmentId, MAX_UNUSED_BYTES, PortfolioId, UserId, fits_quota};
use palier_wire::ProblemKind;
use uuid::Uuid;

fn exceeded(what: &str, limit: u64) -> Error {
    Error::refused(
        ProblemKind::QuotaExceeded,
        format!("{what} would hold more than {limit} bytes"),
    )
}

/// Whether `user` may begin an upload of `size` bytes, beside what he uploads and has uploaded for no
/// ticket yet.
///
/// # Errors
/// `quota-exceeded`.
pub async fn may_begin(
    tx: &mut WriteTx,
    user: UserId,
    attachment: AttachmentId,
    size: u64,
) -> Result<()> {
    let now = Stamp(tx.now);
    let held: i64 = query_scalar(
        "select cast(coalesce(sum(s.size), 0) as bigint) from (
             select size from uploads
             where user_id = $1 and attachment_id <> $2 and received < size and expires_at > $3
             union all
             select size from attachments
             where uploaded_by = $1 and id <> $2 and ticket_id is null and expires_at > $3) s",
    )
    .bind(user.0)
    .bind(attachment.0)
    .bind(now)
    .fetch_one(tx.conn())
    .await?;
    match fits_quota(count(held), size, MAX_UNUSED_BYTES) {
        true => Ok(()),
        false => Err(exceeded("what waits for a ticket", MAX_UNUSED_BYTES)),
    }
}

/// Counts `bytes` that come to `portfolio` with a ticket.
///
/// # Errors
/// `quota-exceeded`: nothing is counted then.
pub async fn take(tx: &mut WriteTx, portfolio: PortfolioId, bytes: u64) -> Result<()> {
    let limit = tx.quota;
    // The row is held to the end of the transaction: two tickets that come at once are counted both.
    let held: i64 = query_scalar(
        "insert into portfolio_files (portfolio_id, bytes) values ($1, $2)
         on conflict (portfolio_id) do update set bytes = portfolio_files.bytes + excluded.bytes
         returning bytes",
    )
    .bind(portfolio.0)
    .bind(number(bytes))
    .fetch_one(tx.conn())
    .await?;
    match fits_quota(count(held) - bytes.min(count(held)), bytes, limit) {
        true => Ok(()),
        false => Err(exceeded("the portfolio", limit)),
    }
}

/// What each portfolio's tickets have, and what was counted; where the two differ.
macro_rules! wrong {
    ($then:literal) => {
        concat!(
            "with held (id, bytes) as (
                 select i.portfolio_id, cast(sum(a.size) as bigint)
                 from attachments a join incidents i on i.id = a.incident_id
                 where a.ticket_id is not null group by i.portfolio_id) ",
            $then
        )
    };
}

/// The portfolios whose count is wrong.
pub async fn wrong(conn: &mut Conn) -> Result<Vec<PortfolioId>> {
    let wrong: Vec<Uuid> = query_scalar(wrong!(
        "select held.id from held left join portfolio_files f on f.portfolio_id = held.id
         where held.bytes <> coalesce(f.bytes, 0)"
    ))
    .fetch_all(conn)
    .await?;
    Ok(wrong.into_iter().map(Into::into).collect())
}

/// Counts what every portfolio holds again.
pub async fn recount(tx: &mut WriteTx) -> Result<()> {
    query(wrong!(
        "insert into portfolio_files (portfolio_id, bytes) select id, bytes from held where true
         on conflict (portfolio_id) do update set bytes = excluded.bytes"
    ))
    .execute(tx.conn())
    .await?;
    Ok(())
}
