//! Browsers that keep nothing, and addresses at which none does.

use crate::support::{browser::Manner, stage::play};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn who_denies_storage_is_told_so_and_is_not_left_with_an_empty_page() {
    play("browser-no-storage", async |stage| {
        let denied = "profile.default_content_setting_values.cookies";
        let manner = Manner {
            preferences: [(denied.to_owned(), json!(2))].into_iter().collect(),
            ..Manner::default()
        };
        stage.open_browser_like(manner, "/").await;
        let browser = stage.browser();
        browser.find("[data-testid=start-failed]").await;
        let sentence = stage.say("error-no-storage", &[]);
        let said = browser.text("[data-testid=start-failed]").await;
        assert!(said.contains(&sentence), "{said}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_tls_is_said_to_be_none() {
    play("browser-no-tls", async |stage| {
        let manner = Manner {
            arguments: vec!["--host-resolver-rules=MAP palier.test 127.0.0.1".to_owned()],
            ..Manner::default()
        };
        stage.open_browser_like(manner, "/").await;
        let browser = stage.browser();
        let url = format!("http://palier.test:{}/", stage.network.address.port());
        browser.session.go(&url).await.unwrap();
        browser.find("[data-testid=cannot-begin-insecure]").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_loads_half_says_so() {
    play("browser-half", async |stage| {
        let half = stage.network.cut_before("GET /palier-ui-");
        stage.open_browser("/").await;
        half.await.unwrap();
        stage
            .browser()
            .find("[data-testid=cannot-begin-loading]")
            .await;
        let server = stage.server_address();
        stage.network.lead_to(server);
        stage.browser().click("main.splash button").await;
        stage.browser().find("[data-testid=sign-in]").await;
    })
    .await;
}
