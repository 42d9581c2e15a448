//! Invitations: a link that makes whoever holds it a co-owner of a portfolio or a tenant of a lease.
//!
//! The link is the proof: it was sent to one address or handed over by an owner, can be used once, and
//! stands for [`INVITATION_DAYS`]. It is worth what its inviter may do *when it is used*: once he is no
//! owner any more, his invitations are void.

use super::{lease, portfolio, profile, user};
use crate::{
    access::Let,
    audit::{self, Entry},
    auth::secret,
    db::{
        Conn, Stamp,
        codec::{count, word},
        query, query_as, query_scalar,
        writer::WriteTx,
    },
    error::{Error, Result},
    mutations::id_taken,
};
use chrono::{DateTime, TimeDelta, Utc};
use palier_domain::{
    AuditAction, Email, INVITATION_DAYS, InvitationId, Language, LeaseId, PortfolioId, UserId,
    may_invite,
};
use palier_wire::invitation::{Invitation, InvitationAccepted, InvitationView};
use uuid::Uuid;

/// An invitation to be made.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// Its id.
    pub id: InvitationId,
    /// Into a portfolio or a lease.
    pub into: Let,
    /// Whom.
    pub email: Email,
    /// In which language.
    pub language: Language,
}

/// An invitation that was just made.
pub struct Made {
    /// Its secret, said once.
    pub token: String,
    /// Until when it stands.
    pub expires_at: DateTime<Utc>,
    /// What it says.
    pub view: InvitationView,
    /// Into which portfolio.
    pub portfolio: PortfolioId,
}

/// Who accepts.
#[derive(Clone)]
pub enum Guest {
    /// Somebody who has an account.
    Known(UserId),
    /// Somebody who gets one now.
    New(user::NewUser, Language),
}

/// Makes an invitation of `inviter`, who may. The same one again gets a new secret.
///
/// # Errors
/// `id-taken` when the id is another invitation's; `invalid` when too many are open.
pub async fn make(tx: &mut WriteTx, inviter: UserId, new: NewInvitation) -> Result<Made> {
    let (portfolio, lease) = place(tx.conn(), new.into).await?;
    let (token, hash) = secret::new()?;
    let (now, expires_at) = (tx.now, tx.now + TimeDelta::days(INVITATION_DAYS.into()));
    let done = query(
        "insert into invitations (id, portfolio_id, lease_id, email, language, token_sha256,
                                  invited_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (id) do update
         set token_sha256 = excluded.token_sha256, expires_at = excluded.expires_at
         where invitations.portfolio_id = excluded.portfolio_id
               and invitations.email = excluded.email
               and coalesce(invitations.lease_id, invitations.portfolio_id)
                   = coalesce(excluded.lease_id, excluded.portfolio_id)",
    )
    .bind(new.id.0)
    .bind(portfolio.0)
    .bind(lease.map(|id| id.0))
    .bind(new.email.as_str())
    .bind(new.language.code())
    .bind(hash.clone())
    .bind(inviter.0)
    .bind(Stamp(now))
    .bind(Stamp(expires_at))
    .execute(tx.conn())
    .await?;
    if done == 0 {
        return Err(id_taken("invitation"));
    }
    let open: i64 = query_scalar(
        "select count(*) from invitations where portfolio_id = $1 and expires_at > $2",
    )
    .bind(portfolio.0)
    .bind(Stamp(now))
    .fetch_one(tx.conn())
    .await?;
    may_invite(count(open))?;
    let mut entry = Entry::new(AuditAction::Invited)
        .by(inviter)
        .about(portfolio);
    if let Some(lease) = lease {
        entry = entry.with("lease", lease);
    }
    audit::note(tx, entry.with("invitation", new.id)).await?;
    let view = show(tx.conn(), &hash, now).await?;
    Ok(Made {
        token,
        expires_at,
        view,
        portfolio,
    })
}

/// The portfolio of something, and the lease if it is one.
pub async fn place(conn: &mut Conn, into: Let) -> Result<(PortfolioId, Option<LeaseId>)> {
    match into {
        Let::Portfolio(id) => Ok((id, None)),
        Let::Lease(id) => {
            let portfolio: Option<Uuid> = query_scalar(
                "select p.portfolio_id from leases l join units u on u.id = l.unit_id
                 join properties p on p.id = u.property_id where l.id = $1",
            )
            .bind(id.0)
            .fetch_optional(conn)
            .await?;
            let portfolio = portfolio.ok_or_else(|| Error::not_found("lease"))?;
            Ok((portfolio.into(), Some(id)))
        }
        Let::Property(_) | Let::Unit(_) => Err(Error::not_found("portfolio or lease")),
    }
}

