//! A server that was put back from an older copy, seen from a phone.

use crate::support::{
    server::maintains,
    stage::{TENANT, play},
};

const WRITTEN: &str = "Écrit après la sauvegarde";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restored_server_has_lost_comes_back_from_the_browser_once() {
    play("browser-restored", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        stage.open_browser("/").await;
        stage.browser().signs_in(TENANT).await;
        let row = format!("[data-testid=incident-row][data-incident-id='{incident}']");
        stage.browser().click(&row).await;

        let data = stage.desktop.folder().join("server");
        let copy = stage.desktop.folder().join("copy");
        let (data, copy) = (data.to_str().unwrap(), copy.to_str().unwrap());
        maintains(
            &stage.desktop,
            &["backup", "--data-dir", data, "--to", copy],
        )
        .await;
        let browser = stage.browser();
        browser.write("[data-testid=composer-input]", WRITTEN).await;
        browser.send_at_once(WRITTEN).await;
        let sent = browser.ticket_is(WRITTEN, "sent").await;

        stage.stop_server().await;
        let restore = ["restore", "--from", copy, "--data-dir", data];
        let keeping = ["--replace", "--keep-sessions"];
        maintains(&stage.desktop, &[&restore[..], &keeping[..]].concat()).await;
        stage.start_server().await;
        let tenant = tenant.at(stage.server_address());
        crate::support::until("it is there again", async || {
            let thread = tenant.thread(incident).await;
            let times = thread.iter().filter(|it| it.message == WRITTEN);
            let ids: Vec<_> = times.map(|it| it.id.to_string()).collect();
            (ids == [sent.id.clone()]).then_some(())
        })
        .await;
        stage.browser().ticket_is(WRITTEN, "sent").await;
    })
    .await;
}
