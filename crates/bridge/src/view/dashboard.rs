//! How owners do, and the lists behind the figures.

use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{Counted, Dashboard, PropertyId, Role};
use serde::{Deserialize, Serialize};

/// The dashboard, from what is on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DashboardView {
    /// The figures.
    pub figures: Dashboard,
    /// The person runs a portfolio; else there is nothing to show.
    pub runs_a_portfolio: bool,
    /// The properties to choose from, by name.
    pub properties: Vec<PropertyName>,
    /// When they were counted.
    pub counted_at: DateTime<Utc>,
}

/// A property to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyName {
    /// Which.
    pub id: PropertyId,
    /// What it is called.
    pub name: String,
}

/// The figure that a list stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "figure", rename_all = "snake_case")]
pub enum Behind {
    /// Incidents that are neither resolved nor closed.
    UnderWay,
    /// Incidents in which an answer of this role is awaited.
    WaitsFor {
        /// Whose.
        role: Role,
    },
    /// What a figure of a period counts, in the portfolios that the person runs.
    Counted {
        /// What.
        what: Counted,
        /// The first day, in the time zone of this device.
        from: NaiveDate,
        /// The last day.
        to: NaiveDate,
    },
}
