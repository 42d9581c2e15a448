//! The tray's menu leads to what is unread, and to a new incident.

use crate::support::{
    stage::{Stage, play},
    until,
};
use palier_domain::IncidentId;

#[tokio::test(flavor = "multi_thread")]
async fn the_menu_names_unread_incidents_and_opens_them() {
    play("tray_incidents", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let (incident, title) = stage.an_unread_incident().await;
        stage.minimises().await;
        let number = stage.tray_entry(&title).await;
        stage.desktop.tray.press(number).await;
        stage.window_on_screen().await;
        stage.sees_thread_of(incident).await;
        // Read, it is no longer offered.
        stage.sees_unread(incident, 0).await;
        until("the menu forgets it", async || {
            let menu = stage.desktop.tray.menu().await?;
            let offered = menu.iter().any(|(_, label)| label.starts_with(&title));
            (!offered).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_incident_can_be_begun_beside_the_clock() {
    play("tray_new", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.window().click("[data-testid=nav-dashboard]").await;
        stage.window().find("[data-testid=dashboard]").await;
        stage.minimises().await;
        let new = stage.say("tray-new-incident", &[]);
        // Twice: the second time the list is shown already.
        for _ in 0..2 {
            let number = stage.tray_entry(&new).await;
            stage.desktop.tray.press(number).await;
            stage.window_on_screen().await;
            stage
                .window()
                .find("[data-testid=new-incident-dialog]")
                .await;
            stage.closes_dialog().await;
        }
    })
    .await;
}

impl Stage {
    /// An unread incident of the list, and its title.
    async fn an_unread_incident(&self) -> (IncidentId, String) {
        let row = until("something is unread", async || {
            let rows = self.window().rows().await;
            rows.into_iter().find(|row| row.unread > 0)
        })
        .await;
        let script = format!(
            "return document.querySelector(\"[data-incident-id='{}'] .incident-title\").textContent",
            row.id
        );
        let title = self.window().run(&script).await;
        (
            row.id.parse().unwrap(),
            title.as_str().unwrap().trim().to_owned(),
        )
    }

    /// The number of the tray's entry that begins with these words.
    pub(super) async fn tray_entry(&self, words: &str) -> i32 {
        let what = format!("the tray offers “{words}”");
        until(&what, async || {
            let menu = self.desktop.tray.menu().await?;
            let entry = menu.iter().find(|(_, label)| label.starts_with(words))?;
            Some(entry.0)
        })
        .await
    }
}
