//! What a browser tells somebody who looks elsewhere.

use crate::support::{
    stage::{OWNER, TENANT, play},
    until,
};
use serde_json::json;

const WORDS: &str = "Le plombier passe à 14 h.";

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_elsewhere_is_told_once_and_what_was_read_is_taken_away() {
    play("browser-notifications", async |stage| {
        let owner = stage.signs_in(OWNER).await;
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        stage.open_browser("/").await;
        let browser = stage.browser();
        let granted = json!({ "permissions": ["notifications"] });
        browser
            .session
            .chromium("Browser.grantPermissions", granted)
            .await
            .unwrap();
        browser.signs_in(TENANT).await;
        browser.find("[data-testid=incident-row]").await;
        browser.is_kept().await;

        // Another tab is in front: a file of the same origin, and nothing of the application.
        let application = browser.opens_tab().await;
        browser.go("/manifest.webmanifest").await;
        let shown = "const done = arguments[0];
            navigator.serviceWorker.getRegistration()
                .then(registration => registration.getNotifications())
                .then(shown => done(shown.map(it => it.body)))";
        let told = async || {
            let shown = browser.session.run_and_wait(shown, &[]).await.ok()?;
            serde_json::from_value::<Vec<String>>(shown).ok()
        };
        assert_eq!(told().await, Some(Vec::new()));
        owner.writes(incident, WORDS).await;
        until("the tenant is told", async || {
            let told = told().await?;
            (told.len() == 1 && told[0].contains(WORDS)).then_some(())
        })
        .await;

        // Read in the application, it need not be told any more.
        let elsewhere = browser.session.tab().await.unwrap();
        browser.session.look_at(&application).await.unwrap();
        let row = format!("[data-testid=incident-row][data-incident-id='{incident}']");
        browser.click(&row).await;
        until("it was read", async || {
            let thread = owner.thread(incident).await;
            let it = thread.iter().find(|it| it.message == WORDS)?;
            it.is_read.then_some(())
        })
        .await;
        browser.session.look_at(&elsewhere).await.unwrap();
        until("the notification is taken away", async || {
            (told().await? == Vec::<String>::new()).then_some(())
        })
        .await;
    })
    .await;
}
