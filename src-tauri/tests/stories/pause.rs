//! Quiet for an hour, from beside the clock and from the settings.

use crate::support::{
    stage::{Stage, TENANT, play},
    until,
};

#[tokio::test(flavor = "multi_thread")]
async fn notifications_are_paused_beside_the_clock_and_taken_back_in_the_settings() {
    play("pause", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.sees_link("online").await;
        let tenant = stage.signs_in(TENANT).await;
        let incident = stage.window().rows().await[0].id.parse().unwrap();
        stage.window().click("[data-testid=nav-settings]").await;
        stage.window().find("[data-paused=false]").await;

        stage.chooses_in_tray("tray-pause-hour").await;
        stage.window().find("[data-paused=true]").await;
        let said = stage.window().text("[data-testid=pause]").await;
        assert!(said.contains(&stage.say("settings-pause", &[])), "{said}");

        stage.minimises().await;
        tenant.writes(incident, "Le courant est revenu.").await;
        // It is here, and only the desktop does not tell.
        until("the tray names it", async || {
            let menu = stage.desktop.tray.menu().await?;
            menu.iter()
                .any(|(_, label)| label.contains('('))
                .then_some(())
        })
        .await;
        let told = || stage.desktop.notifications.with("courant").len();
        assert_eq!(told(), 0);

        // A restart of the program is no end of the pause.
        stage.kill_application().await;
        stage.open_window().await;
        stage.sees_link("online").await;
        stage.window().click("[data-testid=nav-settings]").await;
        stage.window().find("[data-paused=true]").await;
        let told = || stage.desktop.notifications.with("courant").len();
        assert_eq!(told(), 0);

        // Taken back while nobody looks at the window, it is told.
        stage.minimises().await;
        stage.chooses_in_tray("tray-resume").await;
        until("what was held is told", async || {
            (told() == 1).then_some(())
        })
        .await;

        // By keyboard in the settings: the button that comes has the keyboard that the other one had.
        stage.chooses_in_tray("tray-open").await;
        stage.window_on_screen().await;
        stage.window().find("[data-paused=false]").await;
        let focus = "document.querySelector('[data-testid=pause-morning]').focus()";
        stage.window().run(focus).await;
        stage.presses("Return").await;
        until("the other button has the keyboard", async || {
            let script = "return document.activeElement?.dataset.testid ?? ''";
            (stage.window().run(script).await == "pause-resume").then_some(())
        })
        .await;
        stage.presses("space").await;
        stage.window().find("[data-paused=false]").await;
    })
    .await;
}

impl Stage {
    /// Presses the tray's entry of this sentence.
    pub(super) async fn chooses_in_tray(&self, key: &str) {
        // What fills the sentence's hole is known to the program alone.
        let words = self.say(key, &[("until", "|".into())]);
        let begin = words.split('|').next().unwrap();
        let number = self.tray_entry(begin).await;
        self.desktop.tray.press(number).await;
    }
}
