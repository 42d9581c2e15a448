//! What an operator does: seeding, the demonstration, upkeep.

pub mod demo;
pub mod seed;
pub mod upkeep;
