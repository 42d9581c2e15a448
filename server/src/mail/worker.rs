//! Hands over what is due, one letter after the other.
//!
//! Several nodes do this side by side: a letter is claimed by one statement, so one of them has it.
//! A node that dies leaves its letter `claimed` or `sending`; when that is old, the others take
//! it up again or call it uncertain.

use super::{
    Content,
    content::Words,
    message, problems,
    relay::{Connection, Failure},
    unread::{self, Digest},
};
use crate::{
    App,
    db::{Db, Stamp, codec::word, query, query_as, writer::WriteTx},
    error::{Error, Result, log},
    ops::metrics,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use message::{Mailing, Reader, Sender};
use palier_domain::Language;
use palier_wire::mail::MailTrouble;
use std::time::Duration;
use uuid::Uuid;

/// How often it is looked for what has become due, when nobody rings.
const PERIOD: Duration = Duration::from_secs(5);
/// A letter that somebody has had for so long is nobody's any more: every step of a conversation has
/// its limit, and all of them together are shorter.
const ABANDONED: TimeDelta = TimeDelta::minutes(30);

/// Hands over what is due, until the server stops. Does nothing without a mail server.
pub async fn run(app: App) {
    if !app.mail().configured() {
        return;
    }
    let mut stopping = app.stopping();
    loop {
        if let Err(error) = round(&app).await {
            log(&error, "mail");
        }
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            () = app.mail().bell.notified() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
    }
}

/// One round: everything that is due now. Returns how many letters the mail server took.
pub async fn round(app: &App) -> Result<usize> {
    let mail = app.mail();
    let Some(sender) = &mail.sender else {
        return Ok(0);
    };
    let _alone = mail.round.lock().await;
    app.db().write(|tx| take_up_abandoned(tx).boxed()).await?;
    let mut round = Round {
        app,
        sender,
        connection: None,
    };
    let mut sent = 0;
    while !*app.stopping().borrow() {
        let Some(letter) = app.db().write(|tx| claim(tx).boxed()).await? else {
            break;
        };
        match round.deliver(&letter).await? {
            Outcome::Sent => sent += 1,
            Outcome::NotSent => {}
            // The others would fare no better.
            Outcome::NobodyThere => break,
        }
    }
    if let Some(connection) = round.connection {
        connection.close().await;
    }
    Ok(sent)
}

/// A letter that this node has claimed.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Letter {
    id: Uuid,
    user_id: Option<Uuid>,
    kind: String,
    address: String,
    name: Option<String>,
    language: String,
    arguments: String,
    attempts: i64,
    expires_at: Stamp,
    last_error: Option<String>,
}

/// Claims the letter that has been due for longest, unless its address is refused.
async fn claim(tx: &mut WriteTx) -> Result<Option<Letter>> {
    let now = Stamp(tx.now);
    let claimed: Option<(Uuid,)> = query_as(sql!(
        "update mails set state = 'claimed', attempts = attempts + 1, changed_at = $1,
                address = coalesce((select u.email from users u where u.id = mails.user_id), address)
         where id = (
             select m.id from mails m
             where m.state = 'due' and m.due_at <= $1
                   and not exists (
                       select 1 from mail_problems p
                       where p.state = 'refused' and p.address = coalesce(
                           (select u.email from users u where u.id = m.user_id), m.address))
             order by m.due_at limit 1" {postgres " for update skip locked"} ")
         returning id"
    ))
    .bind(now)
    .fetch_optional(tx.conn())
    .await?;
    let Some((id,)) = claimed else {
        return Ok(None);
    };
    let letter = query_as(
        "select m.id, m.user_id, m.kind, m.address, u.name, coalesce(u.language, m.language) as language,
                m.arguments, m.attempts, m.expires_at, m.last_error
         from mails m left join users u on u.id = m.user_id where m.id = $1",
    )
    .bind(id)
    .fetch_one(tx.conn())
    .await?;
    Ok(Some(letter))
}

/// What a node left that died.
async fn take_up_abandoned(tx: &mut WriteTx) -> Result<()> {
    let (now, long_ago) = (Stamp(tx.now), Stamp(tx.now - ABANDONED));
    let claimed: Vec<(Uuid,)> =
        query_as("select id from mails where state = 'claimed' and changed_at < $1")
            .bind(long_ago)
            .fetch_all(tx.conn())
            .await?;
    for (letter,) in claimed {
        if joined_by_a_later_one(tx, letter).await? {
            continue;
        }
        query(
            "update mails set state = 'due', changed_at = $2 where id = $1 and state = 'claimed'",
        )
        .bind(letter)
        .bind(now)
        .execute(tx.conn())
        .await?;
    }
    let uncertain: Vec<(String,)> = query_as(
        "update mails set state = 'uncertain', changed_at = $1
         where state = 'sending' and changed_at < $2 returning address",
    )
    .bind(now)
    .bind(long_ago)
    .fetch_all(tx.conn())
    .await?;
    for (address,) in uncertain {
        let reply = "The server stopped while the mail was handed over.";
        problems::note(tx, &address, MailTrouble::Uncertain, reply).await?;
    }
    Ok(())
}

