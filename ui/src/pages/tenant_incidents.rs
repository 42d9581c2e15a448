//! `/tenant/incidents` and `…/:id`.

use super::incidents_page::IncidentsPage;
use palier_domain::{IncidentId, Role};
use yew::prelude::*;

/// Properties of [`TenantIncidents`].
#[derive(PartialEq, Properties)]
pub struct TenantIncidentsProps {
    /// The incident that is open.
    #[prop_or_default]
    pub incident_id: Option<IncidentId>,
}

/// The incidents of the homes that a tenant lives in.
#[component]
pub fn TenantIncidents(props: &TenantIncidentsProps) -> Html {
    html! { <IncidentsPage role={Role::Tenant} incident_id={props.incident_id} /> }
}
