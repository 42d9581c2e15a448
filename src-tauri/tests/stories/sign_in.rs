//! Signing in.

use crate::support::{
    page::Row,
    stage::{OWNER, TENANT, play},
    until,
};
use palier_domain::Status;
use palier_wire::rest::IncidentView;

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_signs_in_and_sees_her_incidents_with_what_is_unread() {
    play("sign_in", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let mut expected: Vec<_> = listed(stage.signs_in(OWNER).await.incidents().await);
        assert!(expected.iter().any(|row| row.unread > 0));
        expected.sort_by(|one, other| one.id.cmp(&other.id));
        until("the list is the server's", async || {
            let mut shown = stage.window().rows().await;
            shown.sort_by(|one, other| one.id.cmp(&other.id));
            (shown == expected).then_some(())
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_and_the_right_one_then_works() {
    play("wrong_password", async |stage| {
        stage.open_window().await;
        let window = stage.window();
        window.fill("[data-testid=email]", OWNER.0).await;
        window
            .fill("[data-testid=password]", "not-her-password")
            .await;
        window.click("[data-testid=sign-in-submit]").await;
        let said = window.text("[data-testid=sign-in-error]").await;
        assert_eq!(said, stage.say("error-wrong-credentials", &[]));
        window.field_says("[data-testid=email]", OWNER.0).await;
        stage.owner_signs_in().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_is_said() {
    play("dead_server", async |stage| {
        stage.stop_server().await;
        stage.open_window().await;
        let window = stage.window();
        window.fill("[data-testid=email]", OWNER.0).await;
        window.fill("[data-testid=password]", OWNER.1).await;
        window.click("[data-testid=sign-in-submit]").await;
        let said = window.text("[data-testid=sign-in-error]").await;
        let address = format!("http://{}", stage.network.address);
        let args = [("address", address.as_str().into())];
        assert_eq!(said, stage.say("error-server-unreachable", &args));
    })
    .await;
}

/// The rows that the list shows before a filter is chosen: what is not done, and what is unread.
fn listed(incidents: Vec<IncidentView>) -> Vec<Row> {
    incidents
        .into_iter()
        .filter(|view| {
            let done = matches!(view.incident.status, Status::Resolved | Status::Closed);
            !done || view.unread > 0
        })
        .map(|view| Row {
            id: view.incident.id.to_string(),
            unread: view.unread,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_are_changed_between_in_the_settings() {
    play("two_accounts", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let window = stage.window();
        window.click("[data-testid=rail-account]").await;
        stage.adds_account(TENANT).await;
        window
            .find(&format!("[data-testid=rail-account][title='{}']", TENANT.0))
            .await;
        let behind = window.text("[data-testid=other-account]").await;
        assert!(behind.contains(OWNER.0), "{behind}");

        // A message for the owner is counted while the tenant's account is shown.
        let owner = stage.signs_in(OWNER).await;
        let unread: u64 = owner.incidents().await.iter().map(|it| it.unread).sum();
        assert!(unread > 0);
        window
            .find(&format!(
                "[data-testid=other-account] [data-unread='{unread}']"
            ))
            .await;

        window.click("[data-testid=switch-account]").await;
        window
            .find(&format!("[data-testid=rail-account][title='{}']", OWNER.0))
            .await;
        window.click("[data-testid=nav-incidents]").await;
        let expected = listed(owner.incidents().await).len();
        until("the list is the owner's", async || {
            (window.rows().await.len() == expected).then_some(())
        })
        .await;
    })
    .await;
}
