//! The pure sync engine: (state, event) → (state, commands).
//!
//! [`Engine::step`] takes what happened and says what to do next: which mutations to push, which
//! files to upload, when to pull, what to do with a page, when to try again. It has no clock (the
//! caller brings the time), no socket and no database, so that a test can drive it through any
//! interleaving, and the desktop and the browser share it.
//!
//! The driver carries out [`Command`]s in order and reports each one's end as an [`Event`]. What
//! must survive a crash is written by the driver *before* it reports: the engine's own state is
//! rebuilt from the journal by [`Event::Loaded`].
//!
//! - [`event`] and [`command`]: the two sides of the contract;
//! - [`entry`]: what the engine knows of an outbox entry;
//! - `push`, `pull`, `live`, `upload`: the four things it does at once;
//! - [`apply`]: what to do with a page, per scope;
//! - [`notify`]: which tickets a person is told about.
//!
//! The protocol is docs/sync.md, with diagrams of what an entry goes through and of what is fetched.

pub mod apply;
pub mod backoff;
pub mod command;
pub mod config;
mod engine;
pub mod entry;
pub mod event;
mod live;
pub mod notify;
mod pull;
mod push;
mod upload;

pub use apply::{ApplyPlan, plan};
pub use command::{Command, Digests, Settle};
pub use config::Config;
pub use engine::{Engine, LinkState, Status};
pub use entry::{Entry, Weight};
pub use event::{Bootstrap, Event, Loaded, NoVerdict, Outcome};

/// Milliseconds of a monotonic clock that starts with the program. Never a wall clock.
pub type Millis = u64;
