//! What REST routes show: the table `incident_responses` as it is, and incidents with the
//! caller's own numbers.

pub mod incidents;
pub mod thread;
