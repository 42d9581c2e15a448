//! The pages behind the addresses of [`crate::routes`].

mod incidents_page;
mod owner_incidents;
mod tenant_incidents;

pub use owner_incidents::OwnerIncidents;
pub use tenant_incidents::TenantIncidents;
