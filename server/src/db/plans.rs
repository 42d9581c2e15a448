//! Whether SQLite answers what the routes ask by indexes: each statement of a round through the
//! routes is explained, and none may walk a whole table that grows with use.
// Unit tests run on one thread each, with everything that they start; so a list per thread is the
// list of a test. The plans are those of an empty database without statistics, and stay so: see
// `sqlite::Place::new`.

use super::{Conn, query_as};
use crate::{App, Config, ops::seed};
use axum::{
    body::{Body, to_bytes},
    http::{Method, Request},
};
use palier_domain::{IncidentId, LeaseId};
use palier_wire::{Cursor, Scope, SessionCreated};
use serde_json::{Value, json};
use std::{cell::RefCell, collections::BTreeSet};
use tower::ServiceExt;
use uuid::Uuid;

/// Tables that grow with use.
const GROWING: &[&str] = &[
    "attachments",
    "audit_log",
    "blobs",
    "feed",
    "incident_notes",
    "incident_responses",
    "incidents",
    "leases",
    "lease_tenants",
    "mails",
    "mutation_log",
    "mutes",
    "note_markers",
    "participants",
    "portfolio_members",
    "properties",
    "read_marks",
    "search_entries",
    "sessions",
    "units",
    "uploads",
    "users",
];

thread_local! {
    static ASKED: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// Remembers a statement.
pub fn note(sql: &'static str) {
    ASKED.with_borrow_mut(|asked| asked.insert(sql));
}

/// The names under which a statement knows tables that grow.
fn growing_names(sql: &str) -> Vec<String> {
    let words: Vec<&str> = sql
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut names = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if GROWING.contains(word) {
            names.push((*word).to_owned());
            let alias = words[at + 1..].iter().find(|next| **next != "as");
            names.extend(alias.map(|alias| (*alias).to_owned()));
        }
    }
    names
}

/// The steps of a statement's plan that read a growing table from end to end.
async fn walks(conn: &mut Conn, sql: &'static str) -> Vec<String> {
    // Safe SQL: the statement is one of this program's own.
    let explain: &'static str = Box::leak(format!("explain query plan {sql}").into_boxed_str());
    let plan: Vec<(i64, i64, i64, String)> = query_as(explain).fetch_all(conn).await.unwrap();
    let names = growing_names(sql);
    plan.into_iter()
        .map(|(_, _, _, step)| step)
        .filter(|step| !step.contains("VIRTUAL TABLE"))
        .filter(|step| {
            let walked = step
                .strip_prefix("SCAN ")
                .and_then(|it| it.split(' ').next());
            walked.is_some_and(|table| names.iter().any(|name| name == table))
        })
        .collect()
}

#[tokio::test]
async fn a_walk_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(Config::new(folder.path())).await.unwrap();
    let mut conn = app.db().read().await.unwrap();
    let by_title = "select i.id from incidents as i where i.title = $1";
    assert_eq!(walks(&mut conn, by_title).await, ["SCAN i"]);
    let by_id = "select i.id from incidents i where i.id = $1";
    assert!(walks(&mut conn, by_id).await.is_empty());
}

