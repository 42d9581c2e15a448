//! Holding notifications for a while.
//!
//! A pause is kept in the profile, so that it outlives the program. Drivers hold while it lasts and look at
//! the clock themselves; what runs here takes it out of the profile when it is over. Once taken out it stays
//! so, whatever is done to the clock.

use crate::rt::{sleep, timeout};
use crate::{
    Client,
    client::Inner,
    error::{ClientError, chain},
    installation::Installation,
};
use palier_bridge::{CommandError, request::PauseNotifications};
use palier_domain::Pause;
use std::{
    sync::{Arc, Weak},
    time::Duration,
};

impl Client {
    /// Holds notifications for a while, or no longer.
    ///
    /// # Errors
    /// The data folder.
    pub async fn pause_notifications(
        &self,
        request: PauseNotifications,
    ) -> Result<(), CommandError> {
        self.tell(async {
            let installation = self.installation();
            let morning = installation.settings().quiet_hours.unwrap_or_default().to;
            let now = (installation.config.clock)();
            let pause = request
                .length
                .map(|length| Pause::begin(length, &now, morning));
            self.keep_pause(pause).await
        })
        .await
    }

    async fn keep_pause(&self, pause: Option<Pause>) -> Result<(), ClientError> {
        let installation = self.installation();
        installation
            .change_profile(|profile| profile.settings.pause = pause)
            .await?;
        installation.pause_changed.notify_one();
        self.wishes_changed().await
    }
}

/// Ends each pause when it is over, for as long as the application runs.
pub(crate) async fn end_pauses(installation: Arc<Installation>, client: Weak<Inner>) {
    loop {
        let wait = wait(&installation);
        let changed = installation.pause_changed.notified();
        match wait {
            None => changed.await,
            Some(wait) if !wait.is_zero() => drop(timeout(wait, changed).await),
            Some(_) => {
                let Some(inner) = client.upgrade() else {
                    return;
                };
                if let Err(error) = (Client { inner }).keep_pause(None).await {
                    tracing::warn!(error = %chain(&error), "the end of a pause is not kept");
                    sleep(installation.config.limits.local_retry).await;
                }
            }
        }
        if client.strong_count() == 0 {
            return;
        }
    }
}

/// How long to wait before the next look at the clock; nothing when the pause is over, none without one.
fn wait(installation: &Installation) -> Option<Duration> {
    let pause = installation.settings().pause?;
    let left = pause.left((installation.config.clock)().to_utc());
    let left = left.and_then(|left| left.to_std().ok()).unwrap_or_default();
    Some(left.min(installation.config.limits.quiet_look))
}
