//! Units in which an incident can be opened.
use crate::{Store, StoreError};
use chrono::NaiveDate;
use palier_domain::{Role, UnitId};

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// Which.
    pub id: UnitId,
    /// Its label.
    pub unit: String,
    /// The property's name.
    pub property: Option<String>,
    /// Names of those who live there on the day asked for.
    pub tenants: Vec<String>,
    /// What the person is there.
    pub my_role: Role,
}

#[allow(clippy::todo, unused_variables)]
impl Store {
    /// Every unit in which the person may open an incident on `today`, by property and label.
    ///
    /// # Errors
    /// The files cannot be read.
    pub async fn units(&self, today: NaiveDate) -> Result<Vec<UnitRow>, StoreError> {
        todo!()
    }
}
