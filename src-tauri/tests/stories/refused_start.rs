//! Starts that cannot succeed: said in a dialog of the system, with an exit code.

use crate::support::{stage::Stage, stage::play, until};
use std::{
    fs,
    process::{Child, Command},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_that_is_no_folder_is_said() {
    play("no_folder", async |stage| {
        let file = stage.desktop.folder().join("not-a-folder");
        fs::write(&file, "something else").unwrap();
        for folder in [file.clone(), file.join("data")] {
            let mut application = stage.application();
            application.env("PALIER_DATA_DIR", folder);
            stage.is_refused(application).await;
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), "something else");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_another_program_uses_is_said() {
    play("folder_in_use", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        // On another bus, where the running one cannot be found.
        let mut application = stage.application();
        application.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
        stage.is_refused(application).await;
        // The first one did not notice anything.
        stage.window().click("[data-testid=nav-dashboard]").await;
        stage.window().find("[data-testid=dashboard]").await;
    })
    .await;
}

impl Stage {
    /// Starts a program that says why it cannot, and leaves with 1.
    async fn is_refused(&self, mut application: Command) {
        let mut running = application.spawn().unwrap();
        let process = running.id();
        self.desktop
            .agrees(|| self.desktop.windows_of(process))
            .await;
        let code = until("the application ends", async || end_of(&mut running)).await;
        assert_eq!(code, Some(1));
    }
}

fn end_of(running: &mut Child) -> Option<Option<i32>> {
    let status = running.try_wait().unwrap()?;
    Some(status.code())
}
