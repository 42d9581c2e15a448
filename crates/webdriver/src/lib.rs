//! Driving a page in tests: the desktop's window and the gallery's browser.
//!
//! A [`Session`] is one window behind a WebDriver; [`process`] starts programs that end with the
//! test. Nothing sleeps: [`until`] asks again until something holds, and gives up after a generous
//! time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "only tests use it, and in a test a panic is the message"
)]

pub mod keyboard;
pub mod process;
mod session;
mod waiting;

pub use session::{Element, Refused, Session, http};
pub use waiting::{SOON, START, until, until_within};

use std::net::TcpListener;

/// A port that is free now. It is given back at once: drivers cannot choose one themselves.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
