//! The computer around the application: its logs, and what happened to earlier runs.

use crate::{
    Client, crashes,
    error::{ClientError, not_opened},
    installation::blocking,
};
use palier_bridge::{
    AppEvent, CommandError,
    request::{ForgetCrash, GetAbout, GetAutostart, OpenLogFolder, SetAutostart},
    view::{About, CrashView},
};
use semver::Version;
use std::sync::PoisonError;

impl Client {
    /// Opens the folder with logs and crash reports.
    ///
    /// # Errors
    /// The desktop refuses.
    pub async fn open_log_folder(&self, _: OpenLogFolder) -> Result<(), CommandError> {
        self.tell(async {
            let folder = crashes::logs_folder(&self.installation().config.data_dir);
            let opened = self.installation().shell.open_file(&folder).await;
            opened.map_err(|error| not_opened(&error, &folder))
        })
        .await
    }

    /// The person knows of the crash of an earlier run. The report stays.
    ///
    /// # Errors
    /// The folder of the reports.
    pub async fn forget_crash(&self, _: ForgetCrash) -> Result<(), CommandError> {
        self.tell(async {
            let installation = self.installation();
            let data_dir = installation.config.data_dir.clone();
            let known = blocking(move || crashes::know(&data_dir)).await?;
            known.map_err(|source| ClientError::Io {
                doing: "note that a crash is known",
                source,
            })?;
            let mut crashed = installation
                .crashed
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            *crashed = None;
            drop(crashed);
            installation.shell.emit(AppEvent::SessionChanged);
            Ok(())
        })
        .await
    }

    /// What this program is, and whether there is a newer one.
    ///
    /// # Errors
    /// The data folder cannot be used.
    pub async fn get_about(&self, _: GetAbout) -> Result<About, CommandError> {
        self.tell(async {
            let version = self.installation().config.version.clone();
            let account = self.someone().await?;
            let newest = account.and_then(|account| account.api.newest());
            let is_newer =
                |newest: &Version| Version::parse(&version).is_ok_and(|present| *newest > present);
            let update = newest.filter(is_newer).map(|newest| newest.to_string());
            Ok(About {
                update,
                version,
                journal_schema: palier_store::journal_schema(),
                wire_schema: palier_wire::SCHEMA,
            })
        })
        .await
    }

    /// Whether the application starts with the computer.
    ///
    /// # Errors
    /// The desktop does not say.
    pub async fn get_autostart(&self, _: GetAutostart) -> Result<bool, CommandError> {
        let installation = self.installation().clone();
        self.tell(async { Ok(blocking(move || installation.shell.autostart()).await??) })
            .await
    }

    /// Makes the application start with the computer, or no longer.
    ///
    /// # Errors
    /// The desktop refuses.
    pub async fn set_autostart(&self, request: SetAutostart) -> Result<bool, CommandError> {
        let installation = self.installation().clone();
        let changed = move || {
            installation.shell.set_autostart(request.on)?;
            installation.shell.autostart()
        };
        self.tell(async { Ok(blocking(changed).await??) }).await
    }

    /// The crash of an earlier run that the person does not know of.
    pub(super) fn crash(&self) -> Option<CrashView> {
        let crashed = &self.installation().crashed;
        crashed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
