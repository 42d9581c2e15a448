//! Sessions in a browser: how they end, and who else signs in.

use crate::support::stage::{Stage, TENANT, play};
use palier_domain::IncidentId;

/// Another tenant of the demonstration.
const TOM: (&str, &str) = ("tom@demo.palier.test", "palier-demo-tom");

const WRITTEN: &str = "Le technicien est venu.";

/// Writes, and waits until it cannot leave for want of a session.
async fn writes_in_vain(stage: &Stage) {
    let browser = stage.browser();
    browser.write("[data-testid=composer-input]", WRITTEN).await;
    browser.send_at_once(WRITTEN).await;
    browser.find("[data-testid=sign-in-again]").await;
    browser.ticket(WRITTEN).await;
}

async fn signs_in_again(stage: &Stage) {
    let browser = stage.browser();
    browser.click("[data-testid=sign-in-again] button").await;
    browser
        .fill("dialog[open] [data-testid=password]", TENANT.1)
        .await;
    browser
        .click("dialog[open] [data-testid=sign-in-submit]")
        .await;
    browser.ticket_is(WRITTEN, "sent").await;
}

pub async fn opens_first_incident(stage: &mut Stage) -> IncidentId {
    let tenant = stage.signs_in(TENANT).await;
    let incident = tenant.incidents().await[0].incident.id;
    stage.open_browser("/").await;
    stage.browser().signs_in(TENANT).await;
    let row = format!("[data-testid=incident-row][data-incident-id='{incident}']");
    stage.browser().click(&row).await;
    stage.browser().find("[data-testid=composer-input]").await;
    incident
}

async fn arrived(stage: &Stage, incident: IncidentId) -> usize {
    let tenant = stage.signs_in(TENANT).await;
    let thread = tenant.thread(incident).await;
    thread.iter().filter(|it| it.message == WRITTEN).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_while_somebody_writes_loses_nothing() {
    play("browser-session-ends", async |stage| {
        let incident = opens_first_incident(stage).await;
        // The session is ended elsewhere, as from the list of devices.
        let gone = "const done = arguments[0];
            fetch('/api/session', { method: 'DELETE' }).then(reply => done(reply.status))";
        let status = stage
            .browser()
            .session
            .run_and_wait(gone, &[])
            .await
            .unwrap();
        assert_eq!(status, 204);
        writes_in_vain(stage).await;
        assert_eq!(arrived(stage, incident).await, 0);
        signs_in_again(stage).await;
        assert_eq!(arrived(stage, incident).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_wrote_never_leaves_with_the_session_of_another() {
    play("browser-two-people", async |stage| {
        let incident = opens_first_incident(stage).await;
        let here = stage.browser().opens_tab().await;
        stage.browser().go("/").await;
        stage.browser().find("[data-testid=incident-list]").await;
        // Somebody else's session comes into the browser, whichever way.
        let other = "const [email, password, done] = arguments;
            const device_id = crypto.randomUUID();
            const body = JSON.stringify({ email, password, device_id, device_name: 'x', cookie: true });
            const headers = { 'content-type': 'application/json' };
            fetch('/api/session', { method: 'POST', body, headers }).then(reply => done(reply.status))";
        let browser = stage.browser();
        let status = browser.session.run_and_wait(other, &[TOM.0, TOM.1]).await;
        assert_eq!(status.unwrap(), 201);
        browser.session.look_at(&here).await.unwrap();
        writes_in_vain(stage).await;
        assert_eq!(arrived(stage, incident).await, 0);
        signs_in_again(stage).await;
        let tenant = stage.signs_in(TENANT).await;
        let thread = tenant.thread(incident).await;
        let mine: Vec<_> = thread.iter().filter(|it| it.message == WRITTEN).collect();
        assert_eq!(mine.len(), 1);
        let before = thread.iter().filter(|it| it.author_id == mine[0].author_id);
        assert!(before.count() > 1, "it is by who had written here before");
    })
    .await;
}
