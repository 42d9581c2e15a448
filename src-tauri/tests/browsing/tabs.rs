//! Several tabs: one leads, the others follow.

use crate::support::stage::{TENANT, play};

const FIRST: &str = "Écrit dans le second onglet";
const SECOND: &str = "Écrit après la fermeture du premier";

#[tokio::test(flavor = "multi_thread")]
async fn a_second_tab_follows_the_first_and_leads_when_that_is_closed() {
    play("browser-tabs", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        let thread = format!("/tenant/incidents/{incident}");
        stage.open_browser("/").await;
        let browser = stage.browser();
        browser.signs_in(TENANT).await;
        browser.find("[data-testid=incident-row]").await;

        let first = browser.opens_tab().await;
        browser.go(&thread).await;
        browser.write("[data-testid=composer-input]", FIRST).await;
        browser.send_at_once(FIRST).await;
        browser.ticket_is(FIRST, "sent").await;
        let second = browser.session.tab().await.unwrap();

        // The tab that led is closed while something else is half typed here.
        browser.write("[data-testid=composer-input]", SECOND).await;
        browser.session.look_at(&first).await.unwrap();
        browser.session.close_tab().await.unwrap();
        browser.session.look_at(&second).await.unwrap();
        browser
            .field_says("[data-testid=composer-input]", SECOND)
            .await;
        browser.send_at_once(SECOND).await;
        browser.ticket_is(SECOND, "sent").await;

        for words in [FIRST, SECOND] {
            let thread = tenant.thread(incident).await;
            let times = thread.iter().filter(|it| it.message == words).count();
            assert_eq!(times, 1, "{words}");
        }
        let streams = stage.network.requests();
        let streams = streams
            .iter()
            .filter(|it| it.starts_with("GET /api/sync/stream"));
        assert!(streams.count() >= 2, "one for each leader");
    })
    .await;
}
