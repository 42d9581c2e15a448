//! One's own account.

use crate::mail::MailTrouble;
#[cfg(feature = "openapi")]
use crate::schema::Line;
use chrono::{DateTime, Utc};
use palier_domain::{Language, UserId};
use serde::{Deserialize, Serialize};

/// `GET /api/account`, and the answer to [`AccountPatch`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1e0-3c2b-7b1a-a9f8-e7d6c5b4a392",
    "email": "awa@exemple.fr",
    "name": "Awa Diallo",
    "language": "fr",
    "unread_mail_minutes": 15,
    "mail_trouble": null,
    "created_at": "2026-11-01T09:00:00Z",
})))]
pub struct Account {
    /// Who.
    pub id: UserId,
    /// Mail address.
    pub email: String,
    /// Name on screen.
    pub name: String,
    /// Language of mails.
    pub language: Language,
    /// A mail is sent when something stays unread for so many minutes; 0 is never.
    pub unread_mail_minutes: u32,
    /// Mail does not reach the address.
    pub mail_trouble: Option<MailTrouble>,
    /// Since when there is the account.
    pub created_at: DateTime<Utc>,
}

/// `PATCH /api/account`: what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"language": "en", "unread_mail_minutes": 60})))]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    /// Name on screen, 1–120 bytes.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Line<120>>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Language of mails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Minutes until a mail about something unread; 0 for never, at most 10080 (a week).
    #[cfg_attr(feature = "openapi", schema(maximum = 10080))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_mail_minutes: Option<u32>,
}
