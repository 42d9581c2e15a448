//! Settings, focus, the sync pill.

use super::session::signed_out;
use crate::{Client, driver::Input, error::ClientError, profile, words};
use palier_bridge::{
    AppEvent, CommandError,
    request::{GetSync, ReportFocus, SyncNow, TestNotifications, UpdateSettings},
    view::{NotificationTest, Settings, SyncView},
};
use palier_engine::{Event, notify::Focus};

impl Client {
    /// Changes one setting, whatever is changed at the same time.
    ///
    /// # Errors
    /// A value that no screen offers; the data folder.
    pub async fn update_settings(&self, request: UpdateSettings) -> Result<Settings, CommandError> {
        self.tell(async {
            let mut tried = Settings::default();
            tried.change(request.change);
            profile::check(&tried)?;
            let changed = self
                .installation()
                .change_profile(|profile| profile.settings.change(request.change))
                .await?;
            self.wishes_changed().await?;
            Ok(changed.settings)
        })
        .await
    }

    /// Tells everybody that the person wants to be told otherwise than before.
    pub(super) async fn wishes_changed(&self) -> Result<(), ClientError> {
        let (shown, others) = (self.someone().await?, self.others().await?);
        for account in shown.iter().chain(&others) {
            account.driver.tell(Input::Wishes);
        }
        self.installation().shell.emit(AppEvent::SettingsChanged);
        Ok(())
    }

    /// Raises a notification to see whether they work.
    ///
    /// # Errors
    /// None: what is wrong is the reply.
    pub async fn test_notifications(
        &self,
        _: TestNotifications,
    ) -> Result<NotificationTest, CommandError> {
        let installation = self.installation();
        let sound = installation.settings().sound;
        let test = words::test(&installation.words(), sound);
        Ok(installation.shell.try_notification(test).await)
    }

    /// What is in front of the person: nothing about it is notified.
    ///
    /// # Errors
    /// The data folder cannot be used.
    pub async fn report_focus(&self, request: ReportFocus) -> Result<(), CommandError> {
        self.tell(async {
            if let Some(account) = self.someone().await? {
                account.shared.set_focus(Focus {
                    focused: request.focused,
                    incident_id: request.incident_id,
                    at_end: request.at_end,
                });
            }
            Ok(())
        })
        .await
    }

    /// Online or not, what waits.
    ///
    /// # Errors
    /// The data folder cannot be used.
    pub async fn get_sync(&self, _: GetSync) -> Result<SyncView, CommandError> {
        self.tell(async {
            let account = self.someone().await?;
            Ok(account.map_or_else(signed_out, |account| account.shared.sync()))
        })
        .await
    }

    /// Tries everything again now.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub async fn sync_now(&self, _: SyncNow) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            account.driver.tell(Input::Events(vec![Event::Nudge]));
            Ok(())
        })
        .await
    }
}
