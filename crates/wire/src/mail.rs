//! Mail that did not reach somebody, as owners see it.

use chrono::{DateTime, Utc};
use palier_domain::UserId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why mail does not reach an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MailTrouble {
    /// The mail server refused for ever: nothing more is sent there until somebody says so.
    Refused,
    /// The mail server was never there, or busy, until the mail was of no use any more.
    GaveUp,
    /// The connection was lost before the mail server answered: the mail may have arrived.
    Uncertain,
}

/// An address that mail does not reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1f4-77b0-7c11-b0a5-6e5d4c3b2a19",
    "address": "awa@exemple.fr",
    "user_id": "0198c1e0-3c2b-7b1a-a9f8-e7d6c5b4a392",
    "name": "Awa Diallo",
    "trouble": "refused",
    "reply": "550 5.1.1 unknown user",
    "at": "2026-11-12T10:40:00.123456Z",
})))]
pub struct MailProblem {
    /// The problem, for trying again.
    pub id: Uuid,
    /// The address.
    pub address: String,
    /// Whose it is; none where somebody was invited who has no account yet.
    pub user_id: Option<UserId>,
    /// How he is called.
    pub name: Option<String>,
    /// Why.
    pub trouble: MailTrouble,
    /// What the mail server said, or what happened, in English.
    pub reply: String,
    /// When it was noted last.
    pub at: DateTime<Utc>,
}

/// `GET /api/mail-problems`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailProblems {
    /// Of the people and invitations of the caller's portfolios, and his own address.
    pub problems: Vec<MailProblem>,
}