/// What a letter says when it is due.
enum Said {
    /// These words; of an unread mail also up to which message.
    Words(Words, Option<DateTime<Utc>>),
    Nothing,
    Later(DateTime<Utc>),
}

/// What became of a claimed letter.
enum Outcome {
    Sent,
    NotSent,
    NobodyThere,
}

struct Round<'r> {
    app: &'r App,
    sender: &'r Sender,
    connection: Option<Connection>,
}

impl Round<'_> {
    async fn deliver(&mut self, letter: &Letter) -> Result<Outcome> {
        if letter.expires_at.0 <= self.app.config().clock.now() {
            // Tried in vain, or never tried at all.
            let end = if letter.last_error.is_some() {
                End::GaveUp
            } else {
                End::Expired
            };
            record(self.app.db(), letter, end, letter.last_error.clone()).await?;
            return Ok(Outcome::NotSent);
        }
        let (words, through) = match self.words(letter).await? {
            Said::Words(words, through) => (words, through),
            Said::Nothing => {
                self.end(letter, End::Cancelled).await?;
                return Ok(Outcome::NotSent);
            }
            Said::Later(time) => {
                self.end(letter, End::Postponed(time)).await?;
                return Ok(Outcome::NotSent);
            }
        };
        let reader = Reader {
            address: letter.address.clone(),
            name: letter.name.clone(),
        };
        let now = self.app.config().clock.now();
        let mailing = self.sender.mail(letter.id, now, &reader, &words)?;
        match self.announce(&mailing).await {
            Ok(()) => {}
            Err(failure) => {
                let nobody_there = self.connection.is_none();
                self.failed(letter, failure).await?;
                return Ok(if nobody_there {
                    Outcome::NobodyThere
                } else {
                    self.hang_up().await;
                    Outcome::NotSent
                });
            }
        }
        // From here on it may arrive. A commit that fails leaves it claimed: nothing has left.
        self.end(letter, End::Sending).await?;
        let Some(connection) = &mut self.connection else {
            return Ok(Outcome::NotSent);
        };
        match connection.hand_over(&mailing).await {
            Ok(()) => {
                self.end(letter, End::Sent(through)).await?;
                Ok(Outcome::Sent)
            }
            Err(failure) => {
                self.failed(letter, failure).await?;
                self.hang_up().await;
                Ok(Outcome::NotSent)
            }
        }
    }

    /// What the letter says now.
    async fn words(&self, letter: &Letter) -> Result<Said> {
        let language: Language = word(&letter.language)?;
        let name = letter.name.as_deref();
        let Some(user) = letter.user_id.filter(|_| letter.kind == unread::KIND) else {
            let content: Content = serde_json::from_str(&letter.arguments)?;
            return Ok(Said::Words(content.words(language, name), None));
        };
        let now = self.app.config().clock.now();
        let mut read = self.app.db().read().await?;
        Ok(match Digest::of(&mut read, user.into(), now).await? {
            Digest::Nothing => Said::Nothing,
            Digest::Later(time) => Said::Later(time),
            Digest::Now(waiting, minutes) => {
                let through = waiting.iter().map(|it| it.newest).max();
                let config = self.app.config();
                let words = unread::words(config, language, name, &waiting, minutes);
                Said::Words(words, through)
            }
        })
    }

    /// Everything before the mail itself, on the connection of this round or a new one.
    async fn announce(&mut self, mailing: &Mailing) -> Result<(), Failure> {
        if let Some(mut open) = self.connection.take()
            && open.is_alive().await
        {
            self.connection = Some(open);
        }
        let connection = match &mut self.connection {
            Some(open) => open,
            none => none.insert(Connection::open(self.sender).await?),
        };
        connection.announce(mailing).await
    }

    /// After a refusal the conversation is somewhere in the middle: the next letter begins anew.
    async fn hang_up(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }

    async fn failed(&self, letter: &Letter, failure: Failure) -> Result<()> {
        let now = self.app.config().clock.now();
        let (end, said) = match failure {
            Failure::Temporary(said) => {
                let next = now + back_off(letter.attempts);
                let end = if next < letter.expires_at.0 {
                    End::Later(next)
                } else {
                    End::GaveUp
                };
                (end, said)
            }
            Failure::Refused(said) => (End::Refused, said),
            Failure::Uncertain(said) => (End::Uncertain, said),
        };
        let state = end.state();
        tracing::warn!(state, summary = said.summary, "a mail was not handed over");
        record(self.app.db(), letter, end, Some(said.words)).await
    }

    async fn end(&self, letter: &Letter, end: End) -> Result<()> {
        record(self.app.db(), letter, end, None).await
    }
}

