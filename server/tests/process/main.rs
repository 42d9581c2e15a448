//! The program as a process: what an operator and a network can do to it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod backup;
mod bombs;
mod canary;
mod limits;
mod metrics;
mod program;
mod proxy;
mod readiness;
mod shutdown;
mod tls;
mod witness;
