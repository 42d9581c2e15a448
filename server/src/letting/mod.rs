//! What is let, by whom, to whom: portfolios, properties, units, leases, and the people in them.
//!
//! Joining and leaving write a handful of feed rows, however long the history is: the rows of a
//! scope reach a newcomer by its snapshot. His participant rows stand at the last number, so an
//! old thread does not turn unread; they are in no feed before his first marker.
//!
//! [`requests`] judges what a person asked for and then calls the rest, which only keeps data and
//! feeds right: the command line and tests use it as it is.

pub mod invitations;
mod lease;
mod members;
mod places;
mod portfolio;
mod profile;
pub mod requests;
mod user;

pub use lease::{NewLease, add_tenant, create as create_lease, end as end_lease, remove_tenant};
pub use places::{PropertyWords, create_property, create_unit, portfolio_of};
pub use portfolio::{add_owner, create as create_portfolio, remove_owner};
pub use profile::{rename, set_unread_mail, speak};
pub use user::{NewUser, create as create_user};
