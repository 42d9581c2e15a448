//! After the lease: what was said stays, to be read.

use super::session::opens_first_incident;
use crate::support::stage::{OWNER, play};
use chrono::{TimeDelta, Utc};
use palier_wire::letting::LeasePage;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_former_tenant_reads_what_was_and_writes_no_more() {
    play("browser-lease-end", async |stage| {
        let incident = opens_first_incident(stage).await;
        let before = stage.browser().tickets().await.len();
        assert!(before > 0);
        let owner = stage.signs_in(OWNER).await;
        let leases: LeasePage = owner.get("/api/leases?limit=100").await;
        let last_month = (Utc::now() - TimeDelta::days(30)).date_naive();
        for lease in leases.leases.iter().filter(|it| it.ends_on.is_none()) {
            let path = format!("/api/leases/{}", lease.id);
            let _: Value = owner.patch(&path, &json!({ "ends_on": last_month })).await;
        }
        let browser = stage.browser();
        browser.find("[data-testid=read-only]").await;
        browser.gone("[data-testid=composer-input]").await;
        browser.go(&format!("/tenant/incidents/{incident}")).await;
        browser.find("[data-testid=read-only]").await;
        let after = browser.tickets().await;
        assert!(after.len() >= before, "{} of {before}", after.len());
    })
    .await;
}
