//! What somebody may try who writes to a browser, or has it come to him.

use crate::support::{
    stage::{OWNER, TENANT, play},
    until,
};
use std::fs;

/// Runs where it is taken for markup.
const SCRIPT: &str = "<img src=x onerror=\"window.hit=1\"><script>window.hit=1</script>";
/// The same as the name of a file.
const NAMED: &str = "<img src=x onerror=window.hit=1>.txt";

#[tokio::test(flavor = "multi_thread")]
async fn what_others_write_is_words_and_never_runs() {
    play("browser-scripts", async |stage| {
        let owner = stage.signs_in(OWNER).await;
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        owner.writes(incident, SCRIPT).await;
        stage.open_browser("/").await;
        let browser = stage.browser();
        browser.signs_in(TENANT).await;
        let row = format!("[data-testid=incident-row][data-incident-id='{incident}']");
        browser.click(&row).await;
        let seen = browser.ticket(SCRIPT).await;
        assert_eq!(seen.text.trim(), SCRIPT);

        // An incident and a file of such a name.
        let file = stage.desktop.folder().join(NAMED);
        fs::write(&file, "Le devis : <script>window.hit=1</script>").unwrap();
        browser.go("/tenant/incidents?new=true").await;
        browser.fill("[data-testid=new-name]", SCRIPT).await;
        browser.fill("[data-testid=new-description]", SCRIPT).await;
        browser.picks("[data-testid=new-attach]", &[&file]).await;
        browser.find("dialog [data-testid=draft-attachment]").await;
        browser.click("[data-testid=new-submit]").await;
        browser.find("[data-testid=thread] [data-testid=ticket-attachment]").await;
        assert!(browser.text("[data-testid=thread] h2").await.contains(SCRIPT));

        // What is served as a file is no page, whatever is in it.
        until("the file is no page", async || {
            let asked = "const done = arguments[0];
                const file = document.querySelector('[data-testid=ticket-attachment]').dataset.attachmentId;
                fetch(`/files/${file}`).then(async reply => done([
                    reply.status,
                    reply.headers.get('content-type'),
                    reply.headers.get('x-content-type-options'),
                ]))";
            let reply = browser.session.run_and_wait(asked, &[]).await.ok()?;
            assert_eq!(reply[2], "nosniff");
            let kind = reply[1].as_str()?.to_owned();
            assert!(!kind.contains("html") && !kind.contains("script"), "{kind}");
            (reply[0] == 200).then_some(())
        })
        .await;
        let hit = browser.run("return window.hit ?? null").await;
        assert!(hit.is_null(), "something ran");
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_runs_nothing_but_its_own_files_and_stands_in_no_frame() {
    play("browser-policy", async |stage| {
        stage.open_browser("/").await;
        let browser = stage.browser();
        browser.find("[data-testid=sign-in]").await;
        let asked = "const done = arguments[0];
            fetch('/tenant/incidents').then(reply => done(Object.fromEntries(reply.headers)))";
        let headers = browser.session.run_and_wait(asked, &[]).await.unwrap();
        let policy = headers["content-security-policy"].as_str().unwrap();
        let scripts = policy.split(';').find(|it| it.trim().starts_with("script-src"));
        assert_eq!(scripts.unwrap().trim(), "script-src 'self' 'wasm-unsafe-eval'");
        for rule in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"] {
            assert!(policy.contains(rule), "{rule} is not in {policy}");
        }
        assert_eq!(headers["x-frame-options"], "DENY");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");

        // The policy is kept, too: neither script nor address of somebody else's.
        let tried = "const done = arguments[0];
            const script = document.createElement('script');
            script.textContent = 'window.hit = 1';
            document.head.append(script);
            document.body.setAttribute('onclick', 'window.hit = 1');
            document.body.click();
            fetch('https://example.org/').then(() => done('left'), () => done(window.hit ?? 'kept'))";
        let outcome = browser.session.run_and_wait(tried, &[]).await.unwrap();
        assert_eq!(outcome, "kept");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_ours_leads_to_nobody_elses_and_throws_nothing_away() {
    play("browser-addresses", async |stage| {
        let tenant = stage.signs_in(TENANT).await;
        let incident = tenant.incidents().await[0].incident.id;
        stage.open_browser("/").await;
        let browser = stage.browser();
        browser.signs_in(TENANT).await;
        browser.find("[data-testid=incident-row]").await;
        for path in [
            "//example.org/",
            "/files//example.org",
            "/signed-out?to=//example.org",
            "/%2F%2Fexample.org",
        ] {
            browser.go(path).await;
            let host: String = browser.read("return location.hostname").await;
            assert_eq!(host, "127.0.0.1", "{path}");
        }
        // Nor does a link to the page on which browsers forget sign anybody out.
        browser.go("/").await;
        let row = format!("[data-testid=incident-row][data-incident-id='{incident}']");
        browser.find(&row).await;
    })
    .await;
}
