//! Push: at most once, in lanes, taken back for good.

use crate::support::{House, mark_read, mutation, new_ticket, opening, refused, status, ticket};
use palier_domain::{AttachmentId, IncidentId, MutationId, Priority, Status};
use palier_wire::{
    Mutation, MutationResult, Payload, ProblemKind, Verdict,
    header::EPOCH,
    rest::IncidentPage,
    sync::{Cancel, SetPriority},
};
use reqwest::{Method, StatusCode};
use serde_json::json;
use uuid::Uuid;

fn statuses(results: &[MutationResult]) -> Vec<Verdict> {
    results.iter().map(|result| result.status).collect()
}

fn problem(result: &MutationResult) -> ProblemKind {
    result.problem.as_ref().unwrap().kind
}

fn again(mutation: &Mutation) -> Mutation {
    mutation.clone()
}

fn cancel(target: MutationId) -> Mutation {
    mutation(&Payload::Cancel(Cancel {
        mutation_id: target,
    }))
}

#[tokio::test]
async fn a_push_that_comes_again_is_answered_from_what_was_stored() {
    let house = House::start().await;
    let incident = IncidentId(Uuid::now_v7());
    let batch = [
        opening(house.unit, incident),
        ticket(incident, "un"),
        ticket(incident, "deux"),
        mark_read(incident, 1),
    ];
    let first = house.tenant.push(batch.to_vec()).await;
    assert_eq!(statuses(&first), [Verdict::Applied; 4]);
    assert_eq!(first[2].entity.as_ref().unwrap()["n"], 2);
    assert_eq!(first[2].entity.as_ref().unwrap()["rev"], 1);
    let second = house.tenant.push(batch.to_vec()).await;
    assert_eq!(statuses(&second), [Verdict::Duplicate; 4]);
    assert_eq!(second[1].entity, first[1].entity);
    assert_eq!(house.owner.thread(incident).await.len(), 2);
}

#[tokio::test]
async fn a_batch_in_another_order_leaves_the_same_rows() {
    let house = House::start().await;
    let incident = house.incident().await;
    let (one, two) = (ticket(incident, "un"), ticket(incident, "deux"));
    house.tenant.push(vec![again(&two), again(&one)]).await;
    let results = house
        .tenant
        .push(vec![again(&one), again(&two), again(&one)])
        .await;
    assert_eq!(statuses(&results), [Verdict::Duplicate; 3]);
    let messages: Vec<_> = house.owner.thread(incident).await;
    let messages: Vec<_> = messages.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(messages, ["deux", "un"]);
}

#[tokio::test]
async fn an_id_with_other_bytes_is_rejected() {
    let house = House::start().await;
    let incident = house.incident().await;
    let first = ticket(incident, "un");
    house.tenant.push(vec![again(&first)]).await;
    let mut other = ticket(incident, "autre");
    other.mutation_id = first.mutation_id;
    let result = house.tenant.push_one(other).await;
    assert_eq!(result.status, Verdict::Rejected);
    assert_eq!(problem(&result), ProblemKind::MutationIdReused);
    // Another user's ids are his own.
    let mut foreign = ticket(incident, "le mien");
    foreign.mutation_id = first.mutation_id;
    assert_eq!(house.owner.push_one(foreign).await.status, Verdict::Applied);
}

#[tokio::test]
async fn a_rejection_leaves_nothing_and_does_not_hold_the_others_back() {
    let house = House::start().await;
    let incident = house.incident().await;
    let bad = ticket(incident, " ");
    let results = house
        .tenant
        .push(vec![
            ticket(incident, "un"),
            again(&bad),
            ticket(incident, "deux"),
        ])
        .await;
    assert_eq!(
        statuses(&results),
        [Verdict::Applied, Verdict::Rejected, Verdict::Applied]
    );
    assert_eq!(results[2].entity.as_ref().unwrap()["n"], 2);
    // Its id is free: nothing was logged.
    let mut mended = ticket(incident, "corrigé");
    mended.mutation_id = bad.mutation_id;
    assert_eq!(house.tenant.push_one(mended).await.status, Verdict::Applied);
}

