//! Reading the audit log.

use crate::{
    App, Error,
    db::{Stamp, query_as},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuditLine {
    /// When.
    pub at: DateTime<Utc>,
    /// What: a word of `palier_domain::AuditAction`, or of a later version's.
    pub action: String,
    /// Who; nobody where no session or account was known.
    pub actor: Option<Uuid>,
    /// What kind of thing it was done to.
    pub subject: Option<String>,
    /// Which.
    pub subject_id: Option<Uuid>,
    /// The caller's network address.
    pub address: Option<String>,
    /// The request's id, as in the server's log.
    pub request_id: Option<String>,
    /// What else is known: a JSON object.
    pub details: Value,
}

type Row = (
    Stamp,
    String,
    Option<Uuid>,
    Option<String>,
    Option<Uuid>,
    Option<String>,
    Option<String>,
    String,
);

/// The last `count` lines, oldest first. Refusals of the present minute are written first.
///
/// # Errors
/// The storage's.
pub async fn last(app: &App, count: u32) -> Result<Vec<AuditLine>, Error> {
    app.refusals().write(app.db(), true).await?;
    let mut read = app.db().read().await?;
    let rows: Vec<Row> = query_as(
        "select at, action, actor, subject_kind, subject_id, address, request_id, details
         from audit_log order by at desc, id desc limit $1",
    )
    .bind(count)
    .fetch_all(&mut read)
    .await?;
    rows.into_iter().rev().map(line).collect()
}

fn line(row: Row) -> Result<AuditLine, Error> {
    let (at, action, actor, subject, subject_id, address, request_id, details) = row;
    Ok(AuditLine {
        at: at.0,
        action,
        actor,
        subject,
        subject_id,
        address,
        request_id,
        details: serde_json::from_str(&details)?,
    })
}
