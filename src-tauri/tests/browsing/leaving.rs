//! Signing out: what is left in the browser, and what of it without a network.

use super::session::opens_first_incident;
use crate::support::{
    browser::Browser,
    stage::{TENANT, play},
    until,
};

/// What the page may have kept besides: all of the origin's storage goes, whoever put it there.
const PLANT: &str = "const done = arguments[0];
    localStorage.setItem('canary', '1');
    Promise.all([
        caches.open('canary').then(cache => cache.put('/canary', new Response('1'))),
        navigator.storage.getDirectory().then(root => root.getFileHandle('canary', { create: true })),
    ]).then(() => done(true), error => done(String(error)))";

const LEFT: &str = "const done = arguments[0];
    (async () => {
        const left = [];
        if (localStorage.getItem('canary')) left.push('local storage');
        if (await caches.has('canary')) left.push('a cache');
        const root = await navigator.storage.getDirectory();
        for await (const name of root.keys()) if (name === 'canary') left.push('a file');
        return left;
    })().then(done, error => done([String(error)]))";

const SESSION: &str = "const done = arguments[0];
    fetch('/api/account').then(reply => done(reply.status), () => done(0))";

async fn left(browser: &Browser) -> Vec<String> {
    let left = browser.session.run_and_wait(LEFT, &[]).await.unwrap();
    serde_json::from_value(left).unwrap()
}

async fn signs_out(browser: &Browser) {
    browser.go("/settings").await;
    browser.click("[data-testid=sign-out]").await;
    browser.click("[data-testid=sign-out-confirm]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_leaves_nothing_in_the_browser() {
    play("browser-sign-out", async |stage| {
        opens_first_incident(stage).await;
        let browser = stage.browser();
        let planted = browser.session.run_and_wait(PLANT, &[]).await.unwrap();
        assert_eq!(planted, true);
        assert_eq!(left(browser).await, ["local storage", "a cache", "a file"]);
        signs_out(browser).await;
        browser.find("[data-testid=sign-in]").await;
        until("the browser has forgotten everything", async || {
            left(browser).await.is_empty().then_some(())
        })
        .await;
        // The form is there again after a fresh start, and nobody's session.
        let status = browser.session.run_and_wait(SESSION, &[]).await.unwrap();
        assert_eq!(status, 401);
        browser.run("location.reload()").await;
        browser.find("[data-testid=sign-in]").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_without_a_network_has_no_session_once_there_is_one() {
    play("browser-sign-out-offline", async |stage| {
        opens_first_incident(stage).await;
        stage.browser().is_kept().await;
        stage
            .browser()
            .session
            .run_and_wait(PLANT, &[])
            .await
            .unwrap();
        stage.stop_server().await;
        signs_out(stage.browser()).await;
        stage.browser().find("[data-testid=sign-in]").await;
        stage.start_server().await;
        // Whoever takes the phone next finds neither session nor data.
        stage.browser().go("/").await;
        until("session and data are gone", async || {
            let status = stage.browser().session.run_and_wait(SESSION, &[]).await;
            let gone = status.ok()? == 401 && left(stage.browser()).await.is_empty();
            gone.then_some(())
        })
        .await;
        stage.browser().signs_in(TENANT).await;
        stage.browser().find("[data-testid=incident-row]").await;
    })
    .await;
}