#[tokio::test]
async fn an_unknown_kind_or_word_or_incident_is_rejected_alone() {
    let house = House::start().await;
    let incident = house.incident().await;
    let mut strange = ticket(incident, "un");
    strange.kind = "add_song".into();
    let mut word = ticket(incident, "un");
    word.kind = "set_status".into();
    word.payload = serde_json::value::to_raw_value(&json!({
        "incident_id": incident, "ticket_id": Uuid::now_v7(), "from": "open", "to": "lost",
        "written_at": "2026-01-01T00:00:00Z",
    }))
    .unwrap();
    let nowhere = ticket(IncidentId(Uuid::now_v7()), "un");
    let results = house
        .tenant
        .push(vec![strange, word, nowhere, ticket(incident, "bien")])
        .await;
    assert_eq!(problem(&results[0]), ProblemKind::Unreadable);
    assert_eq!(problem(&results[1]), ProblemKind::Unreadable);
    assert_eq!(problem(&results[2]), ProblemKind::NotFound);
    assert_eq!(results[3].status, Verdict::Applied);
}

#[tokio::test]
async fn what_was_taken_back_before_it_came_never_appears() {
    let house = House::start().await;
    let incident = house.incident().await;
    let late = ticket(incident, "regretté");
    let result = house.tenant.push_one(cancel(late.mutation_id)).await;
    assert_eq!(result.status, Verdict::Applied);
    assert_eq!(result.entity, Some(json!({"cancelled": true})));
    let result = house.tenant.push_one(again(&late)).await;
    assert_eq!(result.status, Verdict::Rejected);
    assert_eq!(problem(&result), ProblemKind::Cancelled);
    assert!(house.owner.thread(incident).await.is_empty());
}

#[tokio::test]
async fn a_cancel_that_comes_too_late_says_so_every_time() {
    let house = House::start().await;
    let incident = house.incident().await;
    let sent = ticket(incident, "parti");
    house.tenant.push(vec![again(&sent)]).await;
    let cancel = cancel(sent.mutation_id);
    let first = house.tenant.push_one(again(&cancel)).await;
    assert_eq!(first.entity, Some(json!({"cancelled": false})));
    let second = house.tenant.push_one(cancel).await;
    assert_eq!(second.status, Verdict::Duplicate);
    assert_eq!(second.entity, first.entity);
    assert_eq!(house.owner.thread(incident).await.len(), 1);
}

#[tokio::test]
async fn a_child_waits_for_its_parent_and_falls_with_it() {
    let house = House::start().await;
    let incident = IncidentId(Uuid::now_v7());
    let open = opening(house.unit, incident);
    let mut child = ticket(incident, "avec photo");
    child.depends_on = Some(open.mutation_id);

    let result = house.tenant.push_one(again(&child)).await;
    assert_eq!(result.status, Verdict::Retry);
    assert_eq!(problem(&result), ProblemKind::ParentMissing);

    // In the neighbour's home the parent is refused, and the child with it.
    let foreign = opening(house.other_unit, incident);
    let mut orphan = ticket(incident, "avec photo");
    orphan.depends_on = Some(foreign.mutation_id);
    let results = house.tenant.push(vec![foreign, orphan]).await;
    assert_eq!(statuses(&results), [Verdict::Rejected; 2]);
    assert_eq!(problem(&results[1]), ProblemKind::ParentFailed);

    let results = house.tenant.push(vec![open, again(&child)]).await;
    assert_eq!(statuses(&results), [Verdict::Applied; 2]);

    // A parent that nobody knows any more, but whose incident is there.
    let mut grandchild = ticket(incident, "suite");
    grandchild.depends_on = Some(MutationId(Uuid::now_v7()));
    assert_eq!(
        house.tenant.push_one(grandchild).await.status,
        Verdict::Applied
    );
}

