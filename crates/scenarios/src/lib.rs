//! Stories with real caches and a real server.
//!
//! A [`House`] is a server with people in it; a [`Device`] is the application on one person's
//! computer, with its own folder and its own [`Line`] to the server, on which faults can be laid.
//! Server and devices live on [`Island`]s of their own, so that each can be killed as a power cut
//! would: everything under way ends at once, nothing is told.
//!
//! Fakes stand only at the edges: the desktop ([`RecordingShell`]), the keyring, the network's
//! faults. Nothing here sleeps for a result: a story waits for a condition, at most [`PATIENCE`].

mod device;
mod house;
mod island;
mod line;
mod recording;
mod rest;
mod samples;
mod vault;
mod wait;

pub use device::{Device, DeviceOptions};
pub use house::{House, PASSWORD};
pub use island::Island;
pub use line::{Fault, Line};
pub use recording::RecordingShell;
pub use rest::Onlooker;
pub use samples::{film, photo};
pub use vault::PocketVault;
pub use wait::{PATIENCE, eventually};