/// What a letter's row says next.
#[derive(Debug, Clone, Copy)]
enum End {
    Sending,
    /// With an unread mail: up to which message it told.
    Sent(Option<DateTime<Utc>>),
    Later(DateTime<Utc>),
    /// It was too early; that is no attempt.
    Postponed(DateTime<Utc>),
    Cancelled,
    Refused,
    Uncertain,
    GaveUp,
    Expired,
}

impl End {
    fn state(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Sent(_) => "sent",
            Self::Later(_) | Self::Postponed(_) => "due",
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Uncertain => "uncertain",
            Self::GaveUp | Self::Expired => "expired",
        }
    }

    /// The word under which it is counted; an announcement or a wait for the right time is nothing yet.
    fn outcome(self) -> Option<&'static str> {
        match self {
            Self::Sending | Self::Postponed(_) => None,
            Self::Sent(_) => Some("sent"),
            Self::Later(_) => Some("later"),
            Self::Cancelled => Some("cancelled"),
            Self::Refused => Some("refused"),
            Self::Uncertain => Some("uncertain"),
            Self::GaveUp => Some("gave-up"),
            Self::Expired => Some("expired"),
        }
    }

    /// Whether nothing more can come of the letter: then its words, which may hold a secret, go.
    fn is_final(self) -> bool {
        !matches!(
            self,
            Self::Sending | Self::Later(_) | Self::Postponed(_) | Self::Refused | Self::Uncertain
        )
    }
}

async fn record(db: &Db, letter: &Letter, end: End, reply: Option<String>) -> Result<()> {
    let letter = letter.clone();
    db.write(move |tx| note(tx, letter, end, reply).boxed())
        .await?;
    if let Some(outcome) = end.outcome() {
        metrics::mailed(outcome);
    }
    Ok(())
}

async fn note(tx: &mut WriteTx, letter: Letter, end: End, reply: Option<String>) -> Result<()> {
    let now = Stamp(tx.now);
    let due_at = match end {
        End::Later(next) | End::Postponed(next) => Some(Stamp(next)),
        _ => None,
    };
    if due_at.is_some() && joined_by_a_later_one(tx, letter.id).await? {
        return Ok(());
    }
    let changed = query(
        "update mails set state = $2, changed_at = $3, due_at = coalesce($4, due_at),
                last_error = coalesce($5, last_error), attempts = case when $7 then 0 else attempts end,
                arguments = case when $6 then '{}' else arguments end
         where id = $1 and state in ('claimed', 'sending')",
    )
    .bind(letter.id)
    .bind(end.state())
    .bind(now)
    .bind(due_at)
    .bind(reply.clone())
    .bind(end.is_final())
    .bind(matches!(end, End::Postponed(_)))
    .execute(tx.conn())
    .await?;
    if changed == 0 {
        // Somebody took it for abandoned, or its user was erased: then it must not leave.
        return Err(Error::unavailable());
    }
    let (address, reply) = (&letter.address, reply.unwrap_or_default());
    match end {
        End::Sent(through) => {
            if let (Some(user), Some(through)) = (letter.user_id, through) {
                unread::was_sent(tx, user.into(), through).await?;
            }
            problems::settle(tx, address).await
        }
        End::Refused => problems::note(tx, address, MailTrouble::Refused, &reply).await,
        End::Uncertain => problems::note(tx, address, MailTrouble::Uncertain, &reply).await,
        End::GaveUp => problems::note(tx, address, MailTrouble::GaveUp, &reply).await,
        End::Sending | End::Later(_) | End::Postponed(_) | End::Cancelled | End::Expired => Ok(()),
    }
}

/// Whether `letter`, about unread messages, has a later one that will say what it would have: then it
/// goes, because one waits for each person.
async fn joined_by_a_later_one(tx: &mut WriteTx, letter: Uuid) -> Result<bool> {
    let gone = query(
        "delete from mails where id = $1 and kind = 'unread' and exists (
             select 1 from mails other where other.user_id = mails.user_id
                    and other.kind = 'unread' and other.state = 'due')",
    )
    .bind(letter)
    .execute(tx.conn())
    .await?;
    Ok(gone > 0)
}

/// How long to wait after so many attempts: a minute, two, four … at most four hours, and a little
/// by chance, so that letters which failed together do not come back together.
fn back_off(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 9) - 1).unwrap_or_default();
    let minutes = (1_i64 << doublings).min(240);
    let chance = i64::from(rand::random_range(0..15_u32));
    TimeDelta::seconds(minutes * 60 + minutes * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attempt_waits_longer_up_to_four_hours() {
        let bounds = |attempts| {
            let waits: Vec<_> = (0..200).map(|_| back_off(attempts)).collect();
            (waits.iter().min().copied(), waits.iter().max().copied())
        };
        for (attempts, minutes) in [(1, 1), (2, 2), (5, 16), (9, 240), (40, 240)] {
            let (least, most) = bounds(attempts);
            let usual = TimeDelta::minutes(minutes);
            assert!(least.unwrap() >= usual, "{attempts}");
            assert!(most.unwrap() <= usual * 5 / 4, "{attempts}");
        }
    }
}
