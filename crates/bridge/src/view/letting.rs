//! What is let, to whom.

use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{InvitationId, LeaseId, PortfolioId, PropertyId, UnitId, UserId};
use serde::{Deserialize, Serialize};

/// A portfolio that the person runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortfolioView {
    /// Which.
    pub id: PortfolioId,
    /// Its name.
    pub name: String,
    /// By name.
    pub properties: Vec<PropertyView>,
}

/// A property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyView {
    /// Which.
    pub id: PropertyId,
    /// Its name.
    pub name: String,
    /// By label.
    pub units: Vec<HomeView>,
}

/// A unit, and who lives there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    /// Which.
    pub id: UnitId,
    /// Its label.
    pub label: String,
    /// Incidents of it that are neither resolved nor closed.
    pub active_incidents: u32,
    /// The newest first.
    pub leases: Vec<LeaseView>,
}

/// A lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseView {
    /// Which.
    pub id: LeaseId,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day; none while it runs on.
    pub ends_on: Option<NaiveDate>,
    /// Where it stands today.
    pub standing: LeaseStanding,
    /// Those who live there.
    pub tenants: Vec<TenantView>,
}

/// Where a lease stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaseStanding {
    /// It has not begun.
    ToCome,
    /// It runs.
    Running,
    /// It has ended.
    Ended,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantView {
    /// Who.
    pub user_id: UserId,
    /// Name on screen.
    pub name: String,
    /// He left before the lease ended.
    pub has_left: bool,
}

/// An invitation that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationView {
    /// Which.
    pub id: InvitationId,
    /// Into which portfolio.
    pub portfolio_id: PortfolioId,
    /// Into which lease of it; none for a co-owner.
    pub lease_id: Option<LeaseId>,
    /// Whom.
    pub email: String,
    /// Until when it stands.
    pub expires_at: DateTime<Utc>,
}

/// An invitation that was made just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationLink {
    /// Whom.
    pub email: String,
    /// To be passed on; none when the server has mailed it.
    pub link: Option<String>,
    /// Until when it can be used.
    pub expires_at: DateTime<Utc>,
}

/// What the holder of an invitation's link is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// Name of the portfolio.
    pub portfolio: String,
    /// A tenant's home, as people call it; none for a co-owner.
    pub home: Option<String>,
    /// Name of who invites.
    pub inviter: String,
    /// The address that was invited.
    pub email: String,
    /// There is an account of that address: its password is asked for, else a new one.
    pub has_account: bool,
}