#[tokio::test]
async fn after_a_retry_the_rest_of_its_lane_waits_and_other_lanes_go_on() {
    let house = House::start().await;
    let (slow, other) = (house.incident().await, house.incident().await);
    let mut with_file = new_ticket(slow, "photo");
    let file = AttachmentId(Uuid::now_v7());
    with_file.attachments = vec![file];
    let results = house
        .tenant
        .push(vec![
            mutation(&Payload::AddTicket(with_file)),
            ticket(slow, "après la photo"),
            ticket(other, "ailleurs"),
            mark_read(slow, 1),
        ])
        .await;
    assert_eq!(
        statuses(&results),
        [
            Verdict::Retry,
            Verdict::Retry,
            Verdict::Applied,
            Verdict::Applied
        ]
    );
    assert_eq!(problem(&results[0]), ProblemKind::FilesMissing);
    assert_eq!(results[0].problem.as_ref().unwrap().ids, [file.0]);
    assert!(house.owner.thread(slow).await.is_empty());
}

#[tokio::test]
async fn who_changes_what_somebody_else_has_changed_is_told() {
    let house = House::start().await;
    let incident = house.incident().await;
    house
        .owner
        .push(vec![status(incident, Status::Open, Status::Planned)])
        .await;
    let late = status(incident, Status::Open, Status::Resolved);
    let result = house.owner.push_one(late).await;
    assert_eq!(result.status, Verdict::Rejected);
    assert_eq!(problem(&result), ProblemKind::ChangedMeanwhile);
    let current = result.problem.unwrap().current.unwrap();
    assert_eq!(current["status"], "planned");
    let late = mutation(&Payload::SetPriority(SetPriority {
        incident_id: incident,
        from: Priority::Emergency,
        to: Priority::Low,
    }));
    assert_eq!(
        problem(&house.owner.push_one(late).await),
        ProblemKind::ChangedMeanwhile
    );
}

#[tokio::test]
async fn a_session_pushes_for_its_own_user_only() {
    let house = House::start().await;
    let mut impostor = house.tenant.clone();
    impostor.id = house.owner.id;
    refused(
        impostor.push_request(vec![]).send().await.unwrap(),
        "wrong-user",
    )
    .await;
}

#[tokio::test]
async fn a_push_without_an_epoch_runs_nothing() {
    let house = House::start().await;
    let body = json!({"user_id": house.tenant.id, "device_id": Uuid::nil(), "mutations": [
        {"mutation_id": Uuid::now_v7(), "schema": 1, "kind": "open_incident", "payload": {
            "incident_id": Uuid::now_v7(), "unit_id": house.unit, "title": "Fuite",
            "category": "plumbing", "priority": "low", "written_at": "2026-01-01T00:00:00Z"}}]});
    let problem = refused(house.tenant.post("/api/sync/push", &body).await, "invalid").await;
    assert_eq!(problem.invalid.unwrap().field, EPOCH);
    let list: IncidentPage = house.tenant.read("/api/incidents").await;
    assert!(list.incidents.is_empty());
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_refused_so_that_it_is_halved() {
    let house = House::start().await;
    let incident = house.incident().await;
    let many = (0..101)
        .map(|at| ticket(incident, &at.to_string()))
        .collect();
    refused(
        house.tenant.push_request(many).send().await.unwrap(),
        "too-large",
    )
    .await;
    let large = (0..70)
        .map(|_| ticket(incident, &"x".repeat(16 * 1024)))
        .collect();
    let reply = house.tenant.push_request(large).send().await.unwrap();
    refused(reply, "too-large").await;
    let fits = (0..100)
        .map(|at| ticket(incident, &at.to_string()))
        .collect();
    assert_eq!(house.tenant.push(fits).await.len(), 100);
}

#[tokio::test]
async fn bytes_that_are_no_push_are_unreadable() {
    let house = House::start().await;
    let request = house
        .tenant
        .request(Method::POST, "/api/sync/push")
        .header(EPOCH, &house.tenant.epoch);
    let reply = request
        .body("<html>hotel wifi</html>")
        .send()
        .await
        .unwrap();
    assert_eq!(reply.status(), StatusCode::BAD_REQUEST);
    refused(reply, "unreadable").await;
}
