//! What REST routes show: the table `incident_responses` as it is, and incidents with the
//! caller's own numbers; what a search found; how owners do.

pub mod dashboard;
pub mod incidents;
pub mod letting;
pub mod notes;
pub mod search;
pub mod thread;
