//! Driving a page in tests and measurements: the desktop's window and the gallery's browser.
//!
//! A [`Session`] is one window behind a WebDriver; a [`Desk`] is where windows open, and [`Driven`] a
//! program of ours in one of them; [`process`] starts programs that end with the test. Nothing sleeps:
//! [`until`] asks again until something holds, and gives up after a generous time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "only tests and measurements use it, and there a panic is the message"
)]

mod desk;
mod driven;
pub mod keyboard;
pub mod process;
mod session;
mod waiting;

pub use desk::Desk;
pub use driven::Driven;
pub use session::{Element, Refused, Session, http};
pub use waiting::{SOON, START, until, until_within};

use std::net::TcpListener;

/// A port that is free now. It is given back at once: drivers cannot choose one themselves.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
