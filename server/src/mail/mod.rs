//! Mail: letters that leave with a transaction, and the worker that hands them to a mail server.
//!
//! Whoever changes something that a person has to be told of queues a [`Letter`] in the same
//! transaction ([`queue`]): it goes out when that commits, and only then. [`worker`] takes what is
//! due, [`content`] says it in the reader's language, [`message`] makes a mail of it, and
//! [`relay`] speaks SMTP. [`problems`] remembers the addresses that mail does not reach.
//!
//! **Invariant: a letter is handed over at most once.** Its state is committed as `claimed` before a
//! connection is opened and as `sending` before the first byte of the mail leaves; after that only
//! the mail server's own refusal makes it due again. Where the answer is lost nobody can know
//! whether it arrived: that is `uncertain`, and a person decides.
//!
//! | state | means |
//! |---|---|
//! | `due` | waits for its time |
//! | `claimed` | a worker has it; nothing has been handed over |
//! | `sending` | the mail itself is on its way |
//! | `sent` | the mail server has taken it |
//! | `refused` | the mail server will never take it: see [`problems`] |
//! | `uncertain` | the connection was lost before the mail server answered |
//! | `expired` | it was not sent in time |
//! | `cancelled` | there was nothing left to say |

mod content;
#[cfg(test)]
mod conversations;
mod message;
#[cfg(test)]
#[path = "../../tests/post_office/mod.rs"]
mod post_office;
pub mod problems;
mod relay;
pub mod unread;
pub mod worker;

pub use content::Content;
pub use relay::Relay;

use crate::{
    config::Config,
    db::{Stamp, query, writer::WriteTx},
    error::Result,
};
use chrono::{DateTime, TimeDelta, Utc};
use palier_domain::{Email, Language, PortfolioId, UserId};
use tokio::sync::{Mutex, Notify};
use uuid::Uuid;

/// How long a letter is tried for that does not say so itself.
const PATIENCE: TimeDelta = TimeDelta::days(3);
/// How long it is remembered what became of a letter.
const KEPT: TimeDelta = TimeDelta::days(30);

/// A letter to be queued.
#[derive(Debug, Clone)]
pub struct Letter {
    /// To whom.
    pub to: To,
    /// What it says.
    pub content: Content,
    /// On whose behalf: its owners are told when it does not arrive. A user's own portfolios and
    /// leases need not be named.
    pub portfolio: Option<PortfolioId>,
    /// It is of no use after that; three days when nothing is said.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Where a letter goes.
#[derive(Debug, Clone)]
pub enum To {
    /// To a user, at the address and in the language that he has when it leaves.
    User(UserId),
    /// To somebody who has no account yet.
    Address(Email, Language),
}

/// Queues `letter`: it leaves after the commit. [`Mail::ring`] then makes it leave at once.
///
/// Where no mail server is configured it waits until there is one, or until it expires: ask
/// [`Mail::configured`] first where there is another way.
pub async fn queue(tx: &mut WriteTx, letter: Letter) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let now = tx.now;
    let (user, address, language) = match letter.to {
        To::User(user) => (Some(user.0), None, Language::default()),
        To::Address(address, language) => (None, Some(address.as_str().to_owned()), language),
    };
    query(
        "insert into mails (id, user_id, address, portfolio_id, kind, language, arguments,
                            due_at, expires_at, created_at, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $8)",
    )
    .bind(id)
    .bind(user)
    .bind(address)
    .bind(letter.portfolio.map(|id| id.0))
    .bind(letter.content.kind())
    .bind(language.code())
    .bind(letter.content.arguments()?)
    .bind(Stamp(now))
    .bind(Stamp(letter.expires_at.unwrap_or(now + PATIENCE)))
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Queues a letter to the account of an address, which nobody may have: the same statement either way.
pub async fn queue_to_account(
    tx: &mut WriteTx,
    email: &str,
    content: Content,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let now = tx.now;
    query(
        "insert into mails (id, user_id, kind, language, arguments, due_at, expires_at, created_at,
                            changed_at)
         select $1, id, $3, language, $4, $5, $6, $5, $5 from users where email = $2",
    )
    .bind(Uuid::now_v7())
    .bind(email.to_owned())
    .bind(content.kind())
    .bind(content.arguments()?)
    .bind(Stamp(now))
    .bind(Stamp(expires_at))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends what nobody can make use of any more, and forgets what became of old letters.
pub async fn forget_old(tx: &mut WriteTx, now: DateTime<Utc>) -> Result<()> {
    query(
        "update mails set state = 'expired', arguments = '{}', changed_at = $1
         where state in ('due', 'refused', 'uncertain') and expires_at <= $1",
    )
    .bind(Stamp(now))
    .execute(tx.conn())
    .await?;
    query("delete from mails where changed_at < $1 and state not in ('due', 'claimed', 'sending')")
        .bind(Stamp(now - KEPT))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Deletes every letter to `user` and what is known of his address; returns how many letters.
pub async fn forget_person(tx: &mut WriteTx, user: UserId, email: &str) -> Result<u64> {
    let letters = query("delete from mails where user_id = $1 or address = $2")
        .bind(user.0)
        .bind(email)
        .execute(tx.conn())
        .await?;
    problems::settle(tx, email).await?;
    Ok(letters)
}

/// The server's mail.
pub struct Mail {
    sender: Option<message::Sender>,
    bell: Notify,
    // Held for a round, so that who asks for one knows when it is over.
    round: Mutex<()>,
}

impl Mail {
    /// What `config` says about mail.
    pub fn new(config: &Config) -> Self {
        Self {
            sender: message::Sender::new(config),
            bell: Notify::new(),
            round: Mutex::new(()),
        }
    }

    /// Whether there is a mail server to send through.
    pub fn configured(&self) -> bool {
        self.sender.is_some()
    }

    /// Makes what was just queued leave at once instead of within some seconds. Ring after the commit.
    pub fn ring(&self) {
        self.bell.notify_one();
    }
}
