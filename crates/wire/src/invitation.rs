//! Links by which somebody joins a portfolio or a lease, or chooses a new password.

use chrono::{DateTime, Utc};
use palier_domain::{InvitationId, Language, LeaseId, PortfolioId, UserId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// `POST /api/invitations`: a co-owner into a portfolio, or a tenant into a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1f6-1111-7222-8333-444455556666",
    "lease_id": "0198c1ef-8b7a-7c6d-9e5f-4a3b2c1d0e9f",
    "email": "awa@exemple.fr",
    "language": "fr",
})))]
pub struct NewInvitation {
    /// UUID made by the client. Sending it again makes a new link; the one before is then good for
    /// nothing.
    pub id: InvitationId,
    /// The portfolio that a co-owner joins. Either this or `lease_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portfolio_id: Option<PortfolioId>,
    /// The lease that a tenant joins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_id: Option<LeaseId>,
    /// Whom: a mail address.
    #[cfg_attr(feature = "openapi", schema(max_length = 254))]
    pub email: String,
    /// In which language the invitation is written.
    #[serde(default)]
    pub language: Language,
}

/// An invitation that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Into which portfolio.
    pub portfolio_id: PortfolioId,
    /// Into which lease of it, where a tenant is invited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_id: Option<LeaseId>,
    /// Whom.
    pub email: String,
    /// In which language.
    pub language: Language,
    /// By whom.
    pub invited_by: UserId,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Until when it stands.
    pub expires_at: DateTime<Utc>,
}

/// `GET /api/invitations`: those of the caller's portfolios that stand, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationList {
    /// The invitations.
    pub invitations: Vec<Invitation>,
}

/// The answer to [`NewInvitation`], and to a link made for somebody else: who passes it on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkMade {
    /// The secret link, said once, to be passed on. None when the server has mailed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Until when it can be used.
    pub expires_at: DateTime<Utc>,
}

impl fmt::Debug for LinkMade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LinkMade(until {})", self.expires_at)
    }
}

/// `GET /api/invitations/{token}/accept`: what the holder of the link is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationView {
    /// Name of the portfolio.
    pub portfolio: String,
    /// A tenant's home, as people call it; none for a co-owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// Name of who invites.
    pub inviter: String,
    /// The address that was invited.
    pub email: String,
    /// In which language.
    pub language: Language,
    /// There is an account of that address: its password is asked for, else a new one.
    pub has_account: bool,
    /// Until when the link can be used.
    pub expires_at: DateTime<Utc>,
}

/// `POST /api/invitations/{token}/accept`. With a session everything may be left out: who is signed in
/// joins.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "name": "Awa Diallo",
    "password": "quatre mots au hasard",
    "language": "fr",
})))]
pub struct AcceptInvitation {
    /// Name on screen, for a new account: one line, 1–120 bytes of UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The account's password, or the new account's: 8–128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Language of the new account; the invitation's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

impl fmt::Debug for AcceptInvitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AcceptInvitation({:?})", self.name)
    }
}

/// The answer to [`AcceptInvitation`]: who joined what. Signing in is the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitationAccepted {
    /// Who.
    pub user_id: UserId,
    /// His mail address, to sign in with.
    pub email: String,
    /// The portfolio.
    pub portfolio_id: PortfolioId,
    /// The lease, for a tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_id: Option<LeaseId>,
}

/// `POST /api/password-reset`: somebody forgot his password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"email": "awa@exemple.fr"})))]
pub struct ForgotPassword {
    /// His mail address.
    pub email: String,
}

/// The answer to [`ForgotPassword`], whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetAsked {
    /// If there is such an account, a link is on its way by mail. When false, this server sends no
    /// mail: an owner, or who runs the server, can make a link.
    pub by_mail: bool,
}

/// `GET /api/password-reset/{token}`: whose password it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetView {
    /// The account's mail address.
    pub email: String,
    /// Until when the link can be used.
    pub expires_at: DateTime<Utc>,
}

/// `POST /api/password-reset/{token}`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"password": "cinq autres mots moins courants"})))]
pub struct ResetPassword {
    /// The new one: 8–128 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 8))]
    pub password: String,
}

impl fmt::Debug for ResetPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResetPassword(…)")
    }
}
