//! A forgotten password.

use crate::support::stage::{OWNER, TENANT, play};
use palier_wire::{invitation::LinkMade, letting::LeasePage};
use serde_json::json;

const NEW: &str = "une autre phrase assez longue";

#[tokio::test(flavor = "multi_thread")]
async fn who_forgot_a_password_chooses_another_by_the_owners_link() {
    play("browser-password", async |stage| {
        stage.open_browser("/").await;
        let browser = stage.browser();
        // This server sends no mail: the page says whom to ask.
        browser.click("[data-testid=forgotten]").await;
        browser.fill("[data-testid=forgotten-email]", TENANT.0).await;
        browser.click("[data-testid=forgotten-submit]").await;
        browser.find("[data-testid=forgotten-said]").await;

        let tenant = stage.signs_in(TENANT).await;
        let me: serde_json::Value = tenant.get("/api/account").await;
        let me = me["user_id"].as_str().or(me["id"].as_str()).unwrap().to_owned();
        let owner = stage.signs_in(OWNER).await;
        let leases: LeasePage = owner.get("/api/leases?limit=100").await;
        let lives = |tenants: &[palier_wire::LeaseTenant]| {
            tenants.iter().any(|it| it.user_id.to_string() == me)
        };
        let lease = leases.leases.iter().find(|it| lives(&it.tenants)).unwrap();
        let path = format!("/api/leases/{}/tenants/{me}/password-reset", lease.id);
        let made: LinkMade = owner.post(&path, &json!({})).await;
        let link = made.link.unwrap();
        let (_, secret) = link.split_once("/password-reset").unwrap();

        let browser = stage.browser();
        browser.go(&format!("/password-reset{secret}")).await;
        browser.fill("[data-testid=reset-password]", "court").await;
        browser.click("[data-testid=reset-submit]").await;
        browser.find("[data-testid=entrance-error]").await;
        browser.fill("[data-testid=reset-password]", NEW).await;
        browser.click("[data-testid=reset-submit]").await;
        browser.find("[data-testid=incident-row]").await;

        // The old one is none any more.
        browser.session.new_tab().await.unwrap();
        let status = "const [email, password, done] = arguments;
            const body = JSON.stringify({ email, password, device_id: crypto.randomUUID(), device_name: 'x' });
            fetch('/api/session', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
                .then(reply => done(reply.status))";
        let old = browser.session.run_and_wait(status, &[TENANT.0, TENANT.1]).await;
        assert_eq!(old.unwrap(), 401);
    })
    .await;
}
