//! Sessions: an opaque 256-bit token, of which the server keeps only the SHA-256.
//!
//! A session ends 30 days after its last use and 180 days after its beginning, whichever comes
//! first. Its use is noted once an hour, not at every request.
//!
//! Whoever ends sessions rings the doorbell of the user's scope after the commit: their streams look
//! again, and find that they have no session.

use super::{account, secret};
use crate::{
    audit::{self, Entry},
    db::{Conn, Db, Stamp, query, query_as, query_scalar, writer::WriteTx},
    error::{Error, Result},
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use palier_domain::{AuditAction, DeviceId, SessionId, UserId};
use palier_wire::{Device, ProblemKind};
use std::collections::HashSet;
use uuid::Uuid;

const SLIDING: TimeDelta = TimeDelta::days(30);
/// How long a session lasts at most, however it is used.
pub const ABSOLUTE: TimeDelta = TimeDelta::days(180);
const NOTED: TimeDelta = TimeDelta::hours(1);

/// Longest name of a device that is kept, in characters.
const DEVICE_NAME_CHARS: usize = 100;

/// Who is calling, by a session that stands.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// By which session.
    pub session: SessionId,
}

/// A session to be made.
#[derive(Clone)]
pub struct NewSession {
    /// Of whom.
    pub user: UserId,
    /// On which installation.
    pub device: DeviceId,
    /// What the person calls it.
    pub device_name: String,
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

/// Address and password do not belong together, or there is no such address.
pub fn wrong_credentials() -> Error {
    Error::refused(
        ProblemKind::WrongCredentials,
        "mail address and password do not belong together",
    )
}

/// Begins a session of somebody whose password has the hash `verified`.
///
/// # Errors
/// `wrong-credentials` when it was changed since it was verified: a session that an old password
/// began would else outlive the change.
pub async fn begin(tx: &mut WriteTx, new: NewSession, verified: &str) -> Result<Begun> {
    if !account::still_has(tx, new.user, verified).await? {
        return Err(wrong_credentials());
    }
    let (token, hash) = secret::new()?;
    let id = SessionId(Uuid::now_v7());
    let expires_at = tx.now + SLIDING;
    let device_name: String = new
        .device_name
        .chars()
        .filter(|c| !c.is_control())
        .take(DEVICE_NAME_CHARS)
        .collect();
    let now = Stamp(tx.now);
    query(
        "insert into sessions (id, token_sha256, user_id, device_id, device_name,
                               created_at, used_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $6, $7)",
    )
    .bind(id.0)
    .bind(hash)
    .bind(new.user.0)
    .bind(new.device.0)
    .bind(device_name)
    .bind(now)
    .bind(Stamp(expires_at))
    .execute(tx.conn())
    .await?;
    let entry = Entry::new(AuditAction::SignedIn).by(new.user).about(id);
    audit::note(tx, entry).await?;
    Ok(Begun {
        id,
        token,
        expires_at,
    })
}

/// Who the bearer of `token` is at `now`.
///
/// # Errors
/// `unauthenticated`.
pub async fn recognise(db: &Db, token: &str, now: DateTime<Utc>) -> Result<Option<Caller>> {
    let mut read = db.glance().await?;
    let row: Option<(Uuid, Uuid, Stamp, Stamp)> = query_as(
        "select id, user_id, created_at, used_at from sessions
         where token_sha256 = $1 and expires_at > $2",
    )
    .bind(secret::stored(token))
    .bind(Stamp(now))
    .fetch_optional(&mut read)
    .await?;
    drop(read);
    let Some((session, user, created_at, used_at)) = row else {
        return Ok(None);
    };
    let caller = Caller {
        user: user.into(),
        session: session.into(),
    };
    if now - used_at.0 >= NOTED {
        let expires_at = (now + SLIDING).min(created_at.0 + ABSOLUTE);
        db.write(move |tx| note_use(tx, caller.session, now, expires_at).boxed())
            .await?;
    }
    Ok(Some(caller))
}

/// Which of these sessions still stand.
pub async fn standing(
    conn: &mut Conn,
    sessions: impl IntoIterator<Item = SessionId>,
    now: DateTime<Utc>,
) -> Result<HashSet<SessionId>> {
    let ids: Vec<Uuid> =
        query_scalar(sql!("select id from sessions where id " {ids "$1"} " and expires_at > $2"))
            .bind_ids(sessions.into_iter().map(|session| session.0))
            .bind(Stamp(now))
            .fetch_all(conn)
            .await?;
    Ok(ids.into_iter().map(SessionId).collect())
}

/// The sessions of the caller that stand, the one used last first.
pub async fn list(db: &Db, caller: Caller, now: DateTime<Utc>) -> Result<Vec<Device>> {
    let mut read = db.read().await?;
    let rows: Vec<(Uuid, Uuid, String, Stamp, Stamp, Stamp)> = query_as(
        "select id, device_id, device_name, created_at, used_at, expires_at from sessions
         where user_id = $1 and expires_at > $2 order by used_at desc, id desc",
    )
    .bind(caller.user.0)
    .bind(Stamp(now))
    .fetch_all(&mut read)
    .await?;
    let device = |(id, device, device_name, created_at, used_at, expires_at)| {
        let (created_at, used_at, expires_at): (Stamp, Stamp, Stamp) =
            (created_at, used_at, expires_at);
        Device {
            id: SessionId(id),
            device_id: DeviceId(device),
            device_name,
            created_at: created_at.0,
            used_at: used_at.0,
            expires_at: expires_at.0,
            current: SessionId(id) == caller.session,
        }
    };
    Ok(rows.into_iter().map(device).collect())
}

/// Ends the caller's session.
pub async fn end(tx: &mut WriteTx, caller: Caller) -> Result<()> {
    remove(tx, caller.user, caller.session).await?;
    let entry = Entry::new(AuditAction::SignedOut).by(caller.user);
    audit::note(tx, entry.about(caller.session)).await
}

/// Ends a session of the caller, on whichever device.
///
/// # Errors
/// `not-found` when it is not his, or has ended.
pub async fn revoke(tx: &mut WriteTx, caller: Caller, session: SessionId) -> Result<()> {
    if !remove(tx, caller.user, session).await? {
        return Err(Error::not_found("session"));
    }
    let entry = Entry::new(AuditAction::DeviceRevoked).by(caller.user);
    audit::note(tx, entry.about(session)).await
}

/// Ends every session of `user` but `kept`; returns how many.
pub async fn end_others(tx: &mut WriteTx, user: UserId, kept: Option<SessionId>) -> Result<u64> {
    let done = query("delete from sessions where user_id = $1 and ($2 is null or id <> $2)")
        .bind(user.0)
        .bind(kept.map(|session| session.0))
        .execute(tx.conn())
        .await?;
    Ok(done)
}

/// Deletes sessions that have ended by themselves.
pub async fn forget_ended(tx: &mut WriteTx, now: DateTime<Utc>) -> Result<()> {
    query("delete from sessions where expires_at <= $1")
        .bind(Stamp(now))
        .execute(tx.conn())
        .await?;
    Ok(())
}

async fn remove(tx: &mut WriteTx, user: UserId, session: SessionId) -> Result<bool> {
    let now = Stamp(tx.now);
    let done = query("delete from sessions where id = $1 and user_id = $2 and expires_at > $3")
        .bind(session.0)
        .bind(user.0)
        .bind(now)
        .execute(tx.conn())
        .await?;
    Ok(done == 1)
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
