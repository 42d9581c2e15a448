//! Signing in and out, devices, and passwords.

use chrono::{DateTime, Utc};
use palier_domain::{DeviceId, Language, SessionId, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// `POST /api/session`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "email": "awa@exemple.fr",
    "password": "quatre mots au hasard",
    "device_id": "0198c1e0-1111-7222-8333-444455556666",
    "device_name": "Ordinateur d’Awa",
})))]
pub struct SignIn {
    /// Mail address.
    pub email: String,
    /// Password, as typed.
    pub password: String,
    /// The installation that signs in.
    pub device_id: DeviceId,
    /// What the person would call it, for the list of devices.
    #[serde(default)]
    pub device_name: String,
    /// The token comes as a cookie that no script can read, for browsers; the reply's body then has
    /// none. Requests that change something need an `Origin` of the server's own from then on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cookie: bool,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignIn({})", self.email)
    }
}

/// The answer to [`SignIn`]: 201.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionCreated {
    /// The session, as the list of devices names it.
    pub session_id: SessionId,
    /// Opaque token for `Authorization: Bearer`; the server keeps only its hash. Not there when a
    /// cookie was asked for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub token: String,
    /// Who signed in.
    pub user_id: UserId,
    /// Name on screen.
    pub name: String,
    /// Mail address as stored.
    pub email: String,
    /// Language of the account, for screens that have no wish of their own.
    #[serde(default)]
    pub language: Language,
    /// When it ends if it is not used (30 days, sliding).
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for SessionCreated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SessionCreated({} for {})",
            self.session_id, self.user_id
        )
    }
}

/// `PUT /api/session/password`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "current_password": "quatre mots au hasard",
    "password": "cinq autres mots moins courants",
})))]
pub struct ChangePassword {
    /// The present password, as typed.
    pub current_password: String,
    /// The new one: 8–128 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 8))]
    pub password: String,
}

impl fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChangePassword(…)")
    }
}

/// `GET /api/sessions`, the one used last first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Devices {
    /// The caller's sessions that stand.
    pub sessions: Vec<Device>,
}

/// A device that is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1e0-2222-7333-8444-555566667777",
    "device_id": "0198c1e0-1111-7222-8333-444455556666",
    "device_name": "Ordinateur d’Awa",
    "created_at": "2026-11-02T09:00:00Z",
    "used_at": "2026-11-12T10:40:00Z",
    "expires_at": "2026-12-12T10:40:00Z",
    "current": true,
})))]
pub struct Device {
    /// Its session.
    pub id: SessionId,
    /// The installation.
    pub device_id: DeviceId,
    /// What the person calls it; may be empty.
    pub device_name: String,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it last called, to the hour.
    pub used_at: DateTime<Utc>,
    /// When its session ends if it is not used.
    pub expires_at: DateTime<Utc>,
    /// The caller's own.
    pub current: bool,
}
