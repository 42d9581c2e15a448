//! Several nodes on one PostgreSQL and one bucket: real processes, killed and cut off.
//!
//! What is held here: whoever reads on whichever node receives everything, in order, none lost and none
//! doubled, whatever dies meanwhile. And that the test would notice: a feed numbered by a sequence, which
//! stands beside it as a control, loses rows.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod control;
mod three;

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../process/program.rs"]
mod program;
#[path = "../support/weed.rs"]
mod weed;
