//! How owners do: `GET /api/dashboard?portfolio=&from=&to=&time_zone=`. What the figures mean is
//! said in [`palier_domain::statistics`].

use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{Category, Figures, PropertyId};
use serde::{Deserialize, Serialize};

/// The figures of one portfolio, or of all that the caller runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dashboard {
    /// The first day of the period.
    pub from: NaiveDate,
    /// The last day of the period.
    pub to: NaiveDate,
    /// Where its days are, an IANA name.
    pub time_zone: String,
    /// The period's first instant.
    pub starts_at: DateTime<Utc>,
    /// The first instant after the period.
    pub ends_at: DateTime<Utc>,
    /// How things stand now, whatever the period.
    pub present: Present,
    /// What happened in the period.
    pub total: Figures,
    /// The same by week, every week of the period.
    pub weeks: Vec<WeekFigures>,
    /// The same by property, those where something happened.
    pub properties: Vec<PropertyFigures>,
    /// The same by category, those in which something happened.
    pub categories: Vec<CategoryFigures>,
}

/// How things stand now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Present {
    /// Incidents that are neither resolved nor closed.
    pub open: u64,
    /// Of those: nobody has reacted, their status is still `open`.
    pub new: u64,
    /// Of those: a tenant spoke last, so an owner has to answer.
    pub waiting_for_owner: u64,
    /// Of those: an owner spoke last, so the tenant has to answer.
    pub waiting_for_tenant: u64,
    /// Messages that the caller has not read; an incident marked unread by hand counts as one.
    pub unread: u64,
    /// Incidents with something unread.
    pub unread_incidents: u64,
}

/// A week's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeekFigures {
    /// Its Monday; the first may lie before the period, what happened then is not counted.
    pub week: NaiveDate,
    /// What happened.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A property's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PropertyFigures {
    /// Which.
    pub property_id: PropertyId,
    /// What it is called.
    pub name: String,
    /// What happened.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A category's figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryFigures {
    /// Which.
    pub category: Category,
    /// What happened.
    #[serde(flatten)]
    pub figures: Figures,
}
