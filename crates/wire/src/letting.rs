//! Bodies of the routes for what is let, by whom, to whom.

use crate::entity::{Lease, Portfolio, Property, Unit};
#[cfg(feature = "openapi")]
use crate::schema::{Address, Name};
use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{LeaseId, PortfolioId, PropertyId, Role, UnitId, UserId};
use serde::{Deserialize, Deserializer, Serialize};

/// A portfolio and as what the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortfolioView {
    /// The portfolio.
    #[serde(flatten)]
    pub portfolio: Portfolio,
    /// An owner of it, or a tenant in it.
    pub role: Role,
}

/// `GET /api/portfolios`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortfolioPage {
    /// The portfolios.
    pub portfolios: Vec<PortfolioView>,
    /// `after` of the next page; none on the last.
    pub next: Option<PortfolioId>,
}

/// `POST /api/portfolios`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1ee-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
    "name": "Résidences Dubois",
})))]
pub struct NewPortfolio {
    /// UUID made by the client; 422 without. Sending it again is safe.
    pub id: PortfolioId,
    /// Its name: one line, at most 120 bytes of UTF-8.
    #[cfg_attr(feature = "openapi", schema(value_type = Name<120>))]
    pub name: String,
}

/// `PATCH /api/portfolios/{id}` with `If-Match`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"name": "Résidences Dubois & fils"})))]
#[serde(deny_unknown_fields)]
pub struct PortfolioPatch {
    /// The name wanted.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Name<120>>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// One owner of a portfolio.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// How he is called.
    pub name: String,
    /// His mail address.
    pub email: String,
    /// Since when.
    pub joined_at: DateTime<Utc>,
}

/// `GET /api/portfolios/{id}/members`: everybody who runs it now, by the time of joining.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberList {
    /// The owners.
    pub members: Vec<Member>,
}

/// `POST /api/portfolios/{id}/members` and `POST /api/leases/{id}/tenants`: somebody whom the
/// portfolio knows already, as an owner or a tenant, now or formerly. Everybody else is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "user_id": "0198c1e0-3c2b-7b1a-a9f8-e7d6c5b4a392",
})))]
pub struct KnownPerson {
    /// Who.
    pub user_id: UserId,
}

/// `GET /api/properties`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PropertyPage {
    /// The properties.
    pub properties: Vec<Property>,
    /// `after` of the next page; none on the last.
    pub next: Option<PropertyId>,
}

/// `POST /api/properties`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1ee-7a5b-7f6e-9d8c-4b3a2f1e0d9c",
    "portfolio_id": "0198c1ee-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
    "name": "12 rue des Lilas",
    "address": "12 rue des Lilas\n44000 Nantes",
    "time_zone": "Europe/Paris",
})))]
pub struct NewProperty {
    /// UUID made by the client; 422 without. Sending it again is safe.
    pub id: PropertyId,
    /// Whose.
    pub portfolio_id: PortfolioId,
    /// Its name, as people call it: one line, at most 200 bytes of UTF-8.
    #[cfg_attr(feature = "openapi", schema(value_type = Name<200>))]
    pub name: String,
    /// Where it is: some lines, at most 500 bytes of UTF-8; may be left out.
    #[cfg_attr(feature = "openapi", schema(value_type = Address<500>))]
    #[serde(default)]
    pub address: String,
    /// IANA time zone: its leases begin and end at midnight there.
    pub time_zone: String,
}

/// `PATCH /api/properties/{id}` with `If-Match`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"name": "Les Lilas"})))]
#[serde(deny_unknown_fields)]
pub struct PropertyPatch {
    /// The name wanted.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Name<200>>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The address wanted.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Address<500>>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The time zone wanted, an IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// `GET /api/units`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnitPage {
    /// The units.
    pub units: Vec<Unit>,
    /// `after` of the next page; none on the last.
    pub next: Option<UnitId>,
}

/// `POST /api/units`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1ef-0f4b-7aa5-8e4a-7a0b9c1d2e3f",
    "property_id": "0198c1ee-7a5b-7f6e-9d8c-4b3a2f1e0d9c",
    "label": "3B",
})))]
pub struct NewUnit {
    /// UUID made by the client; 422 without. Sending it again is safe.
    pub id: UnitId,
    /// Where it is.
    pub property_id: PropertyId,
    /// What it is called: one line, at most 80 bytes of UTF-8.
    #[cfg_attr(feature = "openapi", schema(value_type = Name<80>))]
    pub label: String,
}

/// `PATCH /api/units/{id}` with `If-Match`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"label": "3B droite"})))]
#[serde(deny_unknown_fields)]
pub struct UnitPatch {
    /// The label wanted.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Name<80>>))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// `GET /api/leases`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeasePage {
    /// The leases.
    pub leases: Vec<Lease>,
    /// `after` of the next page; none on the last.
    pub next: Option<LeaseId>,
}

/// `POST /api/leases`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "id": "0198c1ef-8b7a-7c6d-9e5f-4a3b2c1d0e9f",
    "unit_id": "0198c1ef-0f4b-7aa5-8e4a-7a0b9c1d2e3f",
    "starts_on": "2026-12-01",
})))]
pub struct NewLease {
    /// UUID made by the client; 422 without. Sending it again is safe.
    pub id: LeaseId,
    /// What is let. It has one lease at a time.
    pub unit_id: UnitId,
    /// First day, in the property's time zone; of the years 1900 to 2199.
    pub starts_on: NaiveDate,
    /// Last day there; none while it runs on.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// Who lives there, of those whom the portfolio knows already; others are invited to the lease.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    #[serde(default)]
    pub tenants: Vec<UserId>,
}

/// `PATCH /api/leases/{id}` with `If-Match`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({"ends_on": "2027-05-31"})))]
#[serde(deny_unknown_fields)]
pub struct LeasePatch {
    /// The first day wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<NaiveDate>,
    /// The last day wanted: from the midnight after it the tenants read only. Null: it runs on.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "said"
    )]
    pub ends_on: Option<Option<NaiveDate>>,
}

/// A member that is there, be it null.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<NaiveDate>>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_knows_an_end_taken_back_from_one_not_mentioned() {
        let read = |text| serde_json::from_str::<LeasePatch>(text).unwrap();
        assert_eq!(read("{}").ends_on, None);
        assert_eq!(read(r#"{"ends_on": null}"#).ends_on, Some(None));
        let day = NaiveDate::from_ymd_opt(2027, 5, 31);
        assert_eq!(read(r#"{"ends_on": "2027-05-31"}"#).ends_on, Some(day));
    }
}
