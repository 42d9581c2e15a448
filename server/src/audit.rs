//! The audit log: who came in, who was refused, who was let in by whom.
//!
//! What happened is noted in the transaction that makes it happen ([`note`]), so the log has it exactly
//! when it is true. A refusal changes nothing and has no transaction: [`Refusals`] collects those and
//! writes them soon after, so few a minute that nobody fills the disk with them.
//!
//! **Invariant: an entry holds ids and words of this program.** [`Detail`] takes nothing else, so
//! what people wrote, their addresses and tokens cannot get in; the caller's network address and the
//! request's id come from [`origin`](crate::origin).

mod refusals;

pub use refusals::{Refusals, run as write_refusals};

use crate::{
    config::Config,
    db::{Stamp, query, writer::WriteTx},
    error::Result,
    origin::Origin,
};
use chrono::{DateTime, Utc};
use palier_domain::{
    AttachmentId, AuditAction, IncidentId, InvitationId, LeaseId, PortfolioId, PropertyId,
    SessionId, UnitId, UserId,
};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Something to record.
#[derive(Debug, Clone)]
pub struct Entry {
    action: AuditAction,
    actor: Option<UserId>,
    subject: Option<Subject>,
    details: Map<String, Value>,
}

impl Entry {
    /// `action`, of whoever calls.
    pub fn new(action: AuditAction) -> Self {
        Self {
            action,
            actor: None,
            subject: None,
            details: Map::new(),
        }
    }

    /// Done by `user`, where the request's session does not tell (a sign-in for one).
    pub fn by(mut self, user: UserId) -> Self {
        self.actor = Some(user);
        self
    }

    /// What it was done to.
    pub fn about(mut self, subject: impl Into<Subject>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// One more thing to know about it.
    pub fn with(mut self, name: &'static str, detail: impl Into<Detail>) -> Self {
        self.details.insert(name.to_owned(), detail.into().0);
        self
    }
}

/// What something was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject {
    kind: &'static str,
    id: Uuid,
}

/// What an entry may tell: words of this program, ids, numbers. Not texts from outside.
pub struct Detail(Value);

macro_rules! ids {
    ($($id:ty => $kind:literal;)+) => {$(
        impl From<$id> for Subject {
            fn from(id: $id) -> Self {
                Self { kind: $kind, id: id.0 }
            }
        }

        impl From<$id> for Detail {
            fn from(id: $id) -> Self {
                Self(Value::from(id.to_string()))
            }
        }
    )+};
}

ids! {
    AttachmentId => "attachment";
    IncidentId => "incident";
    InvitationId => "invitation";
    LeaseId => "lease";
    PortfolioId => "portfolio";
    PropertyId => "property";
    SessionId => "session";
    UnitId => "unit";
    UserId => "user";
}

impl From<&'static str> for Detail {
    fn from(word: &'static str) -> Self {
        Self(word.into())
    }
}

impl From<u64> for Detail {
    fn from(number: u64) -> Self {
        Self(number.into())
    }
}

impl From<bool> for Detail {
    fn from(yes: bool) -> Self {
        Self(yes.into())
    }
}

/// Records `entry` as part of the transaction that makes it true.
///
/// # Errors
/// The storage's.
pub async fn note(tx: &mut WriteTx, entry: Entry) -> Result<()> {
    let record = Record::new(entry, tx.now, tx.origin.as_deref());
    insert(tx, record).await
}

/// An entry with when and where from.
#[derive(Debug, Clone)]
struct Record {
    at: DateTime<Utc>,
    entry: Entry,
    address: Option<String>,
    request: Option<String>,
}

impl Record {
    fn new(entry: Entry, at: DateTime<Utc>, origin: Option<&Origin>) -> Self {
        let actor = entry.actor.or(origin.and_then(Origin::caller));
        Self {
            at,
            entry: Entry { actor, ..entry },
            address: origin
                .and_then(|origin| origin.address)
                .map(|it| it.to_string()),
            request: origin.map(|origin| origin.reference.clone()),
        }
    }
}

async fn insert(tx: &mut WriteTx, record: Record) -> Result<()> {
    let Record {
        at,
        entry,
        address,
        request,
    } = record;
    query(
        "insert into audit_log
            (id, at, actor, action, subject_kind, subject_id, address, request_id, details)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(Uuid::now_v7())
    .bind(Stamp(at))
    .bind(entry.actor.map(|user| user.0))
    .bind(entry.action.as_str())
    .bind(entry.subject.map(|subject| subject.kind))
    .bind(entry.subject.map(|subject| subject.id))
    .bind(address)
    .bind(request)
    .bind(Value::Object(entry.details).to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Deletes what was kept long enough, and the oldest refusals where there are too many.
pub async fn forget_old(tx: &mut WriteTx, config: &Config) -> Result<()> {
    query("delete from audit_log where at < $1")
        .bind(Stamp(tx.now - config.audit_retention))
        .execute(tx.conn())
        .await?;
    for action in AuditAction::ALL.iter().filter(|it| it.is_refusal()) {
        query(
            "delete from audit_log where action = $1 and at <=
                (select at from audit_log where action = $1 order by at desc limit 1 offset $2)",
        )
        .bind(action.as_str())
        .bind(i64::from(config.audit_refusals))
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}
