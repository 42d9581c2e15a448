//! What an operator does and sees: seeding, the demonstration, mail, erasures, counting again, upkeep, figures.

pub mod audit;
pub mod backup;
pub mod check;
pub mod copy_to;
pub mod demo;
pub mod epoch;
pub mod erase;
pub mod import_legacy;
pub mod links;
pub mod lock;
pub mod mail;
pub mod metrics;
pub mod recount;
pub mod seed;
pub mod upkeep;