#[tokio::test]
async fn no_route_walks_a_table_that_grows() {
    let folder = tempfile::tempdir().unwrap();
    let app = App::open(Config::new(folder.path())).await.unwrap();
    let person = seed::create_user(&app, "o@example.test", "Owner", "a long enough secret");
    let person = person.await.unwrap();
    let portfolio = seed::create_portfolio(&app, person, "Maisons")
        .await
        .unwrap();
    let property = seed::create_property(&app, portfolio, "1 rue Haute", "Europe/Paris");
    let unit = seed::create_unit(&app, property.await.unwrap(), "1A")
        .await
        .unwrap();
    let first_day = chrono::NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
    let lease = seed::create_lease(&app, unit, first_day, None, &[person])
        .await
        .unwrap();
    let sign_in = json!({"email": "o@example.test", "password": "a long enough secret",
        "device_id": Uuid::nil()});
    let session = answer(&app, "", Method::POST, "/api/session", Some(sign_in)).await;
    let token = serde_json::from_slice::<SessionCreated>(&session)
        .unwrap()
        .token;
    ASKED.with_borrow_mut(BTreeSet::clear);

    let home = format!("/api/portfolios/{portfolio}");
    let people = json!({"user_id": person});
    let (new_portfolio, new_property, new_unit, new_lease) = (
        Uuid::now_v7(),
        Uuid::now_v7(),
        Uuid::now_v7(),
        Uuid::now_v7(),
    );
    let letting = [
        (Method::GET, "/api/portfolios".to_owned(), None),
        (
            Method::GET,
            format!("/api/properties?portfolio={portfolio}"),
            None,
        ),
        (Method::GET, "/api/units".to_owned(), None),
        (Method::GET, "/api/leases".to_owned(), None),
        (Method::GET, format!("{home}/members"), None),
        (
            Method::POST,
            format!("{home}/members"),
            Some(people.clone()),
        ),
        (Method::PATCH, home, Some(json!({"name": "Autre"}))),
        (
            Method::POST,
            "/api/portfolios".to_owned(),
            Some(json!({"id": new_portfolio, "name": "Deux"})),
        ),
        (
            Method::POST,
            "/api/properties".to_owned(),
            Some(
                json!({"id": new_property, "portfolio_id": portfolio, "name": "2",
                "time_zone": "Europe/Paris"}),
            ),
        ),
        (
            Method::PATCH,
            format!("/api/properties/{new_property}"),
            Some(json!({"name": "Trois"})),
        ),
        (
            Method::POST,
            "/api/units".to_owned(),
            Some(json!({"id": new_unit, "property_id": new_property, "label": "9"})),
        ),
        (
            Method::PATCH,
            format!("/api/units/{new_unit}"),
            Some(json!({"label": "10"})),
        ),
        (
            Method::POST,
            "/api/leases".to_owned(),
            Some(json!({"id": new_lease, "unit_id": new_unit, "starts_on": "2026-01-01"})),
        ),
        (
            Method::PATCH,
            format!("/api/leases/{new_lease}"),
            Some(json!({"ends_on": "2026-12-31"})),
        ),
        (
            Method::POST,
            format!("/api/leases/{new_lease}/tenants"),
            Some(people),
        ),
        (
            Method::DELETE,
            format!("/api/leases/{new_lease}/tenants/{person}"),
            None,
        ),
        (Method::DELETE, format!("/api/leases/{new_lease}"), None),
        (Method::DELETE, format!("/api/units/{new_unit}"), None),
        (
            Method::DELETE,
            format!("/api/properties/{new_property}"),
            None,
        ),
    ];
    for (method, path, body) in letting {
        answer(&app, &token, method, &path, body).await;
    }
    let incident = IncidentId(Uuid::now_v7());
    let thread = format!("/api/incidents/{incident}/tickets");
    let opening = json!({"id": incident, "unit_id": unit, "title": "Fuite", "category": "gas"});
    let ticket = json!({"id": Uuid::now_v7(), "message": "Fuite"});
    let page = "&status=open&priority=low&category=gas&unread=true&q=fuite";
    let round = [
        (Method::POST, "/api/incidents".to_owned(), Some(opening)),
        (Method::POST, thread.clone(), Some(ticket)),
        (Method::GET, thread, None),
        (Method::GET, format!("/api/incidents?limit=10{page}"), None),
        (
            Method::GET,
            format!("/api/incidents?sort=opened{page}"),
            None,
        ),
        (Method::GET, format!("/api/incidents/{incident}"), None),
        (
            Method::PATCH,
            format!("/api/incidents/{incident}"),
            Some(json!({"status": "planned", "priority": "high", "category": "lock"})),
        ),
        (
            Method::PUT,
            format!("/api/incidents/{incident}/read-marker"),
            Some(json!({"up_to_n": 1})),
        ),
        (
            Method::PUT,
            format!("/api/incidents/{incident}/unread-flag"),
            None,
        ),
        (
            Method::DELETE,
            format!("/api/incidents/{incident}/unread-flag"),
            None,
        ),
        (
            Method::POST,
            format!("/api/incidents/{incident}/notes"),
            Some(json!({"id": Uuid::now_v7(), "message": "Assurance"})),
        ),
        (
            Method::GET,
            format!("/api/incidents/{incident}/notes?before_m=9"),
            None,
        ),
        (
            Method::GET,
            format!("/api/incidents/{incident}/notes"),
            None,
        ),
        (
            Method::PUT,
            format!("/api/incidents/{incident}/read-marker"),
            Some(json!({"up_to_m": 1})),
        ),
        (Method::PUT, format!("/api/incidents/{incident}/mute"), None),
        (Method::GET, "/api/search?q=fuite+ow".to_owned(), None),
        (
            Method::GET,
            format!("/api/dashboard?portfolio={portfolio}"),
            None,
        ),
        (Method::GET, "/api/mail-problems".to_owned(), None),
        (Method::GET, "/api/account".to_owned(), None),
        (
            Method::PATCH,
            "/api/account".to_owned(),
            Some(json!({"name": "Other", "language": "en", "unread_mail_minutes": 5})),
        ),
        (Method::GET, changes(&app, lease), None),
        (
            Method::GET,
            format!("/api/sync/snapshot?scope=portfolio:{portfolio}"),
            None,
        ),
        (
            Method::GET,
            format!("/api/sync/snapshot?scope=lease:{lease}"),
            None,
        ),
    ];
    for (method, path, body) in round {
        answer(&app, &token, method, &path, body).await;
    }
    let asked = ASKED.with_borrow(Clone::clone);
    assert!(asked.len() > 30, "{} statements", asked.len());
    let mut conn = app.db().read().await.unwrap();
    for sql in asked {
        let verb = sql.split_whitespace().next().unwrap_or_default();
        if matches!(verb, "select" | "insert" | "update" | "delete" | "with") {
            let walked = walks(&mut conn, sql).await;
            assert!(walked.is_empty(), "{walked:?} in\n{sql}");
        }
    }
}

/// The path of a pull from the beginning of a lease's feed.
fn changes(app: &App, lease: LeaseId) -> String {
    let mut cursor = Cursor::start(app.epoch());
    cursor.at.insert(Scope::Lease(lease), 0);
    format!("/api/sync/changes?cursor={cursor}")
}

/// What a request is answered, which must be a success.
async fn answer(
    app: &App,
    token: &str,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Vec<u8> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("if-match", "*")
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
        .unwrap();
    let reply = app.router().oneshot(request).await.unwrap();
    let status = reply.status();
    let text = to_bytes(reply.into_body(), 1 << 20).await.unwrap();
    assert!(
        status.is_success(),
        "{path}: {status} {}",
        String::from_utf8_lossy(&text)
    );
    text.to_vec()
}
