//! One's own data, as a download.

use super::session::opens_first_incident;
use crate::support::{stage::play, until};
use serde_json::json;
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_everything_is_among_the_downloads() {
    play("browser-own-data", async |stage| {
        opens_first_incident(stage).await;
        let downloads = stage.desktop.folder().join("downloads");
        fs::create_dir(&downloads).unwrap();
        let browser = stage.browser();
        let there = json!({ "behavior": "allow", "downloadPath": downloads });
        browser
            .session
            .chromium("Browser.setDownloadBehavior", there)
            .await
            .unwrap();
        browser.go("/settings").await;
        // It takes a network, which is looked for anew with the page.
        browser.click("[data-testid=export]:enabled").await;
        let archive = until("the copy is there", async || {
            let files = fs::read_dir(&downloads).unwrap().flatten();
            files
                .map(|it| it.path())
                .find(|it| it.extension().is_some_and(|it| it == "zip"))
        })
        .await;
        let name = archive.file_name().unwrap().to_str().unwrap().to_owned();
        let sentence = stage.say("settings-export-saved-browser", &[("name", name.into())]);
        until("it is said where", async || {
            (browser.text("[data-testid=export-state]").await == sentence).then_some(())
        })
        .await;
        // Names within stand in it as they are.
        let bytes = fs::read(&archive).unwrap();
        assert!(bytes.starts_with(b"PK"), "a ZIP");
        let named = |name: &str| bytes.windows(name.len()).any(|it| it == name.as_bytes());
        assert!(named("manifest.json"));
    })
    .await;
}
