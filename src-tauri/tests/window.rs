//! Stories with the real window: the desktop program, the server, a keyring, notifications.
//!
//! Run by `cargo xtask test`; one of them by hand:
//! `cargo test --features custom-protocol --test window -- --nocapture NAME`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod support;

use palier_domain::Status;
use palier_wire::rest::IncidentView;
use support::{
    stage::{OWNER, play},
    until,
    window::Row,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_signs_in_and_sees_her_incidents_with_what_is_unread() {
    play("sign_in", async |stage| {
        stage.open_window().await;
        stage.owner_signs_in().await;
        let mut expected: Vec<_> = under_way(stage.signs_in(OWNER).await.incidents().await);
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

/// The rows that the list shows before a filter is chosen.
fn under_way(incidents: Vec<IncidentView>) -> Vec<Row> {
    incidents
        .into_iter()
        .filter(|view| !matches!(view.incident.status, Status::Resolved | Status::Closed))
        .map(|view| Row {
            id: view.incident.id.to_string(),
            unread: view.unread,
        })
        .collect()
}
