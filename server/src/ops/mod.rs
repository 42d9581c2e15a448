//! What an operator does and sees: seeding, the demonstration, counting again, upkeep, figures.

pub mod audit;
pub mod demo;
pub mod metrics;
pub mod recount;
pub mod seed;
pub mod upkeep;
