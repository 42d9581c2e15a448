//! The program as a process: what an operator and a network can do to it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod backup;
mod bombs;
mod bucket;
mod canary;
mod database_tls;
mod legacy;
mod limits;
mod metrics;
mod moving;
#[path = "../post_office/mod.rs"]
mod post_office;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "../support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "other tests use the rest")]
mod program;
mod proxy;
mod readiness;
mod shutdown;
mod tls;
#[path = "../support/weed.rs"]
mod weed;
mod witness;
