//! “Is it repaired?”, asked of a tenant.

use super::session::opens_first_incident;
use crate::support::{
    rest::Person,
    stage::{OWNER, Stage, play},
    until,
};
use palier_domain::{IncidentId, Status};
use palier_wire::rest::IncidentView;
use serde_json::json;

async fn resolves(owner: &Person, incident: IncidentId) {
    let path = format!("/api/incidents/{incident}");
    let moved: IncidentView = owner.patch(&path, &json!({ "status": "resolved" })).await;
    assert_eq!(moved.incident.status, Status::Resolved);
}

async fn stands(stage: &Stage, owner: &Person, incident: IncidentId, status: Status) {
    until(&format!("the owner sees {status:?}"), async || {
        let incidents = owner.incidents().await;
        let it = incidents.iter().find(|it| it.incident.id == incident)?;
        (it.incident.status == status).then_some(())
    })
    .await;
    stage.browser().gone("[data-testid=repair-question]").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_says_that_it_is_not_repaired_and_then_that_it_is() {
    play("browser-repair", async |stage| {
        let incident = opens_first_incident(stage).await;
        let owner = stage.signs_in(OWNER).await;
        resolves(&owner, incident).await;
        stage.browser().click("[data-testid=not-repaired]").await;
        stands(stage, &owner, incident, Status::Open).await;
        resolves(&owner, incident).await;
        // Without a network it is an answer too, and leaves later.
        stage.browser().find("[data-testid=repaired]").await;
        stage.network.cut();
        stage.browser().click("[data-testid=repaired]").await;
        stage.browser().gone("[data-testid=repair-question]").await;
        let server = stage.server_address();
        stage.network.lead_to(server);
        stands(stage, &owner, incident, Status::Closed).await;
    })
    .await;
}
