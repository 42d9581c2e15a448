//! `palier://incident/…`: from a mail or a note into the application.

use crate::support::{
    stage::{OWNER, Stage, TENANT, play},
    until,
};
use palier_domain::{IncidentId, incident_link};
use std::process::Stdio;
use uuid::Uuid;

/// A tenant of another unit.
const NEIGHBOUR: (&str, &str) = ("tom@demo.palier.test", "palier-demo-tom");

#[tokio::test(flavor = "multi_thread")]
async fn a_link_brings_the_running_window_to_its_incident() {
    play("link_running", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let [first, second] = stage.two_incidents().await;
        stage.opens(first).await;
        stage.minimises().await;
        stage.follows(&incident_link(second));
        stage.window_on_screen().await;
        stage.sees_thread_of(second).await;

        stage.follows(&incident_link(Uuid::now_v7().into()));
        stage.is_told("link-not-here").await;
        stage.follows("palier://incident/7");
        stage.is_told("link-nowhere").await;
        // What was open stays open.
        stage.sees_thread_of(second).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_starts_the_application_at_its_incident_also_before_somebody_signs_in() {
    play("link_cold", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incidents = tenant.incidents().await;
        let link = incident_link(incidents[0].incident.id);
        stage.open_window_with(&[&link]).await;
        // Nobody is signed in: it waits.
        stage.window().find("[data-testid=email]").await;
        stage.owner_signs_in().await;
        let [first, second] = stage.two_incidents().await;
        stage.kill_application().await;
        for incident in [second, first] {
            stage.open_window_with(&[&incident_link(incident)]).await;
            stage.sees_thread_of(incident).await;
            stage.kill_application().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_the_account_behind_brings_that_account_to_the_front() {
    play("link_other_account", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let theirs = stage.signs_in(NEIGHBOUR).await.incidents().await;
        let ours = stage.two_incidents().await;
        let is_theirs = |id: &IncidentId| theirs.iter().any(|it| it.incident.id == *id);
        let incident = ours.into_iter().find(|id| !is_theirs(id));
        let incident = incident.expect("one that is not the neighbour's");
        stage.window().click("[data-testid=nav-settings]").await;
        stage.adds_account(NEIGHBOUR).await;
        stage.follows(&incident_link(incident));
        stage.sees_thread_of(incident).await;
        let shown = format!("[data-testid=rail-account][title='{}']", OWNER.0);
        stage.window().find(&shown).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_to_an_incident_can_be_copied() {
    play("link_copied", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let incident = stage.two_incidents().await[0];
        stage.opens(incident).await;
        stage
            .window()
            .click("[data-testid=copy-incident-link]")
            .await;
        stage
            .window()
            .find("[data-testid=copy-incident-link][data-copied=true]")
            .await;
        until("the link is in the clipboard", async || {
            (stage.clipboard()? == incident_link(incident)).then_some(())
        })
        .await;
    })
    .await;
}

impl Stage {
    async fn two_incidents(&self) -> [IncidentId; 2] {
        until("two incidents are listed", async || {
            let rows = self.window().rows().await;
            let ids: Vec<IncidentId> = rows.iter().map(|row| row.id.parse().unwrap()).collect();
            ids.first_chunk::<2>().copied()
        })
        .await
    }

    /// The desktop hands a link over: a second start, which is no mistake.
    fn follows(&self, link: &str) {
        let mut second = self.application();
        let code = second.arg(link).status().unwrap().code();
        assert_eq!(code, Some(0));
    }

    async fn is_told(&self, key: &str) {
        let sentence = self.say(key, &[]);
        until(&sentence, async || {
            let toasts = self
                .window()
                .run("return document.querySelector('.toasts')?.textContent")
                .await;
            toasts.as_str()?.contains(&sentence).then_some(())
        })
        .await;
    }

    fn clipboard(&self) -> Option<String> {
        let mut xclip = self.desktop.command("xclip");
        xclip
            .args(["-o", "-selection", "clipboard"])
            .stderr(Stdio::null());
        let output = xclip.output().ok()?;
        String::from_utf8(output.stdout).ok()
    }
}
