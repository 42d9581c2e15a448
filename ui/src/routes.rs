//! The pages and their addresses.

use palier_domain::{IncidentId, Role};
use serde::{Deserialize, Serialize};
use yew_router::Routable;

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Routable)]
pub enum Route {
    /// Leads to the incidents.
    #[at("/")]
    Home,
    /// The owner's incidents, none chosen.
    #[at("/owner/rental-management/incidents")]
    OwnerIncidents,
    /// One of the owner's incidents.
    #[at("/owner/rental-management/incidents/:id")]
    OwnerIncident {
        /// Which.
        id: IncidentId,
    },
    /// The tenant's incidents, none chosen.
    #[at("/tenant/incidents")]
    TenantIncidents,
    /// One of the tenant's incidents.
    #[at("/tenant/incidents/:id")]
    TenantIncident {
        /// Which.
        id: IncidentId,
    },
    /// The dashboard.
    #[at("/dashboard")]
    Dashboard,
    /// What is let.
    #[at("/properties")]
    Properties,
    /// The settings.
    #[at("/settings")]
    Settings,
    /// The user's guide.
    #[at("/guide")]
    Guide,
    /// Anything else leads home.
    #[not_found]
    #[at("/404")]
    NotFound,
}

impl Route {
    /// The list of a role.
    pub fn incidents(role: Role) -> Self {
        match role {
            Role::Owner => Self::OwnerIncidents,
            Role::Tenant => Self::TenantIncidents,
        }
    }

    /// An incident among those of a role.
    pub fn incident(role: Role, id: IncidentId) -> Self {
        match role {
            Role::Owner => Self::OwnerIncident { id },
            Role::Tenant => Self::TenantIncident { id },
        }
    }

    /// The incident that is open on this page.
    pub fn incident_id(self) -> Option<IncidentId> {
        match self {
            Self::OwnerIncident { id } | Self::TenantIncident { id } => Some(id),
            _ => None,
        }
    }
}

/// Behind the `?` of an incident's address: the ticket to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AtTicket {
    /// Which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<palier_domain::TicketId>,
    /// Its number in the thread, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// The keyboard goes to where the answer is written.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reply: bool,
}

/// Behind the `?` of the list's address: the keyboard goes to the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Finding {
    /// It does.
    pub find: bool,
}

/// Behind the `?` of the list's address: the form of a new incident is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Beginning {
    /// It is.
    pub new: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_are_those_of_the_existing_system() {
        let id: IncidentId = "01936b3e-7d1a-7000-8000-000000000001".parse().unwrap();
        let owner = "/owner/rental-management/incidents/01936b3e-7d1a-7000-8000-000000000001";
        assert_eq!(Route::incident(Role::Owner, id).to_path(), owner);
        assert_eq!(Route::recognize(owner), Some(Route::OwnerIncident { id }));
        let tenant = "/tenant/incidents/01936b3e-7d1a-7000-8000-000000000001";
        assert_eq!(Route::recognize(tenant), Some(Route::TenantIncident { id }));
        assert_eq!(
            Route::recognize("/tenant/incidents"),
            Some(Route::TenantIncidents)
        );
    }

    #[test]
    fn the_server_knows_every_page() {
        let pages = Route::routes();
        assert!(pages.len() > 8, "{pages:?}");
        for path in pages.into_iter().filter(|path| *path != "/404") {
            let first = path.trim_start_matches('/').split('/').next().unwrap_or("");
            assert!(palier_wire::PAGES.contains(&first), "{path}");
        }
    }

    #[test]
    fn an_id_that_is_none_leads_home() {
        assert_eq!(
            Route::recognize("/tenant/incidents/7"),
            Some(Route::NotFound)
        );
    }
}
