//! The end of the application, so that what was typed last is kept.

use crate::Client;
use crate::rt::timeout;
use palier_bridge::{AppEvent, CommandError, request::ReadyToLeave};
use std::time::Duration;

/// How long the page may take to save: it is one commit, and a person who quits does not wait.
const PATIENCE: Duration = Duration::from_secs(1);

impl Client {
    /// Tells the page that the application is about to end, and waits until it says that
    /// everything typed is saved; no longer than a second, because a page that hangs must not keep
    /// a program alive.
    pub async fn take_leave(&self) {
        let saved = self.inner.leave.notified();
        self.installation().shell.emit(AppEvent::Leaving);
        if timeout(PATIENCE, saved).await.is_err() {
            tracing::warn!("the page did not say that it is done; what it saved so far is kept");
        }
    }

    /// The page has saved what was typed.
    ///
    /// # Errors
    /// None; commands answer alike.
    pub async fn ready_to_leave(&self, _: ReadyToLeave) -> Result<(), CommandError> {
        // Kept when nobody waits yet.
        self.inner.leave.notify_one();
        Ok(())
    }
}
