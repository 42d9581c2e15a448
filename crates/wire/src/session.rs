//! Signing in and out.

use chrono::{DateTime, Utc};
use palier_domain::{DeviceId, SessionId, UserId};
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
    /// Opaque token for `Authorization: Bearer`; the server keeps only its hash.
    pub token: String,
    /// Who signed in.
    pub user_id: UserId,
    /// Name on screen.
    pub name: String,
    /// Mail address as stored.
    pub email: String,
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
