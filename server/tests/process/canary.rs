//! What people say is not written down elsewhere.
//!
//! Words that occur nowhere else go into everything that a request can hold; the program logs as
//! much as it can; then its whole output and its figures are searched for them.

use crate::metrics::Reading;
use crate::program::{Person, Program, tries_to_sign_in};
use base64::{Engine, engine::general_purpose::STANDARD};
use palier_server::ops::demo;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use uuid::Uuid;

/// A word that nobody else says. In pieces that survive encoding, cutting and lower case.
const CANARY: &str = "kanarienvogel";

#[tokio::test]
async fn log_and_figures_hold_nothing_that_anybody_said() {
    let (program, folder) = Program::demo(&[]);
    program.stop();
    for format in ["text", "json"] {
        let settings = [
            ("PALIER_LOG", "trace"),
            ("PALIER_LOG_FORMAT", format),
            ("PALIER_METRICS", "127.0.0.1:0"),
        ];
        let program = Program::start("serve", folder.path(), &settings);
        let token = says_it_everywhere(&program).await;
        let figures = Reading::of(&program).await.text;
        assert!(figures.contains("/api/incidents/{id}/tickets"), "{figures}");
        let output = program.stop();
        assert!(
            output.contains("/api/incidents/{id}/tickets"),
            "it logs routes"
        );
        assert!(output.contains("answered"), "it logs replies");
        let mut secrets = vec![CANARY, &token];
        // The mail addresses and names of the people themselves.
        secrets.extend(["demo.palier.test", "Claire", "Dubois", "Awa", "Diallo"]);
        for line in output.lines().chain(figures.lines()) {
            let lower = line.to_lowercase();
            for secret in &secrets {
                assert!(
                    !lower.contains(&secret.to_lowercase()),
                    "{secret} in {line}"
                );
            }
        }
        for line in output.lines() {
            if format == "json" && !line.starts_with("listening on ") {
                let entry: Value = serde_json::from_str(line).expect(line);
                assert!(entry["level"].is_string(), "{line}");
            }
        }
    }
}

async fn says_it_everywhere(program: &Program) -> String {
    let (http, url) = (Client::new(), program.url.as_str());
    let mail = format!("{CANARY}@example.test");
    tries_to_sign_in(&http, url, &mail, CANARY).await;
    tries_to_sign_in(&http, url, demo::TENANT.0, CANARY).await;
    let body = json!({"email": demo::TENANT.0, "password": demo::TENANT.1,
                      "device_id": Uuid::now_v7(), "device_name": CANARY});
    let reply = http.post(format!("{url}/api/session")).json(&body).send();
    let session: Value = reply.await.unwrap().json().await.unwrap();
    let person = Person {
        http,
        url: url.to_owned(),
        token: session["token"].as_str().unwrap().to_owned(),
        user: session["user_id"].as_str().unwrap().parse().unwrap(),
    };
    let incident = person.incident().await;

    // Taken, and refused.
    person.writes(&incident, CANARY).await.unwrap();
    person
        .writes(&incident, &CANARY.repeat(10_000))
        .await
        .unwrap_err();
    let reply = person.get("/healthz").await;
    let epoch = reply.headers()["palier-epoch"].clone();
    for path in [
        format!("/{CANARY}"),
        format!("/api/{CANARY}?token={CANARY}"),
        format!("/api/incidents?status={CANARY}&after={CANARY}&text={CANARY}"),
        format!("/api/incidents/{CANARY}"),
        format!("/api/sync/changes?cursor={CANARY}"),
        format!("/api/sync/snapshot?scope={CANARY}"),
        format!("/api/attachments/{}?name={CANARY}", Uuid::now_v7()),
        format!("/api/invitations/{CANARY}/accept"),
    ] {
        let request = person.request(Method::GET, &path);
        let request = request
            .header("user-agent", CANARY)
            .header("cookie", CANARY)
            .header("x-forwarded-for", CANARY)
            .header("x-request-id", format!("{CANARY} with blanks"))
            .header("referer", format!("https://{CANARY}.test/"));
        request.send().await.unwrap();
    }
    let strange = Method::from_bytes(CANARY.to_uppercase().as_bytes()).unwrap();
    person.request(strange, "/healthz").send().await.unwrap();
    let stranger = person.http.get(format!("{url}/api/incidents"));
    stranger.bearer_auth(CANARY).send().await.unwrap();

    // Bodies of all sorts: as it should be, with a field too many or wrong, and no JSON at all.
    let push = json!({
        "user_id": session["user_id"],
        "device_id": Uuid::now_v7(),
        "mutations": [
            {"mutation_id": Uuid::now_v7(), "schema": 1, "kind": "add_ticket", "payload": {
                "ticket_id": Uuid::now_v7(), "incident_id": incident, "message": CANARY,
                "attachments": [], "written_at": "2026-01-01T00:00:00Z"}},
            {"mutation_id": Uuid::now_v7(), "schema": 1, "kind": CANARY, "payload": {"a": CANARY}},
            {"mutation_id": Uuid::now_v7(), "schema": 1, "kind": "open_incident", "payload": {
                "incident_id": Uuid::now_v7(), "unit_id": Uuid::now_v7(), "title": CANARY,
                "description": CANARY, "category": "heating", "priority": "high",
                "written_at": "2026-01-01T00:00:00Z"}},
        ],
    });
    let mut statuses = Vec::new();
    for (path, body) in [
        ("/api/sync/push", push.to_string()),
        ("/api/sync/push", json!({"user_id": CANARY}).to_string()),
        ("/api/sync/push", format!("{CANARY} is no JSON")),
        (
            "/api/incidents",
            json!({"id": Uuid::now_v7(), "title": CANARY}).to_string(),
        ),
        (
            "/api/session",
            json!({"email": CANARY, "password": [CANARY]}).to_string(),
        ),
    ] {
        let request = person.request(Method::POST, path);
        let request = request.header("palier-epoch", &epoch);
        let request = request.header("content-type", "application/json");
        statuses.push(request.body(body).send().await.unwrap().status().as_u16());
    }

    assert_eq!(
        statuses,
        [200, 422, 400, 422, 422],
        "each is read as it was meant"
    );

    // A file's name, and its bytes.
    let metadata = format!(
        "attachment_id {},filename {},sha256 {}",
        STANDARD.encode(Uuid::now_v7().to_string()),
        STANDARD.encode(format!("{CANARY}.pdf")),
        STANDARD.encode("0".repeat(64)),
    );
    let reply = person
        .request(Method::POST, "/api/uploads")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", CANARY.len())
        .header("upload-metadata", metadata);
    let reply = reply.send().await.unwrap();
    assert_eq!(reply.status(), 201, "the file is taken at first");
    let location = reply.headers()["location"].to_str().unwrap().to_owned();
    let piece = person
        .request(Method::PATCH, &location)
        .header("tus-resumable", "1.0.0")
        .header("upload-offset", 0)
        .header("content-type", "application/offset+octet-stream")
        .body(CANARY);
    piece.send().await.unwrap();
    person
        .request(Method::DELETE, "/api/session")
        .send()
        .await
        .unwrap();
    person.token
}
