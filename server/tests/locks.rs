//! Two writers at once: who is removed from a home while his words are on their way.
//!
//! On PostgreSQL alone; SQLite has one writer.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[allow(dead_code, reason = "other tests use the rest")]
#[path = "support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "http/support.rs"]
mod support;

use palier_domain::planted::{Bug, plant};
use palier_wire::{MutationResult, ProblemKind, Verdict};
use reqwest::{Method, StatusCode};
use std::time::Duration;
use support::{House, Server, ticket};
use tokio::time::{sleep, timeout};

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Removes the tenant and, before that is committed, lets her push a ticket. The feed's heads are the
/// barrier: they are the last that any write locks, so the removal stands before them with everything else
/// it holds until both are under way. Answers what became of the ticket.
async fn removed_while_pushing() -> MutationResult {
    let house = House::around(Server::on_postgres().await).await;
    let incident = house.incident().await;
    let mut gate = house.server.database().connect().await;
    let mut watch = house.server.database().connect().await;
    sqlx::raw_sql("begin; select 1 from feed_head for update")
        .execute(&mut gate)
        .await
        .unwrap();

    let path = format!("/api/leases/{}/tenants/{}", house.lease, house.tenant.id);
    let removal = tokio::spawn(house.owner.request(Method::DELETE, &path).send());
    waiting(&mut watch, 1).await;
    let tenant = house.tenant.clone();
    let push = tokio::spawn(async move { tenant.push_one(ticket(incident, "Encore là")).await });
    waiting(&mut watch, 2).await;
    sqlx::raw_sql("commit").execute(&mut gate).await.unwrap();

    let removed = timeout(PATIENCE, removal).await.unwrap().unwrap().unwrap();
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    timeout(PATIENCE, push).await.unwrap().unwrap()
}

/// Waits until so many writers wait for somebody's lock.
async fn waiting(watch: &mut sqlx::PgConnection, writers: i64) {
    let wait = async {
        loop {
            let found: i64 = sqlx::query_scalar(
                "select count(*) from pg_stat_activity
                 where wait_event_type = 'Lock' and datname = current_database()",
            )
            .fetch_one(&mut *watch)
            .await
            .unwrap();
            if found == writers {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, wait).await.expect("writers that wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_first_writes_nothing_after_and_the_planted_bug_shows_that_it_would_be_seen()
{
    let judged = removed_while_pushing().await;
    assert_eq!(judged.status, Verdict::Rejected);
    let why = judged.problem.expect("a reason").kind;
    assert!(
        matches!(why, ProblemKind::NotFound | ProblemKind::Forbidden),
        "{why:?}"
    );

    plant(Some(Bug::MembershipWithoutLeaseLock));
    let judged = removed_while_pushing().await;
    plant(None);
    assert_eq!(
        judged.status,
        Verdict::Applied,
        "without the lock her words are taken after her removal, which this test has to notice"
    );
}
