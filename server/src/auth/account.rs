//! Accounts: finding them, and setting their passwords.

use super::session;
use crate::{
    audit::{self, Entry},
    db::{Conn, codec::word, query, query_as, writer::WriteTx},
    error::Result,
    mail::{self, Content, Letter, To},
};
use palier_domain::{AuditAction, Email, Language, SessionId, UserId};
use uuid::Uuid;

/// Somebody who can sign in.
#[derive(Clone)]
pub struct Account {
    /// Who.
    pub id: UserId,
    /// Name on screen.
    pub name: String,
    /// Mail address as stored.
    pub email: String,
    /// Language of mails and of screens that have no wish of their own.
    pub language: Language,
    /// The hash of the password.
    pub password_hash: String,
}

type Row = (Uuid, String, String, String, String);

fn read((id, name, email, language, password_hash): Row) -> Result<Account> {
    Ok(Account {
        id: id.into(),
        name,
        email,
        language: word(&language)?,
        password_hash,
    })
}

/// The account of a mail address as somebody typed it.
pub async fn by_email(conn: &mut Conn, typed: &str) -> Result<Option<Account>> {
    // What is no address belongs to nobody: the same answer as an unknown one.
    let email = Email::parse(typed).ok();
    let email = email.as_ref().map_or("", Email::as_str);
    let row: Option<Row> =
        query_as("select id, name, email, language, password_hash from users where email = $1")
            .bind(email)
            .fetch_optional(conn)
            .await?;
    row.map(read).transpose()
}

/// The account of `user`.
pub async fn by_id(conn: &mut Conn, user: UserId) -> Result<Account> {
    let row: Row =
        query_as("select id, name, email, language, password_hash from users where id = $1")
            .bind(user.0)
            .fetch_one(conn)
            .await?;
    read(row)
}

/// Whether the password whose hash is `verified` is still the account's. It stays so until the
/// transaction ends: whoever sets another one waits.
pub async fn still_has(tx: &mut WriteTx, user: UserId, verified: &str) -> Result<bool> {
    let row: Option<(String,)> =
        query_as(sql!("select password_hash from users where id = $1" {postgres " for update"}))
            .bind(user.0)
            .fetch_optional(tx.conn())
            .await?;
    Ok(row.is_some_and(|(stored,)| stored == verified))
}

/// Sets a password: every session but `kept` ends, and a mail says so, should it have been another.
pub async fn set_password(
    tx: &mut WriteTx,
    user: UserId,
    password_hash: String,
    kept: Option<SessionId>,
    action: AuditAction,
) -> Result<()> {
    query("update users set password_hash = $2 where id = $1")
        .bind(user.0)
        .bind(password_hash)
        .execute(tx.conn())
        .await?;
    let ended = session::end_others(tx, user, kept).await?;
    let letter = Letter {
        to: To::User(user),
        content: Content::PasswordChanged,
        portfolio: None,
        expires_at: None,
    };
    mail::queue(tx, letter).await?;
    let entry = Entry::new(action).about(user).with("sessions_ended", ended);
    audit::note(tx, entry).await
}
