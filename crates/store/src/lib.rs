//! Journal and cache on SQLite.
//!
//! Each account has a folder of its own with two databases and the files:
//!
//! - **`journal.sqlite`** is what the person wrote: drafts, outbox, what was sent. It is durable
//!   at every commit, migrated forward, and never thrown away.
//! - **`cache.sqlite`** (or `cache-2.sqlite`) is a copy of what the server holds. It can be rebuilt at
//!   any time, and is whenever its schema changed or it is damaged, or the server's data began a new
//!   life: then the old one is shown until the new one is whole.
//! - **`blobs/`** holds files, each named by its digest, and small pictures of them.
//!
//! Sending writes the journal only; threads and lists read journal and cache together, by id, the
//! cache winning; a reply enters the cache first and leaves the outbox then. So what is shown and
//! what will be sent cannot differ, and a crash at any point loses and doubles nothing.
//!
//! Start at [`Store::open`]. What a person does is in [`act`], what the sync engine asks for in
//! [`driver`] and [`apply`], what screens show in [`view`], files in [`intake`]. Nothing here
//! touches the network, and no clock is read: callers bring the time.

pub mod act;
mod answered;
pub mod apply;
mod blobs;
mod cache;
mod db;
pub mod driver;
mod dropped;
mod error;
mod folder;
pub mod intake;
mod journal;
mod sniff;
mod sqlite;
mod store;
mod swap;
mod thumbnail;
pub mod view;

pub use act::LaneChange;
pub use apply::{Applied, SnapshotWritten};
pub use blobs::{BlobWriter, Blobs, Room};
pub use dropped::DroppedScopes;
pub use error::{ActError, StoreError};
pub use intake::IntakeError;
pub use journal::journal_schema;
pub use journal::rescue::Rescued;
pub use store::{EpochStanding, Opened, Store};
pub use swap::Swapped;
