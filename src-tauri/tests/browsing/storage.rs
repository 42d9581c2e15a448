//! Browsers that keep nothing, and addresses at which none does.

use crate::support::{
    browser::Manner,
    stage::{TENANT, play},
};
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

#[tokio::test(flavor = "multi_thread")]
async fn who_never_was_here_has_the_form_before_the_application_and_keeps_what_she_types() {
    play("browser-form-first", async |stage| {
        // The worker's program does not come, so nobody answers yet.
        let stuck = stage.network.cut_before("GET /palier-web-");
        stage.open_browser("/").await;
        let browser = stage.browser();
        browser.find("[data-testid=sign-in]").await;
        stuck.await.unwrap();
        let (email, password) = TENANT;
        browser.fill("[data-testid=email]", email).await;
        browser.fill("[data-testid=password]", password).await;
        browser.click("[data-testid=sign-in-submit]").await;
        stage.network.lead_to(stage.server_address());
        stage.browser().find("[data-testid=incident-list]").await;

        // Who is signed in sees no form at the next start, not even for a moment.
        let watched = "new MutationObserver(() => {
                window.sawForm ||= Boolean(document.querySelector('[data-testid=sign-in]'));
            }).observe(document, { childList: true, subtree: true })";
        let watch = json!({ "source": watched });
        let browser = stage.browser();
        browser
            .session
            .chromium("Page.addScriptToEvaluateOnNewDocument", watch)
            .await
            .unwrap();
        browser.go("/").await;
        browser.find("[data-testid=incident-list]").await;
        let saw: bool = browser.read("return Boolean(window.sawForm)").await;
        assert!(!saw, "a form stood there for a moment");
    })
    .await;
}
