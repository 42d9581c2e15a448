//! Sessions: an opaque 256-bit token, of which the server keeps only the SHA-256.
//!
//! A session ends 30 days after its last use and 180 days after its beginning, whichever comes
//! first. Its use is noted once an hour, not at every request.

use crate::{
    audit::{self, Entry},
    db::{Db, Stamp, query, query_as, query_scalar, writer::WriteTx},
    error::{Error, Result},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use palier_domain::{AuditAction, DeviceId, SessionId, Sha256, UserId};
use palier_wire::ProblemKind;
use rand::{TryRngCore, rngs::OsRng};
use uuid::Uuid;

const SLIDING: TimeDelta = TimeDelta::days(30);
const ABSOLUTE: TimeDelta = TimeDelta::days(180);
const NOTED: TimeDelta = TimeDelta::hours(1);

/// Who is calling, by a session that stands.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// By which session.
    pub session: SessionId,
}

/// A session that was just made.
pub struct Begun {
    /// Its id.
    pub id: SessionId,
    /// Its token, said once.
    pub token: String,
    /// When it ends if it is not used.
    pub expires_at: DateTime<Utc>,
}

/// No session, or one that has ended.
pub fn unauthenticated() -> Error {
    Error::refused(ProblemKind::Unauthenticated, "sign in first")
}

/// Begins a session of `user` on `device`.
pub async fn begin(db: &Db, user: UserId, device: DeviceId, device_name: String) -> Result<Begun> {
    let mut secret = [0; 32];
    OsRng
        .try_fill_bytes(&mut secret)
        .map_err(|_| Error::unavailable())?;
    let token = URL_SAFE_NO_PAD.encode(secret);
    let hash = Sha256::of(token.as_bytes());
    let id = Uuid::now_v7();
    let expires_at = db
        .write(move |tx| {
            async move {
                let expires_at = tx.now + SLIDING;
                let now = Stamp(tx.now);
                query(
                    "insert into sessions (id, token_sha256, user_id, device_id, device_name,
                                           created_at, used_at, expires_at)
                     values ($1, $2, $3, $4, $5, $6, $6, $7)",
                )
                .bind(id)
                .bind(hash.0.to_vec())
                .bind(user.0)
                .bind(device.0)
                .bind(device_name)
                .bind(now)
                .bind(Stamp(expires_at))
                .execute(tx.conn())
                .await?;
                let entry = Entry::new(AuditAction::SignedIn).by(user);
                audit::note(tx, entry.about(SessionId(id))).await?;
                Ok(expires_at)
            }
            .boxed()
        })
        .await?;
    Ok(Begun {
        id: id.into(),
        token,
        expires_at,
    })
}

/// Who the bearer of `token` is at `now`.
///
/// # Errors
/// `unauthenticated`.
pub async fn recognise(db: &Db, token: &str, now: DateTime<Utc>) -> Result<Caller> {
    let mut read = db.read().await?;
    let row: Option<(Uuid, Uuid, Stamp, Stamp)> = query_as(
        "select id, user_id, created_at, used_at from sessions
         where token_sha256 = $1 and expires_at > $2",
    )
    .bind(Sha256::of(token.as_bytes()).0.to_vec())
    .bind(Stamp(now))
    .fetch_optional(&mut read)
    .await?;
    drop(read);
    let (session, user, created_at, used_at) = row.ok_or_else(unauthenticated)?;
    let caller = Caller {
        user: user.into(),
        session: session.into(),
    };
    if now - used_at.0 >= NOTED {
        let expires_at = (now + SLIDING).min(created_at.0 + ABSOLUTE);
        db.write(move |tx| note_use(tx, caller.session, now, expires_at).boxed())
            .await?;
    }
    Ok(caller)
}

/// Whether a session still stands.
pub async fn stands(db: &Db, session: SessionId, now: DateTime<Utc>) -> Result<bool> {
    let mut read = db.read().await?;
    Ok(
        query_scalar("select exists (select 1 from sessions where id = $1 and expires_at > $2)")
            .bind(session.0)
            .bind(Stamp(now))
            .fetch_one(&mut read)
            .await?,
    )
}

/// Ends the caller's session.
pub async fn end(db: &Db, caller: Caller) -> Result<()> {
    db.write(move |tx| {
        async move {
            query("delete from sessions where id = $1")
                .bind(caller.session.0)
                .execute(tx.conn())
                .await?;
            let entry = Entry::new(AuditAction::SignedOut).by(caller.user);
            audit::note(tx, entry.about(caller.session)).await
        }
        .boxed()
    })
    .await
}

/// Deletes sessions that have ended by themselves.
pub async fn forget_ended(tx: &mut WriteTx, now: DateTime<Utc>) -> Result<()> {
    query("delete from sessions where expires_at <= $1")
        .bind(Stamp(now))
        .execute(tx.conn())
        .await?;
    Ok(())
}

async fn note_use(
    tx: &mut WriteTx,
    session: SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    query("update sessions set used_at = $2, expires_at = $3 where id = $1")
        .bind(session.0)
        .bind(Stamp(now))
        .bind(Stamp(expires_at))
        .execute(tx.conn())
        .await?;
    Ok(())
}
