//! What the audit log tells afterwards.

use crate::support::{House, PASSWORD, Server, mutation, refused};
use chrono::TimeDelta;
use palier_domain::{Priority, Status};
use palier_server::ops::{audit, audit::AuditLine, upkeep};
use palier_wire::{Payload, sync::SetPriority};
use reqwest::{Method, StatusCode};
use serde_json::json;

impl Server {
    /// The lines of the audit log with this action.
    pub async fn audited(&self, action: &str) -> Vec<AuditLine> {
        let mut lines = audit::last(&self.app, 10_000).await.unwrap();
        lines.retain(|line| line.action == action);
        lines
    }
}

#[tokio::test]
async fn coming_and_going_is_recorded_with_where_from() {
    let server = Server::start().await;
    let ada = server.person("Ada").await;
    let reply = ada.request(Method::DELETE, "/api/session");
    let reply = reply.header("x-request-id", "r-17").send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    let came = server.audited("signed_in").await;
    let went = server.audited("signed_out").await;
    assert_eq!((came.len(), went.len()), (1, 1));
    assert_eq!(went[0].actor, Some(ada.id.0));
    assert_eq!(went[0].subject.as_deref(), Some("session"));
    assert_eq!(went[0].subject_id, came[0].subject_id);
    assert_eq!(went[0].request_id.as_deref(), Some("r-17"));
    assert_eq!(went[0].address.as_deref(), Some("127.0.0.1"));
}

#[tokio::test]
async fn a_failed_sign_in_names_the_account_and_not_what_was_typed() {
    let server = Server::start().await;
    let ada = server.person("Ada").await;
    for address in ["ada@example.test", "nobody-knows@example.test"] {
        let reply = server.sign_in(address, "mistyped-secret").await;
        refused(reply, "wrong-credentials").await;
    }
    let lines = server.audited("sign_in_failed").await;
    let subjects: Vec<_> = lines.iter().map(|line| line.subject_id).collect();
    assert_eq!(subjects, [Some(ada.id.0), None]);
    let text = serde_json::to_string(&lines).unwrap();
    for typed in ["mistyped", "nobody-knows", "ada@"] {
        assert!(!text.contains(typed), "{text}");
    }
}

#[tokio::test]
async fn a_thousand_refusals_are_two_lines_that_count_them() {
    let house = House::start().await;
    let incident = house.incident().await;
    let path = format!("/api/incidents/{incident}");
    for _ in 0..50 {
        let request = house.tenant.request(Method::PATCH, &path);
        let request = request.header("if-match", "*");
        let reply = request.json(&json!({"priority": "low"})).send().await;
        refused(reply.unwrap(), "forbidden").await;
    }
    let lines = house.server.audited("refused").await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    let times = lines.iter().map(|line| line.details["times"].as_u64());
    assert_eq!(times.flatten().collect::<Vec<_>>(), [49]);
    for line in lines {
        assert_eq!(line.actor, Some(house.tenant.id.0));
        assert_eq!(line.details["rule"], "owners_only");
        assert_eq!(line.details["route"], "/api/incidents/{id}");
    }
}

#[tokio::test]
async fn a_refused_entry_of_a_push_is_recorded_too() {
    let house = House::start().await;
    let incident = house.incident().await;
    let sneaky = mutation(&Payload::SetPriority(SetPriority {
        incident_id: incident,
        from: Priority::Normal,
        to: Priority::Low,
    }));
    let result = house.tenant.push_one(sneaky).await;
    assert!(result.problem.is_some());
    let lines = house.server.audited("refused").await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].details["route"], "/api/sync/push");
}

#[tokio::test]
async fn a_status_move_is_recorded_once_with_its_two_ends() {
    let house = House::start().await;
    let incident = house.incident().await;
    let reply = house.owner.moves(incident, Status::Planned).await;
    assert_eq!(reply.status(), StatusCode::OK);
    let lines = house.server.audited("status_moved").await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].actor, Some(house.owner.id.0));
    assert_eq!(lines[0].subject_id, Some(incident.0));
    assert_eq!(lines[0].details, json!({"from": "open", "to": "planned"}));
}

#[tokio::test]
async fn the_log_is_kept_for_its_time_and_refusals_up_to_their_number() {
    let server = Server::with(|config| config.audit_refusals = 3).await;
    server.person("Ada").await;
    for _ in 0..5 {
        let reply = server.sign_in("ada@example.test", "not the password").await;
        refused(reply, "wrong-credentials").await;
        assert_eq!(audit::last(&server.app, 1).await.unwrap().len(), 1);
        server.wait(TimeDelta::minutes(5));
    }
    assert_eq!(server.audited("sign_in_failed").await.len(), 5);
    upkeep::once(&server.app).await.unwrap();
    assert_eq!(server.audited("sign_in_failed").await.len(), 3);
    assert_eq!(server.audited("signed_in").await.len(), 1);
    server.wait(TimeDelta::days(399));
    upkeep::once(&server.app).await.unwrap();
    assert_eq!(server.audited("signed_in").await.len(), 1);
    server.wait(TimeDelta::days(1));
    upkeep::once(&server.app).await.unwrap();
    assert!(server.audited("signed_in").await.is_empty());
    let reply = server.sign_in("ada@example.test", PASSWORD).await;
    assert_eq!(reply.status(), StatusCode::CREATED);
}
