//! What travels between client and server.
//!
//! Two families of bodies: [`sync`] is what the application speaks (push, changes, snapshot,
//! stream: docs/sync.md), [`rest`] is what a person with `curl` or another program speaks; both
//! change the same rows by the same mutations. Every refusal is a [`Problem`].
//!
//! Nothing here does I/O. Golden files under `tests/golden` hold the formats.

pub mod account;
pub mod dashboard;
pub mod digest;
pub mod entity;
pub mod invitation;
pub mod letting;
pub mod mail;
pub mod problem;
pub mod rest;
#[cfg(feature = "openapi")]
mod schema;
pub mod scope;
pub mod search;
pub mod session;
pub mod sync;
pub mod upload;

pub use dashboard::Dashboard;
pub use digest::ScopeDigest;
pub use entity::{
    Attachment, EntityKind, Incident, Lease, LeaseTenant, Membership, Mine, Mute, Note, NoteMarker,
    Participant, Portfolio, Property, StatusChange, Ticket, Unit, UserCard,
};
pub use problem::{Problem, ProblemKind};
pub use scope::{Cursor, Epoch, Scope};
pub use search::{Found, SearchPage, SearchResult};
pub use session::{ChangePassword, Device, Devices, SessionCreated, SignIn};
pub use sync::{
    Change, ChangesPage, Mutation, MutationResult, Op, Payload, PushReply, PushRequest,
    SnapshotPage, Verdict,
};

/// Names of the headers that Palier adds to HTTP.
pub mod header {
    /// The life of the server's data that a reply (or request) belongs to.
    pub const EPOCH: &str = "palier-epoch";
    /// The newest format of rows that the reader knows ([`super::SCHEMA`]).
    pub const SCHEMA: &str = "palier-schema";
    /// The newest version of the desktop application that the server's people know of.
    pub const NEWEST: &str = "palier-newest";
    /// The mutation id of a REST creation, when it is not the created id.
    pub const IDEMPOTENCY_KEY: &str = "idempotency-key";
    /// Whose request it is, where a browser adds the session by itself: should it add another person's, the
    /// request is refused.
    pub const USER: &str = "palier-user";
    /// Names a request in logs and problems.
    pub const REQUEST_ID: &str = "x-request-id";
}

/// The pages of the screens, by the first part of their addresses; the server answers these with the page that
/// knows them all, and whatever else is no route with the same page as *not found*.
pub const PAGES: &[&str] = &[
    "",
    "dashboard",
    "guide",
    "invitation",
    "owner",
    "password-reset",
    "properties",
    "settings",
    "tenant",
];

/// Version of the entities' format. Within one, fields are only added and new ones may be left out, so
/// that both sides read each other; what is not known is skipped. A server serves this one and the one
/// before, and readers say which is the newest that they know ([`header::SCHEMA`]).
pub const SCHEMA: u32 = 1;
/// The oldest that a server serves: the one before [`SCHEMA`], or the first.
pub const OLDEST_SCHEMA: u32 = if SCHEMA > 1 { SCHEMA - 1 } else { 1 };

/// Most mutations in one push.
pub const MAX_PUSH_MUTATIONS: usize = 100;
/// Largest push body, in bytes.
pub const MAX_PUSH_BYTES: usize = 1024 * 1024;
/// Most changes in one page.
pub const MAX_PAGE_CHANGES: usize = 500;
/// Largest page, in bytes of JSON, except where one change alone is larger.
pub const MAX_PAGE_BYTES: usize = 256 * 1024;
/// Largest page on the live stream, in bytes of JSON.
pub const MAX_STREAM_BYTES: usize = 32 * 1024;
/// Seconds between two heartbeats on the live stream.
pub const HEARTBEAT_SECONDS: u64 = 25;
/// Seconds without a byte after which a client opens the live stream anew.
pub const STREAM_SILENCE_SECONDS: u64 = 62;
