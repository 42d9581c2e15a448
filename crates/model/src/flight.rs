//! Requests under way, and where each may end.

use crate::request::{Answer, Ask};
use palier_wire::Cursor;

/// A request under way.
#[derive(Debug, Clone)]
pub(crate) struct Flight {
    pub(crate) ask: Ask,
    /// The server has answered; the answer is on its way.
    pub(crate) late: Option<Answer>,
}

impl Flight {
    pub(crate) fn new(ask: Ask) -> Self {
        Self { ask, late: None }
    }
}

/// The live stream.
#[derive(Debug, Clone)]
pub(crate) struct Stream {
    /// Where the server's side of it stands.
    pub(crate) cursor: Cursor,
    /// The server has answered.
    pub(crate) opened: bool,
}

/// A request that nobody waits for any more, and the secret that it carries.
#[derive(Debug, Clone)]
pub(crate) struct Stray {
    pub(crate) ask: Ask,
    pub(crate) token: String,
}
