//! Random lives of a small house, and what must hold in all of them.
//!
//! A [`Step`] is something that happens: a person writes, takes back, reads; a request arrives, is
//! lost, comes late or twice; a device or the server dies and comes back; an older copy of the server
//! is put back; somebody moves in or out. A [`World`] takes a list of steps, on the real engine, the
//! real journal and cache, and the real routes and database of the server. Time is virtual and the
//! network is a list of requests under way, so that any interleaving can be told, told again, and
//! cut down to the few steps that matter (proptest does that).
//!
//! After the steps the world heals: the network works, everybody signs in again, and time passes
//! until nothing is left to do. Then [`World::judge`] holds it against the [`Ledger`], which knows
//! what everybody wrote and took back:
//!
//! - what was sent is on the server once, or is shown as not sent where it was written;
//! - what was taken back, and surely had not left, is nowhere; what the server has called cancelled
//!   never appears;
//! - every device holds what a fresh one would fetch, row by row, and shows the same unread counts;
//! - numbers in a thread have no gaps, and one device's words stand in the order they were written;
//! - read marks never went back, and nothing was announced twice;
//! - the server's own check finds nothing;
//! - and all of it came to an end: nothing stalls.
//!
//! Fakes stand only at the edges: the clock, the network's faults, the desktop.

#![allow(clippy::panic, reason = "a broken promise ends the test")]

mod act;
mod device;
mod flight;
mod host;
mod judge;
mod ledger;
pub mod life;
mod request;
mod step;
mod world;

pub use ledger::{Ledger, Tally};
pub use step::{Act, DEVICES, Fault, Happening, Life, Step, lives};
pub use world::World;
