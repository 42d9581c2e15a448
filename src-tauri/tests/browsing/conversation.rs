//! An owner's window and a tenant's browser, in one conversation.

use crate::support::{
    stage::{TENANT, play},
    until,
};

const QUESTION: &str = "Le chauffagiste vient demain à 8 h. Cela vous va ?";
const ANSWER: &str = "Oui, je serai là. Merci !";

#[tokio::test(flavor = "multi_thread")]
async fn what_one_writes_the_other_reads_once_and_both_see_that_it_was_read() {
    play("browser-conversation", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        stage.open_browser("/").await;
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        let browser = stage.browser();
        browser.signs_in(TENANT).await;

        // The owner writes; the tenant is told in the list, and reads.
        stage.opens(incident).await;
        let window = stage.window();
        window.write("[data-testid=composer-input]", QUESTION).await;
        window.send_at_once(QUESTION).await;
        let row = format!("[data-testid=incident-row][data-incident-id='{incident}']");
        until("the tenant's list counts it", async || {
            let rows = browser.rows().await;
            let it = rows.iter().find(|row| row.id == incident.to_string())?;
            (it.unread == 1).then_some(())
        })
        .await;
        browser.click(&row).await;
        browser
            .is_at(&format!("/tenant/incidents/{incident}"))
            .await;
        browser.ticket(QUESTION).await;
        window.ticket_is(QUESTION, "read").await;

        // The tenant answers; the owner sees it, and the tenant sees that she did.
        browser.write("[data-testid=composer-input]", ANSWER).await;
        browser.send_at_once(ANSWER).await;
        window.ticket(ANSWER).await;
        browser.ticket_is(ANSWER, "read").await;

        let thread = tenant.thread(incident).await;
        for words in [QUESTION, ANSWER] {
            let times = thread.iter().filter(|it| it.message == words).count();
            assert_eq!(times, 1, "{words}");
        }
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_the_address_of_others_incidents_sees_nothing_of_them() {
    play("browser-foreign", async |stage| {
        stage.open_browser("/").await;
        let browser = stage.browser();
        browser.signs_in(TENANT).await;
        browser.find("[data-testid=incident-list]").await;
        browser
            .go("/tenant/incidents/01936b3e-7d1a-7000-8000-000000000001")
            .await;
        let said = stage.say("error-no-such-incident", &[]);
        until("it says that there is none", async || {
            let source = browser.source().await?;
            source.contains(&said).then_some(())
        })
        .await;
        // What is no page of the application leads to the list.
        browser.go("/nothing/like/this").await;
        browser.is_at("/tenant/incidents").await;
    })
    .await;
}
