//! What is let, by whom, to whom: portfolios, properties, units, leases, and the people in them.
//!
//! Joining and leaving write a handful of feed rows, however long the history is: the rows of a
//! scope reach a newcomer by its snapshot. His participant rows stand at the last number, so an
//! old thread does not turn unread; they are in no feed before his first marker.

mod lease;
mod members;
mod places;
mod portfolio;
mod user;

pub use lease::{NewLease, add_tenant, create as create_lease, end as end_lease, remove_tenant};
pub use places::{create_property, create_unit};
pub use portfolio::{add_owner, create as create_portfolio, remove_owner};
pub use user::{NewUser, create as create_user};
