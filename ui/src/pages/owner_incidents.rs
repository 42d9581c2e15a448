//! `/owner/rental-management/incidents` and `…/:id`.

use super::incidents_page::IncidentsPage;
use palier_domain::{IncidentId, Role};
use yew::prelude::*;

/// Properties of [`OwnerIncidents`].
#[derive(PartialEq, Properties)]
pub struct OwnerIncidentsProps {
    /// The incident that is open.
    #[prop_or_default]
    pub incident_id: Option<IncidentId>,
}

/// The incidents of the portfolios that an owner runs.
#[component]
pub fn OwnerIncidents(props: &OwnerIncidentsProps) -> Html {
    html! { <IncidentsPage role={Role::Owner} incident_id={props.incident_id} /> }
}
