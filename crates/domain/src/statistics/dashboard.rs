//! What a dashboard shows: how things stand now, and what happened in a period.
//!
//! The server answers it (`GET /api/dashboard`), and a device puts it together from what it holds:
//! each fetches its rows, and everything else is here.

use super::{Breakdown, Figures, period::Period};
use crate::{
    access::Role,
    id::PropertyId,
    incident::{Category, Status},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

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

impl Dashboard {
    /// Puts it together; `names` are those of the properties.
    pub fn new(
        period: &Period,
        present: Present,
        counted: Breakdown,
        mut names: HashMap<PropertyId, String>,
    ) -> Self {
        let by_week = |(week, figures)| WeekFigures { week, figures };
        let by_category = |(category, figures)| CategoryFigures { category, figures };
        let by_property = |(property_id, figures)| PropertyFigures {
            name: names.remove(&property_id).unwrap_or_default(),
            property_id,
            figures,
        };
        Self {
            from: period.from(),
            to: period.to(),
            time_zone: period.zone().name().to_owned(),
            starts_at: period.start(),
            ends_at: period.end(),
            present,
            total: counted.total,
            weeks: counted.weeks.into_iter().map(by_week).collect(),
            properties: counted.properties.into_iter().map(by_property).collect(),
            categories: counted.categories.into_iter().map(by_category).collect(),
        }
    }
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

impl Present {
    /// Counts so many `incidents` that stand like this.
    pub fn add(&mut self, standing: Standing, incidents: u64) {
        if !standing.is_under_way() {
            return;
        }
        self.open += incidents;
        if standing.status == Status::Open {
            self.new += incidents;
        }
        match standing.waits_for() {
            Some(Role::Owner) => self.waiting_for_owner += incidents,
            Some(Role::Tenant) => self.waiting_for_tenant += incidents,
            None => {}
        }
    }

    /// Counts what is unread in one incident.
    pub fn add_unread(&mut self, messages: u64) {
        self.unread += messages;
        self.unread_incidents += u64::from(messages > 0);
    }
}

/// How an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its status.
    pub status: Status,
    /// Who spoke last; before the first message it is who opened it.
    pub spoke_last: Role,
    /// A tenant lives there.
    pub is_let: bool,
}

impl Standing {
    /// Neither resolved nor closed.
    pub fn is_under_way(self) -> bool {
        !self.status.is_done()
    }

    /// Whose answer is awaited; nobody's when it is done.
    pub fn waits_for(self) -> Option<Role> {
        match self.spoke_last {
            _ if !self.is_under_way() => None,
            Role::Tenant => Some(Role::Owner),
            // In an empty home there is nobody to answer.
            Role::Owner => self.is_let.then_some(Role::Tenant),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_awaited_of_who_did_not_speak_last() {
        let standing = |status, spoke_last, is_let| Standing {
            status,
            spoke_last,
            is_let,
        };
        let mut present = Present::default();
        present.add(standing(Status::Open, Role::Tenant, true), 3);
        present.add(standing(Status::Planned, Role::Owner, true), 2);
        present.add(standing(Status::Planned, Role::Owner, false), 1);
        present.add(standing(Status::Resolved, Role::Tenant, true), 5);
        present.add_unread(0);
        present.add_unread(4);
        let counted = Present {
            open: 6,
            new: 3,
            waiting_for_owner: 3,
            waiting_for_tenant: 2,
            unread: 4,
            unread_incidents: 1,
        };
        assert_eq!(present, counted);
    }
}
