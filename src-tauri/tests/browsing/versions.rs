//! Two versions in one browser.

use super::session::opens_first_incident;
use crate::support::{stage::play, until};

const DRAFT: &str = "Je disais donc";

/// Another tab of this origin, which speaks as a worker of another version.
const OTHER_LEADS: &str = "const channel = new BroadcastChannel('palier');
    channel.postMessage({ text: JSON.stringify({ to_pages: 'leading', term: 'other', build: '/other.js' }), files: [] });";

/// The same: it holds the lock, answers who asks, and notes what it is told.
const OTHER_HOLDS: &str = "const done = arguments[0];
    window.told = [];
    const channel = new BroadcastChannel('palier');
    const say = () => channel.postMessage(
        { text: JSON.stringify({ to_pages: 'leading', term: 'other', build: '/other.js' }), files: [] });
    channel.onmessage = ({ data }) => {
        const said = JSON.parse(data.text);
        if (!said.to_worker) return;
        window.told.push(said.to_worker);
        if (said.to_worker === 'hello') say();
        if (said.to_worker === 'step_down') { window.letGo(); channel.close(); }
    };
    navigator.locks.request('palier-lead', () => { done(true); return new Promise(letGo => { window.letGo = letGo; }); });";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_follows_a_newer_one_and_keeps_what_was_typed() {
    play("browser-newer", async |stage| {
        opens_first_incident(stage).await;
        let browser = stage.browser();
        browser.write("[data-testid=composer-input]", DRAFT).await;
        browser.run("window.before = true").await;
        let page = browser.session.tab().await.unwrap();
        browser.opens_tab().await;
        browser.go("/manifest.webmanifest").await;
        // While what was typed is on its way to the disk, it is heard of at the next moment.
        until("the page is loaded anew", async || {
            browser.run(OTHER_LEADS).await;
            let other = browser.session.tab().await.ok()?;
            browser.session.look_at(&page).await.ok()?;
            let anew = browser.session.run("return window.before !== true").await;
            let anew = anew.ok()? == true;
            if !anew {
                browser.session.look_at(&other).await.ok()?;
            }
            anew.then_some(())
        })
        .await;
        browser
            .field_says("[data-testid=composer-input]", DRAFT)
            .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_servers_version_takes_the_lead_from_another() {
    play("browser-older", async |stage| {
        let incident = opens_first_incident(stage).await;
        let browser = stage.browser();
        browser.go("/manifest.webmanifest").await;
        let other = browser.session.tab().await.unwrap();
        let held = browser
            .session
            .run_and_wait(OTHER_HOLDS, &[])
            .await
            .unwrap();
        assert_eq!(held, true);
        browser.opens_tab().await;
        browser.go(&format!("/tenant/incidents/{incident}")).await;
        browser.find("[data-testid=ticket]").await;
        browser.session.look_at(&other).await.unwrap();
        let told: Vec<String> = browser.read("return window.told").await;
        assert!(told.contains(&"step_down".to_owned()), "{told:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_older_version_kept_goes_once_another_is_installed() {
    play("browser-caches", async |stage| {
        stage.open_browser("/").await;
        let browser = stage.browser();
        browser.is_kept().await;
        let plant = "const done = arguments[0];
            (async () => {
                await (await caches.open('palier-0')).put('/old', new Response('old'));
                for (const it of await navigator.serviceWorker.getRegistrations()) await it.unregister();
            })().then(() => done(true))";
        browser.session.run_and_wait(plant, &[]).await.unwrap();
        browser.go("/").await;
        until("the old one's cache is gone", async || {
            let names = "const done = arguments[0]; caches.keys().then(done)";
            let names = browser.session.run_and_wait(names, &[]).await.ok()?;
            let names: Vec<String> = serde_json::from_value(names).ok()?;
            (names.len() == 1 && names[0] != "palier-0").then_some(())
        })
        .await;
    })
    .await;
}
