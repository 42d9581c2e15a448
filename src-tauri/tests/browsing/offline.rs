//! A weak network, closed tabs, and phones that start anew.

use crate::support::{
    stage::{TENANT, play},
    until,
};
use image::{Rgb, RgbImage};

const WRITTEN: &str = "Toujours pas d’eau chaude. Voici le voyant.";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_without_a_network_outlives_the_browser_and_arrives_once() {
    play("browser-offline", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        let thread = format!("/tenant/incidents/{incident}");
        stage.open_browser("/").await;
        stage.browser().signs_in(TENANT).await;
        stage.browser().find("[data-testid=incident-row]").await;
        stage.browser().is_kept().await;
        stage.stop_server().await;

        // The page begins without the server, from what the service worker keeps.
        stage.browser().go(&thread).await;
        let photo = stage.desktop.folder().join("voyant.png");
        RgbImage::from_pixel(640, 480, Rgb([200, 40, 40]))
            .save(&photo)
            .unwrap();
        let browser = stage.browser();
        browser.write("[data-testid=composer-input]", WRITTEN).await;
        browser
            .picks("[data-testid=composer-attach]", &[&photo])
            .await;
        browser.find("[data-testid=draft-attachment]").await;
        browser.send_at_once(WRITTEN).await;
        let waiting = browser.ticket_is(WRITTEN, "waiting").await;
        assert_eq!(waiting.files, 1);

        // The phone is switched off and on.
        stage.close_browser().await;
        stage.open_browser(&thread).await;
        let still = stage.browser().ticket_is(WRITTEN, "waiting").await;
        assert_eq!(still.id, waiting.id);
        until("its photo is drawn, which is nowhere else", async || {
            let ticket = stage.browser().ticket(WRITTEN).await;
            (ticket.drawn == 1).then_some(())
        })
        .await;

        stage.start_server().await;
        let sent = stage.browser().ticket_is(WRITTEN, "sent").await;
        assert_eq!(sent.id, waiting.id);
        let tenant = tenant.at(stage.server_address());
        let thread = tenant.thread(incident).await;
        let arrived: Vec<_> = thread.iter().filter(|it| it.message == WRITTEN).collect();
        assert_eq!(arrived.len(), 1);
        assert_eq!(arrived[0].id.to_string(), waiting.id);
        let bytes = tenant.file(arrived[0].attachments[0]).await;
        assert!(image::load_from_memory(&bytes).is_ok());
    })
    .await;
}
