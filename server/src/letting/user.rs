//! People who can sign in.

use crate::{
    db::{Stamp, query, writer::WriteTx},
    error::{Error, Result},
};
use palier_domain::{DisplayName, Email, UserId};
use palier_wire::ProblemKind;
use uuid::Uuid;

/// A user to be made.
#[derive(Clone)]
pub struct NewUser {
    /// Mail address.
    pub email: Email,
    /// Name on screen.
    pub name: DisplayName,
    /// His password, hashed.
    pub password_hash: String,
}

/// Makes a user.
///
/// # Errors
/// `id-taken` when the address has one.
pub async fn create(tx: &mut WriteTx, user: NewUser) -> Result<UserId> {
    let id = Uuid::now_v7();
    let now = Stamp(tx.now);
    let done = query(
        "insert into users (id, email, name, password_hash, created_at)
         values ($1, $2, $3, $4, $5) on conflict (email) do nothing",
    )
    .bind(id)
    .bind(user.email.as_str())
    .bind(user.name.as_str())
    .bind(user.password_hash)
    .bind(now)
    .execute(tx.conn())
    .await?;
    if done == 0 {
        return Err(Error::refused(
            ProblemKind::IdTaken,
            format!("{} has an account already", user.email.as_str()),
        ));
    }
    Ok(id.into())
}
