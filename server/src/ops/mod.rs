//! What an operator does: seeding, the demonstration, counting again, upkeep.

pub mod demo;
pub mod recount;
pub mod seed;
pub mod upkeep;
