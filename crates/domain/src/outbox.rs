//! The life of something that waits to be sent: docs/sync.md § Push has the table.

use crate::access::UnknownWord;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Where an outbox entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// Sent by the person, in its undo time.
    Held,
    /// Its files are on their way to the server.
    Uploading,
    /// Ready to go.
    Queued,
    /// An attempt is committed; its bytes may have left.
    Sending,
    /// The last attempt brought no verdict; it is tried again at its due time.
    Waiting,
    /// The server does not know the session any more.
    SignedOut,
    /// The server said no. Only the person moves it on.
    Failed,
    /// What it depends on failed.
    Blocked,
    /// The person took it back after an attempt: a `cancel` stands in its place.
    Cancelling,
    /// The server applied it; it leaves the outbox once a complete pull brought its rows.
    Done,
}

impl OutboxState {
    /// Every state.
    pub const ALL: &[Self] = &[
        Self::Held,
        Self::Uploading,
        Self::Queued,
        Self::Sending,
        Self::Waiting,
        Self::SignedOut,
        Self::Failed,
        Self::Blocked,
        Self::Cancelling,
        Self::Done,
    ];

    /// The word that SQL and JSON use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Uploading => "uploading",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Waiting => "waiting",
            Self::SignedOut => "signed_out",
            Self::Failed => "failed",
            Self::Blocked => "blocked",
            Self::Cancelling => "cancelling",
            Self::Done => "done",
        }
    }
}

impl FromStr for OutboxState {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .iter()
            .copied()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| UnknownWord(text.to_owned()))
    }
}