/// The invitations of the portfolios that `reader` runs, the newest first.
pub async fn list(conn: &mut Conn, reader: UserId, now: DateTime<Utc>) -> Result<Vec<Invitation>> {
    type Row = (Uuid, Uuid, Option<Uuid>, String, String, Uuid, Stamp, Stamp);
    let rows: Vec<Row> = query_as(
        "select i.id, i.portfolio_id, i.lease_id, i.email, i.language, i.invited_by, i.created_at,
                i.expires_at
         from portfolio_members m join invitations i on i.portfolio_id = m.portfolio_id
         where m.user_id = $1 and m.left_at is null and i.expires_at > $2
         order by i.created_at desc, i.id desc limit 1000",
    )
    .bind(reader.0)
    .bind(Stamp(now))
    .fetch_all(conn)
    .await?;
    let read = |(id, portfolio, lease, email, language, by, created_at, expires_at): Row| {
        Ok(Invitation {
            id: id.into(),
            portfolio_id: portfolio.into(),
            lease_id: lease.map(Into::into),
            email,
            language: word(&language)?,
            invited_by: by.into(),
            created_at: created_at.0,
            expires_at: expires_at.0,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Takes an invitation back that `user` sees, which owners of its portfolio do: its link is good for
/// nothing.
///
/// # Errors
/// `not-found`.
pub async fn revoke(tx: &mut WriteTx, user: UserId, id: InvitationId) -> Result<()> {
    // One statement, whether there is none or one of others: an id tells nothing.
    let portfolio: Option<Uuid> = query_scalar(
        "delete from invitations where id = $1 and exists (
             select 1 from portfolio_members m where m.portfolio_id = invitations.portfolio_id
                    and m.user_id = $2 and m.left_at is null)
         returning portfolio_id",
    )
    .bind(id.0)
    .bind(user.0)
    .fetch_optional(tx.conn())
    .await?;
    let portfolio = portfolio.ok_or_else(|| Error::not_found("invitation"))?;
    let portfolio = PortfolioId(portfolio);
    let entry = Entry::new(AuditAction::InvitationRevoked).about(portfolio);
    audit::note(tx, entry.with("invitation", id)).await
}

/// What the holder of a secret is asked.
///
/// # Errors
/// `link-gone`.
pub async fn show(conn: &mut Conn, hash: &[u8], now: DateTime<Utc>) -> Result<InvitationView> {
    type Row = (String, Option<String>, String, String, String, bool, Stamp);
    let row: Option<Row> = query_as(
        "select o.name, case when l.id is null then null else p.name || ', ' || u.label end,
                b.name, i.email, i.language,
                exists (select 1 from users where email = i.email), i.expires_at
         from invitations i join portfolios o on o.id = i.portfolio_id
         join users b on b.id = i.invited_by
         join portfolio_members m on m.portfolio_id = i.portfolio_id and m.user_id = i.invited_by
         left join leases l on l.id = i.lease_id left join units u on u.id = l.unit_id
         left join properties p on p.id = u.property_id
         where i.token_sha256 = $1 and i.expires_at > $2 and m.left_at is null",
    )
    .bind(hash.to_vec())
    .bind(Stamp(now))
    .fetch_optional(conn)
    .await?;
    let (portfolio, home, inviter, email, language, has_account, expires_at) =
        row.ok_or_else(secret::gone)?;
    Ok(InvitationView {
        portfolio,
        home,
        inviter,
        email,
        language: word(&language)?,
        has_account,
        expires_at: expires_at.0,
    })
}

/// Uses a secret: `guest` joins, with a new account if he has none.
///
/// # Errors
/// `link-gone`; `id-taken` when a new account's address got one meanwhile; `invalid` when the lease is
/// full.
pub async fn accept(tx: &mut WriteTx, hash: &[u8], guest: Guest) -> Result<InvitationAccepted> {
    let now = tx.now;
    // Of two that come at once, the second finds nothing: the row is taken by its deletion.
    let row: Option<(Uuid, Uuid, Option<Uuid>, Uuid)> = query_as(
        "delete from invitations where token_sha256 = $1 and expires_at > $2
         returning id, portfolio_id, lease_id, invited_by",
    )
    .bind(hash.to_vec())
    .bind(Stamp(now))
    .fetch_optional(tx.conn())
    .await?;
    let (id, into, lease_id, inviter) = row.ok_or_else(secret::gone)?;
    let (portfolio_id, lease_id) = (PortfolioId(into), lease_id.map(LeaseId));
    portfolio::lock(tx, portfolio_id).await?;
    let still: bool = query_scalar(
        "select exists (select 1 from portfolio_members
                        where portfolio_id = $1 and user_id = $2 and left_at is null)",
    )
    .bind(into)
    .bind(inviter)
    .fetch_one(tx.conn())
    .await?;
    if !still {
        return Err(secret::gone());
    }
    let user = match guest {
        Guest::Known(user) => user,
        Guest::New(new, language) => {
            let user = user::create(tx, new).await?;
            profile::speak(tx, user, language).await?;
            user
        }
    };
    match lease_id {
        Some(lease) => lease::add_tenant(tx, lease, user).await?,
        None => portfolio::add_owner(tx, portfolio_id, user).await?,
    }
    let entry = Entry::new(AuditAction::InvitationAccepted).by(user);
    let entry = entry
        .about(portfolio_id)
        .with("invitation", InvitationId(id));
    audit::note(tx, entry).await?;
    let own: String = query_scalar("select email from users where id = $1")
        .bind(user.0)
        .fetch_one(tx.conn())
        .await?;
    Ok(InvitationAccepted {
        user_id: user,
        email: own,
        portfolio_id,
        lease_id,
    })
}

/// Takes back what is open for a lease that is deleted.
pub async fn forget_lease(tx: &mut WriteTx, lease: LeaseId) -> Result<()> {
    query("delete from invitations where lease_id = $1")
        .bind(lease.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Takes back what `user` sent, and what was sent to his address.
pub async fn forget_person(tx: &mut WriteTx, user: UserId, email: &str) -> Result<()> {
    query("delete from invitations where invited_by = $1 or email = $2")
        .bind(user.0)
        .bind(email)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Deletes those that have expired.
pub async fn forget_expired(tx: &mut WriteTx) -> Result<()> {
    let now = Stamp(tx.now);
    query("delete from invitations where expires_at <= $1")
        .bind(now)
        .execute(tx.conn())
        .await?;
    Ok(())
}
