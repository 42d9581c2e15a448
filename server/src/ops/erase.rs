//! Erasing a person: who he was goes, what was said stays.
//!
//! His tickets are part of other people's disputes, so they stay, under a name that says that he was
//! erased, in the language of his account: a row has one name for everybody. Name, address, password,
//! sessions, mails to him, network addresses and what he uploaded for no ticket go; his memberships
//! end, as when people leave, and every device that has his card gets the new one by the feeds. His
//! read markers and the digests of his mutations stay: they hold ids alone.
//!
//! What others wrote about him, and what he wrote himself, is not touched.

use crate::{
    App,
    audit::{self, Entry},
    auth::reset,
    db::{Stamp, codec::word, query, query_as, query_scalar, snapshot, writer::WriteTx},
    error::{Error, Result},
    letting, mail,
};
use futures_util::FutureExt;
use palier_domain::{AuditAction, DisplayName, Email, Language, NewPassword, PortfolioId, UserId};
use palier_i18n::Localizer;
use uuid::Uuid;

/// Whose data it is.
#[derive(Debug, Clone)]
pub enum Whom {
    /// Whoever has this mail address.
    Email(String),
    /// This user.
    Id(UserId),
}

/// A person, before anything is done.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub id: UserId,
    /// Name on screen.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// How many tickets he wrote; they stay.
    pub tickets: u64,
    /// Portfolios that nobody else runs.
    pub alone: Vec<String>,
    language: Language,
}

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// How he is called now.
    pub name: String,
    /// Tickets that carry this name now.
    pub tickets: u64,
    /// Sessions that ended.
    pub sessions: u64,
    /// Portfolios and leases that he left.
    pub memberships: u64,
    /// Mails to him that were deleted, sent or not.
    pub mails: u64,
    /// Uploads of his that no ticket took.
    pub uploads: u64,
    /// Lines of the audit log that lost their network address.
    pub audit_lines: u64,
}

/// Finds a person.
///
/// # Errors
/// `not-found` when there is none.
pub async fn find(app: &App, whom: Whom) -> Result<Person> {
    let mut read = app.db().read().await?;
    let (email, id) = match whom {
        Whom::Email(typed) => (Some(Email::parse(&typed)?.as_str().to_owned()), None),
        Whom::Id(id) => (None, Some(id.0)),
    };
    let row: Option<(Uuid, String, String, String)> =
        query_as("select id, name, email, language from users where email = $1 or id = $2")
            .bind(email)
            .bind(id)
            .fetch_optional(&mut read)
            .await?;
    let (id, name, email, language) = row.ok_or_else(|| Error::not_found("user"))?;
    let tickets: i64 = query_scalar("select count(*) from incident_responses where author_id = $1")
        .bind(id)
        .fetch_one(&mut read)
        .await?;
    let alone = query_scalar(
        "select p.name from portfolios p
         join portfolio_members m on m.portfolio_id = p.id
         where m.user_id = $1 and m.left_at is null and not exists (
             select 1 from portfolio_members o
             where o.portfolio_id = p.id and o.user_id <> $1 and o.left_at is null)
         order by p.name",
    )
    .bind(id)
    .fetch_all(&mut read)
    .await?;
    Ok(Person {
        id: id.into(),
        name,
        email,
        tickets: tickets.unsigned_abs(),
        alone,
        language: word(&language)?,
    })
}

/// Erases `person`. Doing it again changes nothing more.
///
/// On SQLite the file is then written anew, so that nothing of what went is left between its pages;
/// this takes as long as copying it, and the server answers meanwhile but does not write. On
/// PostgreSQL that is the work of its vacuum.
///
/// # Errors
/// The storage's. Before the file is written anew the erasure is committed: call it again.
pub async fn erase(app: &App, person: &Person) -> Result<Erased> {
    let name = Localizer::new(person.language).text("erased-person");
    // Nobody knows it, and nobody is told.
    let password = format!("{}{}", Uuid::new_v4(), Uuid::new_v4());
    let password = NewPassword::parse(&password)?;
    let password_hash = app.passwords().hash(password, "", "").await?;
    let (user, email) = (person.id, person.email.clone());
    let erased = app
        .db()
        .write(move |tx| erase_rows(tx, user, email, name, password_hash).boxed())
        .await?;
    app.doorbell().ring([palier_wire::Scope::User(user)]);
    snapshot::scrub(&app.config().data_dir).await?;
    Ok(erased)
}

async fn erase_rows(
    tx: &mut WriteTx,
    user: UserId,
    email: String,
    name: String,
    password_hash: String,
) -> Result<Erased> {
    let memberships = leave_everything(tx, user).await?;
    letting::rename(tx, user, &DisplayName::parse(&name)?).await?;
    // `.invalid` is nobody's for ever (RFC 2606), so the old address is free.
    query(
        "update users set email = $2, password_hash = $3, unread_mail_minutes = 0,
                unread_mail_again_at = null, unread_mail_through = null
         where id = $1",
    )
    .bind(user.0)
    .bind(format!("{}@erased.invalid", user.0.simple()))
    .bind(password_hash)
    .execute(tx.conn())
    .await?;
    // In place and without a new rev: the wire's ticket has no name.
    let tickets = query("update incident_responses set author_name = $2 where author_id = $1")
        .bind(user.0)
        .bind(&name)
        .execute(tx.conn())
        .await?;
    let sessions = query("delete from sessions where user_id = $1")
        .bind(user.0)
        .execute(tx.conn())
        .await?;
    let mails = mail::forget_person(tx, user, &email).await?;
    letting::invitations::forget_person(tx, user, &email).await?;
    reset::forget(tx, Some(user)).await?;
    let now = Stamp(tx.now);
    let begun = query("delete from uploads where user_id = $1")
        .bind(user.0)
        .execute(tx.conn())
        .await?;
    // The sweep takes their files.
    let unused = query(
        "update attachments set expires_at = $2, name = 'x'
         where uploaded_by = $1 and ticket_id is null",
    )
    .bind(user.0)
    .bind(now)
    .execute(tx.conn())
    .await?;
    let audit_lines = query(
        "update audit_log set address = null
         where address is not null
               and (actor = $1 or (subject_kind = 'user' and subject_id = $1))",
    )
    .bind(user.0)
    .execute(tx.conn())
    .await?;
    audit::note(tx, Entry::new(AuditAction::UserErased).about(user)).await?;
    Ok(Erased {
        name,
        tickets,
        sessions,
        memberships,
        mails,
        uploads: begun + unused,
        audit_lines,
    })
}

/// Ends every membership; returns how many there were.
async fn leave_everything(tx: &mut WriteTx, user: UserId) -> Result<u64> {
    let portfolios: Vec<Uuid> = query_scalar(
        "select portfolio_id from portfolio_members where user_id = $1 and left_at is null
         order by portfolio_id",
    )
    .bind(user.0)
    .fetch_all(tx.conn())
    .await?;
    for portfolio in &portfolios {
        letting::remove_owner(tx, PortfolioId(*portfolio), user).await?;
    }
    let leases: Vec<Uuid> = query_scalar(
        "select lease_id from lease_tenants where user_id = $1 and left_at is null
         order by lease_id",
    )
    .bind(user.0)
    .fetch_all(tx.conn())
    .await?;
    for lease in &leases {
        letting::remove_tenant(tx, (*lease).into(), user).await?;
    }
    Ok((portfolios.len() + leases.len()) as u64)
}
